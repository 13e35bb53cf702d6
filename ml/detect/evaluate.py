"""Evaluation of whatever finds boxes, end to end: JPEG in, the pixel contract, the file itself, boxes out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from tqdm import tqdm

from ml.ahead import made_ahead
from ml.detect.annotations import Annotated, truths
from ml.detect.boxes import no_boxes
from ml.detect.decode import Decoding, Detections, decode
from ml.detect.interpreter import DetectorInterpreter
from ml.detect.measure import LOWEST_SCORE, NAMES, Measured
from ml.explain import peak_box
from ml.interpreter import Interpreter
from ml.metrics import Interval
from ml.pixels import Tensor, photo_to_tensor

LABELS = {
    "ap": "AP, overlaps 0.5 to 0.95",
    "ap50": "AP at 0.5",
    "ap_small": "AP, small boxes",
    "ap_medium": "AP, medium boxes",
    "ap_large": "AP, large boxes",
    "recall": "boxes found at the threshold",
    "precision": "found boxes that are right",
    "count_error": "count is off by, on average",
    "false_boxes": "boxes in a picture without",
}


class Finder(NamedTuple):
    """Something that finds boxes in the network's input."""

    find: Callable[[Tensor], Detections]
    """Takes uint8 (1, R, R, 3)."""
    resolution: int
    size_bytes: int

    @classmethod
    def of_detector(cls, model: bytes, decoding: Decoding) -> "Finder":
        """Return what a detector's file finds, from the lowest score on."""
        interpreter = DetectorInterpreter(model)
        return cls(
            lambda tensor: decode(interpreter.maps(tensor), LOWEST_SCORE, decoding),
            interpreter.resolution,
            len(model),
        )

    @classmethod
    def of_heatmap(cls, model: bytes) -> "Finder":
        """Return the one box that a classifier's file gives for nothing: around its heatmap's peak, as sure as its verdict."""
        interpreter = Interpreter(model)

        def find(tensor: Tensor) -> Detections:
            prediction = interpreter.classify(tensor)
            box = peak_box(prediction.heatmap)
            if box is None:
                return Detections(no_boxes(), np.zeros(0, np.float32))
            edges = (box.left, box.top, box.left + box.width, box.top + box.height)
            return Detections(np.array([edges], np.float32), np.array([prediction.score], np.float32))

        return cls(find, interpreter.resolution, len(model))


@dataclass(frozen=True)
class Evaluation:
    """What was found in pictures whose boxes are known."""

    name: str
    size_bytes: int
    pictures: Sequence[Annotated]
    measured: Measured


def evaluate(name: str, finder: Finder, pictures: Sequence[Annotated], threshold: float) -> Evaluation:
    """Look for boxes in every picture, with a progress bar.

    Raises:
        PhotoError: a file is no picture.
    """

    def tensor(picture: Annotated) -> Any:
        return photo_to_tensor(picture.example.path, finder.resolution)

    progress = tqdm(made_ahead(tensor, pictures), "finding", len(pictures), unit="picture", disable=None)
    found = [finder.find(pixels) for pixels in progress]
    return Evaluation(name, finder.size_bytes, pictures, Measured(truths(pictures), found, threshold))


def summary(evaluation: Evaluation) -> str:
    """Format the figures for the terminal, with their intervals."""
    measured = evaluation.measured
    boxes = sum(len(truth.boxes) for truth in measured.truths)
    empty = sum(not len(truth.boxes) for truth in measured.truths)
    lines = [
        f"{evaluation.name}: {len(evaluation.pictures)} pictures, {boxes} boxes, {empty} pictures without; boxes shown from {measured.threshold:.2f} on",
        f"{'':<32}{'':>7}  95 % interval",
    ]
    for figure in NAMES:
        value, interval = measured.figures[figure], measured.intervals[figure]
        lines.append(f"{LABELS[figure]:<32}{cell(value):>7}  {bounds(interval)}")
    return "\n".join(lines)


def cell(value: float) -> str:
    """Format a figure; a dash where it could not be measured."""
    return "-" if np.isnan(value) else f"{value:.3f}"


def bounds(interval: Interval | None) -> str:
    """Format an interval; nothing where there is none."""
    return "" if interval is None else f"{interval.low:.3f} to {interval.high:.3f}"
