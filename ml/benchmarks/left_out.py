"""How well networks do on photos from elsewhere: each source is left out once, of a teacher, its student and what they are compared with.

python -m ml.benchmarks.left_out PHOTOS --fold 'linusjuni/*' 'kashyap32/*' --fold 'SAsyl/*' 'srohit0/*' --more MORE_PHOTOS --golden GOLDEN --out left-out
    --efficientnet efficientnet-lite0-57934424.pth --mobilenet-v1 mobilenet_v1_0.5_160_quant.tflite --mobilenet-v2 mobilenet_v2_1.0_224_quant.tflite
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ml import metrics
from ml.benchmarks.turns import table
from ml.benchmarks.verdicts import verdict_cells
from ml.bundle import load_bundle
from ml.commands.arguments import add_more, add_photos, at_least_1
from ml.dataset import Dataset, load_datasets
from ml.evaluate import evaluate
from ml.files import write_json
from ml.model_files import THRESHOLD
from ml.training.record import RECORD_NAME

_DESCRIPTION = """\
For every fold, trains each network on all photos but those of the fold's sources, exports it, and judges those photos by its int8 file at 0.90. So
each photo is judged once, by a network that has seen none of its source, nor has its teacher. Prints Markdown. What lies in --out already is not done
again: a benchmark that was stopped goes on by the same command."""

Command = Sequence[str | Path]
Judged = tuple[metrics.Scores, metrics.Positives]
"""Scores of photos, float64 (N,), and which of them are positive, bool (N,)."""
NEVER = 'always "not"'
EPOCHS = {"teacher": 2, "student": 6, "scratch": 11}
"""Of the networks that go by a recipe of their own, by default: the teacher's half, a third of the student's first lesson, two fifths."""


@dataclass(frozen=True)
class Fold:
    """Sources that are left out together."""

    name: str
    sources: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and judge what is not there yet, and print the table."""
    args = _parser().parse_args(arguments)
    photos = load_datasets(args.data, args.positive)
    judged: dict[str, dict[str, Judged]] = {}
    for fold in _chosen(folds_of(photos, args.fold), args.only):
        folder = args.out / fold.name
        _begin(folder, _made_of(args, fold, photos.leaving_out(fold.sources)))
        for network, commands in _commands(args, fold, folder).items():
            for command in commands:
                _run(command)
            judged.setdefault(network, {})[fold.name] = _judged(
                folder / f"{network}-bundle", photos.leaving_out(fold.sources)
            )
            print(markdown({network: judged[network]}), flush=True)
    print(markdown(judged))


def folds_of(photos: Dataset, patterns: Sequence[Sequence[str]]) -> list[Fold]:
    """Return the folds of the sources that each list of patterns matches, and a last one, `others`, of those that none does.

    Raises:
        DatasetError: a pattern matches no source.
        ValueError: a source is in two folds, a fold lacks one of the classes, or one fold holds all sources.
    """
    left = {example.source for example in photos.examples}
    folds = []
    for names in patterns:
        sources = {example.source for example in photos.leaving_out(names).split("test")}
        if not sources <= left:
            raise ValueError(
                f"{', '.join(sorted(sources - left))}: in two folds; each source is left out once"
            )
        left -= sources
        folds.append(_fold(photos, names[0].strip("/*").replace("/", "-"), sources))
    if left:
        folds.append(_fold(photos, "others", left))
    names_of_folds = [fold.name for fold in folds]
    if len(set(names_of_folds)) < len(folds):
        raise ValueError(
            f"two folds of one name among {', '.join(names_of_folds)}; begin one with another source"
        )
    if len(folds) < 2:
        raise ValueError("one fold of all sources leaves nothing to learn from; name some with --fold")
    return folds


def _chosen(folds: Sequence[Fold], only: Sequence[str] | None) -> list[Fold]:
    names = [fold.name for fold in folds]
    for name in only or ():
        if name not in names:
            raise ValueError(f"--only {name}: no such fold; there are {', '.join(names)}")
    return [fold for fold in folds if not only or fold.name in only]


def _fold(photos: Dataset, name: str, sources: set[str]) -> Fold:
    classes = {example.positive for example in photos.examples if example.source in sources}
    if len(classes) < 2:
        raise ValueError(f"the fold {name} holds pictures of one class only; add a source that has the other")
    return Fold(name, tuple(sorted(sources)))


def markdown(judged: Mapping[str, Mapping[str, Judged]]) -> str:
    """Return the table: each network by fold, and over all folds where there are several; below them what always saying no would give."""
    rows = []
    for network, by_fold in judged.items():
        together = {"all": _together(list(by_fold.values()))} if len(by_fold) > 1 else {}
        rows += [[network, fold, *_cells(*photos)] for fold, photos in {**by_fold, **together}.items()]
    _, positives = _together(list(next(iter(judged.values())).values()))
    rows.append([NEVER, "all", *_cells(np.zeros(len(positives)), positives)])
    head = ["", "left out", "positives", "others", "AUC", "recall", "false alarms", "recall at 1 %"]
    return table(head, rows)


def _cells(scores: metrics.Scores, positives: metrics.Positives) -> list[str]:
    return [str(positives.sum()), str((~positives).sum()), *verdict_cells(scores, positives, THRESHOLD)]


def _together(judged: Sequence[Judged]) -> Judged:
    scores, positives = zip(*judged, strict=True)
    return np.concatenate(scores), np.concatenate(positives)


def _commands(args: argparse.Namespace, fold: Fold, folder: Path) -> dict[str, list[Command]]:
    """Return what makes each network's bundle, `<network>-bundle` in the folder."""
    photos = [*args.data, "--leave-out", *fold.sources]
    photos += ["--positive", args.positive] if args.positive else []

    def learn(command: str, run: str, *more: str | Path, **options: object) -> Command:
        flags = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        return [command, *photos, *more, *flags, "--no-tensorboard", "--out", folder / run]

    def export(run: str) -> Command:
        return ["export", folder / run, *photos, "--golden", args.golden, "--out", folder / f"{run}-bundle"]

    teaching = {"recipe": "teacher", "epochs": args.teacher_epochs}
    head, teacher = folder / "teacher-head/network.keras", folder / "teacher-bundle/model.tflite"
    retraining = {"network": "mobilenet_v2", "alpha": 1, "resolution": 160, "start": args.mobilenet_v2}
    more = ["--more", *args.more] if args.more else []
    return {
        "teacher": [
            learn("train", "teacher-head", recipe="teacher_head", start=args.efficientnet),
            learn("train", "teacher", start=head, **teaching),
            export("teacher"),
        ],
        "deepdog": [
            learn(
                "distil",
                "deepdog",
                *more,
                teacher=teacher,
                start=args.mobilenet_v1,
                epochs=args.student_epochs,
            ),
            export("deepdog"),
        ],
        "mobilenet_v2": [
            learn("train", "mobilenet_v2", **retraining, **teaching),
            export("mobilenet_v2"),
        ],
        "from_scratch": [
            learn("train", "from_scratch", recipe="deepdog", epochs=args.scratch_epochs),
            export("from_scratch"),
        ],
    }


def _run(command: Command) -> None:
    """Run `deepdog` in a process of its own, unless its result is there; go on with a run that was stopped."""
    kind, out = command[0], Path(command[-1])
    if kind == "export" and out.is_dir():
        return
    if kind != "export" and (out / RECORD_NAME).is_file():
        if "ended_at" in json.loads((out / RECORD_NAME).read_text(encoding="utf-8")):
            return
        command = [*command, "--resume"]
    print(f"deepdog {kind} ... --out {out}", flush=True)
    subprocess.run([sys.executable, "-m", "ml.cli", *map(str, command)], check=True)


def _made_of(args: argparse.Namespace, fold: Fold, photos: Dataset) -> dict[str, Any]:
    """Return what the networks of a fold are made of, all but the commands themselves."""
    weights = (args.efficientnet, args.mobilenet_v1, args.mobilenet_v2)
    return {
        "sources": list(fold.sources),
        "data_sha256": photos.sha256,
        "more": [str(path) for path in args.more],
        "weights": [path.name for path in weights],
        "epochs": {who: getattr(args, f"{who}_epochs") for who in EPOCHS},
    }


def _begin(folder: Path, made_of: dict[str, Any]) -> None:
    record = folder / "fold.json"
    if record.is_file() and json.loads(record.read_text(encoding="utf-8")) != made_of:
        raise ValueError(f"{folder} was begun with other photos, weights or epochs; choose another --out")
    write_json(record, made_of)


def _judged(bundle: Path, photos: Dataset) -> Judged:
    kept = bundle.with_name(f"{bundle.name}-scores.json")
    examples, model = photos.split("test"), load_bundle(bundle)
    sha256 = model.description["sha256"]
    if not kept.is_file() or json.loads(kept.read_text(encoding="utf-8"))["sha256"] != sha256:
        scores = evaluate(model.model_bytes, examples, THRESHOLD).scores
        write_json(kept, {"sha256": sha256, "scores": [round(float(score), 6) for score in scores]})
    positives = np.array([example.positive for example in examples], bool)
    return np.array(json.loads(kept.read_text(encoding="utf-8"))["scores"]), positives


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.left_out",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_photos(parser)
    parser.add_argument(
        "--fold",
        nargs="+",
        action="append",
        required=True,
        metavar="SOURCE",
        help="sources to leave out together (`*` stands for anything); once for each fold. Those that none names are the last fold",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="FOLD",
        help="folds to do now, by the first source without its `/*`, or `others`",
    )
    add_more(parser)
    parser.add_argument("--golden", type=Path, required=True, help="as of `deepdog export`")
    for network, weights in (
        ("efficientnet", "EfficientNet-Lite0 (.pth), for the teacher"),
        ("mobilenet-v1", "quantised MobileNet V1 (.tflite), for the student"),
        ("mobilenet-v2", "quantised MobileNet V2 (.tflite)"),
    ):
        parser.add_argument(f"--{network}", type=Path, required=True, metavar="WEIGHTS", help=weights)
    for who, number in EPOCHS.items():
        parser.add_argument(
            f"--{who}-epochs", type=at_least_1, default=number, metavar="N", help="(default: %(default)s)"
        )
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs")
    return parser


if __name__ == "__main__":
    main()
