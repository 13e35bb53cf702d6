"""A network that is trained rounded computes what its int8 file will, and learns all the same."""

from typing import Any

import keras
import numpy as np
import pytest

from ml.equalise import equalise, ordinary_pictures
from ml.interpreter import Interpreter
from ml.networks.deepdog import deepdog
from ml.networks.rounding import RoundedActivation, rounding, set_ranges
from ml.norm_statistics import set_norm_statistics
from ml.quantise import quantise

pytestmark = pytest.mark.training

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    rng = np.random.default_rng(0)
    colours = rng.integers(20, 236, (60, 1, 1, 3))
    noisy: Pixels = np.clip(colours + rng.integers(-20, 20, (60, 32, 32, 3)), 0, 255).astype(np.uint8)
    return noisy


@pytest.fixture
def network(pictures: Pixels) -> keras.Model:
    """A short network, in which what one layer rounds does not drown in the others' rounding, that is sure of some of the pictures."""
    keras.utils.set_random_seed(0)
    network = deepdog(0.25, 32, blocks=((64, 1), (128, 2)))
    set_norm_statistics(network, pictures)
    logits = network.predict(pictures, verbose=0)
    kernel, bias = network.get_layer("heatmap").get_weights()
    gain = 2 / logits.std()
    network.get_layer("heatmap").set_weights([kernel * gain, bias - logits.mean() * gain])
    equalise(network, pictures)
    return network


@pytest.fixture
def rounded(network: keras.Model, pictures: Pixels) -> keras.Model:
    twin = rounding(network)
    set_ranges(twin, ordinary_pictures(network, pictures))
    return twin


def test_it_answers_nearer_to_the_file_than_the_unrounded_network(
    network: keras.Model, rounded: keras.Model, pictures: Pixels
) -> None:
    unrounded_logits, rounded_logits = (
        each.predict(pictures, verbose=0)[:, 0] for each in (network, rounded)
    )
    file = Interpreter(quantise(network, pictures))
    heatmaps = [file.classify(picture[np.newaxis]).heatmap for picture in pictures]
    of_file = np.array([heatmap.mean() for heatmap in heatmaps])
    assert np.abs(rounded_logits - of_file).mean() < 0.5 * np.abs(unrounded_logits - of_file).mean()


def test_activations_have_256_levels_and_those_before_elu_end_at_its_floor(
    rounded: keras.Model, pictures: Pixels
) -> None:
    layers = [layer for layer in rounded.layers if isinstance(layer, RoundedActivation)]
    levels = keras.Model(rounded.input, [layer.output for layer in layers]).predict(pictures, verbose=0)
    # Depthwise, batch norm and ELU of two blocks; of the first convolution the latter two.
    assert len(layers) == 3 * 2 + 2
    assert all(len(np.unique(of_layer)) <= 256 for of_layer in levels)
    assert min(of_layer.min() for of_layer in levels[:2]) >= -4.1


def test_what_it_learns_the_network_has_learnt(
    network: keras.Model, rounded: keras.Model, pictures: Pixels
) -> None:
    before = network.get_layer("block1_pointwise").get_weights()[0].copy()
    rounded.compile(keras.optimizers.SGD(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    losses = [
        rounded.train_on_batch(pictures, (np.arange(60) % 2).astype(np.float32)[:, np.newaxis])
        for _ in range(12)
    ]
    assert losses[-1] < losses[0]
    assert not np.array_equal(network.get_layer("block1_pointwise").get_weights()[0], before)


def test_channels_that_are_even_enough_are_not_scaled_again(network: keras.Model, pictures: Pixels) -> None:
    """So that what was trained to be rounded is what is rounded."""
    before = [weights.copy() for weights in network.get_weights()]
    equalise(network, pictures)
    assert all(np.array_equal(*pair) for pair in zip(before, network.get_weights(), strict=True))
