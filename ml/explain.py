"""Why the network said so: a page of what each layer sees in one photo, and where the evidence lies."""

from typing import Any, NamedTuple

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image

from ml import pages
from ml.activations import Layer, layers
from ml.interpreter import Interpreter, Prediction
from ml.model_files import ModelFile
from ml.pixels import Tensor, centre_square, decode, photo_to_tensor

MAPS_SHOWN = 12
PHOTO_SIDE = 512  # pixels
BOX_SHARE = 0.5
"""Of the heatmap's peak: what is above it and hangs together with the peak is boxed."""
EVIDENCE_COLOURS = "inferno"
MAP_COLOURS = "magma"


class Box(NamedTuple):
    """A rectangle in fractions of the square's side."""

    left: float
    top: float
    width: float
    height: float


def explain_html(photo: Image.Image, name: str, model: ModelFile) -> str:
    """Return a self-contained page.

    Args:
        photo: a picture opened by Pillow.
        name: of the photo.
        model: that judges it.

    Raises:
        PhotoError: the picture cannot be decoded.
        ModelError: the file is no model of the contract.
    """
    interpreter = Interpreter(model.content)
    tensor = photo_to_tensor(photo, interpreter.resolution)
    prediction = interpreter.classify(tensor)
    found = layers(model.content, tensor)
    return pages.render(
        "explain.html",
        title=f"{model.labels[prediction.score >= model.threshold]}: {prediction.score:.3f}",
        name=name,
        model=model.name,
        resolution=interpreter.resolution,
        score=prediction.score,
        threshold=model.threshold,
        labels=model.labels,
        logit=float(prediction.heatmap.mean()),
        peak=float(prediction.heatmap.max()),
        photo=pages.picture_uri(_square(photo)),
        seen=pages.picture_uri(tensor[0], lossless=True),
        evidence=pages.picture_uri(evidence(prediction), lossless=True),
        box=peak_box(prediction.heatmap),
        cells=[[float(value) for value in row] for row in prediction.heatmap],
        layers=[_shown(layer) for layer in found],
        tallest=max(layer.shape[0] for layer in found),
        widest=max(layer.shape[2] for layer in found),
    )


def evidence(prediction: Prediction) -> Tensor:
    """Return the heatmap as a picture to lay over the photo, uint8 RGBA (512, 512, 4): the more evidence, the brighter; none is clear."""
    heatmap = _enlarged(prediction.heatmap, PHOTO_SIDE)
    strength = np.clip(heatmap / max(float(heatmap.max()), 1e-6), 0, 1)
    coloured = mpl.colormaps[EVIDENCE_COLOURS](0.25 + 0.75 * strength)
    coloured[..., 3] = 0.75 * strength
    pixels: Tensor = (coloured * 255).round().astype(np.uint8)
    return pixels


def peak_box(heatmap: npt.NDArray[np.float32]) -> Box | None:
    """Return the box around the part of the heatmap that holds its peak; None where there is no evidence at all."""
    large = _enlarged(heatmap, PHOTO_SIDE)
    if large.max() <= 0:
        return None
    _, parts, statistics, _ = cv2.connectedComponentsWithStats(
        (large >= BOX_SHARE * large.max()).astype(np.uint8)
    )
    of_peak = int(parts[np.unravel_index(int(large.argmax()), large.shape)])
    left, top, width, height = (int(n) / PHOTO_SIDE for n in statistics[of_peak][:4])
    return Box(left, top, width, height)


def _enlarged(heatmap: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.float32]:
    """Interpolate between the middles of the cells; at the border the nearest cell's value, as the app does."""
    return cv2.resize(heatmap, (side, side), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)


def _square(photo: Image.Image) -> Tensor:
    picture = decode(photo)
    left, top, side = centre_square(*picture.size)
    cut = picture.crop((left, top, left + side, top + side))
    return np.asarray(cut.resize((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS))


def _shown(layer: Layer) -> dict[str, Any]:
    height, width, channels = layer.shape
    maps = [
        {"channel": channel, "uri": _map_uri(layer.activations[..., channel])}
        for channel in layer.most_active(MAPS_SHOWN)
    ]
    energy = np.abs(layer.activations).mean(axis=2)
    return {
        "number": layer.number,
        "name": layer.name,
        "height": height,
        "width": width,
        "channels": channels,
        "energy": _map_uri(energy),
        "maps": maps,
        "silent": int((np.abs(layer.activations).max(axis=(0, 1)) < 1e-6).sum()),
    }


def _map_uri(values: npt.NDArray[np.float32]) -> str:
    """Return one channel, stretched over its own range, as a picture with a few colours."""
    low, high = float(values.min()), float(values.max())
    stretched = (values - low) / (high - low) if high > low else np.zeros_like(values)
    coloured = (mpl.colormaps[MAP_COLOURS](stretched)[..., :3] * 255).round().astype(np.uint8)
    return pages.picture_uri(coloured, lossless=True)
