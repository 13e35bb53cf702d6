"""Networks that start from what others learnt from ImageNet, and compute what those compute."""

import os
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import pytest
from ai_edge_litert.interpreter import Interpreter
from scipy.special import expit

from ml.ablation import Ablation
from ml.bundle import load_bundle
from ml.dequantise import DequantiseError, convolutions
from ml.interpreter import Interpreter as PhoneInterpreter
from ml.networks import build
from ml.networks.fading import fading, start_from_mobilenet
from ml.networks.starting_weights import IMAGENET, load_start, start_from_quantised
from ml.pixels import Tensor, photo_to_tensor
from ml.pytorch_weights import WeightsError
from ml.quantise import quantise

pytestmark = pytest.mark.training

SHARED = Path(os.environ.get("DEEPDOG_SHARED", Path(__file__).parents[3] / "shared"))
PRETRAINED = SHARED / "pretrained/coral-mobilenet-tflite"
SHIPPED = Path(__file__).parents[2] / "app/assets/model"
PHOTOS = 32

Floats = npt.NDArray[np.float32]


@pytest.mark.skipif(
    not PRETRAINED.is_dir() or not (SHARED / "data").is_dir(), reason="needs ../shared/pretrained and data"
)
@pytest.mark.parametrize(
    ("file", "name", "alpha", "resolution"),
    [
        ("mobilenet_v1_0.5_160_quant.tflite", "mobilenet_v1", 0.5, 160),
        ("tf2_mobilenet_v2_1.0_224_ptq.tflite", "mobilenet_v2", 1.0, 224),
    ],
)
def test_a_mobilenet_made_float_again_scores_as_its_file(
    file: str, name: str, alpha: float, resolution: int
) -> None:
    """All 1001 classes of ImageNet, on real photos: hotdogs, and others."""
    photos = [
        path for kind in ("hotdog", "not_hotdog") for path in sorted((SHARED / "data" / kind).iterdir())
    ]
    pixels = np.concatenate(
        [photo_to_tensor(p, resolution) for p in photos[:: len(photos) // PHOTOS][:PHOTOS]]
    )
    network = build(name, alpha, resolution)
    start_from_quantised(network, PRETRAINED / file, pixels[::4])
    original, restored = _scores(PRETRAINED / file, pixels), _restored_scores(network, file, pixels)
    same_answer = (original.argmax(axis=1) == restored.argmax(axis=1)).mean()
    sure = original.max(axis=1) > 0.5
    difference = np.abs(original - restored).max(axis=1)
    assert np.corrcoef(original.ravel(), restored.ravel())[0, 1] > 0.98
    assert same_answer >= 0.85
    assert (original.argmax(axis=1) == restored.argmax(axis=1))[sure].all()
    assert np.median(difference) < 0.05


def test_deepdog_goes_on_from_the_bundle_that_ships() -> None:
    bundle = load_bundle(SHIPPED)
    architecture = bundle.description["architecture"]
    alpha, resolution = architecture["alpha"], architecture["resolution"]
    pictures = sorted((SHIPPED / "golden").glob("*.jpg"))
    pixels = np.concatenate([photo_to_tensor(picture, resolution) for picture in pictures])
    network = build("deepdog_mobilenet", alpha, resolution)
    load_start(network, alpha, SHIPPED, lambda: pixels)
    file = PhoneInterpreter(bundle.model_bytes)
    scores = np.array([file.classify(picture[np.newaxis]).score for picture in pixels])
    restored = expit(network.predict(pixels, verbose=0)[:, 0])
    assert len(scores) >= 8
    assert {*(scores >= 0.9)} == {True, False}
    assert np.abs(scores - restored).max() < 0.15
    in_training, measured = (_features(network, pixels, training=mode) for mode in (True, False))
    assert np.abs(in_training - measured).max() < 0.02 * np.abs(measured).max()


@pytest.mark.parametrize("name", ["mobilenet_v1", "mobilenet_v2"])
def test_its_batch_norm_has_the_statistics_of_pictures(name: str, tmp_path: Path) -> None:
    """So a batch in training passes as one that is measured: fine-tuning starts where the file was, not beside it."""
    original, file, pixels = _quantised(name, tmp_path)
    network = build(name, 0.35, 64)
    start_from_quantised(network, file, pixels)
    expected, measured = _features(original, pixels), _features(network, pixels)
    assert np.corrcoef(expected.ravel(), measured.ravel())[0, 1] > 0.98
    in_training = _features(network, pixels, training=True)
    assert np.abs(in_training - measured).max() < 0.02 * np.abs(measured).max()


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    _, file, pixels = _quantised("mobilenet_v1", tmp_path)
    with pytest.raises(
        DequantiseError, match=r"another network, or of another alpha.*Say the file's --network and --alpha"
    ):
        start_from_quantised(build("mobilenet_v1", 0.5, 64), file, pixels)
    _, file, pixels = _quantised("mobilenet_v1", tmp_path, alpha=0.25)
    with pytest.raises(DequantiseError, match="has a bias there"):
        load_start(build("deepdog_mobilenet", 0.25, 64), 0.25, file, lambda: pixels)
    with pytest.raises(DequantiseError, match="not squeezenet"):
        load_start(build("squeezenet", 0.35, 64), 0.35, file, lambda: pixels)


def test_whoever_starts_from_what_ships_is_told_its_network() -> None:
    with pytest.raises(DequantiseError, match="of the bundle that ships they are deepdog_mobilenet"):
        load_start(build("deepdog", 0.5, 160), 0.5, SHIPPED, _empty)


def test_deepdog_is_not_taken_for_the_mobilenet_that_it_comes_from() -> None:
    with pytest.raises(DequantiseError, match="is DeepDog, not MobileNet V1"):
        start_from_mobilenet(fading(0.5, 64), SHIPPED / "model.tflite", _empty())


def test_a_folder_that_is_no_bundle_is_told_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(DequantiseError, match=r"name its network\.keras"):
        load_start(build("deepdog_mobilenet", 0.25, 64), 0.25, tmp_path, _empty)


@pytest.mark.parametrize("name", ["network.keras", "weights.pth", "mobilenet.tflite", "bundle"])
def test_weights_that_are_not_there_are_said_to_be_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=f"{name} does not exist"):
        load_start(build("deepdog", 0.25, 64), 0.25, tmp_path / name, _empty)


def test_a_run_of_another_network_is_refused_in_one_sentence(tmp_path: Path) -> None:
    earlier = tmp_path / "network.keras"
    build("deepdog", 0.25, 64).save(earlier)
    load_start(build("deepdog", 0.25, 96), 0.25, earlier, _empty)
    for other in (
        build("deepdog", 0.5, 64),
        build("deepdog", 0.25, 64, ablation=Ablation(norm_between=True)),
    ):
        with pytest.raises(WeightsError, match=r"--alpha.*run\.json beside it"):
            load_start(other, 0.25, earlier, _empty)
    (tmp_path / "notes.txt").write_text("0.002")
    (tmp_path / "cut_off.keras").write_bytes(earlier.read_bytes()[:5000])
    for name in ("notes.txt", "cut_off.keras"):
        with pytest.raises(WeightsError, match=f"{name} holds no weights of this network"):
            load_start(build("deepdog", 0.25, 64), 0.25, tmp_path / name, _empty)


def test_what_keras_offers_is_put_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = keras.applications.MobileNet(
        include_top=False, weights=None, alpha=0.25, input_shape=(128, 128, 3)
    )
    body.save_weights(tmp_path / "downloaded.weights.h5")
    monkeypatch.setattr(
        "keras.src.utils.file_utils.get_file", lambda *_, **__: str(tmp_path / "downloaded.weights.h5")
    )
    network = build("mobilenet_v1", 0.25, 128)
    load_start(network, 0.25, IMAGENET, _no_pictures)
    for layer in body.layers:
        ours = network.get_layer(layer.name).get_weights() if layer.weights else []
        assert all(np.array_equal(*pair) for pair in zip(ours, layer.get_weights(), strict=True))


@pytest.mark.parametrize("name", ["mobilenet_v2", "squeezenet"])
def test_a_download_that_fails_says_what_else_there_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> str:
        raise OSError("URL fetch failure")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", unreachable)
    with pytest.raises(WeightsError, match=r"(?i)name a file of weights"):
        load_start(build(name, 1.0, 96), 1.0, IMAGENET, _no_pictures)


def _no_pictures() -> Tensor:
    raise AssertionError("not needed")


def _empty() -> Tensor:
    return np.zeros((0, 64, 64, 3), np.uint8)


def _quantised(name: str, folder: Path, alpha: float = 0.35) -> tuple[keras.Model, Path, Tensor]:
    keras.utils.set_random_seed(4)
    network = build(name, alpha, 64)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.beta.assign(keras.random.normal(layer.beta.shape, stddev=0.1))
    cells = np.random.default_rng(3).integers(0, 256, (24, 8, 8, 3), np.uint8)
    pixels = cells.repeat(8, axis=1).repeat(8, axis=2)
    file = folder / f"{name}.tflite"
    file.write_bytes(quantise(network, pixels))
    return network, file, pixels


def _features(network: keras.Model, pixels: Tensor, training: bool = False) -> Floats:
    body = keras.Model(network.input, network.get_layer("heatmap").input)
    return np.asarray(body(pixels.astype(np.float32), training=training))


def _scores(file: Path, pixels: Tensor) -> Floats:
    interpreter = Interpreter(str(file))
    interpreter.allocate_tensors()
    (given,), (output,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero_point = output["quantization"]
    scores = []
    for picture in pixels:
        interpreter.set_tensor(given["index"], picture[np.newaxis])
        interpreter.invoke()
        scores.append((interpreter.get_tensor(output["index"])[0].astype(np.float32) - zero_point) * scale)
    return np.stack(scores)


def _restored_scores(network: keras.Model, file: str, pixels: Tensor) -> Floats:
    classifier = convolutions(PRETRAINED / file)[-1]
    logits = _features(network, pixels).mean(axis=(1, 2)) @ classifier.kernel[0, 0] + classifier.bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
