"""`deepdog export`: from a trained network to the bundle that phones get."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ml.commands import detect
from ml.commands.arguments import (
    Subparsers,
    add_boxes,
    add_data,
    add_extra,
    dataset_of,
    golden_of,
    quoted,
    threshold,
)

if TYPE_CHECKING:
    from ml.dataset import Dataset
    from ml.evaluate import Evaluation

_DESCRIPTION = """\
Calibrate a trained network on the val split, fold its batch norm, round it, measure the file on the test split at the
threshold, and write the bundle that `flask publish-model` and the app take. A detector needs no calibration: its threshold is the
one with the best F1 on the val split.

It refuses a file whose scores are too far from the network's, one that phones' runtime (LiteRT 2.17) could not run, and one
that XNNPACK would run in pieces. Pixels enter as uint8 whatever the scheme:
  int8       weights and activations rounded: smallest and fastest
  float16    weights rounded: half the size of float32 at its speed
  float32    nothing rounded

--core-ml adds the same network as a Core ML package. Apple's runtime is on macOS and iOS alone, so the package's program is
evaluated with TensorFlow and refused where it scores otherwise than the network; run it on a device before you rely on it."""

_EXAMPLES = """\
examples:
  deepdog export runs/a photos --golden golden --out bundle --version 1.1.0 --notes "Sees small ones."
  deepdog export runs/detector photos --extra pasted --golden golden --out detector
  deepdog evaluate runs/a photos --split val       what the three schemes cost, before you choose"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "export",
        help="round a trained network and write its bundle",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "run_folder",
        type=Path,
        metavar="RUN",
        help="folder that `deepdog train` wrote, or a bundle of DeepDog, whose file is rounded and calibrated anew",
    )
    add_data(parser)
    add_extra(parser)
    add_boxes(parser)
    parser.add_argument(
        "--golden",
        type=Path,
        required=True,
        help="folder of the same two classes: 8 or more pictures that may be shipped with the bundle, none of them of the photos; "
        "they ship upright, as JPEGs of 512 px or fewer, without EXIF",
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the bundle; one that is there is replaced"
    )
    parser.add_argument(
        "--scheme",
        choices=("int8", "float16", "float32"),
        default="int8",
        help="how to round (default: int8)",
    )
    parser.add_argument(
        "--core-ml",
        action="store_true",
        help="also write model.mlpackage for Apple's runtime: float16, iOS 15 or later (needs the package coremltools)",
    )
    parser.add_argument("--version", default="1.0.0", help="major.minor.patch (default: 1.0.0)")
    parser.add_argument(
        "--threshold",
        type=threshold,
        help="positive at this score or more, boxes shown from it on (default: 0.90; of a detector that of the best F1)",
    )
    parser.add_argument(
        "--min-app-version", default="1.0.0", help="oldest app that can run it (default: 1.0.0)"
    )
    parser.add_argument("--notes", default="", help="what changed, shown in the app's settings")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Export and print the file's figures."""
    from ml.detect.bundle import is_detector
    from ml.model_files import is_detector_run

    if is_detector(args.run_folder):
        raise ValueError(
            f"{args.run_folder} is a detector's bundle, which is not rounded anew; export its run"
        )

    dataset = dataset_of(args)
    golden = golden_of(args, dataset)
    if is_detector_run(args.run_folder):
        detect.export(args, dataset, golden)
    else:
        _export_classifier(args, dataset, golden)
    print(f"\n{args.out} is written; {len(golden.examples)} golden pictures will ship with it.")
    print(f"Next: flask publish-model {quoted(args.out)}")
    return 0


def _export_classifier(args: argparse.Namespace, dataset: "Dataset", golden: "Dataset") -> None:
    if args.boxes:
        raise ValueError(f"--boxes is for detectors; {args.run_folder} is a classifier's")
    from ml.evaluate import summary
    from ml.export import export
    from ml.export_parts import Release
    from ml.model_files import THRESHOLD

    evaluation = export(
        args.run_folder,
        dataset,
        golden,
        args.out,
        Release(args.version, args.min_app_version, args.notes, args.scheme),
        THRESHOLD if args.threshold is None else args.threshold,
        args.core_ml,
    )
    print(summary(evaluation))
    for caution in cautions(evaluation, sum(not example.positive for example in dataset.split("val"))):
        print(f"\n{caution}")


def cautions(evaluation: "Evaluation", negatives: int) -> Iterator[str]:
    """Yield what whoever exported a classifier should know before phones get it.

    Args:
        evaluation: on the test split.
        negatives: of the val split, by which it was calibrated.
    """
    from ml.calibrate import FALSE_ALARM_RATE, LEAST_NEGATIVES

    if not evaluation.overall.found:
        yield (
            f"It finds nothing: none of the {evaluation.overall.positives} positives of the test split reaches {evaluation.threshold:.2f}. "
            "Train for longer or on more photos, or export it with a lower --threshold."
        )
    if negatives < LEAST_NEGATIVES:
        yield (
            f"The val split has {negatives} negatives. From {LEAST_NEGATIVES} on, the threshold is put where {FALSE_ALARM_RATE:.2%} of them pass it; "
            "of so few nobody can tell, so it says how likely a positive is, not how rare false alarms are."
        )
