"""ELU is given no more range than it tells apart."""

import keras
import pytest

from ml.elu_ranges import LOWEST
from ml.interpreter import Interpreter
from ml.networks.deepdog import deepdog
from ml.norm_statistics import set_norm_statistics
from ml.quantise import quantise
from tests.ml.colours import Pixels, coloured_pictures

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    return coloured_pictures(24)


def test_elu_is_given_no_more_range_than_it_tells_apart(pictures: Pixels) -> None:
    keras.utils.set_random_seed(0)
    network = deepdog(0.25, 32)
    set_norm_statistics(network, pictures)
    norm = network.get_layer("block2_norm")
    gamma, beta, *statistics = norm.get_weights()
    norm.set_weights([gamma * 20, beta, *statistics])
    litert = Interpreter(quantise(network, pictures))._litert
    lowest = []
    for op in litert._get_ops_details():
        if op["op_name"] == "ELU":
            (before,) = [
                o
                for o in litert._get_ops_details()
                if o["op_name"] == "DEQUANTIZE" and op["inputs"][0] in o["outputs"]
            ]
            scale, zero_point = litert._get_tensor_details(before["inputs"][0], 0)["quantization"]
            lowest.append(scale * (-128 - zero_point))
    assert len(lowest) == 14
    assert min(lowest) == pytest.approx(LOWEST, rel=0.05)
