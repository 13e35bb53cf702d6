"""The head that every network here ends in: one channel of logits, and their mean."""

import keras
from keras import layers


def with_head(
    pixels: keras.KerasTensor, features: keras.KerasTensor, dropout: float, name: str
) -> keras.Model:
    """Close a network.

    Args:
        pixels: its input, float32 (batch, R, R, 3) in [0, 255].
        features: the body's last activations, (batch, h, w, channels).
        dropout: share of features dropped while training.
        name: the network's.

    Returns:
        A model from pixels to logits, float32 (batch, 1): the mean of the layer `heatmap`, (batch, h, w, 1).
    """
    if dropout:
        features = layers.SpatialDropout2D(dropout, name="dropout")(features)
    heatmap = layers.Conv2D(1, 1, name="heatmap")(features)
    logit = layers.GlobalAveragePooling2D(name="logit")(heatmap)
    return keras.Model(pixels, logit, name=name)


def pixels_in_unit_range(resolution: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Return the input, float32 (batch, R, R, 3) in [0, 255], and the same scaled to [-1, 1]."""
    pixels = keras.Input((resolution, resolution, 3), name="pixels")
    return pixels, layers.Rescaling(1 / 127.5, offset=-1.0, name="scale")(pixels)
