"""The article's table anew: networks under one recipe, each as the int8 file that a phone would run."""

import dataclasses
import hashlib
import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from markupsafe import Markup

from ml import charts, metrics, pages
from ml.bench import latencies_ms
from ml.cost import multiply_adds, parameters
from ml.dataset import Dataset, Split
from ml.evaluate import evaluate
from ml.files import write_whole
from ml.memory import working_memory_mib
from ml.quantise import quantise, representative_pictures
from ml.recipes import Recipe
from ml.train import train
from ml.trained import check_photos, network_of, record_of
from ml.training.record import WEIGHTS_NAME

FILE_NAME = "int8.tflite"
DONE_NAME = "measured.json"


class CompareError(ValueError):
    """The networks cannot be compared; the message says why."""


@dataclass(frozen=True)
class Entrant:
    """A network to train, such as `squeezenet`, `deepdog:0.5` or `mobilenet_v2:0.35@160`."""

    network: str
    alpha: float | None = None
    """The recipe's when absent."""
    resolution: int | None = None
    """Likewise."""

    @property
    def name(self) -> str:
        """As it was written, but fit for a folder's name."""
        alpha = "" if self.alpha is None else f"-{self.alpha:g}"
        return f"{self.network}{alpha}" + ("" if self.resolution is None else f"-{self.resolution}px")

    def of(self, recipe: Recipe) -> Recipe:
        """Return the recipe for this network."""
        return dataclasses.replace(
            recipe,
            network=self.network,
            alpha=recipe.alpha if self.alpha is None else self.alpha,
            resolution=self.resolution or recipe.resolution,
        )


@dataclass(frozen=True)
class Measured:
    """One row of the table."""

    name: str
    parameters: int
    multiply_adds: int
    size_bytes: int
    """Of the int8 file."""
    memory_mib: float
    auc: float
    recall: float
    """At the threshold that gives `metrics.FALSE_ALARMS`."""
    positives: int
    negatives: int


@dataclass(frozen=True)
class Row:
    """A network and the latency that it had beside the others."""

    measured: Measured
    latency_ms: float


def parse_entrant(text: str) -> Entrant:
    """Parse `network[:alpha][@resolution]`.

    Raises:
        CompareError: it is written otherwise, or alpha is 0.
    """
    match = re.fullmatch(r"([a-z0-9_]+)(?::(\d*\.?\d+))?(?:@(\d+))?", text)
    if match is None:
        raise CompareError(
            f"{text!r} is not written as network[:alpha][@resolution], such as deepdog:0.5@128"
        )
    network, alpha, resolution = match.groups()
    if alpha and not float(alpha):
        raise CompareError(f"{text!r} has no widths; alpha is above 0, such as 0.5")
    return Entrant(network, float(alpha) if alpha else None, int(resolution) if resolution else None)


def compare(
    dataset: Dataset,
    entrants: Sequence[Entrant],
    recipe: Recipe,
    out: Path,
    runs: Sequence[Path] = (),
    timings: int = 200,
    split: Split = "val",
) -> list[Row]:
    """Train what is not trained yet, measure every network, time all of them in turns, and write compare.md, compare.html and compare.svg.

    Args:
        dataset: photos.
        entrants: networks to train under the recipe, each in a run folder below `out`; one that was measured before is not trained again.
        recipe: the one recipe.
        out: folder to write.
        runs: run folders of `deepdog train` on the same photos, to measure as they are.
        timings: inferences of each file.
        split: what to measure on; networks are chosen by val, so that test still tells how good the chosen one is.

    Raises:
        RecipeError: the recipe is not one that `deepdog train` takes for a classifier.
        RunError: one of `runs` has no record, or was trained on other photos.
        CompareError: two networks have the same name, or what `out` holds was made from other photos, weights or another recipe, or measured on another split.
    """
    _check_names([entrant.name for entrant in entrants] + [run.name for run in runs])
    measured = [_trained_and_measured(dataset, entrant, recipe, out, split) for entrant in entrants]
    measured += [_measured(run, dataset, out, split) for run in runs]
    files = [_file(out, m.name).read_bytes() for m in measured]
    rows = [
        Row(m, statistics.median(times))
        for m, times in zip(measured, latencies_ms(files, timings), strict=True)
    ]
    plot = charts.accuracy_against_latency(
        [
            charts.Point(m.name, row.latency_ms, m.recall, m.size_bytes, m.positives)
            for row in rows
            for m in [row.measured]
        ]
    )
    write_whole(out / "compare.md", markdown(rows))
    write_whole(out / "compare.svg", pages.standalone(plot))
    write_whole(out / "compare.html", _html(rows, plot, split))
    return rows


def _check_names(names: Sequence[str]) -> None:
    """Refuse, before the long work, networks whose files would replace each other's."""
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise CompareError(
            f"two of the networks are called {twice}; name it once, or call the folder of one otherwise"
        )


def markdown(rows: Sequence[Row]) -> str:
    """Return the table, the best recall first."""
    head = "| network | parameters | multiply-adds | int8 file | latency | memory | AUC | recall at 1 % false alarms |\n|---|--:|--:|--:|--:|--:|--:|--:|\n"
    lines = [
        f"| {m.name} | {m.parameters / 1e6:.2f} M | {m.multiply_adds / 1e6:.0f} M | {m.size_bytes / 2**20:.2f} MiB | {row.latency_ms:.2f} ms "
        f"| {m.memory_mib:.1f} MiB | {m.auc:.4f} | {m.recall:.3f} |\n"
        for row in _best_first(rows)
        for m in [row.measured]
    ]
    return head + "".join(lines)


def _best_first(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: -row.measured.recall)


def _html(rows: Sequence[Row], plot: Markup, split: Split) -> str:
    return pages.render(
        "compare.html", title="Networks compared", rows=_best_first(rows), plot=plot, split=split
    )


def _trained_and_measured(
    dataset: Dataset, entrant: Entrant, recipe: Recipe, out: Path, split: Split
) -> Measured:
    """Train a network and measure it, unless an earlier run did."""
    made_of = {"data_sha256": dataset.sha256, "recipe": repr(entrant.of(recipe)), "split": split}
    known = _known(out, entrant.name, made_of)
    if known:
        return known
    print(f"{entrant.name}: training")
    train(dataset, entrant.of(recipe), out / entrant.name, resume=True)
    return _measure(out / entrant.name, dataset, out, split, made_of)


def _measured(run: Path, dataset: Dataset, out: Path, split: Split) -> Measured:
    """Measure a run folder's network, unless an earlier run did."""
    if not (run / WEIGHTS_NAME).is_file():
        raise CompareError(f"{run} is no run folder: it lacks {WEIGHTS_NAME}; `deepdog train` makes one")
    check_photos(run, record_of(run), dataset)
    made_of = {
        "data_sha256": dataset.sha256,
        "weights": hashlib.sha256((run / WEIGHTS_NAME).read_bytes()).hexdigest(),
        "split": split,
    }
    return _known(out, run.name, made_of) or _measure(run, dataset, out, split, made_of)


def _known(out: Path, name: str, made_of: dict[str, str]) -> Measured | None:
    """Return what was measured before, if there is any."""
    done = out / f"{name}.{DONE_NAME}"
    if not done.exists():
        return None
    found = json.loads(done.read_text(encoding="utf-8"))
    if found["made_of"] != made_of:
        raise CompareError(
            f"{done} was made from other photos, weights, another recipe or split; choose another --out, or remove it"
        )
    return Measured(**found["measured"])


def _measure(run: Path, dataset: Dataset, out: Path, split: Split, made_of: dict[str, str]) -> Measured:
    """Round a run's network to int8, and measure file and network."""
    recipe = record_of(run)["recipe"]
    pictures = representative_pictures(dataset.split("train"), recipe["resolution"])
    network = network_of(run, recipe, pictures)
    model = quantise(network, pictures)
    evaluation = evaluate(model, dataset.split(split), 0.5)
    measured = Measured(
        run.name,
        parameters(network),
        multiply_adds(network),
        len(model),
        working_memory_mib(model),
        metrics.auc(evaluation.scores, evaluation.positives),
        metrics.recall_at(evaluation.scores, evaluation.positives, metrics.FALSE_ALARMS),
        int(evaluation.positives.sum()),
        int((~evaluation.positives).sum()),
    )
    write_whole(_file(out, run.name), model)
    document = {"made_of": made_of, "measured": asdict(measured)}
    write_whole(out / f"{run.name}.{DONE_NAME}", json.dumps(document, indent=2) + "\n")
    return measured


def _file(out: Path, name: str) -> Path:
    return out / f"{name}.{FILE_NAME}"
