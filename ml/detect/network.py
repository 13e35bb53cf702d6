"""The detector: DeepDog's body, and a head that says of each cell of a grid whether a box has its centre there, how large it is, and where in the cell.

Head after Zhou, Wang and Kraehenbuehl 2019, "Objects as Points", section 3 (centre heatmap, size, offset; no anchors); three depths of the body are brought to
one grid of stride 8 by one bilinear enlargement each, and added (Lin et al. 2017, "Feature pyramid networks", section 3, without its steps in between).

    body's block 13, stride 32: what it is        -> 1x1 conv, batch norm, 4 x larger -+
    body's block 11, stride 16                    -> 1x1 conv, batch norm, 2 x larger -+-> sum, ELU -> separable 3x3, batch norm, ELU, twice -> 1x1 convs:
    body's block  5, stride  8: where its edges are -> 1x1 conv, batch norm ----------+    centres (1), sizes (2), offsets (2)
    body's block 13, its mean over the picture: whether there is any at all -> 1x1 conv, sigmoid, gain, to every cell's centre

A grid of stride 8 sees a sausage; that the whole picture shows a plate of ribs is what the mean says (after Liu et al. 2015, "ParseNet", section 3.1). That
last line is fitted when the rest is trained (`ml/detect/context.py`); until then it adds nothing.
"""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from keras import layers

from ml.detect.bundle import is_detector
from ml.detect.decode import OUTPUTS
from ml.networks.batch_norm import BatchNorm
from ml.networks.deepdog import MOBILENET_BLOCKS, NORM_MOMENTUM, deepdog
from ml.networks.starting_weights import DEEPDOG, DETECTOR, is_quantised, start_from_quantised
from ml.pixels import Tensor

STRIDE = 8
"""Pixels along a side of a cell."""
WIDTH = 128
"""Channels of the head."""
REFINEMENTS = 2
"""Separable convolutions of the head."""
DEPTHS = (("block13_elu", 4), ("block11_elu", 2), ("block5_elu", 1))
"""(the body's layer, how many times coarser than the grid)."""
LAST_OF_BODY = DEPTHS[0][0]
CENTRES, MEAN, CONTEXT, GAIN = "centres", "mean", "context", "gain"
"""Names of the layers between the body's mean features and the centres."""
PRIOR = 0.1
"""What an untrained head says of each cell, so that the many empty ones do not drown the few (Lin et al. 2017, "Focal loss", section 4.1)."""


def detector(alpha: float, resolution: int) -> keras.Model:
    """Build the network as it is trained, with random weights.

    Args:
        alpha: width multiplier of the body.
        resolution: R, side of the input in pixels, a multiple of 32.

    Returns:
        A model from pixels, float32 (batch, R, R, 3) in [0, 255], to a list of (batch, R/8, R/8, channels): centres (1 channel) in logits, sizes (2) and
        offsets (2) in cells.
    """
    if resolution % 32:
        raise ValueError(f"a detector's resolution is a multiple of 32, not {resolution}")
    body = deepdog(alpha, resolution, blocks=MOBILENET_BLOCKS)
    x = layers.Add(name="merged")(
        [_brought_to_grid(body.get_layer(name).output, name, times) for name, times in DEPTHS]
    )
    x = layers.Activation("elu", name="merged_elu")(x)
    for number in range(1, REFINEMENTS + 1):
        name = f"refined{number}"
        x = layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
        x = layers.Conv2D(WIDTH, 1, use_bias=False, name=f"{name}_pointwise")(x)
        x = BatchNorm(momentum=NORM_MOMENTUM, name=f"{name}_norm")(x)
        x = layers.Activation("elu", name=f"{name}_elu")(x)
    prior = keras.initializers.Constant(float(np.log(PRIOR / (1 - PRIOR))))
    centres = layers.Conv2D(1, 1, bias_initializer=prior, name=CENTRES)(x)
    mean = layers.GlobalAveragePooling2D(keepdims=True, name=MEAN)(body.get_layer(LAST_OF_BODY).output)
    held = {"kernel_initializer": "zeros", "trainable": False}
    any_at_all = layers.Activation("sigmoid", name="any")(layers.Conv2D(1, 1, **held, name=CONTEXT)(mean))
    context = layers.Conv2D(1, 1, use_bias=False, **held, name=GAIN)(any_at_all)
    # Spread by a layer of its own: TensorFlow fuses a convolution with an addition even where it would have to broadcast, and then adds other numbers.
    context = layers.UpSampling2D(resolution // STRIDE, interpolation="bilinear", name="everywhere")(context)
    outputs = [
        layers.Add(name="centres_in_context")([centres, context]),
        layers.Conv2D(2, 1, name="sizes")(x),
        layers.Conv2D(2, 1, name="offsets")(x),
    ]
    return keras.Model(body.input, outputs, name=DETECTOR)


def start_detector(network: keras.Model, weights: Path, pictures: Callable[[], Tensor]) -> None:
    """Give the detector's body the weights of a classifier, or all of it those of a detector.

    Args:
        network: of `detector`.
        weights: a run's network.keras, or a bundle, of the same network and alpha, and of any resolution.
        pictures: gives a few hundred, uint8 (N, R, R, 3), on which batch norm's statistics are measured where the weights have it folded.

    Raises:
        DequantiseError: the bundle's file is another network.
        ValueError: the file is no network, or another one.
    """
    if is_detector(weights):
        # Not the context, which the file has at its end: what is taught anew gets another.
        without = keras.Model(
            network.input, [network.get_layer(name).output for name in OUTPUTS], name=DETECTOR
        )
        start_from_quantised(without, weights, pictures(), _as_files_run(without))
    elif is_quantised(weights):
        body_alone = keras.Model(network.input, network.get_layer(LAST_OF_BODY).output, name=DEEPDOG)
        start_from_quantised(body_alone, weights, pictures())
    else:
        trained = keras.models.load_model(weights, compile=False)
        start_from_run(trained, network, weights)


def start_from_run(trained: keras.Model, network: keras.Model, weights: Path | str) -> None:
    """Give the detector's body the weights of a classifier, or all of it but the context those of a detector; `weights` names them in messages.

    Raises:
        ValueError: it is another network.
    """
    known = {layer.name: layer for layer in trained.layers if layer.weights}
    ours = [layer for layer in network.layers if layer.weights]
    if trained.name != network.name:
        of_body = ("conv", "block")
        ours = [layer for layer in ours if layer.name.startswith(of_body) and "_lateral" not in layer.name]
    for layer in ours:
        if layer.name in (CONTEXT, GAIN):
            continue
        shapes = [weight.shape for weight in layer.weights]
        if layer.name not in known or [w.shape for w in known[layer.name].weights] != shapes:
            raise ValueError(
                f"{weights} has not the detector's body: {layer.name} is missing or of another width. "
                "Start from a run of the network `deepdog_mobilenet` with the same --alpha"
            )
        layer.set_weights(known[layer.name].get_weights())


def _as_files_run(network: keras.Model) -> list[str]:
    """Name the convolutions in the order of a converter: what branches off comes at once, not after the rest of the body, and outputs by their names."""
    laterals = {name.replace("_elu", "_pointwise"): name.replace("_elu", "_lateral") for name, _ in DEPTHS}
    in_order = []
    for layer in network.layers:
        if isinstance(layer, layers.Conv2D | layers.DepthwiseConv2D) and layer.name not in laterals.values():
            in_order += [layer.name, *([laterals[layer.name]] if layer.name in laterals else [])]
    outputs = len(OUTPUTS)
    return [*in_order[:-outputs], *sorted(in_order[-outputs:])]


def with_probabilities(network: keras.Model, batch_size: int | None = None) -> keras.Model:
    """Return the same network with the outputs that phones read, `centres` in [0, 1]."""
    pixels = keras.Input(batch_shape=(batch_size, *network.input_shape[1:]), name="pixels")
    logits, sizes, offsets = network(pixels)
    centres = layers.Activation("sigmoid", name="probabilities")(logits)
    outputs = {"centres": centres, "sizes": sizes, "offsets": offsets}
    return keras.Model(pixels, outputs, name=network.name)


def _brought_to_grid(x: keras.KerasTensor, name: str, times: int) -> keras.KerasTensor:
    name = name.replace("_elu", "")
    x = layers.Conv2D(WIDTH, 1, use_bias=False, name=f"{name}_lateral")(x)
    x = BatchNorm(momentum=NORM_MOMENTUM, name=f"{name}_lateral_norm")(x)
    if times == 1:
        return x
    return layers.UpSampling2D(times, interpolation="bilinear", name=f"{name}_enlarged")(x)
