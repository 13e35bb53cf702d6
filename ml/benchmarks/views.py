"""How a model holds when the photo is a worse one: from afar, turned, in odd light, coarse, off a simulated screen.

python -m ml.benchmarks.views PHOTOS --split test --models app/assets/model bundle
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ml import metrics
from ml.augment import Augmentation
from ml.batches import contract_tensors, distorted, labels, shrunk
from ml.benchmarks.turns import table
from ml.benchmarks.verdicts import verdict_cells
from ml.commands.arguments import add_data, dataset_of
from ml.dataset import Example
from ml.interpreter import Interpreter
from ml.model_files import THRESHOLD, read_model
from ml.paired import differences
from ml.pixels import Tensor

_DESCRIPTION = """\
Judges a split as it is, then one view of each photo for each way in which people take worse ones, every model the same views, each at the side that it looks
at. One kind of thing is changed at a time, by the training's own augmentation, in its ranges or somewhat beyond: real screens may look otherwise. Prints
Markdown, with the paired difference from the first model and its 95 % bootstrap interval."""

UNTOUCHED = Augmentation(
    rotation_degrees=0,
    shift=0,
    shear=0,
    zoom_in=0,
    zoom_out=0,
    channel_shift=0,
    flip=False,
    sharp_resampling=0,
)
VIEWS = {
    "from afar, on another photo": replace(UNTOUCHED, zoom_out=1.5, roam=0.9, scene_share=1.0),
    "from nearby": replace(UNTOUCHED, zoom_in=0.5, roam=0.9),
    "off the middle": replace(UNTOUCHED, shift=0.2),
    "turned": replace(UNTOUCHED, rotation_degrees=135.0),
    "light and colours": replace(UNTOUCHED, brightness=0.5, channel_shift=0.1, saturation=0.6),
    "coarse and compressed": replace(UNTOUCHED, coarse_share=1.0, jpeg_share=1.0),
    "off a simulated screen": replace(UNTOUCHED, screen_share=1.0),
}
"""Fields of view up to 2.5 times the photo's and down to two thirds of it; moved by up to a fifth of its side; turned by up to 135 degrees; 96 to 200 px wide
and through JPEG once more; as `ml/screens.py` shows screens."""
AS_THEY_ARE = "as they are"
SIDE = 224
"""Pixels at which a view is taken before it is shrunk to what a model looks at, as students' are at their teacher's side: a screen's stripes and JPEG's blocks
would be others at another."""
SEED = 2017


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.views",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_data(parser)
    parser.add_argument(
        "--models", nargs="+", type=Path, required=True, metavar="BUNDLE", help="bundles, or model files"
    )
    parser.add_argument(
        "--split", choices=["val", "test"], default="val", help="photos to judge (default: %(default)s)"
    )
    args = parser.parse_args(arguments)
    models = [read_model(path) for path in args.models]
    examples = dataset_of(args).split(args.split)
    interpreters = [Interpreter(model.content) for model in models]
    resolutions = {interpreter.resolution for interpreter in interpreters}
    positives = labels(examples)
    rows = []
    for name, augmentation in {AS_THEY_ARE: None, **VIEWS}.items():
        shown = {resolution: shots(examples, augmentation, resolution) for resolution in resolutions}
        scores = [
            np.array([interpreter.classify(shot[np.newaxis]).score for shot in shown[interpreter.resolution]])
            for interpreter in interpreters
        ]
        for model, of_model in zip(models, scores, strict=True):
            gain = "" if of_model is scores[0] else _gain(of_model, scores[0], positives)
            rows.append([name, model.name, *verdict_cells(of_model, positives, model.threshold), gain])
    head = ["photos", "model", "AUC", "recall", "false alarms", "recall at 1 %", "AUC against the first"]
    print(table(head, rows))


def shots(examples: Sequence[Example], augmentation: Augmentation | None, resolution: int) -> Tensor:
    """Return the photos taken in that way, or as they are, uint8 (N, R, R, 3); of every resolution the same views."""
    if augmentation is None:
        return contract_tensors(examples, resolution)
    scenes = [example for example in examples if not example.positive]
    rng = np.random.default_rng(SEED)
    views = (distorted(example.path, scenes, augmentation, SIDE, rng) for example in examples)
    return np.stack([shrunk(view, resolution) for view in views])


def _gain(scores: metrics.Scores, first: metrics.Scores, positives: metrics.Positives) -> str:
    """Return how much larger the area under the curve is, with its interval; thresholds do not matter to it."""
    (of_auc,) = (
        found
        for found in differences(scores, first, positives, (THRESHOLD, THRESHOLD))
        if found.figure == metrics.FIGURE_NAMES[0]
    )
    low, high = of_auc.interval
    return f"{of_auc.difference:+.4f} ({low:+.4f} to {high:+.4f})"


if __name__ == "__main__":
    main()
