"""`deepdog average`: one network out of several."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, add_data, add_extra, dataset_of, photos_again, quoted

_DESCRIPTION = """\
Average the weights of runs that began at the same ones and learnt on differently: other seeds, other views. The average
is a single network, as small as each and as fast as the one that looks at most pixels, and often judges better than any of
them. Prints how each does on the val split, all at that resolution, and the average below them; look whether it gained
before you export it.

  deepdog distil photos ... --start bundle --seed 1 --out runs/a
  deepdog distil photos ... --start bundle --seed 2 --out runs/b
  deepdog average photos --runs runs/a runs/b --out runs/average
  deepdog export runs/average photos --golden golden --out bundle
"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "average",
        help="average the weights of several runs",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_extra(parser)
    parser.add_argument(
        "--runs",
        nargs="+",
        type=Path,
        required=True,
        metavar="RUN",
        help="two or more run folders, or bundles that they started from",
    )
    parser.add_argument("--out", type=Path, required=True, help="run folder to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Average, and print the table."""
    from ml.average import average

    figures = average(dataset_of(args), args.runs, args.out)
    width = max(len(row.name) for row in figures)
    print(f"{'val split':{width}}  {'AUC':>6}  recall at 1 % false alarms")
    for row in figures:
        print(f"{row.name:{width}}  {row.auc:6.4f}  {row.recall:.3f}")
    *runs, mean = figures
    if mean.auc < min(row.auc for row in runs):
        print(
            "It judges worse than each of them: weights have a mean only where runs began at the same ones and have not learnt far apart."
        )
        return 0
    print(f"Next: deepdog export {quoted(args.out)} {photos_again(args)} --golden GOLDEN --out BUNDLE")
    return 0
