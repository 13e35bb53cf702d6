"""Files made from a network: what conversion folds, what phones need, and what is refused."""

from collections import Counter
from typing import get_args

import keras
import numpy as np
import pytest

from ml.bundle import Scheme
from ml.gates import GateError, Parity, check_file, check_parity, parity
from ml.networks.deepdog import SEPARABLE_BLOCKS, deepdog, with_score_and_heatmap
from ml.networks.head import with_head
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor
from ml.quantise import operators, partitions, quantise

pytestmark = pytest.mark.training

RESOLUTION = 64
LEAST_SPREAD = 0.05


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    cells = np.random.default_rng(3).integers(0, 256, (24, 8, 8, 3), np.uint8)
    return cells.repeat(8, axis=1).repeat(8, axis=2)


@pytest.fixture(scope="module")
def network(pictures: Tensor) -> keras.Model:
    """With batch norms that do something, as after training: random weights alone would say the same of every picture."""
    keras.utils.set_random_seed(1)
    built = deepdog(0.25, RESOLUTION)
    set_norm_statistics(built, pictures)
    return built


@pytest.fixture(scope="module")
def files(network: keras.Model, pictures: Tensor) -> dict[Scheme, bytes]:
    return {scheme: quantise(network, pictures, scheme) for scheme in get_args(Scheme)}


@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_batch_norm_is_folded(files: dict[Scheme, bytes], scheme: Scheme) -> None:
    """An unfolded one would be a multiplication and an addition; the only ones left scale the pixels."""
    count = Counter(operators(files[scheme]))
    assert count["CONV_2D"] == 1 + len(SEPARABLE_BLOCKS) + 1
    assert count["DEPTHWISE_CONV_2D"] == len(SEPARABLE_BLOCKS)
    assert count["ELU"] == 1 + len(SEPARABLE_BLOCKS)
    assert count["MUL"] <= 1
    assert count["ADD"] <= 1
    assert not {"SUB", "RSQRT", "BATCH_MATMUL"} & set(count)


@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_xnnpack_takes_the_whole_file_and_phones_can_run_it(
    files: dict[Scheme, bytes], scheme: Scheme
) -> None:
    assert partitions(files[scheme]) == 1
    check_file(files[scheme])


def test_rounding_shrinks_the_file(files: dict[Scheme, bytes]) -> None:
    assert len(files["int8"]) < len(files["float16"]) < len(files["float32"])


@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_a_file_says_what_its_network_says(
    network: keras.Model, files: dict[Scheme, bytes], pictures: Tensor, scheme: Scheme
) -> None:
    scores = with_score_and_heatmap(network).predict(pictures, verbose=0)[0]
    assert scores.std() > LEAST_SPREAD, "a network that says the same of all would agree with any file"
    check_parity(parity(network, files[scheme], pictures, 0.5), scheme)


def test_a_file_of_another_network_is_refused(
    network: keras.Model, files: dict[Scheme, bytes], pictures: Tensor
) -> None:
    other = keras.models.clone_model(network)
    other.set_weights(network.get_weights())
    kernel, bias = other.get_layer("heatmap").get_weights()
    other.get_layer("heatmap").set_weights([kernel, bias + 1])
    with pytest.raises(GateError, match=r"the budget is 0\.15"):
        check_parity(parity(other, files["int8"], pictures, 0.5), "int8")


def test_each_scheme_has_its_own_budget() -> None:
    found = Parity(mean=0.02, p95=0.06, flips=0.0)
    check_parity(found, "int8")
    with pytest.raises(GateError, match="the float32 file's scores are too far"):
        check_parity(found, "float32")


def test_a_file_that_phones_cannot_run_is_refused(
    files: dict[Scheme, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.gates.NEWEST_RUNTIME", "1.5.0")
    with pytest.raises(GateError, match=r"needs LiteRT 1\.1\d\.0, phones carry 1\.5\.0"):
        check_file(files["int8"])


def test_a_file_in_pieces_is_refused(pictures: Tensor) -> None:
    pixels = keras.Input((RESOLUTION, RESOLUTION, 3))
    features = keras.layers.Conv2D(4, 3, strides=8, activation="relu")(pixels)
    broken = with_head(pixels, keras.layers.Conv2D(4, 1)(keras.ops.cumsum(features, axis=1)), 0.0, "wave")
    with pytest.raises(GateError, match=r"in 2 pieces.*CUMSUM"):
        check_file(quantise(broken, pictures, "float32"))
