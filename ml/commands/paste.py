"""`deepdog paste`: pictures with known boxes for a detector, made from photos with few."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, add_data, at_least_1

_DESCRIPTION = """\
Cut things out of photos and paste them onto scenes, small and large, in rows, partly hidden, with light, blur and shadow to match.
Other things are pasted in the same way, so that nobody learns what a pasted edge looks like.

Things are cut out of the boxes that ml/detect/cut_outs.csv lists, of the train split alone; scenes are its pictures without the
thing, and those of --scenes. OUT receives both classes, dataset.csv and boxes.csv, for `deepdog train PHOTOS --task detect --extra OUT`."""

_EXAMPLES = """\
examples:
  deepdog paste photos --out pasted                           3,000 pictures
  deepdog paste photos --scenes more --count 6000 --out pasted"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "paste",
        help="make pictures with known boxes from photos with few",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    parser.add_argument("--out", type=Path, required=True, help="folder to write; must not exist")
    parser.add_argument(
        "--scenes",
        nargs="+",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="more pictures to paste onto, those of the val and test splits left out; see to it that none shows the thing",
    )
    parser.add_argument("--count", type=at_least_1, default=3000, help="pictures (default: 3000)")
    parser.add_argument("--seed", type=int, default=2017, help="another seed, other pictures (default: 2017)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Paste, with a bar."""
    from tqdm import tqdm

    from ml.commands.arguments import dataset_of, unlabelled_of
    from ml.detect.pasted_folder import write_pasted

    dataset = dataset_of(args)
    scenes = unlabelled_of(args.scenes, args, dataset)
    with tqdm(unit="picture", disable=None) as bar:

        def report(doing: str, done: int, number: int) -> None:
            if done == 1:
                bar.reset(number)
                bar.set_description(doing)
            bar.update(done - bar.n)

        boxes = write_pasted(dataset, scenes, args.out, args.count, args.seed, report)
    print(f"{args.out}: {args.count} pictures with {boxes} boxes, listed in {args.out / 'boxes.csv'}")
    return 0
