"""Whether looking at a photo more than once, mirrored, moved, from nearer and from farther, tells more than looking once.

python -m ml.benchmarks.looks PHOTOS --split test --model app/assets/model
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from scipy.special import expit

from ml import metrics
from ml.batches import contract_tensors, labels
from ml.benchmarks.turns import table
from ml.benchmarks.verdicts import verdict_cells
from ml.commands.arguments import add_data, dataset_of
from ml.interpreter import Interpreter
from ml.model_files import read_model
from ml.pixels import Tensor

_DESCRIPTION = """\
Judges a split by one look at each photo, then by the mean of the logits of several, at the cost of as many runs of the network. Prints Markdown."""

NEARER = 1.15
MOVED = 16
"""Pixels: half of what one place of the heatmap stands for, so that a look moved by it sees what lies between two places."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.looks",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    parser.add_argument("--model", type=Path, required=True, metavar="BUNDLE", help="bundle, or model file")
    parser.add_argument(
        "--split", choices=["val", "test"], default="val", help="photos to judge (default: %(default)s)"
    )
    args = parser.parse_args(arguments)
    model = read_model(args.model)
    interpreter = Interpreter(model.content)
    examples = dataset_of(args).split(args.split)
    photos, positives = contract_tensors(examples, interpreter.resolution), labels(examples)

    def logits(looks: Tensor) -> metrics.Scores:
        return np.array([interpreter.classify(look[np.newaxis]).heatmap.mean() for look in looks], np.float64)

    once = logits(photos)
    mirrored = logits(photos[:, :, ::-1])
    moved = [logits(seen_from(photos, 1, *by)) for by in ((MOVED, 0), (0, MOVED), (MOVED, MOVED))]
    nearer, farther = logits(seen_from(photos, NEARER)), logits(seen_from(photos, 1 / NEARER))
    rows = [
        [name, str(len(looks)), *verdict_cells(expit(np.mean(looks, axis=0)), positives, model.threshold)]
        for name, looks in {
            "one": [once],
            "mirrored too": [once, mirrored],
            f"moved by {MOVED} px too": [once, *moved],
            "from nearer too": [once, nearer],
            "from nearer and farther too": [once, nearer, farther],
            "all of these": [once, mirrored, *moved, nearer, farther],
        }.items()
    ]
    print(table(["looks", "runs", "AUC", "recall", "false alarms", "recall at 1 %"], rows))


def seen_from(photos: Tensor, scale: float, right: int = 0, down: int = 0) -> Tensor:
    """Return the photos enlarged about their middle and moved by some pixels, uint8 (N, R, R, 3); what lay outside is mirrored in."""
    middle = (1 - scale) * (photos.shape[1] - 1) / 2
    warp = np.array([[scale, 0, middle + right], [0, scale, middle + down]])
    side = (photos.shape[2], photos.shape[1])
    return np.stack(
        [cv2.warpAffine(photo, warp, side, borderMode=cv2.BORDER_REFLECT_101) for photo in photos]
    )


if __name__ == "__main__":
    main()
