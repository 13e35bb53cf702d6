"""Export: a run folder in, a signed-off model bundle out (docs/contracts.md, Model bundle)."""

import hashlib
import json
import math
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from ml.ablation import Ablation
from ml.batches import contract_tensors, labels
from ml.bundle import Metrics, ModelDescription, Scheme, SelfTest, load_bundle, self_test_tensor
from ml.calibrate import Calibration, fit_calibration, fold_calibration
from ml.core_ml import PACKAGE_NAME, check_package, convert
from ml.dataset import Dataset, Example, words
from ml.evaluate import Evaluation, evaluate
from ml.files import whole_folder, write_json
from ml.gates import check_file, check_parity, parity
from ml.interpreter import Interpreter
from ml.pixels import photo_to_tensor
from ml.quantise import load_network, min_runtime_version, quantise, representative_pictures
from ml.report import Subject, metrics_json, report_html
from ml.training.record import RECORD_NAME, WEIGHTS_NAME

PARITY_PICTURES = 300
GOLDEN_TOLERANCE = 0.02
"""The contract's budget of score."""
SELF_TEST_TOLERANCE = 0.05
"""Between kernels of different processors; a damaged file is off by far more."""
SELF_TEST_SEEDS = range(1, 201)


class ExportError(ValueError):
    """The run cannot be exported; the message says why."""


def export(
    run: Path,
    dataset: Dataset,
    golden: Dataset,
    out: Path,
    version: str,
    threshold: float,
    min_app_version: str,
    release_notes: str,
    scheme: Scheme = "int8",
    core_ml: bool = False,
) -> Evaluation:
    """Calibrate a trained network on the val split, quantise it, measure the file on the test split, and write the bundle.

    Args:
        run: folder that `deepdog train` wrote.
        dataset: the photos of the run; train gives the representative pictures, test the figures.
        golden: pictures that may be shipped, 8 or more.
        out: the bundle's folder; replaced whole, and only once the new one is complete.
        version: major.minor.patch.
        threshold: the verdict is positive at this score or more.
        min_app_version: oldest app that can run the model.
        release_notes: what changed, for the app's settings page.
        scheme: how to round.
        core_ml: put the network as a Core ML package beside the file.

    Returns:
        The evaluation on the test split.

    Raises:
        ExportError: the run was trained on other photos, or there are too few golden pictures.
        GateError: the file is not fit for phones.
        CoreMlError: coremltools is missing, or its package does not compute what the network does.
    """
    record = _record(run)
    if record["data_sha256"] != dataset.sha256:
        raise ExportError(
            f"{run} was trained on other photos than these; name the folders that it was trained on"
        )
    if len(golden.examples) < 8:
        raise ExportError(
            f"a bundle needs 8 golden pictures or more, there are {len(golden.examples)}; `deepdog sample` renders some"
        )
    recipe = record["recipe"]
    network = load_network(run / WEIGHTS_NAME)
    representative = representative_pictures(dataset.split("train"), recipe["resolution"])
    uncalibrated = quantise(network, representative, scheme)
    fold_calibration(network, _calibration(uncalibrated, dataset.split("val"), threshold))
    model = quantise(network, representative, scheme)
    check_file(model)
    validation = dataset.split("val")
    compared = validation[:: math.ceil(len(validation) / PARITY_PICTURES)]
    pictures = contract_tensors(compared, recipe["resolution"])
    check_parity(parity(network, model, pictures, threshold), scheme)
    evaluation = evaluate(model, dataset.split("test"), threshold)
    interpreter = Interpreter(model)
    description: ModelDescription = {
        "schema_version": 1,
        "kind": "classifier",
        "name": "deepdog",
        "version": version,
        "created_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "git_commit": record["git_commit"],
        "data_sha256": record["data_sha256"],
        "architecture": {
            "name": _architecture(recipe),
            "alpha": recipe["alpha"],
            "resolution": recipe["resolution"],
        },
        "labels": {"negative": words(dataset.negative_name), "positive": words(dataset.positive_name)},
        "threshold": threshold,
        "input": {"height": interpreter.resolution, "width": interpreter.resolution, "dtype": "uint8"},
        "outputs": [
            {"name": "score", "shape": [1, 1], "dtype": "float32"}
            if name == "score"
            else {"name": "heatmap", "shape": list(interpreter.heatmap_shape), "dtype": "float32"}
            for name in interpreter.output_names
        ],
        "sha256": hashlib.sha256(model).hexdigest(),
        "size_bytes": len(model),
        "quantisation": {
            "scheme": scheme,
            "representative_images": len(representative) if scheme == "int8" else 0,
        },
        "min_runtime_version": min_runtime_version(model),
        "min_app_version": min_app_version,
        "metrics": _metrics(evaluation),
        "self_test": _self_test(interpreter),
        "release_notes": release_notes,
    }

    def add_package(folder: Path) -> None:
        convert(network, folder / PACKAGE_NAME, _package_metadata(description))
        check_package(network, folder / PACKAGE_NAME, pictures)

    _write(
        out,
        model,
        description,
        evaluation,
        golden.examples,
        interpreter,
        add_package if core_ml else None,
    )
    return evaluation


def _record(run: Path) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads((run / RECORD_NAME).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ExportError(
            f"{run} is no run folder: it lacks {RECORD_NAME}; `deepdog train` makes one"
        ) from error
    return record


def _architecture(recipe: dict[str, Any]) -> str:
    """Return the network's name, with what was done otherwise than in 2017."""
    ablation = str(Ablation(**recipe.get("ablation", {})))
    return f"{recipe['network']} ({ablation})" if ablation else str(recipe["network"])


def _package_metadata(description: ModelDescription) -> dict[str, str]:
    """Return what an app has to know of a Core ML package, which carries no model.json."""
    labels = description["labels"]
    return {
        "version": description["version"],
        "positive": labels["positive"],
        "negative": labels["negative"],
        "threshold": str(description["threshold"]),
    }


def _calibration(model: bytes, examples: Sequence[Example], threshold: float) -> Calibration:
    """Fit to the file rather than to the network, since rounding draws logits together."""
    interpreter = Interpreter(model)
    pictures = contract_tensors(examples, interpreter.resolution)
    logits = np.array([interpreter.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures])
    return fit_calibration(logits, labels(examples), threshold)


def _metrics(evaluation: Evaluation) -> Metrics:
    overall = evaluation.overall
    figures = (overall.auc, overall.recall, overall.false_alarm_rate, overall.accuracy)
    if any(figure is None for figure in figures):
        raise ExportError("the test split needs pictures of both classes")
    auc, recall, false_alarm_rate, accuracy = (float(figure or 0) for figure in figures)
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
    golden: Sequence[Example],
    interpreter: Interpreter,
    add_package: Callable[[Path], None] | None,
) -> None:
    with whole_folder(out) as folder:
        (folder / "golden").mkdir()
        cases = []
        for example in golden:
            name = f"{'positive' if example.positive else 'negative'}-{example.path.name}"
            shutil.copyfile(example.path, folder / "golden" / name)
            score = interpreter.classify(photo_to_tensor(example.path, interpreter.resolution)).score
            cases.append(
                {
                    "file": name,
                    "sha256": example.sha256,
                    "score": score,
                    "label": "positive" if example.positive else "negative",
                }
            )
        write_json(folder / "golden" / "expected.json", {"tolerance": GOLDEN_TOLERANCE, "cases": cases})
        (folder / "model.tflite").write_bytes(model)
        if add_package is not None:
            add_package(folder)
        write_json(folder / "model.json", description)
        (folder / "metrics.json").write_text(metrics_json(evaluation), encoding="utf-8")
        labels = (description["labels"]["negative"], description["labels"]["positive"])
        subject = Subject(description["name"], len(model), evaluation, labels, description)
        (folder / "report.html").write_text(report_html(subject), encoding="utf-8")
        load_bundle(folder)
