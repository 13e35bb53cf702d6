"""Sure answers are told apart, though the pictures that give them show no ranges of activations."""

import keras
import numpy as np
import pytest
from scipy.special import expit

from ml.head_ranges import widen_head_ranges
from ml.interpreter import Interpreter
from ml.networks.deepdog import deepdog
from ml.norm_statistics import set_norm_statistics
from ml.quantise import operators, partitions, quantise
from tests.ml.colours import Pixels, coloured_pictures

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    return coloured_pictures(60)


@pytest.fixture(scope="module")
def network(pictures: Pixels) -> keras.Model:
    """A network that is sure of some of the pictures."""
    keras.utils.set_random_seed(0)
    network = deepdog(0.25, 32)
    set_norm_statistics(network, pictures)
    logits = network.predict(pictures, verbose=0)
    kernel, bias = network.get_layer("heatmap").get_weights()
    gain = 2 / logits.std()
    network.get_layer("heatmap").set_weights([kernel * gain, bias - logits.mean() * gain])
    return network


def test_the_surest_pictures_do_not_share_one_score(
    network: keras.Model, pictures: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = expit(network.predict(pictures, verbose=0)[:, 0])
    unsure = pictures[np.argsort(scores)[:30]]
    monkeypatch.setattr("ml.quantise.ordinary_pictures", lambda *_: unsure)
    file = Interpreter(quantise(network, pictures))
    rounded = np.array([file.classify(picture[np.newaxis]).score for picture in pictures])
    surest = np.argsort(scores)[-8:]
    assert len({*rounded[surest]}) >= 4
    assert rounded[surest[-1]] == pytest.approx(scores[surest[-1]], abs=0.05)


def test_what_reaches_far_enough_stays_and_the_file_stays_one_piece(
    network: keras.Model, pictures: Pixels
) -> None:
    model = quantise(network, pictures)
    wide = widen_head_ranges(model, (-30.0, 40.0), (-6.0, 6.0))
    scale, zero_point = _before_the_score(wide)
    assert scale * (-128 - zero_point) <= -6 + scale
    assert scale * (127 - zero_point) >= 6 - scale
    assert _before_the_score(widen_head_ranges(wide, (-1.0, 1.0), (-1.0, 1.0))) == pytest.approx(
        (scale, zero_point)
    )
    assert partitions(wide) == 1
    assert operators(wide) == operators(model)


def _before_the_score(model: bytes) -> tuple[float, int]:
    """Return scale and zero point of the logit."""
    litert = Interpreter(model)._litert
    (logistic,) = [op for op in litert._get_ops_details() if op["op_name"] == "LOGISTIC"]
    scale, zero_point = litert._get_tensor_details(logistic["inputs"][0], 0)["quantization"]
    return float(scale), int(zero_point)
