"""How well boxes are found, by COCO's rules (Lin et al. 2014; cocodataset.org, "Detection evaluation"), with bootstrap intervals.

pycocotools matches and averages; what an app cares about besides is counted here: are there as many as there should be, and are empty pictures left alone?
"""

import contextlib
import io
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from ml.detect.boxes import Boxes
from ml.detect.decode import Detections
from ml.metrics import Interval

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.integer]

SIDE = 256
"""Pixels that a square's side stands for where COCO speaks of pixels: small is under 32 x 32 of them (1.6 % of the square), large 96 x 96 (14 %) or more."""
SIZES = ("all", "small", "medium", "large")
MAX_DETECTIONS = 100
"""COCO's; no model here gives more."""
RESAMPLES = 500
SEED = 2017
LOWEST_SCORE = 0.01
"""Boxes below it are not looked at; average precision needs them far below the threshold of an app."""

NAMES = (
    "ap",
    "ap50",
    "ap_small",
    "ap_medium",
    "ap_large",
    "recall",
    "precision",
    "count_error",
    "false_boxes",
)
"""
ap: average precision, mean over overlaps of 0.5, 0.55 ... 0.95;  ap50: at 0.5;  ap_small ...: as ap, of boxes of that size
recall, precision: of boxes at the threshold, right at an overlap of 0.5
count_error: mean difference between the number of boxes found at the threshold and the right number, on pictures in which all can be counted
false_boxes: mean number of boxes at the threshold in pictures that hold none
"""


class Truth(NamedTuple):
    """What a square holds."""

    boxes: Boxes
    """(N, 4) in fractions of its side, to be found."""
    unclear: Boxes
    """(M, 4), neither right nor wrong to find, as COCO's crowds."""


class Measured:
    """Detections beside the truth, picture by picture."""

    def __init__(self, truths: Sequence[Truth], detections: Sequence[Detections], threshold: float) -> None:
        """Match everything once.

        Args:
            truths: of N pictures.
            detections: of the same, from `LOWEST_SCORE` on.
            threshold: at which an app shows boxes.
        """
        self.truths = truths
        self.detections = detections
        self.threshold = threshold
        self._coco = _matched(truths, detections)
        self._of_pictures = [self._coco.evalImgs[a * len(truths) : (a + 1) * len(truths)] for a in range(4)]

    @cached_property
    def figures(self) -> dict[str, float]:
        """Each figure by its name; NaN where there is nothing to measure it on."""
        return dict(zip(NAMES, self._figures(np.arange(len(self.truths))), strict=True))

    @cached_property
    def resampled(self) -> Floats:
        """Figures of `RESAMPLES` draws of the pictures with replacement, float64 (RESAMPLES, len(NAMES)); the same draws for the same number of pictures."""
        rng = np.random.default_rng(SEED)
        count = len(self.truths)
        return np.array([self._figures(rng.integers(0, count, count)) for _ in range(RESAMPLES)])

    @cached_property
    def intervals(self) -> dict[str, Interval | None]:
        """95 % interval of each figure, by the percentiles of `resampled` (Efron 1979)."""
        return dict(zip(NAMES, map(_interval, self.resampled.T), strict=True))

    def shown(self, picture: int) -> Detections:
        """Return the boxes of a picture that an app would show."""
        found = self.detections[picture]
        at = found.scores >= self.threshold
        return Detections(found.boxes[at], found.scores[at])

    def best_threshold(self) -> float:
        """Return the score at which recall and precision have their highest harmonic mean, halfway to the next lower score.

        Raises:
            ValueError: nothing right was found at any score.
        """
        scores, said, right, boxes = self._from_each_score_on()
        if not right.any():
            raise ValueError("the network finds no box on the val split; train it longer")
        best = int((2 * right / (boxes + said)).argmax())
        return float(np.append(scores, 0)[best : best + 2].mean())

    def threshold_of_precision(self, precision: float) -> float:
        """Return the lowest score from which on at least a share of `precision` of the boxes is right.

        Raises:
            ValueError: there is none.
        """
        scores, said, right, _ = self._from_each_score_on()
        enough = np.flatnonzero(right >= precision * said)
        if not enough.size:
            raise ValueError(
                f"at no score are {precision:.0%} of the boxes right on the val split; train the detector longer"
            )
        return float(scores[enough[-1]])

    def _from_each_score_on(self) -> tuple[Floats, Counts, Counts, int]:
        """Return each score that occurs, the highest first, how many boxes have it or more, how many of those are right, and how many there are to find."""
        scores, right, boxes = self._matches(np.arange(len(self.truths)))
        order = np.argsort(-scores, kind="stable")
        last_of_ties = np.flatnonzero(np.diff(scores[order], append=-np.inf))
        return (
            scores[order][last_of_ties],
            last_of_ties + 1,
            np.cumsum(right[order], dtype=np.int64)[last_of_ties],
            boxes,
        )

    def _figures(self, chosen: npt.NDArray[np.int64]) -> list[float]:
        self._coco.evalImgs = [of_size[i] for of_size in self._of_pictures for i in chosen]
        with contextlib.redirect_stdout(io.StringIO()):
            self._coco.accumulate()
        precision = self._coco.eval["precision"][:, :, 0, :, 0]  # overlaps, recalls, sizes
        ap, small, medium, large = (_mean(precision[:, :, size]) for size in range(4))
        scores, right, boxes = self._matches(chosen)
        said = scores >= self.threshold
        counts, false_boxes = self._counts
        return [
            ap,
            _mean(precision[0, :, 0]),
            small,
            medium,
            large,
            float(right[said].sum() / boxes) if boxes else np.nan,
            float(right[said].mean()) if said.any() else np.nan,
            _nan_mean(counts[chosen]),
            _nan_mean(false_boxes[chosen]),
        ]

    def _matches(self, chosen: npt.NDArray[np.int64]) -> tuple[Floats, npt.NDArray[np.bool_], int]:
        """Return score and rightness at an overlap of 0.5 of every box that counts, and how many there are to find."""
        scores, right, boxes = [np.zeros(0)], [np.zeros(0, np.bool_)], 0
        for picture in (self._of_pictures[0][i] for i in chosen):
            if picture is not None:
                counts = ~np.array(picture["dtIgnore"][0], np.bool_)
                scores.append(np.array(picture["dtScores"])[counts])
                right.append(np.array(picture["dtMatches"][0])[counts] > 0)
                boxes += int((np.array(picture["gtIgnore"]) == 0).sum())
        return np.concatenate(scores), np.concatenate(right), boxes

    @cached_property
    def _counts(self) -> tuple[Floats, Floats]:
        """Of each picture the count error and the false boxes, NaN where it is not one to measure them on."""
        shown = np.array([len(self.shown(i).scores) for i in range(len(self.truths))], np.float64)
        wanted = np.array([len(truth.boxes) for truth in self.truths])
        clear = np.array([not len(truth.unclear) for truth in self.truths])
        return (
            np.where(clear, np.abs(shown - wanted), np.nan),
            np.where(clear & (wanted == 0), shown, np.nan),
        )


def difference(one: Measured, other: Measured) -> dict[str, tuple[float, Interval | None]]:
    """Return each figure's difference between two models on the same pictures, and its 95 % interval: paired, since both are resampled alike."""
    intervals = map(_interval, (one.resampled - other.resampled).T)
    return {
        name: (one.figures[name] - other.figures[name], interval)
        for name, interval in zip(NAMES, intervals, strict=True)
    }


def _matched(truths: Sequence[Truth], detections: Sequence[Detections]) -> Any:
    """Return pycocotools' evaluation with every picture matched."""
    annotations: list[dict[str, Any]] = []
    for picture, truth in enumerate(truths, start=1):
        for boxes, crowd in ((truth.boxes, 0), (truth.unclear, 1)):
            annotations += [
                {
                    "id": len(annotations) + n,
                    "image_id": picture,
                    "category_id": 1,
                    "iscrowd": crowd,
                    **_box(box),
                }
                for n, box in enumerate(boxes, start=1)
            ]
    found = [
        {"image_id": picture, "category_id": 1, "score": float(score), **_box(box)}
        for picture, (boxes, scores) in enumerate(detections, start=1)
        for box, score in zip(boxes, scores, strict=True)
        if score >= LOWEST_SCORE
    ]
    truth_set, found_set = COCO(), COCO()
    images = [{"id": picture} for picture in range(1, len(truths) + 1)]
    found = [entry | {"id": number, "iscrowd": 0} for number, entry in enumerate(found, start=1)]
    with contextlib.redirect_stdout(io.StringIO()):
        for coco, entries in ((truth_set, annotations), (found_set, found)):
            coco.dataset = {"images": images, "categories": [{"id": 1}], "annotations": entries}
            coco.createIndex()
        evaluation = COCOeval(truth_set, found_set, "bbox")
        evaluation.params.maxDets = [MAX_DETECTIONS]
        evaluation.evaluate()
    return evaluation


def _box(box: npt.NDArray[np.float32]) -> dict[str, Any]:
    x0, y0, x1, y1 = (float(edge) * SIDE for edge in box)
    return {"bbox": [x0, y0, x1 - x0, y1 - y0], "area": (x1 - x0) * (y1 - y0)}


def _mean(precision: Floats) -> float:
    """Mean over what COCO could measure; -1 stands where it could not."""
    known = precision[precision > -1]
    return float(known.mean()) if known.size else np.nan


def _nan_mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan


def _interval(values: Floats) -> Interval | None:
    known = values[~np.isnan(values)]
    return Interval(*(float(q) for q in np.quantile(known, (0.025, 0.975)))) if known.size else None
