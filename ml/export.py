"""Export: a run folder in, a signed-off model bundle out (docs/contracts.md, Model bundle)."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np

from ml.batches import contract_tensors, labels
from ml.bundle import Metrics, ModelDescription, Scheme, SelfTest, load_bundle, self_test_tensor
from ml.calibrate import Calibration, fit_calibration, fold_calibration
from ml.core_ml import PACKAGE_NAME, check_package, convert
from ml.dataset import Dataset, Example, Split
from ml.evaluate import Evaluation, evaluate
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
from ml.gates import check_file, check_parity, parity
from ml.interpreter import Interpreter
from ml.pixels import Tensor, photo_to_tensor
from ml.quantise import quantise, representative_pictures
from ml.report import Subject, metrics_json, report_html
from ml.trained import check_photos, network_of, record_of

PARITY_PICTURES = 300
GOLDEN_TOLERANCE = 0.02
"""The contract's budget of score."""
SELF_TEST_TOLERANCE = 0.05
"""Between kernels of different processors; a damaged file is off by far more."""
SELF_TEST_SEEDS = range(1, 201)


def export(
    run: Path,
    dataset: Dataset,
    golden: Dataset,
    out: Path,
    release: Release,
    threshold: float,
    core_ml: bool = False,
) -> Evaluation:
    """Calibrate a trained network on the val split, quantise it, measure the file on the test split, and write the bundle.

    Args:
        run: folder that `deepdog train` wrote, or a bundle whose weights are made float again, to be rounded and calibrated anew.
        dataset: the photos of the run; train gives the representative pictures, test the figures.
        golden: pictures that may be shipped, 8 or more, none of them of the dataset.
        out: the bundle's folder; another bundle is replaced whole, and only once the new one is complete.
        release: how it is released.
        threshold: the verdict is positive at this score or more; neither 0 nor 1.
        core_ml: put the network as a Core ML package beside the file.

    Returns:
        The evaluation on the test split.

    Raises:
        ExportError: `out` holds other things than a bundle, the golden pictures are too few, of the dataset, of one name or unreadable,
            or val or test lacks one of the classes.
        RunError: the folder is no run's, the run was trained on other photos, it finished no epoch, or the bundle is no DeepDog's.
        GateError: the file is not fit for phones.
        DequantiseError: the bundle's file is neither in 8 bits nor in float32.
        CoreMlError: coremltools is missing, or its package does not compute what the network does.
    """
    check_out(out)
    record = record_of(run)
    check_photos(run, record, dataset)
    pictures_to_ship = golden_pictures(golden, dataset)
    _check_split(dataset, "val", "to calibrate by")
    _check_split(dataset, "test", "to measure on")
    resolution = record["recipe"]["resolution"]
    representative = representative_pictures(dataset.split("train"), resolution)
    network = network_of(run, record["recipe"], representative)
    validation = dataset.split("val")
    model = calibrated(network, representative, validation, threshold, release.scheme)
    check_file(model)
    compared = validation[:: math.ceil(len(validation) / PARITY_PICTURES)]
    pictures = contract_tensors(compared, resolution)
    check_parity(parity(network, model, pictures, threshold), release.scheme)
    evaluation = evaluate(model, dataset.split("test"), threshold)
    interpreter = Interpreter(model)
    description: ModelDescription = {
        "kind": "classifier",
        **description_of("deepdog", release, record, dataset, model, threshold, len(representative)),
        "outputs": [
            {"name": "score", "shape": [1, 1], "dtype": "float32"}
            if name == "score"
            else {"name": "heatmap", "shape": list(interpreter.heatmap_shape), "dtype": "float32"}
            for name in interpreter.output_names
        ],
        "metrics": _metrics(evaluation),
        "self_test": _self_test(interpreter),
    }

    def add_package(folder: Path) -> None:
        convert(network, folder / PACKAGE_NAME, _package_metadata(description))
        check_package(network, folder / PACKAGE_NAME, pictures)

    _write(
        out,
        model,
        description,
        evaluation,
        pictures_to_ship,
        interpreter,
        add_package if core_ml else None,
    )
    return evaluation


def _check_split(dataset: Dataset, split: Split, purpose: str) -> None:
    """Refuse a split of one class before the long work."""
    for positive, name in ((True, dataset.positive_name), (False, dataset.negative_name)):
        if not any(example.positive == positive for example in dataset.split(split)):
            raise ExportError(
                f"the {split} split needs pictures of both classes {purpose}, and holds no {name}; add photos and train anew"
            )


def _package_metadata(description: ModelDescription) -> dict[str, str]:
    """Return what an app has to know of a Core ML package, which carries no model.json."""
    labels = description["labels"]
    return {
        "version": description["version"],
        "positive": labels["positive"],
        "negative": labels["negative"],
        "threshold": str(description["threshold"]),
    }


def calibrated(
    network: keras.Model,
    representative: Tensor,
    validation: Sequence[Example],
    threshold: float,
    scheme: Scheme,
) -> bytes:
    """Return a network's file, calibrated, as the network itself is afterwards.

    Args:
        network: trained; its head's weights change.
        representative: uint8 (N, R, R, 3), to round by.
        validation: of both classes, to calibrate by.
        threshold: where false alarms are as rare as they may be; neither 0 nor 1.
        scheme: how to round.
    """
    uncalibrated = quantise(network, representative, scheme)
    fold_calibration(network, _calibration(uncalibrated, validation, threshold))
    return quantise(network, representative, scheme)


def _calibration(model: bytes, examples: Sequence[Example], threshold: float) -> Calibration:
    """Fit to the file rather than to the network, since rounding draws logits together."""
    interpreter = Interpreter(model)
    pictures = contract_tensors(examples, interpreter.resolution)
    logits = np.array([interpreter.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures])
    return fit_calibration(logits, labels(examples), threshold)


def _metrics(evaluation: Evaluation) -> Metrics:
    overall = evaluation.overall
    figures = (overall.auc, overall.recall, overall.false_alarm_rate, overall.accuracy)
    auc, recall, false_alarm_rate, accuracy = (float(figure) for figure in figures)  # type: ignore[arg-type]  # of both classes
    return {
        "split": "test",
        "positives": overall.positives,
        "negatives": overall.negatives,
        "auc": auc,
        "recall": recall,
        "false_alarm_rate": false_alarm_rate,
        "accuracy": accuracy,
    }


def _self_test(interpreter: Interpreter) -> SelfTest:
    """Choose the picture whose score is nearest 0.5, where a difference in the logit shows most."""
    scores = {
        seed: interpreter.classify(self_test_tensor(seed, interpreter.resolution)).score
        for seed in SELF_TEST_SEEDS
    }
    seed = min(scores, key=lambda s: abs(scores[s] - 0.5))
    return {"seed": seed, "score": scores[seed], "tolerance": SELF_TEST_TOLERANCE}


def _write(
    out: Path,
    model: bytes,
    description: ModelDescription,
    evaluation: Evaluation,
    golden: Sequence[GoldenPicture],
    interpreter: Interpreter,
    add_package: Callable[[Path], None] | None,
) -> None:
    with whole_folder(out) as folder:
        write_golden(
            folder / "golden",
            golden,
            GOLDEN_TOLERANCE,
            lambda picture: {
                "score": interpreter.classify(photo_to_tensor(picture, interpreter.resolution)).score
            },
        )
        (folder / "model.tflite").write_bytes(model)
        if add_package is not None:
            add_package(folder)
        write_json(folder / "model.json", description)
        (folder / "metrics.json").write_text(metrics_json(evaluation), encoding="utf-8")
        labels = (description["labels"]["negative"], description["labels"]["positive"])
        subject = Subject(description["name"], len(model), evaluation, labels, description)
        (folder / "report.html").write_text(report_html(subject), encoding="utf-8")
        load_bundle(folder)
