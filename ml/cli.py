"""The `deepdog` command line. What a subcommand needs is imported when it runs, so that `--help` answers at once."""

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.commands import distil, evaluate, explain, prepare
from ml.commands.arguments import add_data, add_extra
from ml.sample import command as sample

DESCRIPTION = """\
Train "X or not X" for a phone: photos in, a signed-off model bundle out.

  deepdog prepare SOURCE... photos                    photos from anywhere: upright, small, each once, split
  deepdog sample photos                               or render photos to start with, if you have none
  deepdog train photos --recipe smoke --out runs/a    train on two folders of photos (smoke: minutes; deepdog: an hour or two)
  deepdog distil photos --teacher large/model.tflite --out runs/a
                                                      or learn from a larger network that was trained on them
  deepdog export runs/a photos --golden photos --out bundle
                                                      round to 8 bits, measure on the test split, write the bundle
  deepdog evaluate bundle photos                      measure a bundle end to end: JPEG in, verdict out
  deepdog explain lunch.jpg                           a page of what each layer sees in a photo
  deepdog bench bundle                                time it on one thread
"""

Subparsers = argparse._SubParsersAction  # argparse has no public name for it


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command."""
    parser = argparse.ArgumentParser(
        prog="deepdog", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for register in (
        sample.register,
        prepare.register,
        distil.register,
        _register_train,
        _register_export,
        evaluate.register,
        explain.register,
        _register_bench,
    ):
        register(subparsers)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; a wrong input ends it with one sentence and exit code 2."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    parsed = build_parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except (ValueError, OSError) as error:
        print(f"deepdog: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("deepdog: stopped; what was finished is kept", file=sys.stderr)
        return 130


def _register_train(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "train",
        help="train the network on photos",
        description="Train the DeepDog network. Writes weights, log and record to the run folder; the epoch with the best AUC on the val split is kept.",
    )
    add_data(parser)
    add_extra(parser)
    parser.add_argument("--out", type=Path, required=True, help="run folder to write")
    parser.add_argument("--recipe", default="deepdog", help="name of a file in ml/recipes (default: deepdog)")
    parser.add_argument("--alpha", type=float, help="width multiplier, instead of the recipe's")
    parser.add_argument("--resolution", type=int, help="side of the input in pixels, instead of the recipe's")
    parser.add_argument("--seed", type=int, help="seed of all random choices, instead of the recipe's")
    parser.add_argument(
        "--start", type=Path, metavar="WEIGHTS", help="start from an earlier run's network.keras"
    )
    parser.set_defaults(run=_train)


def _train(args: argparse.Namespace) -> int:
    from ml.dataset import load_datasets
    from ml.recipes import load_recipe
    from ml.train import train

    changes = {
        name: getattr(args, name)
        for name in ("alpha", "resolution", "seed")
        if getattr(args, name) is not None
    }
    recipe = dataclasses.replace(load_recipe(args.recipe), **changes)
    train(load_datasets(args.data, args.positive, args.extra), recipe, args.out, args.start)
    photos = " ".join(map(str, [*args.data, *(["--extra", *args.extra] if args.extra else [])]))
    print(f"{args.out} is trained. Next: deepdog export {args.out} {photos} --golden GOLDEN --out BUNDLE")
    return 0


def _register_export(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "export",
        help="round a trained network to 8 bits and write its bundle",
        description="Quantise, measure the file on the test split at the threshold, and write the bundle that `flask publish-model` and the app take.",
    )
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="folder that `deepdog train` wrote")
    add_data(parser)
    add_extra(parser)
    parser.add_argument(
        "--golden",
        type=Path,
        required=True,
        help="8 or more pictures of both classes that may be shipped with the bundle",
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the bundle; replaced when it exists"
    )
    parser.add_argument("--version", default="1.0.0", help="major.minor.patch (default: 1.0.0)")
    parser.add_argument(
        "--threshold", type=float, default=0.90, help="positive at this score or more (default: 0.90)"
    )
    parser.add_argument(
        "--min-app-version", default="1.0.0", help="oldest app that can run it (default: 1.0.0)"
    )
    parser.add_argument("--notes", default="", help="what changed, shown in the app's settings")
    parser.set_defaults(run=_export)


def _export(args: argparse.Namespace) -> int:
    from ml.dataset import load_datasets
    from ml.evaluate import table
    from ml.export import export

    dataset = load_datasets(args.data, args.positive, args.extra)
    golden = load_datasets([args.golden], dataset.positive_name)
    evaluation = export(
        args.run_folder,
        dataset,
        golden,
        args.out,
        args.version,
        args.threshold,
        args.min_app_version,
        args.notes,
    )
    print(table([evaluation.overall]))
    print(f"{args.out} is written. Next: flask publish-model {args.out}")
    return 0


def _register_bench(subparsers: "Subparsers[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "bench",
        help="time a bundle on one thread",
        description="Time single inferences on one thread, pixels ready.",
    )
    parser.add_argument(
        "bundle", type=Path, nargs="+", help="folders of bundles, or .tflite files, timed in turn"
    )
    parser.add_argument("--runs", type=int, default=200, help="inferences of each (default: 200)")
    parser.set_defaults(run=_bench)


def _bench(args: argparse.Namespace) -> int:
    from ml.bench import latencies_ms, summary

    for path in args.bundle:
        model = (path if path.is_file() else path / "model.tflite").read_bytes()
        print(f"{path}: {len(model) / 1024:.0f} KiB, {summary(latencies_ms(model, args.runs))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
