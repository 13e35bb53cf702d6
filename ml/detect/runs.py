"""A trained detector measured without a bundle: rounded, and given its threshold, as an export does it."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ml.detect.annotations import Annotated, boxes_sha256, to_measure_on, to_train_on
from ml.detect.boxes import BoxesError
from ml.detect.decode import Decoding
from ml.detect.designs import design_of
from ml.detect.evaluate import Finder, evaluate
from ml.quantise import load_network, representative_pictures
from ml.training.record import RECORD_NAME, WEIGHTS_NAME


def finder_of_run(run: Path, known: Sequence[Annotated]) -> tuple[str, Finder, float]:
    """Return name, finder and threshold of a run's network as int8; warn where that is not what its export would be.

    Args:
        run: folder that `deepdog train --task detect` wrote.
        known: pictures whose boxes are known; those of the train split show the ranges to round by, those of the val split the threshold with the best F1.

    Raises:
        BoxesError: nothing of the val split has boxes, or the run is a classifier's.
        RunError: the run finished no epoch.
        ValueError: the network finds nothing on the val split.
    """
    record = json.loads((run / RECORD_NAME).read_text(encoding="utf-8"))
    recipe = record["recipe"]
    if not recipe.get("detection"):
        raise BoxesError(
            f"{run} is a classifier's run: export it, and its bundle can be measured by the box around its heatmap's peak"
        )
    if record["boxes_sha256"] != boxes_sha256(known):
        print(
            f"{run} learnt other boxes than these, by which it is now rounded and its context fitted; name the lists that it learnt with --boxes",
            file=sys.stderr,
        )
    design = design_of(recipe["network"])
    training, validation = to_train_on(known), to_measure_on(known, "val")
    network = design.finish(load_network(run / WEIGHTS_NAME), recipe["alpha"], training, validation)
    pictures = representative_pictures([picture.example for picture in training], recipe["resolution"])
    finder = design.finder(design.quantise(network, pictures, "int8"), Decoding())
    threshold = evaluate("", finder, validation, 0.0).measured.best_threshold()
    return f"{run.name} ({recipe['network']}, int8)", finder, round(threshold, 3)
