"""The page that goes with a bundle: figures and plots, no photos (they are not ours to ship)."""

import html
import io
import json
from collections.abc import Iterable
from dataclasses import asdict

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from ml.bundle import ModelDescription
from ml.evaluate import Evaluation, Slice

mpl.use("svg")
from matplotlib import pyplot as plt  # after the backend is chosen

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
th:first-child, td:first-child { text-align: left }
figure { margin: 1rem 0; background: #fff; border-radius: .5rem; padding: .5rem }
svg { max-width: 100%; height: auto }
.figures { display: flex; flex-wrap: wrap; gap: 2rem } .figures b { display: block; font-size: 2rem }
"""


def metrics_json(evaluation: Evaluation) -> str:
    """Return metrics.json: the figures overall, by source and by subclass."""
    document = {
        "threshold": evaluation.threshold,
        "overall": asdict(evaluation.overall),
        "by_source": [asdict(s) for s in evaluation.by(lambda e: e.source)],
        "by_subclass": [asdict(s) for s in evaluation.by(lambda e: e.subclass)],
    }
    return json.dumps(document, indent=2) + "\n"


def report_html(description: ModelDescription, evaluation: Evaluation) -> str:
    """Return report.html: one page without scripts or outside resources."""
    overall = evaluation.overall
    title = f"{description['name']} {description['version']}"
    figures = "".join(
        f"<div><b>{value}</b>{label}</div>"
        for label, value in (
            ("AUC on the test split", _number(overall.auc)),
            (f"recall at {evaluation.threshold:.2f}", _number(overall.recall)),
            (f"false alarms at {evaluation.threshold:.2f}", _number(overall.false_alarm_rate)),
            ("KiB", f"{description['size_bytes'] / 1024:.0f}"),
        )
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{html.escape(title)}</h1>"
        f"<p>{description['architecture']['name']}, alpha {description['architecture']['alpha']}, {description['architecture']['resolution']} px; "
        f"{overall.positives} positives and {overall.negatives} negatives; the exported file, through the pixel contract.</p>"
        f'<div class="figures">{figures}</div>'
        f'<figure aria-label="Histogram of scores">{_histogram(evaluation, description)}</figure>'
        f'<figure aria-label="Recall against false alarms">{_curve(evaluation)}</figure>'
        f"<h2>By source</h2>{_table(evaluation.by(lambda e: e.source))}"
        f"<h2>By subclass</h2>{_table(evaluation.by(lambda e: e.subclass))}"
        f"<h2>Surest mistakes</h2>{_mistakes(evaluation)}</html>\n"
    )


def _histogram(evaluation: Evaluation, description: ModelDescription) -> str:
    figure, axes = plt.subplots(figsize=(8, 3))
    bins = np.linspace(0, 1, 41)
    labels = (description["labels"]["negative"], description["labels"]["positive"])
    for positive, colour in ((False, "#c62828"), (True, "#2e7d32")):
        axes.hist(
            evaluation.scores[evaluation.positives == positive],
            bins.tolist(),
            alpha=0.6,
            color=colour,
            label=labels[positive],
        )
    axes.axvline(evaluation.threshold, color="black", linestyle="--", label="threshold")
    axes.set(xlabel="score", ylabel="photos", yscale="log")
    axes.legend()
    return _svg(figure)


def _curve(evaluation: Evaluation) -> str:
    order = np.argsort(-evaluation.scores, kind="stable")
    positive = evaluation.positives[order]
    recall = np.cumsum(positive) / max(1, positive.sum())
    false_alarms = np.cumsum(~positive) / max(1, (~positive).sum())
    overall = evaluation.overall
    figure, axes = plt.subplots(figsize=(8, 3))
    axes.step(false_alarms, recall, where="post", color="#1565c0")
    axes.plot(
        [overall.false_alarm_rate or 0], [overall.recall or 0], "o", color="black", label="at the threshold"
    )
    axes.set(xlabel="false alarms", ylabel="recall", xlim=(0, 0.3), ylim=(0, 1.02))
    axes.legend(loc="lower right")
    return _svg(figure)


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    # A fixed salt and no date, so that the same scores give the same page.
    with mpl.rc_context({"svg.hashsalt": "deepdog"}):
        figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return text.getvalue()[text.getvalue().index("<svg") :]


def _table(slices: Iterable[Slice]) -> str:
    head = "<tr><th>slice<th>positives<th>negatives<th>AUC<th>recall<th>false alarms</tr>"
    rows = "".join(
        f"<tr><td>{html.escape(s.name)}<td>{s.positives}<td>{s.negatives}<td>{_number(s.auc)}<td>{_number(s.recall)}<td>{_number(s.false_alarm_rate)}</tr>"
        for s in slices
    )
    return f"<table>{head}{rows}</table>"


def _mistakes(evaluation: Evaluation, most: int = 20) -> str:
    rows = "".join(
        f"<tr><td>{html.escape('/'.join(example.path.parts[-2:]))}<td>{html.escape(example.subclass)}<td>{score:.3f}</tr>"
        for (example, score), _ in zip(evaluation.mistakes(), range(most), strict=False)
    )
    return f"<table><tr><th>photo<th>subclass<th>score</tr>{rows}</table>"


def _number(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.3f}"
