"""What the gate finds inside the model file itself."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from backend.errors import BundleRefusedError
from backend.model_gate import MAX_MODEL_BYTES, examine
from ml.detect.bundle import is_detector
from ml.interpreter import Interpreter, Prediction
from ml.pixels import Tensor
from tests.bundles import FIRST_BUNDLE, republished


def alter(bundle: Path, change: Callable[[Any], None]) -> None:
    """Change the model's flatbuffer and let model.json describe the outcome."""
    model = schema.ModelT.InitFromPackedBuf((bundle / "model.tflite").read_bytes(), 0)
    change(model)
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    altered = bytes(builder.Output())
    (bundle / "model.tflite").write_bytes(altered)
    description = json.loads((bundle / "model.json").read_text())
    description |= {"sha256": hashlib.sha256(altered).hexdigest(), "size_bytes": len(altered)}
    (bundle / "model.json").write_text(json.dumps(description))


def use_a_custom_operator(model: Any) -> None:
    model.operatorCodes[0].builtinCode = schema.BuiltinOperator.CUSTOM
    model.operatorCodes[0].deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
    model.operatorCodes[0].customCode = b"FlexErf"


def use_control_flow(model: Any) -> None:
    model.operatorCodes[0].builtinCode = schema.BuiltinOperator.WHILE
    model.operatorCodes[0].deprecatedBuiltinCode = schema.BuiltinOperator.WHILE


def open_the_batch(model: Any) -> None:
    graph = model.subgraphs[0]
    tensor = graph.tensors[graph.inputs[0]]
    tensor.shapeSignature = [-1, *tensor.shape[1:]]


def swap_the_outputs(model: Any) -> None:
    graph = model.subgraphs[0]
    graph.outputs = list(reversed(graph.outputs))
    for signature in model.signatureDefs or []:
        signature.outputs = list(reversed(signature.outputs))


def nothing(_model: Any) -> None:
    pass


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return republished(FIRST_BUNDLE, tmp_path / "bundle", "9.0.0")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (use_a_custom_operator, "custom b'FlexErf'"),
        (use_control_flow, "WHILE"),
        (open_the_batch, "open axis"),
        (swap_the_outputs, "the output"),
    ],
)
def test_a_model_that_phones_could_not_run_is_refused(
    bundle: Path, change: Callable[[Any], None], message: str
) -> None:
    alter(bundle, change)
    with pytest.raises(BundleRefusedError, match=message):
        examine(bundle, lambda _: None)


def test_a_file_written_anew_without_a_change_passes(bundle: Path) -> None:
    alter(bundle, nothing)
    examine(bundle, lambda _: None)


def test_a_heatmap_that_does_not_belong_to_the_score_is_refused(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classify = Interpreter.classify

    def with_shares(self: Interpreter, tensor: Tensor) -> Prediction:
        prediction = classify(self, tensor)
        return prediction._replace(heatmap=(1 / (1 + np.exp(-prediction.heatmap))).astype(np.float32))

    monkeypatch.setattr(Interpreter, "classify", with_shares)
    with pytest.raises(BundleRefusedError, match="A heatmap is in logits"):
        examine(bundle, lambda _: None)


def test_a_model_over_the_size_cap_is_refused(bundle: Path) -> None:
    model = (bundle / "model.tflite").read_bytes()
    large = model + bytes(MAX_MODEL_BYTES + 1 - len(model))
    description = json.loads((bundle / "model.json").read_text())
    (bundle / "model.tflite").write_bytes(large)
    description |= {"sha256": hashlib.sha256(large).hexdigest(), "size_bytes": len(large)}
    (bundle / "model.json").write_text(json.dumps(description))
    with pytest.raises(BundleRefusedError, match=f"size_bytes: {len(large)} is greater than"):
        examine(bundle, lambda _: None)


def test_bytes_that_are_no_model_are_refused(bundle: Path) -> None:
    description = json.loads((bundle / "model.json").read_text())
    (bundle / "model.tflite").write_bytes(b"no model")
    description |= {"sha256": hashlib.sha256(b"no model").hexdigest(), "size_bytes": 8}
    (bundle / "model.json").write_text(json.dumps(description))
    with pytest.raises(BundleRefusedError, match=r"model\.tflite"):
        examine(bundle, lambda _: None)


def test_a_description_nested_without_end_is_refused(bundle: Path) -> None:
    (bundle / "model.json").write_text("[" * 100_000)
    assert not is_detector(bundle)
    with pytest.raises(BundleRefusedError, match=r"model\.json is not JSON: nested too deeply"):
        examine(bundle, lambda _: None)
