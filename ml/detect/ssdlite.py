"""SSDLite on MobileNet V2, the detector that DeepDog's is compared with.

Sandler et al. 2018, "MobileNetV2", section 6.2: SSD (Liu et al. 2016) whose convolutions are separable. The first grid, of stride 16, reads the expansion
of block 13, the second, of stride 32, the body's last layer; three more come of separable convolutions of stride 2.

    block 13's expansion, stride 16 -+
    last layer, stride 32           -+-> each: separable 3x3 -> a logit and four offsets for each of 6 anchors (`ml/detect/anchors.py`) -> all grids in a row
    512, 256, 256 channels, halved  -+
"""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter as LiteRtInterpreter
from keras import layers
from scipy.special import expit

from ml.bundle import Scheme
from ml.detect.anchors import PER_CELL, STRIDES, anchors, decode
from ml.detect.decode import Decoding, Detections
from ml.detect.evaluate import Finder
from ml.networks.batch_norm import BatchNorm
from ml.networks.deepdog import NORM_MOMENTUM
from ml.networks.retrained import retrained
from ml.networks.starting_weights import start_from_quantised
from ml.pixels import Tensor
from ml.quantise import convert

BODY = "mobilenet_v2"
GRIDS_OF_BODY = ("block_13_expand_relu", "out_relu")
WIDTHS = (512, 256, 256)
"""Channels of the grids that follow the body."""


def ssdlite(alpha: float, resolution: int) -> keras.Model:
    """Build the network as it is trained, with random weights.

    Args:
        alpha: width multiplier of the body.
        resolution: R, side of the input in pixels, a multiple of 32.

    Returns:
        A model from pixels, float32 (batch, R, R, 3) in [0, 255], to a list of the anchors' logits (batch, anchors, 1) and offsets (batch, anchors, 4).
    """
    body = retrained(alpha, resolution, name=BODY)
    grids = [body.get_layer(name).output for name in GRIDS_OF_BODY]
    for number, width in enumerate(WIDTHS, start=1):
        name = f"grid{number}"
        x = _normalised(layers.Conv2D(width // 2, 1, use_bias=False, name=f"{name}_narrow")(grids[-1]))
        x = _normalised(layers.DepthwiseConv2D(3, 2, "same", use_bias=False, name=f"{name}_halved")(x))
        grids.append(_normalised(layers.Conv2D(width, 1, use_bias=False, name=f"{name}_wide")(x)))
    outputs = [
        layers.Concatenate(axis=1, name=name)(
            [
                _predicted(grid, f"{name}_{stride}", values)
                for grid, stride in zip(grids, STRIDES, strict=True)
            ]
        )
        for name, values in (("classes", 1), ("offsets", 4))
    ]
    return keras.Model(body.input, outputs, name="ssdlite_mobilenet_v2")


def start_from_mobilenet(network: keras.Model, file: Path, pictures: Callable[[], Tensor]) -> None:
    """Give the body ImageNet's weights out of a quantised MobileNet V2.

    Args:
        network: of `ssdlite`.
        file: the .tflite file, of the same alpha.
        pictures: gives a few hundred, uint8 (N, R, R, 3), on which batch norm's statistics are measured.

    Raises:
        DequantiseError: the file is not quantised, or another network.
    """
    body = keras.Model(network.input, network.get_layer(GRIDS_OF_BODY[-1]).output, name=BODY)
    start_from_quantised(body, file, pictures())


def quantise_ssdlite(network: keras.Model, representative: Tensor, scheme: Scheme) -> bytes:
    """Convert the network to a .tflite file with the outputs `scores` (1, anchors, 1) in [0, 1] and `offsets` (1, anchors, 4).

    Args:
        network: of `ssdlite`.
        representative: uint8 (N, R, R, 3), which show the range of each activation; only int8 looks at them.
        scheme: how to round.
    """
    pixels = keras.Input(batch_shape=(1, *network.input_shape[1:]), name="pixels")
    logits, offsets = network(pixels)
    scores = layers.Activation("sigmoid", name="scores")(logits)
    return convert(keras.Model(pixels, {"scores": scores, "offsets": offsets}), representative, scheme)


def network_detections(network: keras.Model, pictures: Tensor, decoding: Decoding) -> list[Detections]:
    """Return what the network finds in pictures, uint8 (N, R, R, 3), from the lowest score on."""
    logits, offsets = network.predict(pictures, batch_size=32, verbose=0)
    of = anchors(pictures.shape[1])
    return [
        decode(scores, moved, of, decoding)
        for scores, moved in zip(expit(logits[..., 0]), offsets, strict=True)
    ]


def finder(model: bytes, decoding: Decoding) -> Finder:
    """Return what a file of `quantise_ssdlite` finds, on one thread."""
    litert = LiteRtInterpreter(model_content=model, num_threads=1)
    run = litert.get_signature_runner()
    resolution = int(run.get_input_details()["pixels"]["shape"][1])
    of = anchors(resolution)

    def find(tensor: Tensor) -> Detections:
        found: dict[str, np.ndarray] = run(pixels=tensor)
        return decode(found["scores"][0, :, 0], found["offsets"][0], of, decoding)

    return Finder(find, resolution, len(model))


def _predicted(grid: keras.KerasTensor, name: str, values: int) -> keras.KerasTensor:
    """Return what a grid says of its anchors, (batch, anchors, values)."""
    x = _normalised(layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"{name}_depthwise")(grid))
    x = layers.Conv2D(PER_CELL * values, 1, name=f"{name}_pointwise")(x)
    return layers.Reshape((-1, values), name=f"{name}_of_anchors")(x)


def _normalised(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.ReLU(6.0)(BatchNorm(momentum=NORM_MOMENTUM)(x))
