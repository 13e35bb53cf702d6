"""`deepdog compare`: networks side by side under one recipe."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, add_data, add_extra, at_least_1, dataset_of, split_of

_DESCRIPTION = """\
Train each network under one recipe, or take trained ones, round all to int8, and set them side by side: parameters,
multiply-adds, size, latency, memory, AUC and recall at 1 % false alarms, both on the val split, since whoever chooses by
the test split has no photos left that tell how good the chosen network is. Prints Markdown; writes compare.md,
compare.html with a plot of accuracy against latency, and that plot alone, compare.svg.

A network is written as name[:alpha][@resolution]. One that was measured before is not trained again, so a run that was
stopped goes on, and networks may be added later."""

_EXAMPLES = """\
examples:
  deepdog compare photos --networks deepdog:0.5 squeezenet mobilenet_v1:0.5 mobilenet_v2:0.5 --out compare
  deepdog compare photos --networks deepdog:0.25 deepdog:0.5 deepdog:1 --recipe smoke --out sweep
  deepdog compare photos --runs runs/a runs/b --out compare              what is trained already"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "compare",
        help="set networks side by side under one recipe",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_extra(parser)
    parser.add_argument("--networks", nargs="+", default=[], metavar="NETWORK", help="networks to train")
    parser.add_argument(
        "--runs",
        nargs="+",
        type=Path,
        default=[],
        help="run folders to take as they are, trained on these photos",
    )
    parser.add_argument("--recipe", default="deepdog", help="the one recipe (default: deepdog)")
    parser.add_argument(
        "--split", choices=("val", "test"), default="val", help="what to measure on (default: val)"
    )
    parser.add_argument("--timings", type=at_least_1, default=200, help="inferences of each (default: 200)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare and print the table."""
    if not args.networks and not args.runs:
        raise ValueError("there is nothing to compare: name --networks to train, or --runs")

    from ml.compare import compare, markdown, parse_entrant
    from ml.networks import BUILDERS
    from ml.recipes import load_recipe

    entrants = [parse_entrant(text) for text in args.networks]
    unknown = sorted({entrant.network for entrant in entrants} - set(BUILDERS))
    if unknown:
        raise ValueError(f"there is no network {unknown[0]!r}; there are: {', '.join(BUILDERS)}")
    dataset = dataset_of(args)
    photos = split_of(args, dataset)
    recipe = load_recipe(args.recipe)
    rows = compare(dataset, entrants, recipe, args.out, args.runs, args.timings, args.split)
    print(markdown(rows))
    print(f"Measured on the {len(photos)} photos of the {args.split} split.")
    print(f"{args.out / 'compare.html'} draws accuracy against latency.")
    return 0
