"""The fused batch norm gives the numbers of Keras' own: outputs, gradients, remembered statistics; and survives saving."""

from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf

from ml.networks.batch_norm import BatchNorm

Floats = npt.NDArray[np.float32]
CHANNELS = 7


class Passed(NamedTuple):
    """What a training step makes of a layer."""

    outputs: Floats
    of_inputs: Floats
    of_gamma: Floats | None
    of_beta: Floats | None
    remembered_mean: Floats
    remembered_variance: Floats


def _step(kind: type[keras.layers.BatchNormalization], inputs: Floats, trainable: bool) -> Passed:
    layer = kind(momentum=0.9)
    layer.build(inputs.shape)
    of_channel = np.arange(CHANNELS, dtype=np.float32)
    layer.set_weights([1.5 + of_channel, of_channel, 0.1 * of_channel, 1 + of_channel])
    layer.trainable = trainable
    x = tf.constant(inputs)
    sources = [x, layer.gamma.value, layer.beta.value] if trainable else [x]
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, training=True)
        loss = tf.reduce_mean(tf.nn.elu(outputs) * of_channel)
    of_inputs, *of_weights = (gradient.numpy() for gradient in tape.gradient(loss, sources))
    of_gamma, of_beta = of_weights or (None, None)
    return Passed(
        outputs.numpy(),
        of_inputs,
        of_gamma,
        of_beta,
        layer.moving_mean.numpy(),
        layer.moving_variance.numpy(),
    )


@pytest.mark.parametrize("trainable", [True, False])
def test_a_step_is_that_of_keras(trainable: bool) -> None:
    inputs = np.random.default_rng(0).normal(3, 2, (4, 5, 6, CHANNELS)).astype(np.float32)
    ours, keras_own = (
        _step(kind, inputs, trainable) for kind in (BatchNorm, keras.layers.BatchNormalization)
    )
    for field, mine, theirs in zip(Passed._fields, ours, keras_own, strict=True):
        if theirs is None:
            assert mine is None
        else:
            assert mine is not None, field
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6, err_msg=field)


def test_frozen_statistics_stay() -> None:
    inputs = np.random.default_rng(0).normal(3, 2, (4, 5, 6, CHANNELS)).astype(np.float32)
    frozen = _step(BatchNorm, inputs, trainable=False)
    np.testing.assert_array_equal(frozen.remembered_mean, 0.1 * np.arange(CHANNELS, dtype=np.float32))


def test_a_saved_network_comes_back_with_it(tmp_path: Path) -> None:
    pixels = keras.Input((8, 8, 3))
    network = keras.Model(pixels, BatchNorm(name="norm")(pixels))
    network.save(tmp_path / "network.keras")
    again = keras.models.load_model(tmp_path / "network.keras")
    assert isinstance(again.get_layer("norm"), BatchNorm)
