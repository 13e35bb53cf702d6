"""Export of a detector: a run folder in, a signed-off bundle out, as `ml.export` does for classifiers (docs/contracts.md, Model bundle)."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ml.batches import contract_tensors
from ml.bundle import self_test_tensor
from ml.dataset import Dataset
from ml.detect.annotations import Annotated, boxes_sha256, to_measure_on, to_train_on
from ml.detect.bundle import (
    DetectionMetrics,
    DetectorDescription,
    DetectorSelfTest,
    golden_boxes,
    load_detector_bundle,
)
from ml.detect.context import in_context
from ml.detect.decode import Decoding, best_cell, decode
from ml.detect.designs import FOR_PHONES
from ml.detect.evaluate import Evaluation, Finder, evaluate
from ml.detect.interpreter import DetectorInterpreter
from ml.detect.measure import NAMES
from ml.detect.quantise import (
    box_parity,
    check_box_parity,
    file_detections,
    network_detections,
    quantise_detector,
)
from ml.detect.report import metrics_json, report_html
from ml.export_parts import (
    ExportError,
    GoldenPicture,
    Release,
    check_out,
    description_of,
    golden_pictures,
    write_golden,
)
from ml.files import whole_folder, write_json
from ml.gates import check_file
from ml.pixels import photo_to_tensor
from ml.quantise import load_network, representative_pictures
from ml.training.record import WEIGHTS_NAME

NAME = "deepdog-detector"
GOLDEN_TOLERANCE = 0.1
"""Of a box's score, which 8 bits round at every layer; a cell's probability has no mean over cells to steady it."""
SELF_TEST_TOLERANCE = 0.1
SELF_TEST_BOX_TOLERANCE = 0.05
SELF_TEST_SEEDS = range(1, 201)
SELF_TEST_LEAD = 0.1
"""By how much the self-test's best cell must beat all others but its neighbours, so that every processor finds the same one; as far as a picture has it."""


def export_detector(
    run: Path,
    record: dict[str, Any],
    dataset: Dataset,
    known: Sequence[Annotated],
    golden: Dataset,
    out: Path,
    release: Release,
    threshold: float | None,
) -> Evaluation:
    """Give a trained detector its context, round it, find its threshold on the val split, measure the file on the test split, and write the bundle.

    Args:
        run: folder that `deepdog train --task detect` wrote.
        record: its run.json.
        dataset: the photos of the run.
        known: of them those whose boxes are known, as when it was trained.
        golden: pictures that may be shipped, 8 or more, none of them of the dataset.
        out: the bundle's folder; another bundle is replaced whole, and only once the new one is complete.
        release: how it is released.
        threshold: boxes are shown from this score on; that of the best F1 on the val split when absent.

    Returns:
        The evaluation on the test split.

    Raises:
        ExportError: `out` holds other things than a bundle, the run was trained on other photos or boxes, or is a detector that phones do not read,
            or the golden pictures are too few, of the dataset, of one name or unreadable.
        BoxesError: no picture of val or of test has a box.
        GateError: the file is not fit for phones.
    """
    check_out(out)
    recipe, decoding = record["recipe"], Decoding()
    if recipe["network"] != FOR_PHONES:
        raise ExportError(
            f"{run} holds a detector on {recipe['network']}, whose outputs the app cannot read; "
            f"it is there to be measured against: deepdog evaluate {run} PHOTOS"
        )
    if record["data_sha256"] != dataset.sha256 or record["boxes_sha256"] != boxes_sha256(known):
        raise ExportError(
            f"{run} was trained on other photos or boxes than these; name the folders that it was trained on"
        )
    pictures_to_ship = golden_pictures(golden, dataset)
    training = to_train_on(known)
    validation, test = (to_measure_on(known, split) for split in ("val", "test"))
    network = in_context(load_network(run / WEIGHTS_NAME), recipe["alpha"], training, validation)
    representative = representative_pictures([picture.example for picture in training], recipe["resolution"])
    model = quantise_detector(network, representative, release.scheme)
    check_file(model)
    of_file = evaluate("", Finder.of_detector(model, decoding), validation, threshold or 0.0)
    if threshold is None:
        threshold = round(of_file.measured.best_threshold(), 3)
    pictures = contract_tensors([picture.example for picture in validation], recipe["resolution"])
    both = (network_detections(network, pictures, decoding), file_detections(model, pictures, decoding))
    check_box_parity(box_parity(*both, threshold, release.scheme), release.scheme)
    evaluation = evaluate(
        f"{NAME} {release.version}",
        Finder.of_detector(model, decoding),
        test,
        threshold,
    )
    interpreter = DetectorInterpreter(model)
    shapes = interpreter.output_shapes
    description: DetectorDescription = {
        "kind": "detector",
        **description_of(NAME, release, record, dataset, model, threshold, len(representative)),
        "outputs": [
            {"name": name, "shape": shapes[name], "dtype": "float32"}  # type: ignore[typeddict-item]  # checked when loaded
            for name in interpreter.output_names
        ],
        "decoding": {"max_boxes": decoding.max_boxes, "max_overlap": decoding.max_overlap},
        "metrics": _metrics(evaluation),
        "self_test": _self_test(interpreter),
    }
    _write(out, model, description, evaluation, pictures_to_ship, interpreter)
    return evaluation


def _metrics(evaluation: Evaluation) -> DetectionMetrics:
    figures = evaluation.measured.figures
    known: dict[str, float | None] = {
        name: None if math.isnan(figures[name]) else round(figures[name], 4) for name in NAMES
    }
    return {
        "split": "test",
        "pictures": len(evaluation.pictures),
        "boxes": sum(len(truth.boxes) for truth in evaluation.measured.truths),
        "ap": known["ap"],
        "ap50": known["ap50"],
        "recall": known["recall"],
        "precision": known["precision"],
        "count_error": known["count_error"],
        "false_boxes": known["false_boxes"],
    }


def _self_test(interpreter: DetectorInterpreter) -> DetectorSelfTest:
    """Choose the picture whose best cell is nearest 0.5, where a difference in the logit shows most, among those in which no other cell comes near it."""
    chosen: tuple[float, int, float, list[float]] | None = None
    for seed in SELF_TEST_SEEDS:
        maps = interpreter.maps(self_test_tensor(seed, interpreter.resolution))
        (box,), (score,) = best_cell(maps)
        row, column = np.unravel_index(int(maps.centres.argmax()), maps.centres.shape)
        others = maps.centres.copy()
        others[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = 0
        lacks = max(0.0, SELF_TEST_LEAD - float(score - others.max()))
        rank = (abs(float(score) - 0.5) + 10 * lacks, seed, float(score), [float(edge) for edge in box])
        chosen = min(chosen or rank, rank)
    assert chosen is not None
    _, seed, score, box = chosen
    return {
        "seed": seed,
        "score": score,
        "tolerance": SELF_TEST_TOLERANCE,
        "box": [round(edge, 6) for edge in box],
        "box_tolerance": SELF_TEST_BOX_TOLERANCE,
    }


def _write(
    out: Path,
    model: bytes,
    description: DetectorDescription,
    evaluation: Evaluation,
    golden: Sequence[GoldenPicture],
    interpreter: DetectorInterpreter,
) -> None:
    with whole_folder(out) as folder:
        write_golden(
            folder / "golden",
            golden,
            GOLDEN_TOLERANCE,
            lambda picture: {"boxes": _golden_boxes(interpreter, picture, description)},
        )
        (folder / "model.tflite").write_bytes(model)
        write_json(folder / "model.json", description)
        (folder / "metrics.json").write_text(metrics_json(evaluation), encoding="utf-8")
        (folder / "report.html").write_text(report_html(evaluation, description), encoding="utf-8")
        load_detector_bundle(folder)


def _golden_boxes(
    interpreter: DetectorInterpreter, picture: bytes, description: DetectorDescription
) -> list[dict[str, Any]]:
    maps = interpreter.maps(photo_to_tensor(picture, interpreter.resolution))
    lowest = max(0.0, description["threshold"] - GOLDEN_TOLERANCE)
    return golden_boxes(decode(maps, lowest, Decoding(**description["decoding"])))
