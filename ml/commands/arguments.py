"""Arguments that several subcommands share."""

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from ml.dataset import Dataset, Example
    from ml.recipes import Recipe

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `register` of each command is given; argparse has no public name for it."""


def add_photos(parser: argparse.ArgumentParser) -> None:
    """Add the folders of photos and the name of the class to find."""
    parser.add_argument(
        "data",
        nargs="+",
        type=Path,
        help="folder with two class folders, e.g. hotdog/ and not_hotdog/; several are joined, but none that were prepared into another",
    )
    parser.add_argument(
        "--positive",
        metavar="CLASS",
        help="the class to find (default: the one whose other is called not_CLASS)",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add what `add_photos` does and the sources to leave out."""
    add_photos(parser)
    parser.add_argument(
        "--leave-out",
        nargs="+",
        default=[],
        metavar="SOURCE",
        help="test on all photos of these sources and learn from none of them, nor from any that `deepdog prepare` found alike (`*` stands for anything): "
        "how the network does on photos from elsewhere",
    )


def dataset_of(args: argparse.Namespace) -> "Dataset":
    """Read what `add_data`, and where it was added `add_extra`, asked for.

    Raises:
        DatasetError: a folder is no dataset, or no source has the name of one to leave out.
    """
    from ml.dataset import load_datasets

    dataset = load_datasets(args.data, args.positive, getattr(args, "extra", ()))
    return dataset.leaving_out(args.leave_out) if args.leave_out else dataset


def unlabelled_of(folders: Sequence[Path], args: argparse.Namespace, dataset: "Dataset") -> list[Path]:
    """Read folders of pictures without labels, less what `--leave-out` names and what the dataset measures on, and say how many of the latter there were.

    Raises:
        DatasetError: a folder holds none.
    """
    from ml.dataset import not_measured_on, unlabelled_pictures

    found = unlabelled_pictures(folders, args.leave_out)
    learnt_from = not_measured_on(found, dataset)
    if len(learnt_from) < len(found):
        print(
            f"{len(found) - len(learnt_from)} of {len(found)} pictures without labels are of the val or test split and left out"
        )
    return learnt_from


def split_of(args: argparse.Namespace, dataset: "Dataset") -> "list[Example]":
    """Return the pictures of `--split`, before the long work that they are wanted for.

    Raises:
        DatasetError: there are none.
    """
    from ml.dataset import DatasetError

    examples = dataset.split(args.split)
    if not examples:
        folders = ", ".join(map(str, args.data))
        raise DatasetError(
            f"there are no photos in the {args.split} split of {folders}; name another with --split, or add photos"
        )
    return examples


def golden_of(args: argparse.Namespace, dataset: "Dataset") -> "Dataset":
    """Read the pictures of `--golden`, which are of the dataset's classes.

    Raises:
        DatasetError: the folder is no dataset, or one of other classes.
    """
    from ml.bundle import LEAST_GOLDEN
    from ml.dataset import DatasetError, load_datasets

    try:
        return load_datasets([args.golden], dataset.positive_name)
    except DatasetError as error:
        raise DatasetError(
            f"--golden {args.golden} must hold {dataset.positive_name}/ and {dataset.negative_name}/, "
            f"with {LEAST_GOLDEN} pictures or more that may be shipped: {error}"
        ) from error


def photos_again(args: argparse.Namespace) -> str:
    """Return what was asked for by `add_data`, and where they were added `add_extra` and `add_boxes`, as another command would be told."""
    positive = ["--positive", args.positive] if args.positive else []
    left_out = ["--leave-out", *args.leave_out] if args.leave_out else []
    extra = ["--extra", *map(str, args.extra)] if getattr(args, "extra", ()) else []
    boxes = ["--boxes", *map(str, args.boxes)] if getattr(args, "boxes", ()) else []
    return shlex.join([*map(str, args.data), *positive, *left_out, *extra, *boxes])


def quoted(path: Path) -> str:
    """Return a path as a shell is told it, for a command that is proposed."""
    return shlex.quote(str(path))


def add_more(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add pictures without labels for a student to learn from."""
    parser.add_argument(
        "--more",
        nargs="+",
        type=Path,
        required=required,
        default=[],
        metavar="FOLDER",
        help="more pictures, of anything and without labels: the teacher says what they show; those of the val and test splits are left out",
    )


def add_extra(parser: argparse.ArgumentParser) -> None:
    """Add folders that are trained on but not measured on."""
    parser.add_argument(
        "--extra",
        nargs="+",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="more folders, to train on but not to measure on, such as renders; none of their pictures may be one that is measured on",
    )


def add_boxes(parser: argparse.ArgumentParser) -> None:
    """Add lists of boxes besides those that lie beside the photos and that come with DeepDog."""
    parser.add_argument(
        "--boxes",
        nargs="+",
        type=Path,
        default=[],
        metavar="LIST",
        help="more boxes for a detector to learn from, lists as `deepdog propose` writes them; drawn ones count before them, and nothing is measured by them",
    )


def add_screens(parser: argparse.ArgumentParser) -> None:
    """Add the share of pictures that look as if photographed off a screen."""
    parser.add_argument(
        "--screens",
        type=share,
        metavar="SHARE",
        help="share of the pictures to show as if photographed off a screen, with its grid, moiré, glare and tilt (default: the recipe's)",
    )


def with_screens(recipe: "Recipe", screen_share: float | None) -> "Recipe":
    """Return the recipe with what `--screens` says instead."""
    if screen_share is None:
        return recipe
    return replace(recipe, augmentation=replace(recipe.augmentation, screen_share=screen_share))


def add_multipliers(parser: argparse.ArgumentParser) -> None:
    """Add alpha and, as pixels, rho."""
    parser.add_argument("--alpha", type=multiplier, help="width multiplier, instead of the recipe's")
    parser.add_argument(
        "--resolution", type=at_least_1, help="side of the input in pixels, instead of the recipe's"
    )


def add_epochs(parser: argparse.ArgumentParser) -> None:
    """Add how long to train."""
    parser.add_argument(
        "--epochs", type=at_least_1, help="instead of the recipe's, its rates stretched to fit"
    )


def add_survival(parser: argparse.ArgumentParser) -> None:
    """Add how a run goes on after it was stopped, and where it tells how it goes."""
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on with the run that --out holds, to the same end as if it had never stopped; say the same arguments again",
    )
    parser.add_argument(
        "--tensorboard",
        action=argparse.BooleanOptionalAction,
        help="write events for TensorBoard into OUT/tensorboard (default: where it is installed; pip install tensorboard)",
    )


def share(text: str) -> float:
    """An argparse type: a number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} lies outside 0 to 1")
    return number


def threshold(text: str) -> float:
    """An argparse type: a score that has a logit, for calibration to put the threshold at."""
    number = share(text)
    if number in (0, 1):
        raise argparse.ArgumentTypeError(f"{text} tells nothing apart; say a threshold between 0 and 1")
    return number


def class_weights(text: str) -> "float | Literal['balanced']":
    """An argparse type: `balanced`, or the weight of a positive against a negative, as `49:1` or `49`."""
    if text == "balanced":
        return "balanced"
    positive, _, negative = text.partition(":")
    try:
        weight = float(positive) / float(negative or 1)
    except (ValueError, ZeroDivisionError):
        weight = 0.0
    if not 0 < weight < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not written as 49:1, 49 or balanced")
    return weight


def multiplier(text: str) -> float:
    """An argparse type: a number above 0."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} multiplies no width; say a number above 0, such as 0.5")
    return number


def at_least_1(text: str) -> int:
    """An argparse type: a whole number from 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)
