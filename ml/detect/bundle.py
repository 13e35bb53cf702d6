"""A detector's bundle: what `deepdog export` writes of a detector and the publisher's gate reads (docs/contracts.md, Model bundle). No TensorFlow here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict

import numpy as np

from ml import strict_json
from ml.bundle import (
    BundleError,
    Description,
    Label,
    read_described,
    read_golden,
    read_part,
    validated,
)
from ml.detect.decode import OUTPUTS, Decoding, Detections, overlaps

SAME_OVERLAP = 0.7
"""Intersection over union of an expected box and the one that was found; what a golden case allows between kernels of different processors."""


class DetectorOutput(TypedDict):
    """One output of the file."""

    name: Literal["centres", "sizes", "offsets"]
    shape: list[int]
    dtype: Literal["float32"]


class DecodingSettings(TypedDict):
    """How boxes are read off the outputs."""

    max_boxes: int
    max_overlap: float


class DetectionMetrics(TypedDict):
    """Figures of the exported file on the test split; None where there was nothing to measure it on."""

    split: Literal["test"]
    pictures: int
    boxes: int
    ap: float | None
    ap50: float | None
    recall: float | None
    precision: float | None
    count_error: float | None
    false_boxes: float | None


class DetectorSelfTest(TypedDict):
    """A picture made from integers, the highest score in it, and that cell's box."""

    seed: int
    score: float
    tolerance: float
    box: list[float]
    box_tolerance: float


class DetectorDescription(Description):
    """model.json; ml/detector.schema.json is its authority."""

    kind: Literal["detector"]
    outputs: list[DetectorOutput]
    decoding: DecodingSettings
    metrics: DetectionMetrics
    self_test: DetectorSelfTest


class GoldenPicture(NamedTuple):
    """A picture that ships with the bundle, and the boxes that must be found in it."""

    path: Path
    label: Label
    boxes: Detections
    """From a score of the threshold less the tolerance on."""


@dataclass(frozen=True)
class DetectorBundle:
    """A bundle whose schema and hashes hold."""

    folder: Path
    description: DetectorDescription
    description_bytes: bytes
    """model.json as it lies on disk: the payload that is signed."""
    model_bytes: bytes
    golden_pictures: list[GoldenPicture]
    golden_tolerance: float
    """Of a score."""

    @property
    def decoding(self) -> Decoding:
        """How boxes are read off the outputs."""
        return Decoding(**self.description["decoding"])


def is_detector(folder: Path) -> bool:
    """Tell whether a bundle's model.json says that it is a detector's; what is wrong with it otherwise, loading it says."""
    try:
        document = strict_json.loads((folder / "model.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(document, dict) and document.get("kind") == "detector"


def parse_detector_description(text: bytes) -> DetectorDescription:
    """Parse and validate a detector's model.json.

    Raises:
        BundleError: not JSON, or not of the schema; the message names the field.
    """
    description: DetectorDescription = validated(text, "detector.schema.json")
    if description["input"]["height"] != description["input"]["width"]:
        raise BundleError("model.json: input is not a square")
    outputs = {output["name"]: output["shape"] for output in description["outputs"]}
    if set(outputs) != set(OUTPUTS):
        raise BundleError("model.json: outputs must be one of each: centres, sizes and offsets")
    grid = outputs["centres"][:3]
    if outputs != {name: [1, *grid[1:], 1 if name == "centres" else 2] for name in OUTPUTS}:
        raise BundleError("model.json: outputs must be (1, h, w, 1) for centres, (1, h, w, 2) for the others")
    return description


def load_detector_bundle(folder: Path) -> DetectorBundle:
    """Read a bundle and check all that needs no interpreter: schema, size and hashes.

    Raises:
        BundleError: a file is missing or differs from what the others say of it.
    """
    description_bytes = read_part(folder / "model.json")
    description = parse_detector_description(description_bytes)
    model_bytes = read_described(folder / "model.tflite", description["size_bytes"], description["sha256"])
    pictures, tolerance = read_golden(folder / "golden", _golden_picture)
    return DetectorBundle(folder, description, description_bytes, model_bytes, pictures, tolerance)


def golden_boxes(found: Detections) -> list[dict[str, Any]]:
    """Return how golden/expected.json lists boxes."""
    return [
        {"score": round(float(score), 6), "box": [round(float(edge), 6) for edge in box]}
        for box, score in zip(found.boxes, found.scores, strict=True)
    ]


def first_difference(
    expected: Detections, found: Detections, threshold: float, tolerance: float
) -> str | None:
    """Say in what two answers for one picture differ; None where they agree.

    They agree when each box of either that is clearly shown, by a score of threshold + tolerance or more, has one in the other that overlaps it by
    `SAME_OVERLAP` and scores alike.

    Args:
        expected, found: boxes from a score of threshold - tolerance on.
        threshold: from which boxes are shown.
        tolerance: how far scores may be apart.
    """
    for missing, sure, other in (("is missing", expected, found), ("is new", found, expected)):
        for box, score in zip(sure.boxes, sure.scores, strict=True):
            alike = np.abs(other.scores - score) <= tolerance
            if score < threshold + tolerance or (
                alike.any() and overlaps(box, other.boxes[alike]).max() >= SAME_OVERLAP
            ):
                continue
            return f"the box {[round(float(edge), 3) for edge in box]} with a score of {score:.3f} {missing}"
    return None


def _golden_picture(path: Path, case: Any) -> GoldenPicture:
    boxes = np.array([found["box"] for found in case["boxes"]], np.float32).reshape(-1, 4)
    scores = np.array([found["score"] for found in case["boxes"]], np.float32)
    return GoldenPicture(path, case["label"], Detections(boxes, scores))
