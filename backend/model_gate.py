"""The gate before publishing: what a bundle must prove before a phone gets to see it.

`ml.bundle` has checked schema, size and hashes by then. This module looks into the model file and runs it.
"""

import math
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from backend.errors import BundleRefusedError
from ml.bundle import Bundle, BundleError, load_bundle, self_test_tensor
from ml.detect.bundle import DetectorBundle, first_difference, load_detector_bundle

B = TypeVar("B", Bundle, DetectorBundle)

MAX_MODEL_BYTES = 8 * 1024 * 1024
MAX_RUNTIME_VERSION = (2, 17, 0)
"""What react-native-fast-tflite carries on iOS; a model that asks for more would never start there."""
HEATMAP_TOLERANCE = 0.05
"""Between the self-test's score and that of its heatmap's mean, as phones have it (app/src/updates/kind.ts)."""

ALLOWED_OPERATORS = frozenset(
    {
        "ADD",
        "AVERAGE_POOL_2D",
        "CONCATENATION",
        "CONV_2D",
        "DEPTHWISE_CONV_2D",
        "DEQUANTIZE",
        "ELU",
        "FULLY_CONNECTED",
        "HARD_SWISH",
        "LOGISTIC",
        "MAX_POOL_2D",
        "MAXIMUM",
        "MEAN",
        "MINIMUM",
        "MUL",
        "PAD",
        "QUANTIZE",
        "RELU",
        "RELU6",
        "RELU_0_TO_1",
        "RELU_N1_TO_1",
        "RESHAPE",
        "RESIZE_BILINEAR",
        "SQUEEZE",
        "SUB",
    }
)
"""Plain arithmetic that XNNPACK runs on every phone and in every browser: no control flow, no custom or Flex operators."""


def examine(folder: Path, say: Callable[[str], None]) -> Bundle:
    """Read a bundle and run every check, telling each as it passes.

    Raises:
        BundleRefusedError: the first check that fails, with what was expected and what was found.
    """
    return _examined(folder, load_bundle, _check_behaviour, say)


def examine_detector(folder: Path, say: Callable[[str], None]) -> DetectorBundle:
    """As `examine`, of a detector's bundle."""
    return _examined(folder, load_detector_bundle, _check_boxes, say)


def _examined(
    folder: Path,
    load: Callable[[Path], B],
    check_answers: Callable[[B, Callable[[str], None]], None],
    say: Callable[[str], None],
) -> B:
    try:
        bundle = load(folder)
    except BundleError as error:
        raise BundleRefusedError(f"{folder}: {error}") from error
    description = bundle.description
    say(f"schema and hashes hold: {description['name']} {description['version']}")
    _check_file(bundle, say)
    check_answers(bundle, say)
    return bundle


def _check_file(bundle: Bundle | DetectorBundle, say: Callable[[str], None]) -> None:
    _check_size(bundle)
    _check_runtime(bundle.description["min_runtime_version"])
    _check_operators(bundle.model_bytes)
    _check_shapes(bundle)
    say(f"{len(bundle.model_bytes):,} bytes, only allowed operators, input and outputs as described")


def _check_size(bundle: Bundle | DetectorBundle) -> None:
    if len(bundle.model_bytes) > MAX_MODEL_BYTES:
        raise BundleRefusedError(
            f"model.tflite has {len(bundle.model_bytes):,} bytes; at most {MAX_MODEL_BYTES:,} are published."
        )


def _check_runtime(version: str) -> None:
    if tuple(int(part) for part in version.split(".")) > MAX_RUNTIME_VERSION:
        most = ".".join(str(part) for part in MAX_RUNTIME_VERSION)
        raise BundleRefusedError(
            f"The model needs LiteRT {version}; phones in use have {most}. Export it again."
        )


def _check_operators(model: bytes) -> None:
    refused = sorted(set(_operators(model)) - ALLOWED_OPERATORS)
    if refused:
        raise BundleRefusedError(f"model.tflite uses operators that phones may lack: {', '.join(refused)}.")


def _operators(model: bytes) -> Iterator[str]:
    """Yield the name of each operator kind that the file declares."""
    from ai_edge_litert import schema_py_generated as schema

    names = {value: name for name, value in vars(schema.BuiltinOperator).items() if isinstance(value, int)}
    try:
        parsed = schema.Model.GetRootAs(model)
        codes = [parsed.OperatorCodes(i) for i in range(parsed.OperatorCodesLength())]
        # Files older than the wide field keep the code in the narrow one; the larger of the two counts.
        pairs = [(max(code.BuiltinCode(), code.DeprecatedBuiltinCode()), code.CustomCode()) for code in codes]
    except Exception as error:  # The generated reader raises whatever a torn buffer leads it to.
        raise BundleRefusedError(f"model.tflite is no LiteRT model: {error!r}") from error
    for builtin, custom in pairs:
        yield names.get(builtin, f"unknown operator {builtin}") if custom is None else f"custom {custom!r}"


def _check_shapes(bundle: Bundle | DetectorBundle) -> None:
    from ai_edge_litert.interpreter import Interpreter

    try:
        with _without_greeting():
            interpreter = Interpreter(model_content=bundle.model_bytes, num_threads=1)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise BundleRefusedError(f"model.tflite cannot be loaded: {error}") from error
    described = bundle.description
    wanted_input = (1, described["input"]["height"], described["input"]["width"], 3)
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    if len(inputs) != 1:
        raise BundleRefusedError(f"model.tflite takes {len(inputs)} inputs; one is wanted.")
    _check_tensor("the input", inputs[0], wanted_input, "uint8")
    if len(outputs) != len(described["outputs"]):
        raise BundleRefusedError(
            f"model.tflite gives {len(outputs)} outputs; model.json says {len(described['outputs'])}."
        )
    for found, wanted in zip(outputs, described["outputs"], strict=True):
        _check_tensor(f"the output {wanted['name']}", found, tuple(wanted["shape"]), wanted["dtype"])


@contextmanager
def _without_greeting() -> Iterator[None]:
    """Keep LiteRT from writing "INFO: Created TensorFlow Lite XNNPACK delegate for CPU." between the steps.

    It does so at the first model of a process, past Python, and knows no setting for it. What is wrong it raises besides.
    """
    try:
        stderr = os.dup(2)
    except OSError:  # There is none to write to.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _check_tensor(what: str, found: dict, shape: tuple[int, ...], dtype: str) -> None:  # type: ignore[type-arg]
    signature = tuple(int(side) for side in found["shape_signature"])
    if -1 in signature:
        raise BundleRefusedError(
            f"model.tflite: {what} has an open axis, {signature}; browsers fail on it. Export with a batch of 1."
        )
    if signature != shape or found["dtype"].__name__ != dtype:
        raise BundleRefusedError(
            f"model.tflite: {what} is {found['dtype'].__name__} {signature}; model.json says {dtype} {shape}."
        )


def _check_behaviour(bundle: Bundle, say: Callable[[str], None]) -> None:
    from ml.interpreter import Interpreter, ModelError
    from ml.pixels import PhotoError, photo_to_tensor

    try:
        interpreter = Interpreter(bundle.model_bytes)
    except ModelError as error:
        raise BundleRefusedError(f"model.tflite: {error}") from error
    test = bundle.description["self_test"]
    resolution = bundle.description["input"]["height"]
    prediction = interpreter.classify(self_test_tensor(test["seed"], resolution))
    score = prediction.score
    if not abs(score - test["score"]) <= test["tolerance"]:
        raise BundleRefusedError(
            f"The self-test gives {score:.4f}; model.json expects {test['score']:.4f} ± {test['tolerance']}."
        )
    of_heatmap = 1 / (1 + math.exp(-float(prediction.heatmap.mean())))
    if not abs(score - of_heatmap) <= HEATMAP_TOLERANCE:
        raise BundleRefusedError(
            f"The self-test gives {score:.4f}, its heatmap {of_heatmap:.4f}; phones refuse more than {HEATMAP_TOLERANCE} apart. "
            "A heatmap is in logits, and the score the sigmoid of its mean."
        )
    say(f"self-test: {score:.4f}, expected {test['score']:.4f} ± {test['tolerance']}")
    worst = 0.0
    for case in bundle.golden_cases:
        try:
            score = interpreter.classify(photo_to_tensor(case.path, resolution)).score
        except PhotoError as error:
            raise BundleRefusedError(f"golden/{case.path.name}: {error}") from error
        if not abs(score - case.score) <= bundle.golden_tolerance:
            raise BundleRefusedError(
                f"golden/{case.path.name} scores {score:.4f}; {case.score:.4f} ± {bundle.golden_tolerance} is expected."
            )
        worst = max(worst, abs(score - case.score))
    say(
        f"golden cases: {len(bundle.golden_cases)} of {len(bundle.golden_cases)} hold, largest difference {worst:.4f}"
    )


def _check_boxes(bundle: DetectorBundle, say: Callable[[str], None]) -> None:
    from ml.detect.decode import best_cell, decode
    from ml.detect.interpreter import DetectorInterpreter
    from ml.interpreter import ModelError
    from ml.pixels import PhotoError, photo_to_tensor

    try:
        interpreter = DetectorInterpreter(bundle.model_bytes)
    except ModelError as error:
        raise BundleRefusedError(f"model.tflite: {error}") from error
    described = [output["name"] for output in bundle.description["outputs"]]
    if interpreter.output_names != described:
        raise BundleRefusedError(
            f"model.tflite gives {', '.join(interpreter.output_names)}; model.json says {', '.join(described)}."
        )
    test = bundle.description["self_test"]
    (box,), (score,) = best_cell(interpreter.maps(self_test_tensor(test["seed"], interpreter.resolution)))
    if not abs(score - test["score"]) <= test["tolerance"]:
        raise BundleRefusedError(
            f"The self-test gives {score:.4f}; model.json expects {test['score']:.4f} ± {test['tolerance']}."
        )
    if not max(abs(box - test["box"])) <= test["box_tolerance"]:
        found = ", ".join(f"{edge:.3f}" for edge in box)
        raise BundleRefusedError(
            f"The self-test gives the box {found}; model.json expects {test['box']} ± {test['box_tolerance']}."
        )
    say(f"self-test: {score:.4f}, expected {test['score']:.4f} ± {test['tolerance']}, and its box")
    threshold, tolerance = bundle.description["threshold"], bundle.golden_tolerance
    for picture in bundle.golden_pictures:
        try:
            maps = interpreter.maps(photo_to_tensor(picture.path, interpreter.resolution))
        except PhotoError as error:
            raise BundleRefusedError(f"golden/{picture.path.name}: {error}") from error
        found_boxes = decode(maps, max(0.0, threshold - tolerance), bundle.decoding)
        difference = first_difference(picture.boxes, found_boxes, threshold, tolerance)
        if difference:
            raise BundleRefusedError(f"golden/{picture.path.name}: {difference}.")
    say(f"golden pictures: {len(bundle.golden_pictures)} of {len(bundle.golden_pictures)} hold")
