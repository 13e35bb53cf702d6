"""`deepdog bench`: time model files on one thread."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, at_least_1


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "bench",
        help="time model files on one thread",
        description="Time single inferences on one thread, pixels ready. Several files take turns, so that what else the machine does strikes them alike.",
    )
    parser.add_argument(
        "model", type=Path, nargs="+", help="bundles or .tflite files, of classifiers or of detectors"
    )
    parser.add_argument("--runs", type=at_least_1, default=200, help="inferences of each (default: 200)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Time the files and print a line each."""
    from ml.bench import latencies_ms, summary

    models = [_file(path) for path in args.model]
    for path, model, times in zip(args.model, models, latencies_ms(models, args.runs), strict=True):
        print(f"{path}: {len(model) / 1024:.0f} KiB, {summary(times)}")
    return 0


def _file(path: Path) -> bytes:
    """Return a .tflite file, or that of a bundle of either kind."""
    from ml.detect.bundle import is_detector, load_detector_bundle
    from ml.model_files import read_model

    return load_detector_bundle(path).model_bytes if is_detector(path) else read_model(path).content
