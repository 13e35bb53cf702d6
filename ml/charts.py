"""Plots for pages: SVG that takes the page's colours, so that it reads in light and dark."""

import io
import re
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml import metrics
from ml.evaluate import Evaluation

Numbers = npt.NDArray[np.float64]

# Colours that stand for the page's own, swapped in the finished SVG.
INK, SOFT, LINE, POSITIVE, NEGATIVE, ACCENT, OTHER = (f"#00000{i}" for i in range(1, 8))
_PAGE_COLOURS = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    LINE: "var(--line)",
    POSITIVE: "var(--positive)",
    NEGATIVE: "var(--negative)",
    ACCENT: "var(--accent)",
    OTHER: "var(--other)",
}
_STYLE: dict[Any, Any] = {
    "axes.edgecolor": LINE,
    "axes.grid": True,
    "axes.labelcolor": SOFT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "font.size": 10,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 2,
    "svg.fonttype": "none",
    "svg.hashsalt": "deepdog",  # with no date, the same scores give the same page
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}


def draw(paint: Callable[[Axes], None], label: str, width: float = 4.6, height: float = 3.6) -> Markup:
    """Return one plot as an SVG element.

    Args:
        paint: draws on the axes, with the colours of this module.
        label: what the plot shows, for who cannot see it.
        width: in inches of 100 px.
        height: likewise.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        axes.set_axisbelow(True)
        paint(axes)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    svg = text.getvalue()[text.getvalue().index("<svg") :]
    svg = re.sub(r' id="[A-Za-z0-9.]+_\d+"', "", svg)  # names of groups, the same in every plot
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    for stand_in, colour in _PAGE_COLOURS.items():
        svg = svg.replace(stand_in, colour)
    return Markup(svg.replace("<svg", f'<svg role="img" aria-label="{Markup.escape(label)}"', 1))  # noqa: S704  # nosec B704  # made here


def histogram(evaluation: Evaluation, labels: tuple[str, str]) -> Markup:
    """Draw how many photos of each class got which score; `labels` of negatives and positives."""

    def paint(axes: Axes) -> None:
        bins = np.linspace(0, 1, 41).tolist()
        for positive, colour in ((False, NEGATIVE), (True, POSITIVE)):
            scores = evaluation.scores[evaluation.positives == positive]
            axes.hist(scores, bins, color=colour, alpha=0.35, zorder=2)
            axes.hist(scores, bins, color=colour, histtype="step", linewidth=1.6, label=labels[positive])
        axes.axvline(evaluation.threshold, color=INK, linestyle=(0, (4, 3)), linewidth=1.2)
        axes.annotate(
            f"threshold {evaluation.threshold:.2f}",
            (evaluation.threshold, 1),
            (-4, -2),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right",
            va="top",
            color=INK,
            fontsize=9,
        )
        axes.set(xlabel="score", ylabel="photos", yscale="log", xlim=(0, 1))
        axes.set_ylim(bottom=0.5)  # a single photo is seen too
        axes.yaxis.set_major_formatter(_count_ticks)
        axes.yaxis.set_minor_formatter(_count_ticks)
        axes.legend(loc="upper center", ncols=2, bbox_to_anchor=(0.5, 1.14))

    return draw(paint, "Histogram of scores by class", width=7.4, height=3.4)


def roc(evaluations: Sequence[tuple[str, Evaluation]]) -> Markup:
    """Draw recall against false alarms, on a logarithmic axis: what a phone can afford lies far to the left."""

    def paint(axes: Axes) -> None:
        least = 0.5 / max(1, int((~evaluations[0][1].positives).sum()))
        for (name, evaluation), colour in zip(evaluations, cycle(_COLOURS), strict=False):
            alarms, recall, _ = metrics.roc(evaluation.scores, evaluation.positives)
            axes.step(np.maximum(alarms, least), recall, where="post", color=colour, label=name)
            at = evaluation.overall
            axes.plot(
                [max(at.false_alarm_rate or 0, least)], [at.recall or 0], "o", color=colour, markersize=8
            )
        axes.set(xlabel="false alarms", ylabel="recall", xscale="log", xlim=(least, 1), ylim=(0, 1.02))
        axes.xaxis.set_major_formatter(_percent_ticks)
        axes.yaxis.set_major_formatter(_percent_ticks)
        if len(evaluations) > 1:
            axes.legend(loc="lower right", fontsize=8)

    return draw(paint, "ROC curve: recall against false alarms")


def precision_recall(evaluations: Sequence[tuple[str, Evaluation]]) -> Markup:
    """Draw precision against recall, on these photos and where one photo in 41 shows the thing."""

    def paint(axes: Axes) -> None:
        for (name, evaluation), colour in zip(evaluations, cycle(_COLOURS), strict=False):
            precision, recall = metrics.precision_recall(evaluation.scores, evaluation.positives)
            alarms, recall_too, _ = metrics.roc(evaluation.scores, evaluation.positives)
            axes.step(recall, precision, where="post", color=colour, label=f"{name}, these photos")
            hits = metrics.PREVALENCE * recall_too[1:]
            in_use = hits / (hits + (1 - metrics.PREVALENCE) * alarms[1:])
            axes.step(
                recall_too[1:],
                in_use,
                where="post",
                color=colour,
                linestyle=(0, (2, 1.5)),
                linewidth=1.5,
                label=f"{name}, one in 41",
            )
            at = evaluation.overall
            axes.plot([at.recall or 0] * 2, [at.precision or 0, at.precision_in_use or 0], "o", color=colour)
        axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.03))
        axes.xaxis.set_major_formatter(_percent_ticks)
        axes.yaxis.set_major_formatter(_percent_ticks)
        axes.legend(loc="lower left", fontsize=8)

    return draw(paint, "Precision against recall")


def reliability(evaluations: Sequence[tuple[str, Evaluation]]) -> Markup:
    """Draw the share of positives against the score: a calibrated model lies on the diagonal."""

    def paint(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (4, 3)), label="calibrated")
        for (name, evaluation), colour in zip(evaluations, cycle(_COLOURS), strict=False):
            said, are, sizes = metrics.reliability(evaluation.scores, evaluation.positives)
            axes.plot(said, are, color=colour, linewidth=1.4, label=name)
            axes.scatter(said, are, s=_areas(sizes), color=colour, alpha=0.55, zorder=3)
        axes.set(xlabel="score", ylabel="share that is positive", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
        axes.legend(loc="upper left", fontsize=8)

    return draw(paint, "Reliability: share of positives against the score; larger dots hold more photos")


_COLOURS = (ACCENT, OTHER, POSITIVE, NEGATIVE)


def _areas(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    areas: npt.NDArray[np.float64] = 18 + 260 * np.sqrt(sizes / sizes.sum())
    return areas


def _percent_ticks(value: float, _: float) -> str:
    return f"{100 * value:g} %"


def rate_range(
    rates: Numbers, losses: Numbers, smoothed: Numbers, bounds: tuple[float, float] | None
) -> Markup:
    """Draw loss against learning rate, and the stretch between the suggested bounds."""

    def paint(axes: Axes) -> None:
        axes.plot(rates, losses, ".", color=SOFT, markersize=3, alpha=0.45, label="each batch")
        axes.plot(rates, smoothed, color=ACCENT, label="running mean")
        if bounds:
            axes.axvspan(*bounds, color=POSITIVE, alpha=0.14, linewidth=0, label="suggested bounds")
            for bound in bounds:
                axes.axvline(bound, color=POSITIVE, linewidth=1.2, linestyle=(0, (4, 3)))
        lowest, start = float(smoothed.min()), float(smoothed[0])
        axes.set(
            xlabel="learning rate",
            ylabel="loss",
            xlim=(0, float(rates[-1])),
            ylim=(max(0.0, lowest - 0.35 * (start - lowest) - 0.02), 1.5 * start - 0.5 * lowest),
        )
        axes.legend(loc="upper right")

    return draw(paint, "Loss against learning rate", width=9, height=4.2)


def schedule(phases: Sequence[Numbers]) -> Markup:
    """Draw the learning rate of every batch, on a logarithmic axis, a colour a phase."""

    def paint(axes: Axes) -> None:
        start = 0
        for number, (rates, colour) in enumerate(zip(phases, cycle(_COLOURS), strict=False), start=1):
            batches = np.arange(start, start + len(rates))
            axes.plot(batches, rates, color=colour, linewidth=1.6, label=f"phase {number}")
            start += len(rates)
        axes.set(xlabel="batch", ylabel="learning rate", yscale="log", xlim=(0, start))
        axes.legend(loc="upper right", ncols=len(phases))

    return draw(paint, "Learning rate by batch", width=9, height=3.6)


class Point(NamedTuple):
    """A network in the plot of accuracy against latency."""

    name: str
    latency_ms: float
    recall: float
    size_bytes: int
    positives: int
    """That the recall was measured on."""


def accuracy_against_latency(points: Sequence[Point]) -> Markup:
    """Draw networks: up is better, left is faster, small dots are small files.

    Bars are 95 % of a share of so many positives (exact); the threshold's own chance comes on top. A line joins names that differ by their
    resolution alone, as in `deepdog-0.5-160px`.
    """
    families: dict[str, list[tuple[float, float]]] = {}
    for point in points:
        family = re.sub(r"-\d+px$", "", point.name)
        families.setdefault(family, []).append((point.latency_ms, point.recall))

    def paint(axes: Axes) -> None:
        for family in families.values():
            axes.plot(*zip(*sorted(family), strict=True), color=SOFT, linewidth=1, alpha=0.6, zorder=2)
        for point in points:
            ours = point.name.startswith("deepdog")
            colour, area = ACCENT if ours else OTHER, 30 + 60 * (point.size_bytes / 2**20)
            at = (point.latency_ms, point.recall)
            low, high = metrics.exact_interval(round(point.recall * point.positives), point.positives)
            chance = [[max(0.0, point.recall - low)], [max(0.0, high - point.recall)]]
            axes.errorbar(*at, yerr=chance, color=colour, alpha=0.35, linewidth=1.2, zorder=2)
            axes.scatter(*at, s=area, color=colour, alpha=0.55, zorder=3)
            side = _free_side(point, points)
            axes.annotate(
                point.name,
                at,
                (side * (6 + area**0.5 / 2), 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=9,
                fontweight="bold" if ours else "normal",
            )
        latencies, recalls = [p.latency_ms for p in points], [p.recall for p in points]
        margin = max(0.08, 0.2 * (max(recalls) - min(recalls)))
        axes.set(
            xlabel="latency on one thread, ms",
            ylabel="recall at 1 % false alarms",
            xscale="log",
            xlim=(min(latencies) / 1.7, max(latencies) * 1.7),
            ylim=(max(0, min(recalls) - margin), min(1.05, max(recalls) + margin)),
        )
        axes.xaxis.set_major_formatter(_plain_ticks)
        axes.xaxis.set_minor_formatter(_plain_ticks)
        axes.yaxis.set_major_formatter(_percent_ticks)

    return draw(paint, "Recall at 1 % false alarms against latency of each network", width=9, height=5)


def _free_side(point: Point, points: Sequence[Point]) -> int:
    """Return on which side a label is out of its nearest neighbour's way: -1 left, 1 right."""
    others = [other for other in points if other is not point]
    if not others:
        return 1
    nearest = min(
        others,
        key=lambda other: np.hypot(
            np.log(other.latency_ms / point.latency_ms), 3 * (other.recall - point.recall)
        ),
    )
    return -1 if nearest.latency_ms > point.latency_ms else 1


def _count_ticks(value: float, at: float) -> str:
    return _plain_ticks(value, at) if value >= 1 else ""


def _plain_ticks(value: float, _: float) -> str:
    return f"{value:g}" if f"{value:e}"[0] in "125" else ""
