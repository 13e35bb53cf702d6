"""What each departure from the 2017 network and its training is worth: the student without one of them at a time.

python -m ml.benchmarks.departures PHOTOS --more MORE_PHOTOS --teacher ml/weights/teacher.tflite --start mobilenet_v1_0.5_160_quant.tflite --out departures
"""

import argparse
import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np

from ml import metrics
from ml.augment import Augmentation
from ml.batches import contract_tensors, labels
from ml.benchmarks.turns import table
from ml.commands.arguments import add_data, add_more, at_least_1, dataset_of, unlabelled_of
from ml.dataset import Dataset, Example
from ml.distil import distil, made_of
from ml.files import write_json
from ml.quantise import load_network
from ml.recipes import Distillation, Recipe, load_recipe
from ml.training import record
from ml.training.record import WEIGHTS_NAME

_DESCRIPTION = """\
Trains the recipe `student`, shortened to --epochs, once with everything and once without each thing that 2017's network and training did not have, for
every seed, and judges the val and test splits by the network as it is, not rounded. With --leave-out, the test split is photos from elsewhere; the teacher
should not have seen them either. Prints Markdown after each run; "gain" is what the departure brought. What lies in --out already is not trained again."""

WHOLE = "with all of them"


@dataclass(frozen=True)
class Variant:
    """A training run but for its seed."""

    recipe: Recipe
    from_imagenet: bool = True


@dataclass(frozen=True)
class Figures:
    """How one run's network judged the photos."""

    val_auc: float
    test_auc: float
    test_recall: float
    """At the threshold that gives `metrics.FALSE_ALARMS`."""


def variants(recipe: Recipe) -> dict[str, Variant]:
    """Return the recipe as it is, and without each departure."""
    teaching, drawing = recipe.distillation, recipe.softened
    assert teaching is not None
    assert drawing is not None

    def taught(otherwise: Distillation) -> Variant:
        return Variant(replace(recipe, distillation=otherwise))

    return {
        WHOLE: Variant(recipe),
        "from random weights": Variant(recipe, from_imagenet=False),
        "from random weights, 2017's widths": Variant(
            replace(recipe, network="deepdog"), from_imagenet=False
        ),
        "labels instead of a teacher": taught(
            replace(teaching, hard_share=1.0, unlabelled_share=0.0, imitation=0.0)
        ),
        "the teacher's scores alone, not its features": taught(replace(teaching, imitation=0.0)),
        "no photos without labels": taught(replace(teaching, unlabelled_share=0.0)),
        "2017's augmentation": Variant(replace(recipe, augmentation=Augmentation())),
        "photos of each class drawn alike": Variant(replace(recipe, softened=replace(drawing, exponent=0.0))),
        "the last weights, not their average": Variant(replace(recipe, averaging=None)),
        "128 px": Variant(replace(recipe, resolution=128)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and measure what is not there yet, and print the table."""
    args = _parser().parse_args(arguments)
    photos = dataset_of(args)
    recipe = load_recipe("student").stretched(args.epochs)
    measured: dict[str, list[Figures]] = {}
    for seed in args.seeds:
        for name, variant in variants(replace(recipe, seed=seed)).items():
            if args.only and name not in (WHOLE, *args.only):
                continue
            run = args.out / f"{name.replace(' ', '-').replace(',', '')}-{seed}"
            measured.setdefault(name, []).append(_measured(run, variant, photos, args))
            print(markdown(measured), flush=True)


def markdown(measured: Mapping[str, Sequence[Figures]]) -> str:
    """Return the table: means over the seeds, the lowest and highest, and how much less than with everything."""
    whole = measured[WHOLE]
    rows = []
    for name, runs in measured.items():
        cells = [name, str(len(runs))]
        for figure, digits in _FIGURES.values():
            # While a seed is under way, not every variant has it.
            gains = [figure(a) - figure(b) for a, b in zip(whole, runs, strict=False)]
            cells.append(_spread([figure(run) for run in runs], digits))
            cells.append("" if name == WHOLE else _spread(gains, digits, "+"))
        rows.append(cells)
    return table(["", "seeds", *(title for name in _FIGURES for title in (name, "gain"))], rows)


_FIGURES: dict[str, tuple[Callable[[Figures], float], int]] = {
    "AUC, val": (lambda run: run.val_auc, 4),
    "AUC, test": (lambda run: run.test_auc, 4),
    "recall at 1 %, test": (lambda run: run.test_recall, 3),
}
"""How each is called, what it is, and its digits."""


def _spread(figures: Sequence[float], digits: int, sign: str = "") -> str:
    def text(figure: float) -> str:
        return f"{figure:{sign}.{digits}f}"

    mean = text(statistics.fmean(figures))
    return mean if len(figures) == 1 else f"{mean} ({text(min(figures))} to {text(max(figures))})"


def _measured(run: Path, variant: Variant, photos: Dataset, args: argparse.Namespace) -> Figures:
    kept = run / "measured.json"
    start = args.start if variant.from_imagenet else None
    more = unlabelled_of(args.more, args, photos)
    # Figures of a run that was made of something else are refused here.
    record.begin(run, made_of(photos, more, args.teacher, variant.recipe, start), resume=True, writes=False)
    if not kept.is_file():
        distil(photos, more, args.teacher, variant.recipe, run, start, resume=True, tensorboard=False)
        network = load_network(run / WEIGHTS_NAME)
        val, test = (_judged(network, photos.split(split)) for split in ("val", "test"))
        recall = metrics.recall_at(*test, metrics.FALSE_ALARMS)
        write_json(kept, asdict(Figures(metrics.auc(*val), metrics.auc(*test), recall)))
        keras.backend.clear_session()
    return Figures(**json.loads(kept.read_text(encoding="utf-8")))


def _judged(network: keras.Model, examples: Sequence[Example]) -> tuple[metrics.Scores, metrics.Positives]:
    pixels = contract_tensors(examples, network.input_shape[1])
    return np.asarray(network.predict(pixels, batch_size=64, verbose=0)[:, 0], float), labels(examples)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.departures",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_more(parser, required=True)
    parser.add_argument(
        "--teacher", nargs="+", type=Path, required=True, metavar="MODEL", help="as of `deepdog distil`"
    )
    parser.add_argument(
        "--start", type=Path, required=True, metavar="WEIGHTS", help="quantised MobileNet V1 (.tflite)"
    )
    parser.add_argument("--epochs", type=at_least_1, default=4, help="of each run (default: %(default)s)")
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[2017], help="one run each (default: %(default)s)"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=list(variants(load_recipe("student"))),
        metavar="NAME",
        help="of the table's first column, such as '128 px'; for a second seed where it is close",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs")
    return parser


if __name__ == "__main__":
    main()
