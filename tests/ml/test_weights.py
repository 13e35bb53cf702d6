"""Weights that others trained: read without their software, and put where they compute the same."""

import pickle
import sys
import types
from collections import OrderedDict
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from ml.dequantise import DequantiseError, convolutions
from ml.networks.deepdog import MOBILENET_BLOCKS
from ml.networks.efficientnet_lite import efficientnet_lite, load_imagenet_weights
from ml.networks.fading import fading, set_fade, settled, start_from_mobilenet
from ml.pytorch_weights import MAGIC, WeightsError, read_pytorch_weights
from ml.quantise import quantise

pytestmark = pytest.mark.training


class _Tensor:
    """Pickles as PyTorch's tensors do: a call that names a storage, an offset, a shape and strides."""

    def __init__(self, values: np.ndarray[Any, np.dtype[np.float32]], key: str) -> None:
        self.values = values
        self.key = key

    def __reduce__(self) -> tuple[Any, ...]:
        # As PyTorch writes convolutions that were made channels-last: axes in an order other than the storage's.
        strides = tuple(np.asfortranarray(self.values).strides[i] // 4 for i in range(self.values.ndim))
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (_Storage(self), 0, self.values.shape, strides, False, OrderedDict())


class _Storage:
    def __init__(self, tensor: _Tensor) -> None:
        self.tensor = tensor


class _Pickler(pickle.Pickler):
    def persistent_id(self, item: Any) -> Any:
        if isinstance(item, _Storage):
            size = item.tensor.values.size
            return "storage", sys.modules["torch"].FloatStorage, item.tensor.key, "cpu", size, None
        return None


@pytest.fixture
def _torch_to_pickle_with(monkeypatch: pytest.MonkeyPatch) -> None:
    torch, inner = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2() -> None: ...

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    inner._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    storage = type("FloatStorage", (), {"__module__": "torch"})
    torch.FloatStorage = storage  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", inner)


def _save(file: Path, tensors: dict[str, np.ndarray[Any, np.dtype[np.float32]]]) -> None:
    with file.open("wb") as opened:
        header: tuple[Any, ...] = (MAGIC, 1001, {"protocol_version": 1001, "little_endian": True})
        for part in header:
            pickle.dump(part, opened, protocol=2)
        _Pickler(opened, protocol=2).dump(
            OrderedDict((name, _Tensor(values, f"key {name}")) for name, values in tensors.items())
        )
        pickle.dump([f"key {name}" for name in tensors], opened, protocol=2)
        for values in tensors.values():
            opened.write(np.int64(values.size).tobytes() + values.tobytes(order="F"))


@pytest.mark.usefixtures("_torch_to_pickle_with")
def test_pytorch_weights_are_read_whatever_their_strides(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    tensors = {
        "conv.weight": rng.normal(size=(4, 3, 5, 2)).astype(np.float32),
        "norm.bias": rng.normal(size=7).astype(np.float32),
    }
    _save(tmp_path / "weights.pth", tensors)
    read = read_pytorch_weights(tmp_path / "weights.pth")
    assert read.keys() == tensors.keys()
    assert all(np.array_equal(read[name], tensors[name]) for name in tensors)


def test_a_pickle_that_wants_to_run_something_is_refused(tmp_path: Path) -> None:
    class Shell:
        def __reduce__(self) -> tuple[Any, ...]:
            return print, ("run",)

    with (tmp_path / "evil.pth").open("wb") as file:
        parts: tuple[Any, ...] = (MAGIC, 1001, {}, Shell())
        for part in parts:
            pickle.dump(part, file, protocol=2)
    with pytest.raises(WeightsError, match=r"it asks for \S+\.print"):
        read_pytorch_weights(tmp_path / "evil.pth")


@pytest.mark.usefixtures("_torch_to_pickle_with")
def test_efficientnet_lite_takes_weights_by_name_and_says_whose_they_are(tmp_path: Path) -> None:
    network = efficientnet_lite("efficientnet_lite0", 64)
    assert network.count_params() == 3_414_305
    tensors = _as_pytorch(network)
    _save(tmp_path / "weights.pth", tensors)
    other = efficientnet_lite("efficientnet_lite0", 64)
    load_imagenet_weights(other, tmp_path / "weights.pth")
    pixels = np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3), np.uint8)
    expected, loaded = (_features(n, pixels) for n in (network, other))
    assert np.array_equal(expected, loaded)
    with pytest.raises(WeightsError, match="the weights of another network than efficientnet_lite2"):
        load_imagenet_weights(efficientnet_lite("efficientnet_lite2", 64), tmp_path / "weights.pth")


@pytest.fixture(scope="module")
def mobilenet(tmp_path_factory: pytest.TempPathFactory) -> tuple[keras.Model, Path]:
    """A MobileNet V1 with random weights, and its quantised file."""
    network = fading(0.25, 32)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            # As after training: no layer is dead, and none explodes.
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma * 3, beta + 0.5, mean, variance])
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            kernel, bias = layer.get_weights()
            layer.set_weights([kernel, bias + 0.1])
    file = tmp_path_factory.mktemp("mobilenet") / "mobilenet.tflite"
    pixels = np.random.default_rng(3).integers(0, 256, (8, 32, 32, 3), np.uint8)
    file.write_bytes(quantise(network, pixels))
    return network, file


def test_quantised_weights_come_back_within_half_a_step(mobilenet: tuple[keras.Model, Path]) -> None:
    network, file = mobilenet
    found = convolutions(file)
    assert [c.depthwise for c in found] == [False] + [True, False] * len(MOBILENET_BLOCKS) + [False]
    kernel = network.get_layer("conv").get_weights()[0]
    folded = 3 * kernel / np.sqrt(1 + network.get_layer("conv_norm").epsilon)
    assert np.abs(found[0].kernel - folded).max() <= np.abs(folded).max() / 254 + 1e-6


def test_deepdog_starts_as_mobilenet_and_settles_as_itself(mobilenet: tuple[keras.Model, Path]) -> None:
    original, file = mobilenet
    pixels = np.random.default_rng(2).integers(0, 256, (16, 32, 32, 3), np.uint8)
    network = fading(0.25, 32)
    start_from_mobilenet(network, file, pixels)
    expected, restored = (_features(n, pixels) for n in (original, network))
    assert np.corrcoef(expected.ravel(), restored.ravel())[0, 1] > 0.99
    set_fade(network, 1.0)
    as_deepdog = settled(network, 0.25)
    difference = _features(network, pixels) - _features(as_deepdog, pixels)
    assert np.abs(difference).max() < 1e-4 * np.abs(_features(network, pixels)).max()
    assert "Fade" not in {type(layer).__name__ for layer in as_deepdog.layers}


def test_a_file_of_another_width_is_refused(mobilenet: tuple[keras.Model, Path], tmp_path: Path) -> None:
    pixels = np.zeros((1, 32, 32, 3), np.uint8)
    with pytest.raises(DequantiseError, match=r"no MobileNet V1 of this alpha"):
        start_from_mobilenet(fading(0.5, 32), mobilenet[1], pixels)
    (tmp_path / "text.tflite").write_text("no model")
    with pytest.raises(DequantiseError, match=r"text\.tflite is no \.tflite file that can be read"):
        convolutions(tmp_path / "text.tflite")


def _features(network: keras.Model, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> Any:
    body = keras.Model(network.input, network.get_layer("heatmap").input)
    return np.asarray(body(pixels.astype(np.float32), training=False))


def _as_pytorch(network: keras.Model) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    tensors = {}
    for layer in network.layers:
        name = ".".join(part if part.isdecimal() else f"_{part}" for part in layer.name.split("."))
        if isinstance(layer, keras.layers.DepthwiseConv2D):
            tensors[f"{name}.weight"] = layer.get_weights()[0].transpose(2, 3, 0, 1)
        elif isinstance(layer, keras.layers.Conv2D) and layer.name != "heatmap":
            tensors[f"{name}.weight"] = layer.get_weights()[0].transpose(3, 2, 0, 1)
        elif isinstance(layer, keras.layers.BatchNormalization):
            parts = ("weight", "bias", "running_mean", "running_var")
            tensors |= {f"{name}.{p}": w for p, w in zip(parts, layer.get_weights(), strict=True)}
    return tensors
