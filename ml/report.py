"""The page of an evaluation: figures, plots, slices, comparisons and the surest mistakes.

Without photos it goes with a bundle, since research photos are not ours to ship; with them it is for whoever has the photos.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from PIL import Image

from ml import charts, metrics, pages, paired
from ml.bundle import ModelDescription
from ml.dataset import Example
from ml.evaluate import SMALLEST_SLICE, Evaluation, Slice
from ml.pixels import centre_square, decode

MISTAKES_SHOWN = 24
DISAGREEMENTS_SHOWN = 12
PICTURE_SIDE = 224  # pixels
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
LABELS_OF_FIGURES = {
    "auc": "area under the ROC curve",
    "recall": "recall",
    "precision": "precision, these photos",
    "false_alarm_rate": "false alarms",
    "accuracy": "right verdicts",
    "calibration_error": "calibration error",
    "precision_in_use": "precision at 1 in 41",
}
LESS_IS_BETTER = {"false_alarm_rate", "calibration_error"}


@dataclass(frozen=True)
class Subject:
    """A measured model file."""

    name: str
    size_bytes: int
    evaluation: Evaluation
    labels: tuple[str, str]
    """The words for negative and positive."""
    description: ModelDescription | None = None
    """Of its bundle, where it has one."""


def metrics_json(evaluation: Evaluation) -> str:
    """Return metrics.json: the figures with their intervals overall, by source and by subclass."""
    document = {
        "threshold": evaluation.threshold,
        "overall": _plain(evaluation.overall),
        "by_source": [_plain(s) for s in evaluation.by_source],
        "by_subclass": [_plain(s) for s in evaluation.by_subclass],
    }
    return json.dumps(document, indent=2) + "\n"


def report_html(subject: Subject, others: Sequence[Subject] = (), *, pictures: bool = False) -> str:
    """Return report.html: one page without scripts or outside resources.

    Args:
        subject: what was measured.
        others: models that were measured on the same photos, to set beside it.
        pictures: whether to show photos; a page that is shipped must not.
    """
    evaluation, description = subject.evaluation, subject.description
    overall = evaluation.overall
    curves = [(s.name, s.evaluation) for s in (subject, *others)]
    return pages.render(
        "report.html",
        title=subject.name,
        version=description["version"] if description else None,
        about=_about(description),
        labels=subject.labels,
        overall=overall,
        always_no=overall.negatives / overall.photos,
        threshold=evaluation.threshold,
        size_bytes=subject.size_bytes,
        in_use=_in_use(overall),
        plots={
            "histogram": charts.histogram(evaluation, subject.labels),
            "roc": charts.roc(curves),
            "precision_recall": charts.precision_recall(curves),
            "reliability": charts.reliability(curves),
        },
        thresholds=_thresholds(evaluation),
        comparisons=[_comparison(subject, other, pictures) for other in others],
        by_source=evaluation.by_source,
        by_subclass=evaluation.by_subclass,
        smallest_slice=SMALLEST_SLICE,
        mistakes=_mistakes(evaluation, pictures),
        pictures=pictures,
        resamples=metrics.RESAMPLES,
        bins=metrics.CALIBRATION_BINS,
        sha256=description["sha256"] if description else None,
        data_sha256=description["data_sha256"] if description else None,
    )


def comparison_table(subject: Subject, other: Subject) -> str:
    """Format two models on the same photos for the terminal."""
    compared = _comparison(subject, other, pictures=False)
    lines = [
        f"{subject.name} against {other.name}",
        f"{'figure':<28}{'one':>9}{'other':>9}{'difference':>12}  95 % interval",
    ]
    for d in compared["differences"]:
        mark = ("better" if d["is_better"] else "worse") if d["is_clear"] else "within chance"
        low, high = d["interval"]
        lines.append(
            f"{d['label']:<28}{d['one']:>9.4f}{d['other']:>9.4f}{d['difference']:>+12.4f}  {low:+.4f} to {high:+.4f}  {mark}"
        )
    lines += [
        f"{d.photos}: only the one right {d.only_one_right}, only the other {d.only_other_right}, McNemar p = {d.p_value:.4f}"
        for d in compared["disagreements"]
    ]
    return "\n".join(lines)


def _plain(figures: Slice) -> dict[str, Any]:
    return asdict(figures) | {"intervals": {k: v and list(v) for k, v in figures.intervals.items()}}


def _about(description: ModelDescription | None) -> str:
    if description is None:
        return ""
    architecture = description["architecture"]
    return f"{architecture['name']}, alpha {architecture['alpha']:g}, {architecture['resolution']} px, {description['quantisation']['scheme']}."


def _in_use(overall: Slice) -> dict[str, int] | None:
    """Natural frequencies, which are understood better than rates (Gigerenzer & Hoffrage 1995)."""
    if overall.recall is None or overall.false_alarm_rate is None:
        return None
    positives = round(1000 * metrics.PREVALENCE)
    found = round(positives * overall.recall)
    negatives = 1000 - positives
    return {
        "positives": positives,
        "found": found,
        "missed": positives - found,
        "negatives": negatives,
        "false_alarms": round(negatives * overall.false_alarm_rate),
    }


def _thresholds(evaluation: Evaluation) -> list[dict[str, float | None]]:
    rows = []
    for threshold in sorted({*THRESHOLDS, evaluation.threshold}):
        values = metrics.figures(evaluation.scores, evaluation.positives, threshold)[0]
        known: dict[str, float | None] = {
            name: None if np.isnan(value) else float(value)
            for name, value in zip(metrics.FIGURE_NAMES, values, strict=True)
        }
        rows.append(known | {"threshold": threshold})
    return rows


def _comparison(subject: Subject, other: Subject, pictures: bool) -> dict[str, Any]:
    one, two = subject.evaluation, other.evaluation
    thresholds = (one.threshold, two.threshold)
    disagreements = paired.disagreements(one.scores, two.scores, one.positives, thresholds)
    differences = [
        {
            "label": LABELS_OF_FIGURES[d.figure],
            "one": d.one,
            "other": d.other,
            "difference": d.difference,
            "interval": d.interval,
            "is_clear": d.is_clear,
            "is_better": (d.difference > 0) != (d.figure in LESS_IS_BETTER),
        }
        for d in paired.differences(one.scores, two.scores, one.positives, thresholds)
    ]
    right_one = (one.scores >= one.threshold) == one.positives
    right_two = (two.scores >= two.threshold) == two.positives
    return {
        "name": other.name,
        "size_bytes": other.size_bytes,
        "differences": differences,
        "disagreements": disagreements,
        "verdict": _verdict(subject.name, other.name, disagreements[-1]),
        "won": _apart(subject, other, right_one & ~right_two) if pictures else [],
        "lost": _apart(subject, other, ~right_one & right_two) if pictures else [],
    }


def _verdict(one: str, other: str, everything: paired.Disagreement) -> str:
    ahead, behind = everything.only_one_right, everything.only_other_right
    if everything.p_value >= 0.05:
        return "Their verdicts differ no more than chance would have it."
    better, worse = (one, other) if ahead > behind else (other, one)
    return f"{better} is right where {worse} is wrong more often than chance explains."


def _mistakes(evaluation: Evaluation, pictures: bool) -> dict[str, list[dict[str, Any]]]:
    """Return the surest misses and false alarms, of which there may be more if there are fewer of the others."""
    mistakes = list(evaluation.mistakes())
    missed = [m for m in mistakes if m[0].positive]
    alarms = [m for m in mistakes if not m[0].positive]
    room_for_alarms = max(MISTAKES_SHOWN // 2, MISTAKES_SHOWN - len(missed))
    alarms = alarms[:room_for_alarms]
    missed = missed[: MISTAKES_SHOWN - len(alarms)]
    return {
        kind: [_picture(example, score, None, pictures) for example, score in chosen]
        for kind, chosen in (("missed", missed), ("false alarms", alarms))
    }


def _apart(subject: Subject, other: Subject, chosen: metrics.Positives) -> list[dict[str, Any]]:
    one, two = subject.evaluation.scores, other.evaluation.scores
    at = np.flatnonzero(chosen)
    widest = at[np.argsort(-np.abs(one[at] - two[at]))][:DISAGREEMENTS_SHOWN]
    return [_picture(subject.evaluation.examples[i], float(one[i]), float(two[i]), True) for i in widest]


def _picture(example: Example, score: float, other_score: float | None, shown: bool) -> dict[str, Any]:
    return {
        "file": "/".join(example.path.parts[-2:]),
        "positive": example.positive,
        "subclass": example.subclass,
        "source": example.source,
        "score": score,
        "other_score": other_score,
        "uri": pages.picture_uri(_thumbnail(example)) if shown else None,
    }


def _thumbnail(example: Example) -> Any:
    picture = decode(example.path)
    left, top, side = centre_square(*picture.size)
    square = picture.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS))
