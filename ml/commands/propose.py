"""`deepdog propose`: boxes over photos that nobody drew any over."""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, add_boxes, add_data, add_extra, dataset_of
from ml.commands.detect import boxes_of, finder_of

_DESCRIPTION = """\
Let a trained detector box the positive photos of the train split that no list boxes. Each is looked at straight and mirrored. Boxes
are taken from the score on at which 9 of 10 are right on the boxed pictures of the val split; what scores half of that or more is
listed as a crowd, which a detector in training may find or not. A photo without a sure box is left out.

OUT is a list for `deepdog train --task detect --boxes OUT`. Look at what it holds before you train for hours: --preview draws it."""

_EXAMPLES = """\
examples:
  deepdog propose runs/ssdlite photos --out proposed_boxes.csv --preview
  deepdog train photos --task detect --extra pasted --boxes proposed_boxes.csv --start app/assets/model --out runs/detector"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "propose",
        help="let a detector box photos, for another to learn from",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=Path, metavar="DETECTOR", help="bundle of a detector, or its run")
    add_data(parser)
    add_extra(parser)
    add_boxes(parser)
    parser.add_argument("--out", type=Path, required=True, help="list to write, a .csv file")
    parser.add_argument(
        "--preview", action="store_true", help="also write a page of the photos with their boxes beside it"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Propose, with a bar, and write the list."""
    from tqdm import tqdm

    from ml.dataset import words
    from ml.detect.annotations import to_measure_on
    from ml.detect.boxes import write_boxes
    from ml.detect.proposals import UNSURE, preview_html, propose, proposer
    from ml.files import write_whole
    from ml.model_files import check_trained_on

    if args.out.suffix != ".csv":
        raise ValueError(f"--out {args.out}: a list of boxes is a .csv file")
    dataset, known = dataset_of(args), boxes_of(args)
    check_trained_on(args.model, dataset)
    boxed = {picture.example.path for picture in known}
    photos = [e for e in dataset.split("train") if e.positive and e.path not in boxed]
    if not photos:
        raise ValueError(
            f"the train split has no {dataset.positive_name} without boxes: there is nothing to propose"
        )
    name, finder, _ = finder_of(args.model, known)
    by = proposer(finder, to_measure_on(known, "val"))
    print(f"{name}: sure from {by.sure:.3f} on, unsure from {by.sure * UNSURE:.3f} on")
    looked_at = tqdm(propose(by, photos, words(dataset.positive_name)), "looking", len(photos), disable=None)
    proposals = list(looked_at)
    found = [proposal for proposal in proposals if proposal is not None]
    if not found:
        raise ValueError(f"{name} is sure of nothing in {len(photos)} photos; train it longer")
    write_boxes(args.out, found)
    sure, unsure = (sum(int((p.crowd == crowd).sum()) for p in found) for crowd in (False, True))
    print(
        f"{args.out}: {sure} boxes, and {unsure} unsure ones, over {len(found)} of {len(photos)} photos that nobody boxed"
    )
    if args.preview:
        paths = [
            photo.path for photo, proposal in zip(photos, proposals, strict=True) if proposal is not None
        ]
        page = args.out.with_suffix(".html")
        write_whole(page, preview_html(f"What {name} proposes", by.sure, paths, found))
        print(f"{page} shows them, photos included; do not ship it.")
    return 0
