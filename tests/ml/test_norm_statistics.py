"""Batch norm's statistics are those of the pictures, layer after layer."""

import keras
import numpy as np
import pytest

from ml.networks.deepdog import deepdog
from ml.norm_statistics import set_norm_statistics

pytestmark = pytest.mark.training


def test_measured_statistics_normalise_the_very_pictures_they_were_measured_on() -> None:
    network = deepdog(0.25, 32)
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 32, 3), np.uint8)
    # What was remembered is of no use.
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma, beta, mean + 5, variance * 9])
    set_norm_statistics(network, pixels)
    by_batch = np.asarray(network(pixels.astype(np.float32), training=True))
    by_statistics = np.asarray(network(pixels.astype(np.float32), training=False))
    assert by_statistics == pytest.approx(by_batch, abs=1e-4)
