"""Weights are rounded for what they answer, not each for itself."""

from typing import Any

import keras
import numpy as np
import pytest

from ml.networks.deepdog import deepdog
from ml.norm_statistics import set_norm_statistics
from ml.rounding import round_together, with_rounded_weights
from tests.ml.colours import coloured_pictures

pytestmark = pytest.mark.training

Doubles = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture
def inputs() -> Doubles:
    """What enters a layer: twelve channels that mostly rise and fall together."""
    rng = np.random.default_rng(0)
    together = rng.normal(0, 10, (4000, 1))
    mixed: Doubles = together + rng.normal(0, 0.5, (4000, 12))
    return mixed


def test_channels_that_cancel_each_other_keep_their_difference(inputs: Doubles) -> None:
    weights = np.random.default_rng(1).normal(0, 1, (12, 6))
    weights -= weights.mean(axis=0)  # so that what all channels share cancels out
    steps = np.abs(weights).max(axis=0) / 127
    nearest = np.round(weights / steps) * steps
    together = round_together(weights, np.cov(inputs, rowvar=False))
    assert _error(inputs, together - weights) < 0.2 * _error(inputs, nearest - weights)


def test_rounded_weights_are_levels_that_a_converter_finds_again(inputs: Doubles) -> None:
    weights = np.random.default_rng(2).normal(0, 1, (12, 6))
    rounded = round_together(weights, np.cov(inputs, rowvar=False))
    steps = np.abs(rounded).max(axis=0) / 127
    assert steps == pytest.approx(np.abs(weights).max(axis=0) / 127)
    assert rounded / steps == pytest.approx(np.round(rounded / steps), abs=1e-6)


def test_a_channel_that_never_speaks_stays_silent(inputs: Doubles) -> None:
    weights = np.zeros((12, 2))
    weights[:, 1] = 1
    assert not round_together(weights, np.cov(inputs, rowvar=False))[:, 0].any()


def test_a_network_answers_as_before_and_is_itself_untouched() -> None:
    keras.utils.set_random_seed(0)
    pictures = coloured_pictures(48, seed=3)
    network = deepdog(0.25, 32)
    set_norm_statistics(network, pictures)
    before = [weights.copy() for weights in network.get_weights()]

    rounded = with_rounded_weights(network, pictures)

    assert all(np.array_equal(*pair) for pair in zip(before, network.get_weights(), strict=True))
    logits = network.predict(pictures, verbose=0)
    assert np.std(rounded.predict(pictures, verbose=0) - logits) < 0.03 * np.std(logits)
    norm = rounded.get_layer("block13_norm")
    folded = np.asarray(norm.gamma) / np.sqrt(np.asarray(norm.moving_variance) + norm.epsilon)
    kernel = np.asarray(rounded.get_layer("block13_pointwise").kernel, np.float64)[0, 0] * folded
    steps = kernel / (np.abs(kernel).max(axis=0) / 127)
    assert steps == pytest.approx(np.round(steps), abs=1e-3)
    head, of_rounded = (each.get_layer("heatmap").get_weights()[0] for each in (network, rounded))
    assert np.array_equal(head, of_rounded)


def _error(inputs: Doubles, difference: Doubles) -> float:
    return float(np.square(inputs @ difference).mean())
