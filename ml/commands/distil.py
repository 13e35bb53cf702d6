"""`deepdog distil`: a small network learns from a large one."""

import argparse
import dataclasses
from pathlib import Path

from ml.commands.arguments import (
    add_data,
    add_epochs,
    add_more,
    add_multipliers,
    add_screens,
    add_survival,
    dataset_of,
    photos_again,
    quoted,
    unlabelled_of,
    with_screens,
)

DESCRIPTION = """\
Train a student to answer as a teacher does, on endless distorted views of your photos and of any others.

  deepdog train photos --recipe teacher_head --start efficientnet-lite0-57934424.pth --out runs/teacher-head
  deepdog train photos --recipe teacher --start runs/teacher-head/network.keras --out runs/teacher
  deepdog export runs/teacher photos --golden golden --out teacher
  deepdog distil photos --more other-photos --teacher teacher/model.tflite --out runs/deepdog

The run folder is one that `deepdog export` takes.
"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "distil",
        help="train a small network to answer as a large one does",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_more(parser)
    parser.add_argument(
        "--teacher",
        nargs="+",
        type=Path,
        required=True,
        metavar="MODEL",
        help="model.tflite of a bundle that `deepdog export` wrote; several answer as one, by the mean of their scores",
    )
    parser.add_argument("--out", type=Path, required=True, help="run folder to write")
    parser.add_argument(
        "--recipe",
        default="student",
        help="name of a file in ml/recipes, or the path of your own .py file like those (default: student)",
    )
    parser.add_argument(
        "--start",
        type=Path,
        metavar="WEIGHTS",
        help="an earlier run's network.keras, a bundle such as app/assets/model, or a quantised MobileNet V1 (.tflite) of the student's "
        "alpha, which has seen ImageNet",
    )
    add_multipliers(parser)
    add_epochs(parser)
    parser.add_argument("--seed", type=int, help="seed of all random choices, instead of the recipe's")
    add_screens(parser)
    add_survival(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from ml.distil import distil
    from ml.recipes import load_recipe

    recipe = with_screens(load_recipe(args.recipe), args.screens)
    changes = {
        name: value for name in ("alpha", "resolution", "seed") if (value := getattr(args, name)) is not None
    }
    recipe = dataclasses.replace(recipe, **changes)
    if args.epochs is not None:
        recipe = recipe.stretched(args.epochs)
    dataset = dataset_of(args)
    distil(
        dataset,
        unlabelled_of(args.more, args, dataset),
        args.teacher,
        recipe,
        args.out,
        args.start,
        args.resume,
        args.tensorboard,
    )
    print(
        f"{args.out} is trained. Next: deepdog export {quoted(args.out)} {photos_again(args)} --golden GOLDEN --out BUNDLE"
    )
    return 0
