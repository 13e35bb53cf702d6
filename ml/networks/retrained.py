"""Networks of keras.applications with our head, to retrain or fine-tune, and to compare DeepDog with.

    mobilenet_v1        Howard et al. 2017
    mobilenet_v2        Sandler et al. 2018
    mobilenet_v3_small  Howard et al. 2019
    inception_v3        Szegedy et al. 2015
    xception            Chollet 2017
    vgg16               Simonyan and Zisserman 2014

Layers keep the names that keras.applications gives them, so that its weight files fit by name.
"""

import warnings
from collections.abc import Callable
from functools import partial

import keras
import numpy as np
from keras import applications, layers

from ml.networks.batch_norm import BatchNorm
from ml.networks.deepdog import NORM_MOMENTUM
from ml.networks.head import pixels_in_unit_range, with_head

VGG_MEAN_BGR = (103.939, 116.779, 123.68)
"""Of ImageNet's pixels, which VGG takes as BGR in [0, 255] less this."""


SCALABLE = ("mobilenet_v1", "mobilenet_v2", "mobilenet_v3_small")
APPLICATIONS: dict[str, Callable[..., keras.Model]] = {
    "mobilenet_v1": applications.MobileNet,
    "mobilenet_v2": applications.MobileNetV2,
    "mobilenet_v3_small": partial(applications.MobileNetV3Small, include_preprocessing=False),
    "inception_v3": applications.InceptionV3,
    "xception": applications.Xception,
    "vgg16": applications.VGG16,
}


def retrained(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0, *, name: str) -> keras.Model:
    """Build a network of `APPLICATIONS`, with random weights.

    Args:
        alpha: width multiplier of those that are `SCALABLE`.
        resolution: side of the input in pixels.
        dropout: share of features dropped before the head while training.
        name: the network's.

    Raises:
        ValueError: an alpha for a network that comes in one width.
    """
    pixels, x = (_pixels_as_vgg_takes_them if name == "vgg16" else pixels_in_unit_range)(resolution)
    with warnings.catch_warnings():
        # It warns that ImageNet's weights would be for another resolution; none are loaded.
        warnings.filterwarnings("ignore", "`input_shape` is undefined or non-square")
        body = body_of(name, alpha, weights=None, input_tensor=x)
    network = with_head(pixels, body.output, dropout, name)
    with_our_norm = keras.models.clone_model(network, clone_function=_with_our_norm)
    with_our_norm.set_weights(network.get_weights())
    return with_our_norm


def body_of(name: str, alpha: float, **options: object) -> keras.Model:
    """Build the network of keras.applications without its classifier.

    Raises:
        ValueError: an alpha for a network that comes in one width.
    """
    if name in SCALABLE:
        options["alpha"] = alpha
    elif alpha != 1:
        raise ValueError(f"{name} comes in one width; leave alpha at 1, not {alpha:g}")
    return APPLICATIONS[name](include_top=False, **options)


def _with_our_norm(layer: keras.Layer) -> keras.Layer:
    """Copy a layer; batch norm as the fused one, and with a shorter memory: theirs, up to 0.999, outlasts the few steps that a small set of photos gives."""
    if isinstance(layer, layers.BatchNormalization):
        return BatchNorm.from_config(layer.get_config() | {"momentum": NORM_MOMENTUM})
    return layer.__class__.from_config(layer.get_config())


def _pixels_as_vgg_takes_them(resolution: int) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    pixels = keras.Input((resolution, resolution, 3), name="pixels")
    to_bgr = layers.Conv2D(3, 1, trainable=False, name="scale")
    scaled = to_bgr(pixels)
    to_bgr.set_weights([np.eye(3)[::-1].reshape(1, 1, 3, 3), -np.array(VGG_MEAN_BGR)])
    return pixels, scaled
