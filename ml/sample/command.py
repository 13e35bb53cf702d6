"""`deepdog sample`: render a folder of labelled pictures."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

KINDS = (
    "hotdog",
    "burger",
    "banana",
    "sandwich",
    "sub",
    "corn_dog",
    "bare_sausage",
    "empty_bun",
    "fruit",
    "table",
)
"""Written out so that `--help` need not load the renderer; a test holds it equal to `composition.KINDS`."""

MIN_SIZE, MAX_SIZE = 32, 2048  # pixels

_DESCRIPTION = """\
Render believable photos of hotdogs and of things that are not, labelled and ready to train on.
No photo is downloaded and nothing is traced from one, so the pictures may be shipped.

A hotdog is a sausage in a bun. Bare sausages, empty buns, corn dogs, subs and burgers are not.

DEST receives hotdog/*.jpg, not_hotdog/*.jpg, dataset.csv (file, sha256, class, subclass, split, source_repo) and
boxes.csv (file, sha256, label, x0, y0, x1, y1, crowd): where what can be seen of each hotdog lies, in fractions.
A picture depends on --seed, its number and --size alone. Pictures that are there already are kept, so a
run that was stopped goes on when started again, and a larger --count only adds."""

_EXAMPLES = """\
examples:
  deepdog sample var/renders                            200 pictures, half of them hotdogs
  deepdog sample var/renders --count 2000 --seed 7      enough to try training on
  deepdog sample var/burgers --kind burger --count 20   one kind only
  deepdog train photos --task detect --extra var/renders --out runs/detector    learn from their boxes as well"""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `sample` command to `deepdog`."""
    parser = subparsers.add_parser(
        "sample",
        help="render labelled pictures to train and test with",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "dest", metavar="DEST", type=Path, help="folder to write to; made if it does not exist"
    )
    parser.add_argument(
        "--count", type=_at_least(1), default=200, help="pictures in all, half of them hotdogs (default: 200)"
    )
    parser.add_argument(
        "--seed", type=_at_least(0), default=0, help="another seed, other pictures (default: 0)"
    )
    parser.add_argument("--size", type=_size, default=256, help="pixels of the shorter side (default: 256)")
    parser.add_argument(
        "--jobs", type=_at_least(1), default=os.cpu_count() or 1, help="processes (default: one a core)"
    )
    parser.add_argument("--kind", choices=KINDS, help="render this kind only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Render the pictures with a progress bar; 0 if all are there, 130 if stopped by Ctrl-C."""
    from tqdm import tqdm

    from ml.sample.dataset import plan, write

    pictures = plan(args.count, args.seed, args.size, args.kind)
    try:
        with tqdm(total=len(pictures), unit="picture", desc="Rendering", disable=None) as bar:
            new = write(args.dest, pictures, args.jobs, bar.update)
    except KeyboardInterrupt:
        print("\ndeepdog: stopped; the same command goes on from here", file=sys.stderr)
        return 130
    hotdogs = sum(picture.label == "hotdog" for picture in pictures)
    kept = f" ({len(pictures) - new} were there already)" if new < len(pictures) else ""
    print(
        f"{args.dest}: {hotdogs} hotdogs and {len(pictures) - hotdogs} others{kept}, listed in {args.dest / 'dataset.csv'}"
    )
    return 0


def _at_least(lowest: int) -> Callable[[str], int]:
    """An argparse type: an integer with a lower bound."""

    def parse(text: str) -> int:
        number = _integer(text)
        if number < lowest:
            raise argparse.ArgumentTypeError(f"{number} is too small: at least {lowest}")
        return number

    return parse


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def _size(text: str) -> int:
    number = _integer(text)
    if not MIN_SIZE <= number <= MAX_SIZE:
        raise argparse.ArgumentTypeError(f"{number} px is out of range: {MIN_SIZE} to {MAX_SIZE}")
    return number
