"""Getting ready for 8 bits changes nothing that the network says."""

from typing import Any

import keras
import numpy as np
import pytest

from ml.equalise import FEWEST_PICTURES, equalise, ordinary_pictures
from ml.networks import build
from ml.networks.chain import is_chain
from ml.networks.deepdog import deepdog

pytestmark = pytest.mark.training

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


@pytest.fixture
def pictures() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), np.uint8)


def test_equal_channels_compute_the_same(pictures: Pixels) -> None:
    network = deepdog(0.25, 32)
    depthwise = network.get_layer("block3_depthwise")
    (kernel,) = depthwise.get_weights()
    kernel[:, :, 0] *= 100  # one channel far above the others
    depthwise.set_weights([kernel])
    before = np.asarray(network(pictures.astype(np.float32)))
    assert _spread(network, pictures) > 10
    equalise(network, pictures)
    assert np.asarray(network(pictures.astype(np.float32))) == pytest.approx(before, rel=1e-4, abs=1e-5)
    assert _spread(network, pictures) == pytest.approx(1, abs=0.01)


def test_a_network_with_branches_is_left_alone(pictures: Pixels) -> None:
    network = build("efficientnet_lite0", 1.0, 32)
    before = [weights.copy() for weights in network.get_weights()]
    assert not is_chain(network)
    equalise(network, pictures)
    assert all(np.array_equal(*pair) for pair in zip(before, network.get_weights(), strict=True))
    assert ordinary_pictures(network, pictures) is pictures


def test_pictures_beyond_the_ordinary_show_no_ranges() -> None:
    rng = np.random.default_rng(1)
    dull = rng.integers(118, 138, (FEWEST_PICTURES, 32, 32, 3), np.uint8)
    bright = rng.integers(0, 256, (FEWEST_PICTURES // 4, 32, 32, 3), np.uint8)
    kept = ordinary_pictures(deepdog(0.25, 32), np.concatenate([bright, dull]))
    assert np.array_equal(kept, dull)


def _spread(network: keras.Model, pictures: Pixels) -> float:
    """Return the largest channel's range over the median's, between depthwise and pointwise of block 3."""
    between = keras.Model(network.input, network.get_layer("block3_depthwise").output)
    ranges = np.abs(np.asarray(between(pictures.astype(np.float32)))).max(axis=(0, 1, 2))
    return float(ranges.max() / np.median(ranges))
