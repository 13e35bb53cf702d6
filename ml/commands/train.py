"""`deepdog train`: photos and a recipe in, a run folder out."""

import argparse
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from ml.commands.arguments import Subparsers, add_data, add_extra, at_least_1, dataset_of

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

_DESCRIPTION = """\
Train a network on photos. The run folder receives weights, log, schedule and the record of what made them; the epoch with
the best AUC on the val split is kept.

There are three ways to train:
  from scratch    random weights (no --start)
  retrain         the head only, on the features that the --start weights give (--head-only)
  fine-tune       all of it, from the --start weights"""

_EXAMPLES = """\
examples:
  deepdog train photos --out runs/a                                          the recipe `deepdog`, from scratch
  deepdog train photos --recipe smoke --out runs/b                           minutes rather than hours
  deepdog train photos --network squeezenet --alpha 1 --out runs/c           another network by the same recipe
  deepdog train photos --start runs/a/network.keras --out runs/d             fine-tune what runs/a learnt"""


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
    parser.add_argument("--out", type=Path, required=True, help="run folder to write")
    add_network(parser)
    parser.set_defaults(run=run)


def add_network(parser: argparse.ArgumentParser) -> None:
    """Add what decides the network and how it is trained, shared with `find-lr`."""
    parser.add_argument("--recipe", default="deepdog", help="name of a file in ml/recipes (default: deepdog)")
    parser.add_argument(
        "--network", choices=NETWORKS, metavar="NAME", help=f"instead of the recipe's: {', '.join(NETWORKS)}"
    )
    parser.add_argument("--alpha", type=float, help="width multiplier, instead of the recipe's")
    parser.add_argument(
        "--resolution", type=at_least_1, help="side of the input in pixels, instead of the recipe's"
    )
    parser.add_argument(
        "--batch-size", type=at_least_1, help="instead of the recipe's; the rates are scaled with it"
    )
    parser.add_argument("--seed", type=int, help="seed of all random choices, instead of the recipe's")
    parser.add_argument(
        "--start",
        type=Path,
        metavar="WEIGHTS",
        help="start from an earlier run's network.keras, or an EfficientNet-Lite's ImageNet weights (.pth)",
    )
    parser.add_argument("--head-only", action="store_true", default=None, help="hold all but the head still")


def recipe_of(args: argparse.Namespace) -> "Recipe":
    """Return the named recipe with what the arguments say instead."""
    from ml.recipes import load_recipe

    if args.head_only and args.start is None:
        raise ValueError("--head-only needs features to start from: say --start WEIGHTS")
    recipe = load_recipe(args.recipe)
    changes = {
        name: getattr(args, name)
        for name in ("network", "alpha", "resolution", "batch_size", "seed", "head_only")
        if getattr(args, name) is not None
    }
    scale = (args.batch_size or recipe.batch_size) / recipe.batch_size
    phases = tuple(phase.scaled(scale) for phase in recipe.phases)
    return dataclasses.replace(recipe, phases=phases, **changes)


def run(args: argparse.Namespace) -> int:
    """Train, with Keras's progress bar."""
    from ml.train import train

    recipe = recipe_of(args)
    dataset = dataset_of(args)
    _draw_schedule(args.out, args.recipe, recipe, len(dataset.split("train")) // recipe.batch_size)
    train(dataset, recipe, args.out, args.start)
    photos = " ".join(map(str, [*args.data, *(["--extra", *args.extra] if args.extra else [])]))
    print(f"{args.out} is trained. Next: deepdog export {args.out} {photos} --golden GOLDEN --out BUNDLE")
    return 0


def _draw_schedule(out: Path, name: str, recipe: "Recipe", batches_per_epoch: int) -> None:
    import numpy as np

    from ml import charts, pages
    from ml.files import write_whole
    from ml.schedule import rates

    page = pages.render(
        "schedule.html",
        title=f"Schedule of {name}",
        recipe=name,
        epochs=recipe.epochs,
        batches_per_epoch=batches_per_epoch,
        phases=recipe.phases,
        resolution=recipe.resolution,
        plot=charts.schedule([np.array(list(rates(phase, batches_per_epoch))) for phase in recipe.phases]),
    )
    write_whole(out / "schedule.html", page)
