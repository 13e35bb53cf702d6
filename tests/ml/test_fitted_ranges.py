"""Ranges in an int8 file are set where its logits come nearest to the unrounded network's."""

from typing import Any

import keras
import numpy as np
import pytest

from ml.fitted_ranges import fit_ranges, logit_error
from ml.interpreter import Interpreter
from ml.networks.deepdog import deepdog, with_score_and_heatmap
from ml.norm_statistics import set_norm_statistics
from ml.quantise import convert, partitions
from tests.ml.colours import Pixels, coloured_pictures

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    return coloured_pictures(40)


@pytest.fixture(scope="module")
def network(pictures: Pixels) -> keras.Model:
    """One whose first channels reach far, each further than the one before."""
    keras.utils.set_random_seed(0)
    network = deepdog(0.25, 32)
    norm = network.get_layer("conv_norm")
    gamma, beta, *statistics = norm.get_weights()
    norm.set_weights([gamma * np.linspace(2, 16, len(gamma)), beta - 2, *statistics])
    set_norm_statistics(network, pictures)
    return network


def test_the_logits_come_nearer(network: keras.Model, pictures: Pixels) -> None:
    logits = network.predict(pictures, verbose=0)[:, 0]
    converted = convert(with_score_and_heatmap(network, batch_size=1), pictures, "int8")
    fitted, error = fit_ranges(converted, logit_error(logits, pictures))
    assert error == pytest.approx(_error(fitted, logits, pictures), rel=1e-4)
    assert _error(fitted, logits, pictures) < 0.8 * _error(converted, logits, pictures)
    assert partitions(fitted) == 1


def test_fitting_again_makes_nothing_worse(network: keras.Model, pictures: Pixels) -> None:
    logits = network.predict(pictures, verbose=0)[:, 0]
    converted = convert(with_score_and_heatmap(network, batch_size=1), pictures, "int8")
    once = fit_ranges(converted, logit_error(logits, pictures)).model
    twice = fit_ranges(once, logit_error(logits, pictures)).model
    assert _error(twice, logits, pictures) <= _error(once, logits, pictures)


def _error(model: bytes, logits: np.ndarray[Any, np.dtype[np.float32]], pictures: Pixels) -> float:
    interpreter = Interpreter(model)
    found = [interpreter.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures]
    return float(np.sqrt(np.mean((np.array(found) - logits) ** 2)))
