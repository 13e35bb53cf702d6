"""What `deepdog train`, `export` and `evaluate` do for a detector, which says where and how many rather than whether."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ml.commands.arguments import dataset_of

if TYPE_CHECKING:
    from ml.dataset import Dataset
    from ml.detect.annotations import Annotated
    from ml.detect.evaluate import Finder
    from ml.recipes import Recipe

NOT_FOR_DETECTORS = (
    "activation",
    "activation_first",
    "norm_between",
    "positive_weight",
    "screens",
    "head_only",
    "ray",
    "coordinator",
)
"""Arguments of `deepdog train` that only a classifier's training heeds."""


def train(args: argparse.Namespace, recipe: "Recipe") -> None:
    """Train a detector, with a bar that tells how fast.

    Raises:
        ValueError: an argument that detectors do not heed.
    """
    from ml.detect.train import train_detector

    for name in NOT_FOR_DETECTORS:
        if getattr(args, name) is not None:
            flag = "class-weights" if name == "positive_weight" else name.replace("_", "-")
            raise ValueError(f"--{flag} is for classifiers: a detector's training does not heed it")
    train_detector(
        dataset_of(args), boxes_of(args), recipe, args.out, args.start, args.resume, args.tensorboard
    )


def export(args: argparse.Namespace, dataset: "Dataset", golden: "Dataset") -> None:
    """Export a detector and print the file's figures.

    Raises:
        ValueError: an argument that is for classifiers.
        ExportError: the network cannot be exported; the message says why.
    """
    import json

    from ml.detect.evaluate import summary
    from ml.detect.export import export_detector
    from ml.export_parts import Release
    from ml.training.record import RECORD_NAME

    if args.core_ml:
        raise ValueError("--core-ml is for classifiers: the app takes a detector as a .tflite file alone")
    evaluation = export_detector(
        args.run_folder,
        json.loads((args.run_folder / RECORD_NAME).read_text(encoding="utf-8")),
        dataset,
        boxes_of(args),
        golden,
        args.out,
        Release(args.version, args.min_app_version, args.notes, args.scheme),
        args.threshold,
    )
    print(summary(evaluation))


def evaluate(args: argparse.Namespace) -> None:
    """Measure boxes by COCO's rules, print, and write the page when asked to.

    Raises:
        ValueError: asked for the train split, or nothing of the split has boxes.
        RunError: a run was trained on other photos.
    """
    from ml.detect.annotations import to_measure_on
    from ml.detect.bundle import is_detector, load_detector_bundle
    from ml.detect.evaluate import evaluate, summary
    from ml.detect.report import comparison_table, metrics_json, report_html
    from ml.files import write_whole
    from ml.model_files import check_trained_on

    if args.split == "train":
        raise ValueError("--split train: boxes are measured on val or test; of train hardly any were drawn")
    dataset, known = dataset_of(args), boxes_of(args)
    for path in (args.model, *args.against):
        check_trained_on(path, dataset)
    finders = [finder_of(path, known) for path in (args.model, *args.against)]
    pictures = to_measure_on(known, args.split)
    one, *others = [
        evaluate(name, finder, pictures, threshold if args.threshold is None else args.threshold)
        for name, finder, threshold in finders
    ]
    print(summary(one))
    for other in others:
        print("\n" + summary(other) + "\n\n" + comparison_table(one, other))
    if args.out:
        description = load_detector_bundle(args.model).description if is_detector(args.model) else None
        write_whole(args.out / "metrics.json", metrics_json(one))
        write_whole(args.out / "report.html", report_html(one, description, others, pictures=True))


def boxes_of(args: argparse.Namespace) -> "list[Annotated]":
    """Return the pictures of the folders that were named whose boxes are known."""
    from ml.detect.annotations import annotated

    return annotated(dataset_of(args), [*args.data, *getattr(args, "extra", ())], getattr(args, "boxes", ()))


def finder_of(path: Path, known: "list[Annotated]") -> "tuple[str, Finder, float]":
    """Return name, finder and threshold of a bundle or a run."""
    from ml.detect.bundle import is_detector, load_detector_bundle
    from ml.detect.evaluate import Finder
    from ml.model_files import is_run, read_model

    if is_run(path):
        # Loads TensorFlow, which bundles do without.
        from ml.detect.runs import finder_of_run

        return finder_of_run(path, known)
    if not is_detector(path):
        model = read_model(path)
        return f"heatmap of {model.name}", Finder.of_heatmap(model.content), model.threshold
    bundle = load_detector_bundle(path)
    description = bundle.description
    name = f"{description['name']} {description['version']}"
    return name, Finder.of_detector(bundle.model_bytes, bundle.decoding), description["threshold"]
