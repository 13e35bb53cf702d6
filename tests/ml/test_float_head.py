"""The head of an int8 file answers in floating point, so that no two pictures share a score for want of levels."""

import keras
import numpy as np
import pytest
from scipy.special import expit

from ml.interpreter import Interpreter
from ml.networks import build
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
    gain = 4 / logits.std()
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
    assert len({*rounded[surest]}) == 8
    assert rounded[surest[-1]] == pytest.approx(scores[surest[-1]], abs=0.05)


def test_the_score_is_the_sigmoid_of_the_heatmaps_mean_and_has_no_levels(
    network: keras.Model, pictures: Pixels
) -> None:
    file = Interpreter(quantise(network, pictures))
    for picture in pictures:
        score, heatmap = file.classify(picture[np.newaxis])
        assert score == pytest.approx(expit(heatmap.mean()), abs=1e-6)


@pytest.mark.parametrize(("name", "alpha"), [("deepdog", 0.25), ("mobilenet_v2", 0.35), ("squeezenet", 1.0)])
def test_the_head_of_any_network_is_in_floating_point_and_its_file_in_one_piece(
    name: str, alpha: float, pictures: Pixels
) -> None:
    """Before DeepDog's head stands an ELU in floating point, before the others' a convolution in 8 bits."""
    keras.utils.set_random_seed(0)
    network = build(name, alpha, 32)
    model = quantise(network, pictures)
    assert partitions(model) == 1
    assert [operator for operator in operators(model) if operator != "DELEGATE"][-3:] == [
        "CONV_2D",
        "MEAN",
        "LOGISTIC",
    ]
    file = Interpreter(model)
    found = np.array([file.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures])
    logits = network.predict(pictures, verbose=0)[:, 0]
    assert found == pytest.approx(logits, abs=max(0.05, 0.5 * float(logits.std())))
