"""`deepdog prepare`: turn photos from anywhere into a dataset."""

import argparse
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ml.commands.arguments import Subparsers, add_screens, at_least_1, quoted, share, with_screens

if TYPE_CHECKING:
    from ml.prepare.sources import Photo
    from ml.recipes import Recipe

_DESCRIPTION = """\
Turn photos from anywhere into one dataset: upright, sRGB, shrunk once, each picture once, split so that nothing leaks.

A SOURCE is
  class folders                 hotdog/*.jpg, not_hotdog/*.jpg; below train/, val/, test/ too; deeper folders are subclasses
  a folder with dataset.csv     what `deepdog prepare`, `deepdog sample` and `flask export-feedback` write
  Food-101                      images/<class>/*.jpg and meta/
  COCO                          a .json of images, annotations and categories beside the pictures, or in annotations/
  Open Images                   .csv files of ImageID and LabelName, class-descriptions.csv, and pictures <ImageID>.jpg
Say NAME=SOURCE to give it another name than its folder's.

A label that is spelt like the positive class (Hot dog, hot_dog) makes a photo positive, and so do those of --alias; every
other photo is negative, with its label as subclass.

DEST receives two class folders and
  dataset.csv     file, sha256, class, subclass, split, source, original, width, height, group
  rejected.csv    what was left out and why: broken, HEIC, too small, a copy of another, or standing in both classes
  boxes.csv       boxes of the positive class, in fractions, where a source has any; write those that you draw into it: they stay
                  as long as their picture does, unless a source boxes it
Copies are found by a perceptual hash; the largest is kept. Alike pictures form a group, and a group lies in one split. Pictures
that DEST lists already keep theirs, unless a new one shows that pictures of two splits are alike.
A run that was stopped, or killed, goes on when started again. To add a source later, name the earlier ones as well: DEST holds
what the sources named hold, and one that is not named any more is removed only if you say --drop-others."""

_EXAMPLES = """\
examples:
  deepdog prepare downloads/food-101 my-photos photos --positive hotdog
  deepdog prepare coco/annotations/instances_val2017.json feedback photos --positive pizza
  deepdog prepare downloads/food-101 my-photos holiday photos       add holiday/ to them later
  deepdog prepare my-photos photos --preview                        also draw photos/preview.html
  deepdog prepare /shared/open-images /shared/photos --ray auto     on every machine of a Ray cluster"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "prepare",
        help="turn photos from anywhere into a dataset",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("sources", nargs="+", metavar="SOURCE", help="folders or annotation files; see above")
    parser.add_argument("dest", type=Path, metavar="DEST", help="folder to write; made when absent")
    parser.add_argument(
        "--positive",
        metavar="CLASS",
        help="the class to find (default: the one whose other is called not_CLASS)",
    )
    parser.add_argument(
        "--alias", nargs="+", default=[], metavar="LABEL", help="more labels that mean the positive class"
    )
    parser.add_argument(
        "--size", type=at_least_1, default=256, help="pixels of the shorter side (default: 256)"
    )
    parser.add_argument(
        "--min-side", type=at_least_1, default=64, help="reject pictures with fewer pixels (default: 64)"
    )
    parser.add_argument("--val", type=share, default=0.1, help="share of the val split (default: 0.1)")
    parser.add_argument("--test", type=share, default=0.1, help="share of the test split (default: 0.1)")
    parser.add_argument("--seed", type=int, default=2017, help="of the split of new pictures (default: 2017)")
    parser.add_argument(
        "--keep-splits", action="store_true", help="keep the splits that the sources give, such as Food-101's"
    )
    parser.add_argument(
        "--jobs", type=at_least_1, default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="let a Ray cluster decode and hash (extra `ray`): its address, `auto` on one of its machines, or `local`; sources and DEST must lie at "
        "the same path on all of them",
    )
    parser.add_argument(
        "--drop-others",
        action="store_true",
        help="remove the pictures of sources that DEST lists and that are not named now",
    )
    parser.add_argument(
        "--preview", action="store_true", help="draw a sheet of augmented pictures, DEST/preview.html"
    )
    parser.add_argument(
        "--recipe", default="deepdog", help="whose augmentation --preview shows (default: deepdog)"
    )
    add_screens(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepare the photos with a progress bar and say what became of them."""
    from tqdm import tqdm

    from ml.prepare.prepare import Settings, prepare
    from ml.recipes import load_recipe

    # A wrong name is told before the long work.
    recipe = with_screens(load_recipe(args.recipe), args.screens)
    if args.val + args.test >= 1:
        raise ValueError("--val and --test leave nothing to train on")
    photos = [photo for source in args.sources for photo in _read(source)]
    positive = args.positive or _guess_positive({label for photo in photos for label in photo.labels})
    settings = Settings(
        positive,
        tuple(args.alias),
        args.size,
        args.min_side,
        args.val,
        args.test,
        args.seed,
        args.keep_splits,
        args.jobs,
        args.ray,
        args.drop_others,
    )
    if len({settings.class_of(photo) for photo in photos}) < 2:
        labels = sorted({label for photo in photos for label in photo.labels})
        raise ValueError(
            f"all photos are of one class, as {positive!r} is the positive one; the labels are {', '.join(labels[:12])}"
            f"{' …' if len(labels) > 12 else ''}. Say --positive or --alias"
        )
    started = time.perf_counter()
    with (
        tqdm(total=len(photos), desc="preparing", unit="photo", disable=None) as looking,
        tqdm(desc="finding copies", unit="photo", disable=None) as comparing,
    ):
        outcome = prepare(photos, args.dest, settings, looking.update, comparing.update)
    seconds = time.perf_counter() - started
    for name in (settings.positive, settings.negative):
        counts = [outcome.kept[name, split] for split in ("train", "val", "test")]
        print(f"{name:<24}{sum(counts):>7}   train {counts[0]}, val {counts[1]}, test {counts[2]}")
    for reason, number in outcome.rejected.most_common():
        print(f"{'left out: ' + reason:<24}{number:>7}")
    if outcome.removed:
        print(f"{'removed since last time':<24}{outcome.removed:>7}")
    for path in outcome.in_both_classes[:10]:
        print(f"  in both classes: {path}")
    if len(outcome.in_both_classes) > 10:
        print(f"  and {len(outcome.in_both_classes) - 10} more in {args.dest / 'rejected.csv'}")
    if outcome.new:
        print(f"{outcome.new} photos looked at, {outcome.new / seconds:.0f} a second")
    if args.preview:
        _preview(args.dest, positive, recipe, args.recipe, args.seed)
    print(f"{args.dest} is prepared. Next: deepdog train {quoted(args.dest)} --out RUN")
    return 0


def _read(source: str) -> "list[Photo]":
    from ml.prepare.sources import read_source

    name, equals, path = source.partition("=")
    if not equals or Path(source).exists():
        return read_source(Path(source))
    return [replace(photo, source=name) for photo in read_source(Path(path))]


def _guess_positive(labels: set[str]) -> str:
    guesses = sorted(label for label in labels if f"not_{label}" in labels)
    if len(guesses) != 1:
        raise ValueError("which class is to be found? Say --positive, for example --positive hotdog")
    return guesses[0]


def _preview(folder: Path, positive: str, recipe: "Recipe", recipe_name: str, seed: int) -> None:
    from ml.dataset import load_datasets
    from ml.files import write_whole
    from ml.prepare.preview import preview_html

    page = preview_html(
        load_datasets([folder], positive), recipe.augmentation, recipe_name, recipe.resolution, seed
    )
    write_whole(folder / "preview.html", page)
    print(f"{folder / 'preview.html'} shows augmented pictures.")
