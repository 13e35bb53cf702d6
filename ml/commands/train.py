"""`deepdog train`: photos and a recipe in, a run folder out."""

import argparse
import dataclasses
import os
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from ml.ablation import Activation
from ml.commands import detect
from ml.commands.arguments import (
    Subparsers,
    add_boxes,
    add_data,
    add_epochs,
    add_extra,
    add_multipliers,
    add_screens,
    add_survival,
    at_least_1,
    class_weights,
    dataset_of,
    photos_again,
    quoted,
    with_screens,
)

if TYPE_CHECKING:
    from ml.recipes import Recipe

NETWORKS = (
    "deepdog",
    "deepdog_mobilenet",
    "efficientnet_lite0",
    "efficientnet_lite2",
    "squeezenet",
    "enet",
    "alexnet",
    "mobilenet_v1",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "inception_v3",
    "xception",
    "vgg16",
)
"""Written out so that `--help` need not load Keras; a test holds it equal to `ml.networks.BUILDERS`."""

DEFAULT_WORKERS = 2
DEFAULT_RECIPES = {"classify": "deepdog", "detect": "detector"}
"""By task."""

_DESCRIPTION = """\
Train a network on photos: a classifier, which says whether, or with --task detect a detector, which says where and how many.
The run folder receives weights, log, schedule and the record of what made them; the epoch with the best AUC, of a detector the
best average precision, on the val split is kept.

There are three ways to train:
  from scratch    random weights (no --start)
  retrain         the head only, on the features that the --start weights give (--head-only)
  fine-tune       all of it, from the --start weights

A detector learns boxes: from boxes.csv in each folder of photos (file, label, x0, y0, x1, y1 in fractions; `deepdog prepare` keeps
those of COCO and Open Images), and from the lists of boxes drawn by eye that come with DeepDog, for the pictures that they know. A
positive picture without boxes is left out; a negative one holds none."""

_EXAMPLES = """\
examples:
  deepdog train photos --out runs/a                                          the recipe `deepdog`, from scratch
  deepdog train photos --recipe smoke --out runs/b                           minutes rather than hours
  deepdog train photos --network squeezenet --alpha 1 --out runs/c           another network by the same recipe
  deepdog train photos --activation relu6 --out runs/relu6                   DeepDog but for one thing
  deepdog train photos --start runs/a/network.keras --out runs/d             fine-tune what runs/a learnt
  deepdog train photos --network deepdog_mobilenet --start app/assets/model --out runs/d
                                                                             or what ships
  deepdog train photos --network mobilenet_v1 --alpha 0.25 --resolution 128 --start mobilenet_v1_0.25_128_quant.tflite --head-only --out runs/e
                                                                             retrain MobileNet's head, offline
  deepdog train /shared/photos --ray auto --workers 4 --out /shared/runs/f   on four machines, or GPUs, of a Ray cluster
  deepdog train /shared/photos --coordinator 10.0.0.1:1234 --processes 2 --process-id 0 --out /shared/runs/g
                                                                             without Ray: the same on each, its own --process-id
  deepdog train photos --task detect --extra pasted --start runs/a/network.keras --out runs/h
                                                                             a detector, from a classifier's weights"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "train",
        help="train a network on photos",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_extra(parser)
    add_boxes(parser)
    parser.add_argument("--out", type=Path, required=True, help="run folder to write")
    parser.add_argument(
        "--task",
        choices=tuple(DEFAULT_RECIPES),
        default="classify",
        help="say whether, or where and how many (default: classify)",
    )
    add_network(parser)
    parser.set_defaults(recipe=None)
    add_epochs(parser)
    add_survival(parser)
    add_processes(parser)
    parser.set_defaults(run=run)


def add_network(parser: argparse.ArgumentParser) -> None:
    """Add what decides the network and how it is trained, shared with `find-lr`."""
    parser.add_argument(
        "--recipe",
        default="deepdog",
        help="name of a file in ml/recipes, but for the students', which `distil` takes, or the path of your own .py file like those "
        "(default: deepdog, or of `train --task detect` detector)",
    )
    parser.add_argument(
        "--network", choices=NETWORKS, metavar="NAME", help=f"instead of the recipe's: {', '.join(NETWORKS)}"
    )
    ablation = parser.add_argument_group(
        "ablations of DeepDog", "one choice of 2017 at a time, to see what it is worth"
    )
    ablation.add_argument(
        "--activation", choices=get_args(Activation), help="in place of ELU (default: the recipe's)"
    )
    ablation.add_argument(
        "--activation-first",
        action="store_true",
        default=None,
        help="activation before batch norm, not after it",
    )
    ablation.add_argument(
        "--norm-between",
        action="store_true",
        default=None,
        help="batch norm between depthwise and pointwise convolution too, as in MobileNet",
    )
    add_multipliers(parser)
    parser.add_argument(
        "--batch-size", type=at_least_1, help="instead of the recipe's; the rates are scaled with it"
    )
    parser.add_argument(
        "--class-weights",
        dest="positive_weight",
        type=class_weights,
        metavar="WEIGHTS",
        help="what a picture of the positive class counts for against another: 49:1, 49, or `balanced` by their numbers (default: the recipe's)",
    )
    add_screens(parser)
    parser.add_argument("--seed", type=int, help="seed of all random choices, instead of the recipe's")
    parser.add_argument(
        "--start",
        type=Path,
        metavar="WEIGHTS",
        help="start from an earlier run's network.keras or a bundle such as app/assets/model (--network deepdog_mobilenet), or let the body start "
        "from what it learnt from ImageNet: `imagenet` downloads it, a quantised MobileNet V1 or V2 (.tflite) or an EfficientNet-Lite (.pth) needs no network",
    )
    parser.add_argument("--head-only", action="store_true", default=None, help="hold all but the head still")


def add_processes(parser: argparse.ArgumentParser) -> None:
    """Add how to train in several processes."""
    several = parser.add_argument_group(
        "several machines or GPUs",
        "Every process computes its part of each batch, on JAX, and the result is that of one process. Photos, --start and --out must lie at "
        "the same path everywhere. Needs the extra `ray`: pip install -e '.[ml,ray]', and `jax[cuda12]` for NVIDIA GPUs",
    )
    several.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="let Ray place the workers, one a GPU where there are any, and go on from the checkpoint when one is lost: "
        "a cluster's address, `auto` on one of its machines, or `local` for this machine alone",
    )
    several.add_argument(
        "--workers", type=at_least_1, metavar="N", help="workers for --ray to place (default: 2)"
    )
    several.add_argument(
        "--coordinator",
        metavar="HOST:PORT",
        help="without Ray: where process 0 listens; start each process yourself",
    )
    several.add_argument("--process-id", type=int, metavar="I", help="which process this is, from 0")
    several.add_argument("--processes", type=at_least_1, metavar="N", help="how many there are")


def recipe_of(args: argparse.Namespace) -> "Recipe":
    """Return the named recipe with what the arguments say instead."""
    from ml.recipes import load_recipe

    if args.head_only and args.start is None:
        raise ValueError("--head-only needs features to start from: say --start WEIGHTS")
    recipe = with_screens(load_recipe(args.recipe or DEFAULT_RECIPES[args.task]), args.screens)
    changes = {
        name: getattr(args, name)
        for name in ("network", "alpha", "resolution", "batch_size", "seed", "head_only", "positive_weight")
        if getattr(args, name) is not None
    }
    ablation = {
        field.name: getattr(args, field.name)
        for field in dataclasses.fields(recipe.ablation)
        if getattr(args, field.name) is not None
    }
    scale = (args.batch_size or recipe.batch_size) / recipe.batch_size
    phases = tuple(phase.scaled(scale) for phase in recipe.phases)
    ablated = dataclasses.replace(recipe.ablation, **ablation)
    return dataclasses.replace(recipe, phases=phases, ablation=ablated, **changes)


def run(args: argparse.Namespace) -> int:
    """Train, with a bar that tells how fast."""
    _check_processes(args)
    recipe = recipe_of(args)
    if args.epochs is not None:
        recipe = recipe.stretched(args.epochs)
    if args.task == "detect":
        detect.train(args, recipe)
        return _say_what_is_next(args, recipe)
    if recipe.detection:
        raise ValueError(f"the recipe {args.recipe} is a detector's: say --task detect, or name another")
    if args.boxes:
        raise ValueError("--boxes is for detectors: say --task detect")
    if args.ray:
        from ml.ray_workers import train_on_workers

        train_on_workers(_with_whole_paths(args))
        return 0
    if args.coordinator:
        os.environ["KERAS_BACKEND"] = "jax"
    from ml.distributed import ALONE, join
    from ml.train import train

    dataset = dataset_of(args)
    processes = join(args.coordinator, args.process_id, args.processes) if args.coordinator else ALONE
    train(dataset, recipe, args.out, args.start, args.resume, args.tensorboard, processes)
    return _say_what_is_next(args, recipe) if processes.is_first else 0


def _say_what_is_next(args: argparse.Namespace, recipe: "Recipe") -> int:
    from ml.detect.designs import FOR_PHONES

    out, photos = quoted(args.out), photos_again(args)
    if recipe.detection and recipe.network != FOR_PHONES:
        print(f"{args.out} is trained. Next: deepdog evaluate {out} {photos} --against DETECTOR")
        return 0
    print(f"{args.out} is trained. Next: deepdog export {out} {photos} --golden GOLDEN --out BUNDLE")
    return 0


def _check_processes(args: argparse.Namespace) -> None:
    by_hand = (args.coordinator, args.process_id, args.processes)
    if args.ray and by_hand != (None, None, None):
        raise ValueError(
            "--ray numbers its workers itself: leave out --coordinator, --process-id and --processes"
        )
    if args.workers and not args.ray:
        raise ValueError("--workers is for Ray: say --ray local, or --ray ADDRESS")
    if None in by_hand and by_hand != (None, None, None):
        raise ValueError("--coordinator, --process-id and --processes go together")
    if args.coordinator and not 0 <= args.process_id < args.processes:
        raise ValueError(f"--process-id is from 0 to {args.processes - 1}, not {args.process_id}")


def _with_whole_paths(args: argparse.Namespace) -> argparse.Namespace:
    """Return the arguments with paths that mean the same wherever a worker runs."""
    whole = argparse.Namespace(**vars(args))
    whole.data, whole.extra = [path.resolve() for path in args.data], [path.resolve() for path in args.extra]
    whole.out = args.out.resolve()
    whole.workers = args.workers or DEFAULT_WORKERS
    if args.start and args.start.exists():
        whole.start = args.start.resolve()
    if args.recipe and Path(args.recipe).is_file():
        whole.recipe = str(Path(args.recipe).resolve())
    return whole
