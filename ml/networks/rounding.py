"""A network that learns under the rounding of 8 bits, so that its exported file answers as it does itself.

After Jacob et al. 2018 ("Quantization and training of neural networks for efficient integer-arithmetic-only inference", section 3): forwards, weights and
activations take the values that 8 bits can hold; backwards, rounding counts as the identity. Batch norm is folded first, as in the file. Each range is
drawn a little wider or narrower for every batch, since the converter's grid is a slightly different one, and the network should not mind.
"""

from collections.abc import Iterator

import keras
import numpy as np
from keras import layers, ops, random

from ml.elu_ranges import LOWEST
from ml.networks.chain import applied, is_chain
from ml.pixels import Tensor

LEVELS = 255
"""Steps between the smallest and the largest of 256 values."""

WEIGHT_STEPS = 127
"""A weight is -127 to 127 steps of its output channel's scale (section 3, and LiteRT's specification)."""

RANGE_JITTER = 0.1


class RoundedConvolution(layers.Layer):  # type: ignore[misc]
    """A convolution, depthwise or not, with a bias, whose weights are rounded channel by channel."""

    def __init__(self, of: layers.Layer) -> None:
        """Take over name, strides, kernel and bias of a convolution that has a bias or none."""
        super().__init__(name=of.name)
        self._depthwise = isinstance(of, layers.DepthwiseConv2D)
        self._strides = of.strides
        self._padding = of.padding
        kernel, *bias = of.get_weights()
        self.kernel = self.add_weight(shape=kernel.shape, initializer="zeros", name="kernel")
        self.bias = self.add_weight(shape=bias[0].shape, initializer="zeros", name="bias") if bias else None
        self.set_weights([kernel, *bias])

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Convolve float32 (B, H, W, C)."""
        within = (0, 1, 3) if self._depthwise else (0, 1, 2)
        scale = ops.maximum(ops.max(ops.abs(self.kernel), axis=within, keepdims=True) / WEIGHT_STEPS, 1e-12)
        kernel = _straight_through(self.kernel, ops.round(self.kernel / scale) * scale)
        convolve = ops.depthwise_conv if self._depthwise else ops.conv
        convolved = convolve(x, kernel, strides=self._strides, padding=self._padding)
        return convolved if self.bias is None else convolved + self.bias


class Rounded(layers.Layer):  # type: ignore[misc]
    """Takes an activation to the nearest of 256 values, one of which is zero; what lies outside their range is clipped."""

    def __init__(self, lowest: float, highest: float, name: str) -> None:
        super().__init__(name=name)
        self._lowest = min(lowest, 0.0)
        self._highest = max(highest, 0.0)
        self._seeds = random.SeedGenerator(0)

    def call(self, x: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """Round float32 of any shape."""
        scale = (self._highest - self._lowest) / LEVELS
        if training:
            scale = scale * random.uniform((), 1 - RANGE_JITTER, 1 + RANGE_JITTER, seed=self._seeds)
        below = ops.round(-self._lowest / ops.convert_to_tensor(scale, "float32"))
        clipped = ops.clip(x, -below * scale, (LEVELS - below) * scale)
        return _straight_through(clipped, ops.round(clipped / scale) * scale)


def folded(network: keras.Model) -> keras.Model:
    """Return a network that answers the same, its batch norm folded into the convolutions before.

    Args:
        network: a chain of layers in which each batch norm follows a convolution, as `ml.networks.deepdog` builds it.
    """
    x = pixels = keras.Input(network.input_shape[1:], name="pixels")
    for layer, following in _with_following(network):
        if isinstance(layer, layers.BatchNormalization):
            continue
        copy = layer.__class__.from_config(
            {**layer.get_config(), **({"use_bias": True} if _is_normalised(layer, following) else {})}
        )
        x = copy(x)
        if following is not None and _is_normalised(layer, following):
            kernel, *bias = layer.get_weights()
            gamma, beta, mean, variance = following.get_weights()
            scale = gamma / np.sqrt(variance + following.epsilon)
            copy.set_weights([kernel * scale, beta + (sum(bias) - mean) * scale])
        else:
            copy.set_weights(layer.get_weights())
    return keras.Model(pixels, x, name=network.name)


def rounding_aware(network: keras.Model, pictures: Tensor) -> keras.Model:
    """Build the network that rounds as the file of a folded one will.

    Args:
        network: of `folded`, with channels equalised (`ml.equalise`).
        pictures: uint8 (N, R, R, 3), the ordinary ones, which show the range of each activation.

    Returns:
        A model from pixels to logits with the same weights, called "rounding".

    Raises:
        ValueError: the network is no chain of layers.
    """
    if not is_chain(network):
        raise ValueError(f"{network.name} is no chain of layers")
    seen = ops.convert_to_tensor(pictures, "float32")
    x = pixels = keras.Input(network.input_shape[1:], name="pixels")
    for layer, following in _with_following(network):
        seen = applied(layer, seen)
        lowest, highest = float(ops.min(seen)), float(ops.max(seen))
        is_convolution = isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D)
        x = (
            RoundedConvolution(layer)(x)
            if is_convolution
            else layer.__class__.from_config(layer.get_config())(x)
        )
        if is_convolution and isinstance(following, layers.Activation):
            lowest = max(lowest, LOWEST)
        if is_convolution or isinstance(layer, layers.Activation):
            x = Rounded(lowest, highest, name=f"{layer.name}_rounded")(x)
    return keras.Model(pixels, x, name="rounding")


def unrounded(network: keras.Model, plain: keras.Model) -> keras.Model:
    """Give `plain`, the folded network, the weights that the network of `rounding_aware` has learnt, and return it."""
    for layer in network.layers:
        if isinstance(layer, RoundedConvolution):
            plain.get_layer(layer.name).set_weights(layer.get_weights())
    return plain


def _straight_through(x: keras.KerasTensor, rounded: keras.KerasTensor) -> keras.KerasTensor:
    return x + ops.stop_gradient(rounded - x)


def _with_following(network: keras.Model) -> Iterator[tuple[keras.Layer, keras.Layer | None]]:
    following = [*network.layers[2:], None]
    return zip(network.layers[1:], following, strict=True)


def _is_normalised(layer: keras.Layer, following: keras.Layer | None) -> bool:
    return isinstance(layer, layers.Conv2D) and isinstance(following, layers.BatchNormalization)
