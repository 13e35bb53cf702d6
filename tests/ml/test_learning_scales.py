"""Weights of one size compute what weights of all sizes computed."""

import keras
import numpy as np
import pytest
from keras import layers

from ml.networks.deepdog import deepdog
from ml.networks.learning_scales import scale_for_learning
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor

pytestmark = pytest.mark.training


@pytest.fixture
def pictures() -> Tensor:
    return np.random.default_rng(0).integers(0, 256, (16, 32, 32, 3), np.uint8)


def uneven(pictures: Tensor) -> keras.Model:
    """Return DeepDog with channels of all sizes, as a file made for 8 bits leaves them."""
    network, rng = deepdog(0.25, 32), np.random.default_rng(1)
    for layer in network.layers:
        if isinstance(layer, layers.DepthwiseConv2D | layers.Conv2D):
            kernel, *bias = layer.get_weights()
            layer.set_weights([kernel * rng.uniform(0.01, 100, (kernel.shape[2], 1)), *bias])
    set_norm_statistics(network, pictures)
    return network


@pytest.mark.parametrize("training", [False, True])
def test_the_network_computes_the_same(pictures: Tensor, training: bool) -> None:
    network = uneven(pictures)
    before = np.asarray(network(pictures.astype(np.float32), training=training))
    scale_for_learning(network)
    after = np.asarray(network(pictures.astype(np.float32), training=training))
    assert before.std() > 0.01
    assert after == pytest.approx(before, rel=1e-2, abs=1e-3)


def test_every_channel_has_one_size(pictures: Tensor) -> None:
    network = uneven(pictures)
    scale_for_learning(network)
    for layer in network.layers[:-2]:  # the heatmap's layer has no batch norm that would make up for it
        if isinstance(layer, layers.DepthwiseConv2D):
            assert np.sqrt((layer.get_weights()[0] ** 2).mean((0, 1, 3))) == pytest.approx(1 / 3, rel=1e-4)
        elif isinstance(layer, layers.Conv2D):
            (kernel,) = layer.get_weights()
            size = 1 / np.sqrt(np.prod(kernel.shape[:3]))
            assert np.sqrt((kernel**2).mean((0, 1, 2))) == pytest.approx(size, rel=1e-4)


def test_networks_that_differ_by_scales_alone_become_equal(pictures: Tensor) -> None:
    network = uneven(pictures)
    twin = keras.models.clone_model(network)
    twin.set_weights(network.get_weights())
    (kernel,), (following,) = (
        twin.get_layer(f"block3_{part}").get_weights() for part in ("depthwise", "pointwise")
    )
    kernel[:, :, 2] *= 50
    following[:, :, 2] /= 50
    twin.get_layer("block3_depthwise").set_weights([kernel])
    twin.get_layer("block3_pointwise").set_weights([following])
    for one in (network, twin):
        scale_for_learning(one)
    for weights, same in zip(network.get_weights(), twin.get_weights(), strict=True):
        assert same == pytest.approx(weights, rel=1e-4, abs=1e-6)


def test_a_channel_of_zeros_stays_one(pictures: Tensor) -> None:
    network = uneven(pictures)
    (kernel,) = network.get_layer("conv").get_weights()
    kernel[..., 3] = 0
    network.get_layer("conv").set_weights([kernel])
    scale_for_learning(network)
    assert not network.get_layer("conv").get_weights()[0][..., 3].any()
    assert all(np.isfinite(weights).all() for weights in network.get_weights())
