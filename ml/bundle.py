"""The model bundle: what `deepdog export` writes and `flask publish-model` reads (docs/contracts.md, Model bundle)."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar

import jsonschema
import numpy as np

from ml.pixels import Tensor
from ml.strict_json import loads

SELF_TEST_CELLS = 8
"""Cells along a side of the self-test picture."""
LEAST_GOLDEN = 8
"""Golden pictures of a bundle."""

Case = TypeVar("Case")
Label = Literal["negative", "positive"]
Scheme = Literal["int8", "float16", "float32"]
"""What was rounded: weights and activations, weights alone, nothing."""


class BundleError(ValueError):
    """The folder is no sound model bundle; the message says what is wrong with which file."""


class Architecture(TypedDict):
    """The network's name and multipliers."""

    name: str
    alpha: float
    resolution: int


class Labels(TypedDict):
    """The words that the app shows."""

    negative: str
    positive: str


class ModelInput(TypedDict):
    """Shape of the input without its batch axis."""

    height: int
    width: int
    dtype: Literal["uint8"]


class ModelOutput(TypedDict):
    """One output of the file."""

    name: Literal["score", "heatmap"]
    shape: list[int]
    dtype: Literal["float32"]


class Quantisation(TypedDict):
    """How the weights were rounded."""

    scheme: Scheme
    representative_images: int


class Metrics(TypedDict):
    """Figures of the exported file on the test split, at the threshold."""

    split: Literal["test"]
    positives: int
    negatives: int
    auc: float
    recall: float
    false_alarm_rate: float
    accuracy: float


class SelfTest(TypedDict):
    """A picture made from integers and the score that it must give."""

    seed: int
    score: float
    tolerance: float


class Description(TypedDict):
    """What model.json says of a model of either kind."""

    schema_version: Literal[1]
    name: str
    version: str
    created_at: str
    git_commit: str
    data_sha256: str
    architecture: Architecture
    labels: Labels
    threshold: float
    input: ModelInput
    sha256: str
    size_bytes: int
    quantisation: Quantisation
    min_runtime_version: str
    min_app_version: str
    release_notes: str


class ModelDescription(Description):
    """model.json of a classifier; ml/model.schema.json is its authority."""

    kind: Literal["classifier"]
    outputs: list[ModelOutput]
    metrics: Metrics
    self_test: SelfTest


class GoldenCase(NamedTuple):
    """A picture that ships with the bundle and the score that it must give."""

    path: Path
    score: float
    label: Label


@dataclass(frozen=True)
class Bundle:
    """A bundle whose schema and hashes hold."""

    folder: Path
    description: ModelDescription
    description_bytes: bytes
    """model.json as it lies on disk: the payload that is signed."""
    model_bytes: bytes
    golden_cases: list[GoldenCase]
    golden_tolerance: float


def parse_description(text: bytes) -> ModelDescription:
    """Parse and validate a model.json.

    Raises:
        BundleError: not JSON, or not of the schema; the message names the field.
    """
    document = validated(text, "model.schema.json")
    # What a schema cannot say, as in app/src/model/description.ts; a test holds both to the same verdicts.
    if document["input"]["height"] != document["input"]["width"]:
        raise BundleError("model.json: input is not a square")
    if document["outputs"][0]["name"] == document["outputs"][1]["name"]:
        raise BundleError("model.json: outputs must be one score and one heatmap")
    return document  # type: ignore[no-any-return]


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle and check all that needs no interpreter: schema, size and hashes.

    Raises:
        BundleError: a file is missing or differs from what the others say of it.
    """
    description_bytes = read_part(folder / "model.json")
    description = parse_description(description_bytes)
    model_bytes = read_described(folder / "model.tflite", description["size_bytes"], description["sha256"])
    cases, tolerance = read_golden(folder / "golden", _golden_case)
    return Bundle(folder, description, description_bytes, model_bytes, cases, tolerance)


def validated(text: bytes, schema: str) -> Any:
    """Parse a model.json and hold it against a schema that lies beside this file.

    Raises:
        BundleError: not JSON, or not of the schema; the message names the field.
    """
    try:
        document = loads(text)
    except ValueError as error:
        raise BundleError(f"model.json is not JSON: {error}") from error
    flaws = list(_validator(schema).iter_errors(document))
    if flaws:
        # A bundle of the other kind has many, of which this one says most.
        flaw = next((each for each in flaws if each.json_path == "$.kind"), flaws[0])
        raise BundleError(f"model.json: {flaw.json_path.removeprefix('$.')}: {flaw.message}")
    return document


def read_described(path: Path, size_bytes: int, sha256: str) -> bytes:
    """Read the model file that a model.json describes.

    Raises:
        BundleError: it cannot be read, or is another one.
    """
    model_bytes = read_part(path)
    if len(model_bytes) != size_bytes:
        raise BundleError(f"model.tflite has {len(model_bytes)} bytes, model.json says {size_bytes}")
    if hashlib.sha256(model_bytes).hexdigest() != sha256:
        raise BundleError(
            "model.tflite is not the file that model.json describes: its SHA-256 differs; export it again"
        )
    return model_bytes


def self_test_tensor(seed: int, resolution: int) -> Tensor:
    """Return the self-test picture, uint8 of shape (1, R, R, 3): 8 x 8 cells of colours drawn by xorshift32.

    Marsaglia 2003, "Xorshift RNGs", section 3, the triple (13, 17, 5).
    """
    state, cells = seed, np.empty(SELF_TEST_CELLS * SELF_TEST_CELLS * 3, np.uint8)
    for i in range(cells.size):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        cells[i] = state >> 24
    at = np.arange(resolution) * SELF_TEST_CELLS // resolution
    return cells.reshape(SELF_TEST_CELLS, SELF_TEST_CELLS, 3)[at][:, at][np.newaxis]


def read_golden(folder: Path, case_of: Callable[[Path, Any], Case]) -> tuple[list[Case], float]:
    """Read golden/: its cases, and how far a score may be from theirs.

    Args:
        folder: golden/ itself.
        case_of: makes a case of a picture's path and of what expected.json says of it.

    Raises:
        BundleError: expected.json is malformed, there are too few pictures, or one is missing, another one, or elsewhere.
    """
    try:
        expected = loads(read_part(folder / "expected.json"))
        cases = [case_of(folder / case["file"], case) for case in expected["cases"]]
        tolerance = float(expected["tolerance"])
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(f"golden/expected.json is malformed: {error!r}") from error
    _check_pictures(folder, expected["cases"])
    return cases, tolerance


def _golden_case(path: Path, case: Any) -> GoldenCase:
    return GoldenCase(path, case["score"], case["label"])


def _check_pictures(folder: Path, cases: Sequence[Mapping[str, Any]]) -> None:
    """Hold the pictures of golden/ against the hashes that expected.json lists."""
    if len(cases) < LEAST_GOLDEN:
        raise BundleError(f"golden/ holds {len(cases)} cases; a bundle needs {LEAST_GOLDEN} or more")
    for case in cases:
        name = case["file"]
        if Path(name).name != name:
            raise BundleError(f"golden/expected.json names {name!r}, which lies outside golden/")
        if hashlib.sha256(read_part(folder / name)).hexdigest() != case["sha256"]:
            raise BundleError(f"golden/{name} is not the picture that golden/expected.json describes")


def read_part(path: Path) -> bytes:
    """Read a file of a bundle.

    Raises:
        BundleError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path.parent.name}/{path.name} cannot be read: {error.strerror}") from error


@cache
def _validator(name: str) -> Any:
    schema = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    extend: Any = jsonschema.validators.extend
    return extend(jsonschema.Draft202012Validator, {"pattern": _check_pattern})(
        schema, format_checker=jsonschema.FormatChecker()
    )


def _check_pattern(
    _validator: Any, pattern: str, instance: object, _schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """Match as ECMA-262 does, which JSON Schema names: `$` is the very end, where Python's also stands before a last line feed."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")
