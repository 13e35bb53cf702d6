"""`deepdog evaluate`: measure model files end to end."""

import argparse
from pathlib import Path

from ml.commands import detect
from ml.commands.arguments import Subparsers, add_boxes, add_data, add_extra, dataset_of, share, split_of

_DESCRIPTION = """\
Score each photo as a phone does (pixel contract, the file itself, threshold) and print the figures: overall with
95 % intervals, and by source and subclass. --out writes metrics.json and report.html, one page with plots,
slices, comparisons and the 24 surest mistakes. It shows the photos, so keep it where the photos may be seen.

MODEL is a bundle, a .tflite file, or a run folder of `deepdog train`; of a run the int8 file is measured, and set
beside float16 and float32, which shows what rounding costs; each is calibrated on the val split, as `deepdog export` does.
A run wants the photos that it was trained on, --extra and --leave-out as well, lest it be measured on what it learnt; of a
bundle that was trained on others, you are told.

Where a detector is among them, boxes are measured, by COCO's rules: average precision, counts and false boxes, and the page shows the
best and worst pictures. A classifier beside it is measured by the box around its heatmap's peak; of a detector's run the network as
int8, at the score with the best F1 on the val split. A run that learnt with --boxes wants them again, since it is rounded, and its
context fitted, by the pictures whose boxes are known."""

_EXAMPLES = """\
examples:
  deepdog evaluate app/assets/model photos                            what ships, on the test split
  deepdog evaluate app/assets/model photos --out reports/shipped      the same as a page
  deepdog evaluate bundle photos --against app/assets/model           is the new one better, or was it luck?
  deepdog evaluate runs/a photos --split val --out reports/rounding   int8, float16 and float32 side by side, to choose by
  deepdog evaluate detector photos --against app/assets/model         boxes, beside the classifier's heatmap
  deepdog evaluate detector photos --extra pasted --against runs/ssdlite
                                                                      boxes, beside another network's"""


def register(subparsers: Subparsers) -> None:
    """Add the command to `deepdog`."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model end to end",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", type=Path, metavar="MODEL", help="bundle, .tflite file or run folder")
    add_data(parser)
    add_extra(parser)
    add_boxes(parser)
    parser.add_argument("--split", choices=("train", "val", "test"), default="test", help="(default: test)")
    parser.add_argument(
        "--against",
        nargs="+",
        type=Path,
        default=[],
        metavar="OTHER",
        help="bundles, .tflite files or run folders to set beside it on the same photos, with paired tests",
    )
    parser.add_argument(
        "--threshold",
        type=share,
        help="positive at this score or more (default: the bundle's; 0.90 where there is none)",
    )
    parser.add_argument("--out", type=Path, help="folder for metrics.json and report.html")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure, print, and write the page when asked to."""
    from ml.detect.bundle import is_detector
    from ml.model_files import is_detector_run

    if any(is_detector(path) or is_detector_run(path) for path in (args.model, *args.against)):
        detect.evaluate(args)
    else:
        _evaluate_classifiers(args)
    if args.out:
        print(f"\n{args.out / 'report.html'} shows all of it, photos included; do not ship it.")
    return 0


def _evaluate_classifiers(args: argparse.Namespace) -> None:
    from ml.dataset import words
    from ml.evaluate import evaluate, summary, table
    from ml.files import write_whole
    from ml.model_files import check_trained_on, is_run, read_model, read_models
    from ml.report import Subject, comparison_table, metrics_json, report_html

    if args.boxes:
        raise ValueError("--boxes is for detectors, and none is among these models")
    paths = (args.model, *args.against)
    for path in paths:
        if not is_run(path):
            read_model(path)  # a wrong name is told before minutes of rounding
    dataset = dataset_of(args)
    examples = split_of(args, dataset)
    for path in paths:
        check_trained_on(path, dataset)
    files = [file for path in paths for file in read_models(path, dataset)]
    labels = (words(dataset.negative_name), words(dataset.positive_name))
    subjects = []
    for file in files:
        threshold = file.threshold if args.threshold is None else args.threshold
        evaluation = evaluate(file.content, examples, threshold)
        subjects.append(Subject(file.name, len(file.content), evaluation, labels, file.description))
    subject, *others = subjects
    evaluation = subject.evaluation
    print(summary(evaluation), end="\n\n")
    print(table([evaluation.overall, *evaluation.by_source, *evaluation.by_subclass]))
    for other in others:
        print("\n" + comparison_table(subject, other))
    if args.out:
        write_whole(args.out / "metrics.json", metrics_json(evaluation))
        write_whole(args.out / "report.html", report_html(subject, others, pictures=True))
