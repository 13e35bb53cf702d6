"""The page of a detector's evaluation: figures, what else was measured on the same pictures, and the best and worst pictures with their boxes drawn on.

Without photos it goes with a bundle, since research photos are not ours to ship; with them it is for whoever has the photos.
"""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from ml import pages
from ml.detect.boxes import Boxes
from ml.detect.bundle import DetectorDescription
from ml.detect.decode import overlaps
from ml.detect.evaluate import LABELS, Evaluation, bounds, cell
from ml.detect.measure import NAMES, RESAMPLES, SIDE, difference
from ml.pixels import centre_square, decode

PICTURES_SHOWN = 24
PICTURE_SIDE = 256  # pixels
LESS_IS_BETTER = {"count_error", "false_boxes"}


def metrics_json(evaluation: Evaluation) -> str:
    """Return metrics.json: the figures with their intervals; null where there was nothing to measure one on."""
    measured = evaluation.measured
    figures = {
        name: {
            "value": None if math.isnan(measured.figures[name]) else round(measured.figures[name], 4),
            "interval": [round(bound, 4) for bound in interval] if interval else None,
        }
        for name, interval in measured.intervals.items()
    }
    boxes = sum(len(truth.boxes) for truth in measured.truths)
    document = {"threshold": measured.threshold, "pictures": len(evaluation.pictures), "boxes": boxes}
    return json.dumps(document | {"figures": figures}, indent=2) + "\n"


def report_html(
    evaluation: Evaluation,
    description: DetectorDescription | None = None,
    others: Sequence[Evaluation] = (),
    *,
    pictures: bool = False,
) -> str:
    """Return report.html: one page without scripts or outside resources.

    Args:
        evaluation: what was measured.
        description: of the bundle, where it has one.
        others: what else was measured on the same pictures, to set beside it.
        pictures: whether to show photos; a page that is shipped must not.
    """
    measured = evaluation.measured
    order = np.argsort([quality(evaluation, i) for i in range(len(evaluation.pictures))], kind="stable")
    with_boxes = [int(i) for i in order if len(measured.truths[i].boxes)]
    half = PICTURES_SHOWN // 2
    shown = {
        "worst": [int(i) for i in order[:half]],
        "best": with_boxes[::-1][:half],
    }
    return pages.render(
        "detections.html",
        title=evaluation.name,
        description=description,
        threshold=measured.threshold,
        pictures_count=len(evaluation.pictures),
        boxes_count=sum(len(truth.boxes) for truth in measured.truths),
        empty_count=sum(not len(truth.boxes) for truth in measured.truths),
        size_bytes=evaluation.size_bytes,
        figures=measured.figures,
        rows=[_row(name, evaluation, others) for name in NAMES],
        others=others,
        shown={kind: [_picture(evaluation, i) for i in of_kind] for kind, of_kind in shown.items()}
        if pictures
        else {},
        resamples=RESAMPLES,
        side=SIDE,
    )


def comparison_table(evaluation: Evaluation, other: Evaluation) -> str:
    """Format two on the same pictures for the terminal."""
    lines = [f"{evaluation.name} against {other.name}"]
    for name, (value, interval) in difference(evaluation.measured, other.measured).items():
        one, two = evaluation.measured.figures[name], other.measured.figures[name]
        lines.append(f"{LABELS[name]:<32}{cell(one):>7}{cell(two):>7}   {cell(value):>7}  {bounds(interval)}")
    return "\n".join(lines)


def quality(evaluation: Evaluation, picture: int) -> float:
    """Return how well a picture was answered, in [0, 1]: twice the overlap of right boxes over the number of boxes there and shown; 1 where both are none."""
    truth, found = evaluation.measured.truths[picture], evaluation.measured.shown(picture)
    if not len(truth.boxes) + len(found.boxes):
        return 1.0
    left, right = list(truth.boxes), 0.0
    for box in found.boxes:
        if left:
            shared = overlaps(box, np.array(left))
            if shared.max() >= 0.5:
                right += float(shared.max())
                left.pop(int(shared.argmax()))
    return 2 * right / (len(truth.boxes) + len(found.boxes))


def _row(name: str, evaluation: Evaluation, others: Sequence[Evaluation]) -> dict[str, Any]:
    return {
        "label": LABELS[name],
        "value": cell(evaluation.measured.figures[name]),
        "interval": bounds(evaluation.measured.intervals[name]),
        "others": [_against(name, evaluation, other) for other in others],
    }


def _against(name: str, evaluation: Evaluation, other: Evaluation) -> dict[str, Any]:
    value, interval = difference(evaluation.measured, other.measured)[name]
    clear = interval is not None and interval.low * interval.high > 0
    return {
        "value": cell(other.measured.figures[name]),
        "difference": "-" if math.isnan(value) else f"{value:+.3f}",
        "interval": bounds(interval),
        "verdict": ("better" if (value > 0) != (name in LESS_IS_BETTER) else "worse") if clear else "",
    }


def _picture(evaluation: Evaluation, i: int) -> dict[str, Any]:
    example, found = evaluation.pictures[i].example, evaluation.measured.shown(i)
    truth = evaluation.measured.truths[i]
    photo = decode(example.path)
    left, top, side = centre_square(*photo.size)
    square = photo.crop((left, top, left + side, top + side)).resize(
        (PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS
    )
    return {
        "uri": pages.picture_uri(np.asarray(square)),
        "file": "/".join(example.path.parts[-2:]),
        "subclass": example.subclass,
        "there": rectangles(truth.boxes),
        "unclear": rectangles(truth.unclear),
        "found": [
            rectangle | {"score": f"{score:.2f}"}
            for rectangle, score in zip(rectangles(found.boxes), found.scores, strict=True)
        ],
    }


def rectangles(boxes: Boxes) -> list[dict[str, Any]]:
    """In hundredths of what the boxes are fractions of, for SVG."""
    return [
        {"x": 100 * x0, "y": 100 * y0, "width": 100 * (x1 - x0), "height": 100 * (y1 - y0)}
        for x0, y0, x1, y1 in boxes.astype(float)
    ]
