"""What a network costs before anything is measured: parameters and multiply-adds."""

import keras
import numpy as np


def parameters(network: keras.Model) -> int:
    """Return the number of weights, batch norm's statistics included."""
    return int(network.count_params())


def multiply_adds(network: keras.Model) -> int:
    """Return the multiply-adds of all convolutions and dense layers for one picture, as papers count them: normalisation and activation are left out."""
    return sum(_of_layer(layer) for layer in _flat(network))


def _of_layer(layer: keras.layers.Layer) -> int:
    if isinstance(layer, keras.layers.Dense):
        return int(np.prod(layer.kernel.shape))
    if isinstance(layer, keras.layers.SeparableConv2D):
        return _places(layer) * sum(
            int(np.prod(k.shape)) for k in (layer.depthwise_kernel, layer.pointwise_kernel)
        )
    if isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
        return _places(layer) * int(np.prod(layer.kernel.shape))
    return 0


def _places(layer: keras.layers.Layer) -> int:
    _, height, width, _ = layer.output.shape
    return int(height * width)


def _flat(network: keras.Model) -> list[keras.layers.Layer]:
    return [
        inner
        for layer in network.layers
        for inner in (_flat(layer) if isinstance(layer, keras.Model) else [layer])
    ]
