"""`deepdog find-lr`: find the learning rates between which to cycle."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, add_data, add_extra, at_least_1, dataset_of
from ml.commands.train import add_network, recipe_of

LINEAR_HIGHEST = {"sgd": 0.2, "adamw": 0.02}
"""Beyond what trains, so that the loss's burst is seen."""

_DESCRIPTION = """\
Run the learning rate range test (Smith 2015): train for a few hundred batches while the rate rises linearly, draw loss
against rate, and suggest the bounds of the first phase's cycles. Nothing is kept but the page and the figures.

Run it again whenever network, optimizer, batch size or starting weights change; twice the batch takes about twice the rates."""

_EXAMPLES = """\
examples:
  deepdog find-lr photos --out find-lr                              for the recipe `deepdog`
  deepdog find-lr photos --recipe article_2017 --batches 600        a longer, smoother test
  deepdog find-lr photos --start runs/a/network.keras --to 0.002    to fine-tune"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "find-lr",
        help="find the learning rates to cycle between",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    add_extra(parser)
    add_network(parser)
    parser.add_argument("--from", dest="lowest", type=float, default=0.0, help="first rate (default: 0)")
    parser.add_argument(
        "--to", dest="highest", type=float, help="last rate (default: 0.2 for sgd, 0.02 for adamw)"
    )
    parser.add_argument("--batches", type=at_least_1, default=300, help="how many to train on (default: 300)")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("find-lr"),
        help="folder for find-lr.html and rates.csv (default: find-lr)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run the test, print the bounds and write the page."""
    from ml import charts, pages
    from ml.files import write_whole
    from ml.range_test import STARTED, range_test

    recipe = recipe_of(args)
    highest = LINEAR_HIGHEST[recipe.optimizer] if args.highest is None else args.highest
    if not 0 <= args.lowest < highest:
        raise ValueError(f"--from {args.lowest:g} must lie below --to {highest:g}, and neither below 0")
    dataset = dataset_of(args)
    found = range_test(dataset, recipe, args.lowest, highest, args.batches, args.start)
    rows = zip(found.rates, found.losses, found.smoothed, strict=True)
    table = "rate,loss,running_mean\n" + "".join(f"{r:.8g},{loss:.6g},{mean:.6g}\n" for r, loss, mean in rows)
    page = pages.render(
        "find_lr.html",
        title="Learning rate range test",
        recipe=args.recipe,
        bounds=found.bounds,
        ends_falling=found.ends_falling,
        rates=found.rates,
        started=pages.percent(STARTED, 0),
        plot=charts.rate_range(found.rates, found.losses, found.smoothed, found.bounds),
        **{
            field: getattr(recipe, field)
            for field in ("network", "alpha", "resolution", "batch_size", "optimizer")
        },
    )
    write_whole(args.out / "rates.csv", table)
    write_whole(args.out / "find-lr.html", page)
    if found.bounds:
        minimum, maximum = found.bounds
        print(f"cycle between {minimum:.2g} and {maximum:.2g} in the recipe's first phase")
        if found.ends_falling:
            print("the loss was still falling there: higher rates may do as well; try them with --to")
    else:
        print("no rate of these brought the loss down; try lower ones with --to, or more batches")
    print(f"{args.out / 'find-lr.html'} shows the curve.")
    return 0
