"""`deepdog second-look`: does the classifier gain by judging the detector's best box as well?"""

import argparse
from pathlib import Path

from ml.commands.arguments import Subparsers, add_boxes, add_data, add_extra, dataset_of
from ml.commands.detect import boxes_of, finder_of

_DESCRIPTION = """\
Let the classifier judge the square around the detector's surest box besides the whole picture, combine the two scores in several
ways, choose the way with the highest recall at 1 % false alarms on the val split, and measure it on the test split, with paired
tests. Prints Markdown."""

_EXAMPLES = """\
examples:
  deepdog second-look app/assets/detector photos --classifier app/assets/model"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "second-look",
        help="measure whether judging the best box as well helps the classifier",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=Path, metavar="DETECTOR", help="bundle of a detector, or its run")
    add_data(parser)
    add_extra(parser)
    add_boxes(parser)
    parser.add_argument("--classifier", type=Path, required=True, help="bundle or .tflite file")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look twice at val and test and print what that is worth."""
    from ml.detect.second_look import look, report
    from ml.model_files import check_trained_on, read_model

    classifier = read_model(args.classifier)
    dataset, known = dataset_of(args), boxes_of(args)
    for path in (args.model, args.classifier):
        check_trained_on(path, dataset)
    name, finder, threshold = finder_of(args.model, known)
    val, test = (
        look(classifier.content, finder, threshold, dataset.split(split), known) for split in ("val", "test")
    )
    print(f"{classifier.name}, looking again where {name} finds the surest box.\n")
    print(report(val, test, classifier.threshold))
    return 0
