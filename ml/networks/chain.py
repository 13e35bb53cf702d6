"""Networks that are a chain: each layer reads the one before it and nothing else, so one can walk along and look at what passes."""

import keras
from keras import layers


def is_chain(network: keras.Model) -> bool:
    """Tell whether each layer reads the one before it and nothing else."""
    pairs = zip(network.layers, network.layers[1:], strict=False)
    return all(following.input is layer.output for layer, following in pairs)


def applied(layer: keras.Layer, x: keras.KerasTensor) -> keras.KerasTensor:
    """Return what a layer makes of `x` when it is not training, float32."""
    remembers = isinstance(layer, layers.BatchNormalization | layers.SpatialDropout2D)
    return layer(x, training=False) if remembers else layer(x)
