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

import keras
import numpy as np
from keras import applications, layers

from ml.networks.head import pixels_in_unit_range, with_head

VGG_MEAN_BGR = (103.939, 116.779, 123.68)
"""Of ImageNet's pixels, which VGG takes as BGR in [0, 255] less this."""


def mobilenet_v1(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build MobileNet V1 at a width of alpha."""
    return _scaled("mobilenet_v1", applications.MobileNet, resolution, dropout, alpha=alpha)


def mobilenet_v2(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build MobileNet V2 at a width of alpha."""
    return _scaled("mobilenet_v2", applications.MobileNetV2, resolution, dropout, alpha=alpha)


def mobilenet_v3_small(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build MobileNet V3-Small at a width of alpha."""
    small = applications.MobileNetV3Small
    return _scaled("mobilenet_v3_small", small, resolution, dropout, alpha=alpha, include_preprocessing=False)


def inception_v3(alpha: float = 1.0, resolution: int = 299, dropout: float = 0.0) -> keras.Model:
    """Build Inception V3, which comes in one width."""
    _one_width("inception_v3", alpha)
    return _scaled("inception_v3", applications.InceptionV3, resolution, dropout)


def xception(alpha: float = 1.0, resolution: int = 299, dropout: float = 0.0) -> keras.Model:
    """Build Xception, which comes in one width."""
    _one_width("xception", alpha)
    return _scaled("xception", applications.Xception, resolution, dropout)


def vgg16(alpha: float = 1.0, resolution: int = 224, dropout: float = 0.0) -> keras.Model:
    """Build VGG16, which comes in one width."""
    _one_width("vgg16", alpha)
    pixels = keras.Input((resolution, resolution, 3), name="pixels")
    to_bgr = layers.Conv2D(3, 1, trainable=False, name="scale")
    x = to_bgr(pixels)
    to_bgr.set_weights([np.eye(3)[::-1].reshape(1, 1, 3, 3), -np.array(VGG_MEAN_BGR)])
    return with_head(pixels, _body(applications.VGG16, x), dropout, "vgg16")


def _scaled(
    name: str, application: Callable[..., keras.Model], resolution: int, dropout: float, **options: object
) -> keras.Model:
    pixels, x = pixels_in_unit_range(resolution)
    return with_head(pixels, _body(application, x, **options), dropout, name)


def _body(
    application: Callable[..., keras.Model], x: keras.KerasTensor, **options: object
) -> keras.KerasTensor:
    with warnings.catch_warnings():
        # It warns that ImageNet's weights would be for another resolution; none are loaded.
        warnings.filterwarnings("ignore", "`input_shape` is undefined or non-square")
        return application(include_top=False, weights=None, input_tensor=x, **options).output


def _one_width(name: str, alpha: float) -> None:
    if alpha != 1:
        raise ValueError(f"{name} comes in one width; leave alpha at 1, not {alpha:g}")
