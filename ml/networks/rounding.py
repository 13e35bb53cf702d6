"""A network trained as the int8 file will compute it: weights and activations are rounded on the way forward, as if they were not on the way back.

After Jacob et al. 2018 ("Quantization and training of neural networks for efficient integer-arithmetic-only inference", section 3), with what the exporter
does here: a convolution's weights have 255 levels for each output channel, symmetric about zero (batch norm is folded into them, which scales a channel's
weights and their levels alike), activations 256 levels between the extremes that ordinary pictures show (`ml.equalise`), and what enters an ELU reaches down
to -4 (`ml.elu_ranges`). Batch norm's statistics are measured behind rounded weights, so the biases folded from them make up for what rounding shifts.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from ml.elu_ranges import LOWEST
from ml.equalise import ordinary_pictures
from ml.networks.chain import applied
from ml.pixels import Tensor

WEIGHT_LEVELS = 127
"""On either side of zero."""


class RoundedWeights(layers.Wrapper):  # type: ignore[misc]
    """A convolution whose weights are rounded to 8 bits as it is applied; the gradient passes as if they were not."""

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Convolve float32 (batch, height, width, channels)."""
        layer = self.layer
        depthwise = isinstance(layer, layers.DepthwiseConv2D)
        kernel = _rounded(layer.kernel, axes=(0, 1) if depthwise else (0, 1, 2))
        convolve = ops.depthwise_conv if depthwise else ops.conv
        x = convolve(x, kernel, strides=layer.strides, padding=layer.padding)
        return ops.add(x, layer.bias) if layer.use_bias else x


class RoundedActivation(layers.Layer):  # type: ignore[misc]
    """Rounds to 256 levels between two numbers, beyond which it clips; the gradient passes as if it did neither.

    TensorFlow's own gradient of the operation stops where something is clipped and also tells what a wider range would do, which nobody asks here, since
    ranges are measured; a step took 1.6 times as long as an unrounded one with it, 1.1 times without.
    """

    def __init__(self, floor: float | None, name: str) -> None:
        super().__init__(name=name)
        self.floor = floor
        """Lowest number that needs telling apart; none when None."""

    def build(self, _shape: tuple[int | None, ...]) -> None:
        """Make room for the range."""
        self.range = self.add_weight(shape=(2,), initializer="zeros", trainable=False, name="range")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Round float32 of any shape."""

        @tf.custom_gradient  # type: ignore[untyped-decorator]
        def rounded(x: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            return tf.quantization.fake_quant_with_min_max_vars(x, lowest, highest), lambda gradient: gradient

        lowest, highest = ops.convert_to_tensor(self.range[0]), ops.convert_to_tensor(self.range[1])
        return rounded(x)

    def fit(self, x: keras.KerasTensor) -> None:
        """Reach from the least to the greatest of some activations, zero among them."""
        lowest, highest = float(ops.min(x)), float(ops.max(x))
        if self.floor is not None:
            lowest = max(lowest, self.floor)
        self.range.assign([min(lowest, 0.0), max(highest, 0.0)])


def rounding(network: keras.Model) -> keras.Model:
    """Return a network that computes with the same variables, rounded; its ranges are to be set before it is of use.

    Args:
        network: a chain (`ml.networks.chain`) of convolutions, batch norms and activations; the head's own output is not rounded.
    """
    x = pixels = keras.Input(network.input_shape[1:], name="rounded_pixels")
    for layer in network.layers[1:]:
        is_convolution = isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D)
        x = (RoundedWeights(layer, name=layer.name) if is_convolution else layer)(x)
        # A batch norm's output is a convolution's in the file; that of the pointwise convolution before it does not exist there.
        if isinstance(layer, layers.DepthwiseConv2D | layers.BatchNormalization | layers.Activation):
            floor = LOWEST if isinstance(layer, layers.BatchNormalization) else None
            x = RoundedActivation(floor, name=f"{layer.name}_rounded")(x)
    return keras.Model(pixels, x, name=network.name)


def set_ranges(rounded: keras.Model, pictures: Tensor) -> None:
    """Measure every activation's range anew.

    Args:
        rounded: what `rounding` returned.
        pictures: uint8 (N, R, R, 3), as the exporter will show them to the network.
    """
    x = ops.convert_to_tensor(pictures, "float32")
    for layer in rounded.layers[1:]:
        if isinstance(layer, RoundedActivation):
            layer.fit(x)
        x = applied(layer, x)


class RangesPerEpoch(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the ranges as each epoch begins: they follow the weights."""

    def __init__(self, rounded: keras.Model, network: keras.Model, pictures: Tensor) -> None:
        super().__init__()
        self._rounded = rounded
        self._network = network
        self._pictures = pictures

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Measure them on the pictures that are ordinary now."""
        set_ranges(self._rounded, ordinary_pictures(self._network, self._pictures))


def _rounded(kernel: keras.KerasTensor, axes: tuple[int, ...]) -> keras.KerasTensor:
    step = ops.max(ops.abs(kernel), axis=axes, keepdims=True) / WEIGHT_LEVELS
    step = ops.maximum(ops.stop_gradient(step), np.finfo(np.float32).tiny)
    return kernel + ops.stop_gradient(ops.round(kernel / step) * step - kernel)
