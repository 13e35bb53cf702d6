"""`deepdog detect`: train, export and measure a network that says where and how many, rather than whether."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from ml.commands.arguments import (
    Subparsers,
    add_data,
    add_extra,
    add_survival,
    at_least_1,
    dataset_of,
    share,
)

if TYPE_CHECKING:
    from ml.detect.annotations import Annotated
    from ml.detect.evaluate import Finder

_DESCRIPTION = """\
Find every hotdog in a picture, and count them: DeepDog's body with a head that says of each cell of a grid whether a box has
its centre there, and how large it is.

Boxes come from boxes.csv in each folder of photos (file, label, x0, y0, x1, y1 in fractions; `deepdog prepare` keeps those of
COCO and Open Images), and from the lists of boxes drawn by eye that come with DeepDog, for the pictures that they know. A positive
picture without boxes is left out; a negative one holds none."""

_EXAMPLES = """\
examples:
  deepdog detect train photos --extra pasted --start runs/a/network.keras --out runs/b    from a classifier's weights
  deepdog detect export runs/b photos --extra pasted --golden golden --out detector       int8, measured on the test split
  deepdog detect evaluate detector photos --against app/assets/model --out report         beside the classifier's heatmap
  deepdog detect evaluate detector photos --against runs/ssdlite                          beside another network's boxes
  deepdog detect second-look detector photos --classifier app/assets/model                does the classifier gain by it?"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "detect",
        help="find where it is, and how many",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _register_train(commands)
    _register_export(commands)
    _register_evaluate(commands)
    _register_second_look(commands)


def _register_train(commands: Subparsers) -> None:
    parser = commands.add_parser("train", help="train a detector on photos with boxes")
    add_data(parser)
    add_extra(parser)
    parser.add_argument("--out", type=Path, required=True, help="run folder to write")
    parser.add_argument(
        "--recipe", default="detector", help="name of a detector's file in ml/recipes (default: detector)"
    )
    parser.add_argument("--resolution", type=at_least_1, help="side of the input, instead of the recipe's")
    parser.add_argument(
        "--start",
        type=Path,
        metavar="WEIGHTS",
        help="let the body start from a classifier's network.keras of the same network and alpha; MobileNet V2 from a quantised .tflite of itself",
    )
    add_survival(parser)
    parser.set_defaults(run=train)


def _register_export(commands: Subparsers) -> None:
    parser = commands.add_parser("export", help="round a trained detector and write its bundle")
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder that `detect train` wrote")
    add_data(parser)
    add_extra(parser)
    parser.add_argument(
        "--golden", type=Path, required=True, help="8 or more pictures that may be shipped with the bundle"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the bundle; replaced when it exists"
    )
    parser.add_argument("--scheme", choices=("int8", "float16", "float32"), default="int8")
    parser.add_argument("--version", default="1.0.0", help="major.minor.patch (default: 1.0.0)")
    parser.add_argument(
        "--threshold",
        type=share,
        help="show boxes from this score on (default: that of the best F1 on the val split)",
    )
    parser.add_argument("--min-app-version", default="1.0.0", help="oldest app that can run it")
    parser.add_argument("--notes", default="", help="what changed, shown in the app's settings")
    parser.set_defaults(run=export)


def _register_evaluate(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "evaluate",
        help="measure boxes by COCO's rules",
        description="Measure average precision, counts and false boxes with 95 %% bootstrap intervals. A classifier's bundle is measured by the box around "
        "its heatmap's peak; of a run folder the network as int8, at the score with the best F1 on the val split. --out writes metrics.json and report.html "
        "with the best and worst pictures; it shows photos, so keep it where they may be seen.",
    )
    parser.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="bundle of a detector or of a classifier, or a run of `detect train`",
    )
    add_data(parser)
    parser.add_argument("--split", choices=("val", "test"), default="test", help="(default: test)")
    parser.add_argument(
        "--against",
        nargs="+",
        type=Path,
        default=[],
        metavar="OTHER",
        help="bundles or runs to set beside it on the same pictures, with paired intervals",
    )
    parser.add_argument("--out", type=Path, help="folder for metrics.json and report.html")
    parser.set_defaults(run=evaluate)


def _register_second_look(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "second-look",
        help="measure whether judging the best box as well helps the classifier",
        description="Let the classifier judge the square around the detector's surest box besides the whole picture, combine the two scores in several ways, "
        "choose the way with the highest recall at 1 %% false alarms on the val split, and measure it on the test split, with paired tests. Prints Markdown.",
    )
    parser.add_argument("model", type=Path, metavar="DETECTOR", help="bundle of a detector, or its run")
    add_data(parser)
    parser.add_argument("--classifier", type=Path, required=True, help="bundle or .tflite file")
    parser.set_defaults(run=second_look)


def train(args: argparse.Namespace) -> int:
    """Train, with a bar that tells how fast."""
    import dataclasses

    from ml.detect.train import train_detector
    from ml.recipes import load_recipe

    recipe = load_recipe(args.recipe)
    if args.resolution:
        recipe = dataclasses.replace(recipe, resolution=args.resolution)
    dataset = dataset_of(args)
    known = _known(args)
    train_detector(dataset, known, recipe, args.out, args.start, args.resume, args.tensorboard)
    photos = " ".join(map(str, [*args.data, *(["--extra", *args.extra] if args.extra else [])]))
    print(
        f"{args.out} is trained. Next: deepdog detect export {args.out} {photos} --golden GOLDEN --out BUNDLE"
    )
    return 0


def export(args: argparse.Namespace) -> int:
    """Export and print the file's figures."""
    from ml.dataset import load_datasets
    from ml.detect.evaluate import summary
    from ml.detect.export import export_detector
    from ml.export_parts import ExportError, Release

    try:
        record = json.loads((args.run_folder / "run.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ExportError(
            f"{args.run_folder} is no run folder: run.json cannot be read; `deepdog detect train` makes one"
        ) from error
    if "boxes_sha256" not in record:
        raise ExportError(f"{args.run_folder} is a classifier's run; `deepdog export` takes it")
    dataset = dataset_of(args)
    evaluation = export_detector(
        args.run_folder,
        record,
        dataset,
        _known(args),
        load_datasets([args.golden], dataset.positive_name),
        args.out,
        Release(args.version, args.min_app_version, args.notes, args.scheme),
        args.threshold,
    )
    print(summary(evaluation))
    print(f"\n{args.out} is written.")
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Measure, print, and write the page when asked to."""
    from ml.detect.annotations import to_measure_on
    from ml.detect.bundle import is_detector, load_detector_bundle
    from ml.detect.evaluate import evaluate, summary
    from ml.detect.report import comparison_table, metrics_json, report_html
    from ml.files import write_whole

    known = _known(args)
    finders = [_finder(path, known) for path in (args.model, *args.against)]
    pictures = to_measure_on(known, args.split)
    one, *others = [evaluate(name, finder, pictures, threshold) for name, finder, threshold in finders]
    print(summary(one))
    for other in others:
        print("\n" + summary(other) + "\n\n" + comparison_table(one, other))
    if args.out:
        description = load_detector_bundle(args.model).description if is_detector(args.model) else None
        write_whole(args.out / "metrics.json", metrics_json(one))
        write_whole(args.out / "report.html", report_html(one, description, others, pictures=True))
        print(f"\n{args.out / 'report.html'} shows all of it, photos included; do not ship it.")
    return 0


def second_look(args: argparse.Namespace) -> int:
    """Look twice at val and test and print what that is worth."""
    from ml.detect.second_look import look, report
    from ml.model_files import read_model

    classifier = read_model(args.classifier)
    dataset, known = dataset_of(args), _known(args)
    name, finder, threshold = _finder(args.model, known)
    val, test = (
        look(classifier.content, finder, threshold, dataset.split(split), known) for split in ("val", "test")
    )
    print(f"{classifier.name}, looking again where {name} finds the surest box.\n")
    print(report(val, test, classifier.threshold))
    return 0


def _known(args: argparse.Namespace) -> "list[Annotated]":
    from ml.detect.annotations import annotated

    return annotated(dataset_of(args), [*args.data, *getattr(args, "extra", ())])


def _finder(path: Path, known: "list[Annotated]") -> "tuple[str, Finder, float]":
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
