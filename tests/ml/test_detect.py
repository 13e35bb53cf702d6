"""Boxes in, boxes out: targets, decoding, losses and moved boxes, without training anything."""

import json
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from ml.augment import Augmentation
from ml.detect.batches import moved_boxes, turned_boxes
from ml.detect.boxes import Boxes, no_boxes
from ml.detect.context import _regression
from ml.detect.decode import Decoding, Maps, decode, overlaps
from ml.detect.interpreter import DetectorInterpreter
from ml.detect.losses import l1_at_centres, penalty_reduced_focal_loss
from ml.detect.network import detector, start_detector, with_probabilities
from ml.detect.quantise import LOWEST_PEAK, map_error
from ml.detect.targets import Targets, encode, gaussian_radius
from ml.metrics import auc
from ml.networks import build
from ml.networks.starting_weights import start_from_quantised
from ml.pixels import Tensor, photo_to_tensor
from ml.prepare.sources import read_source
from ml.quantise import convert
from tests.ml.discs import write_discs

GOLDEN = json.loads((Path(__file__).parents[1] / "golden/detections.json").read_text(encoding="utf-8"))
SHIPPED = Path(__file__).parents[2] / "app/assets/model"
SHIPPED_DETECTOR = Path(__file__).parents[2] / "app/assets/detector"
RENDERED = SHIPPED_DETECTOR / "golden"
GRID = (28, 28)
APART = np.array([[0.1, 0.1, 0.3, 0.25], [0.4, 0.5, 0.95, 0.9], [0.7, 0.05, 0.78, 0.2]], np.float32)


def maps_of(targets: Targets) -> Maps:
    return Maps(targets.centres[..., 0], targets.sizes[..., :2], targets.offsets[..., :2])


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_maps_become_the_boxes_of_the_contract(case: dict[str, Any]) -> None:
    height, width = case["grid"]
    maps = Maps(
        np.array(case["centres"], np.float32).reshape(height, width),
        *(np.array(case[name], np.float32).reshape(height, width, 2) for name in ("sizes", "offsets")),
    )
    found = decode(maps, case["threshold"], Decoding(**case["decoding"]))
    assert found.scores.tolist() == pytest.approx([e["score"] for e in case["expected"]])
    assert found.boxes.ravel().tolist() == pytest.approx(
        [edge for e in case["expected"] for edge in e["box"]], abs=1e-5
    )


def test_what_is_encoded_is_decoded() -> None:
    found = decode(maps_of(encode(APART, GRID, no_boxes())), 0.5, Decoding())
    assert found.scores.tolist() == [1, 1, 1]
    for box in APART:
        assert np.abs(found.boxes - box).max(axis=1).min() < 1e-5


@given(x0=st.floats(0, 0.95), y0=st.floats(0, 0.95), width=st.floats(0.04, 1), height=st.floats(0.04, 1))
def test_any_single_box_is_encoded_and_decoded(x0: float, y0: float, width: float, height: float) -> None:
    box = np.array([[x0, y0, min(x0 + width, 1), min(y0 + height, 1)]], np.float32)
    found = decode(maps_of(encode(box, GRID, no_boxes())), 0.5, Decoding())
    assert found.boxes.tolist() == [pytest.approx(box[0].tolist(), abs=1e-5)]


def test_a_cell_that_two_boxes_share_goes_to_the_smaller() -> None:
    both = np.array([[0.2, 0.2, 0.6, 0.6], [0.35, 0.35, 0.45, 0.45]], np.float32)
    found = decode(maps_of(encode(both, GRID, no_boxes())), 0.5, Decoding())
    assert found.boxes.tolist() == [pytest.approx(both[1].tolist(), abs=1e-5)]


def test_unclear_boxes_count_for_nothing_but_the_centres_in_them_do() -> None:
    unclear = np.array([[0.0, 0.0, 0.5, 0.5]], np.float32)
    centres = encode(APART, GRID, unclear).centres
    assert centres[4, 5].tolist() == [1, 1]  # the middle of the first box
    assert centres[13, 13, 1] == 0
    assert centres[14, 14, 1] == 1


@pytest.mark.parametrize(("width", "height"), [(10, 10), (3, 20), (24, 5)])
def test_a_box_moved_by_the_radius_still_overlaps_by_seven_tenths(width: float, height: float) -> None:
    radius = gaussian_radius(width, height)
    box = np.array([0, 0, width, height])
    assert overlaps(box, (box + radius)[np.newaxis])[0] == pytest.approx(0.7)


def test_the_focal_loss_is_the_papers() -> None:
    targets = np.array([[[[1.0, 1.0], [0.5, 1.0], [0.0, 1.0], [0.0, 0.0]]]], np.float32)
    p = np.array([0.7, 0.6, 0.2, 0.9])
    logits = np.log(p / (1 - p)).reshape(1, 1, 4, 1).astype(np.float32)
    expected = -(
        0.3**2 * np.log(0.7) + 0.5**4 * 0.6**2 * np.log(0.4) + 0.2**2 * np.log(0.8)
    )  # the last cell does not count
    loss = penalty_reduced_focal_loss(
        keras.ops.convert_to_tensor(targets), keras.ops.convert_to_tensor(logits)
    )
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_a_right_answer_costs_nothing_and_far_logits_stay_finite() -> None:
    targets = encode(APART, GRID, no_boxes())
    logits = np.where(targets.centres[np.newaxis, ..., :1] == 1, 200.0, -200.0).astype(np.float32)
    assert float(penalty_reduced_focal_loss(targets.centres[np.newaxis], logits)) == pytest.approx(0)
    assert float(l1_at_centres(targets.sizes[np.newaxis], targets.sizes[np.newaxis, ..., :2])) == 0
    assert np.isfinite(float(penalty_reduced_focal_loss(targets.centres[np.newaxis], -logits)))


@pytest.mark.parametrize(
    "boxes", [APART, np.array([[0.1, 0.1, 0.9, 0.9], [0.4, 0.4, 0.62, 0.62]], np.float32)]
)
def test_each_box_counts_once_and_its_own_cell_has_it(boxes: Boxes) -> None:
    sizes, offsets = encode(boxes, GRID, no_boxes())[1:]
    assert sizes[..., 2].sum() <= len(boxes) + 1e-5
    for x0, y0, x1, y1 in boxes * len(sizes):
        row, column = int((y0 + y1) / 2), int((x0 + x1) / 2)
        assert sizes[row, column, :2] == pytest.approx([x1 - x0, y1 - y0], rel=1e-5)
        assert offsets[row, column, :2] == pytest.approx(
            [(x0 + x1) / 2 - column, (y0 + y1) / 2 - row], abs=1e-4
        )


def test_a_large_boxs_peak_may_be_a_cell_off() -> None:
    box = np.array([[0.1, 0.2, 0.9, 0.8]], np.float32)
    targets = encode(box, GRID, no_boxes())
    moved = targets.centres[..., 0].copy()
    row, column = np.unravel_index(int(moved.argmax()), moved.shape)
    moved[row, column + 1] = 2
    found = decode(maps_of(targets)._replace(centres=moved), 1.5, Decoding())
    assert found.boxes == pytest.approx(box, abs=1e-5)


def test_sizes_count_where_a_box_is_learnt_only() -> None:
    targets = encode(APART, GRID, no_boxes()).sizes[np.newaxis]
    found = targets[..., :2] + np.array([1.0, 2.0], np.float32)
    assert float(l1_at_centres(targets, found)) == pytest.approx(3)
    found[targets[..., 2] == 0] += 100
    assert float(l1_at_centres(targets, found)) == pytest.approx(3)


def painted(box: Boxes, side: int) -> np.ndarray[Any, Any]:
    picture = np.zeros((side, 2 * side, 3), np.uint8)
    x0, y0, x1, y1 = (box * (2 * side, side, 2 * side, side)).round().astype(int)
    picture[y0:y1, x0:x1] = 255
    return picture


@pytest.mark.parametrize("seed", range(6))
def test_boxes_move_with_the_pixels(seed: int) -> None:
    """A white rectangle lies where its box says it does."""
    augmentation = Augmentation(
        rotation_degrees=0,
        shear=0,
        shift=0.1,
        zoom_in=0.5,
        zoom_out=1.0,
        roam=0.5,
        stretch=0.2,
        channel_shift=0,
    )
    box = np.array([0.4, 0.3, 0.55, 0.7], np.float32)
    picture = painted(box, 200)
    black = np.zeros((200, 200, 3), np.uint8)
    result, matrix = augmentation.with_matrix(picture, 160, np.random.default_rng(seed), black)
    moved, shares = moved_boxes(box[np.newaxis], picture.shape[:2], matrix, 160)
    x, y, width, height = cv2.boundingRect((result[..., 0] > 127).astype(np.uint8))
    assert (moved[0] * 160).tolist() == pytest.approx([x, y, x + width, y + height], abs=1.5)
    assert shares[0] == pytest.approx(1, abs=0.3)


def test_a_quarter_turn_takes_boxes_along() -> None:
    box = np.array([[0.1, 0.2, 0.4, 0.9]], np.float32)
    picture = np.zeros((100, 100), np.uint8)
    picture[20:90, 10:40] = 1
    for turns in (1, 2, 3):
        x, y, width, height = cv2.boundingRect(np.ascontiguousarray(np.rot90(picture, turns)))
        assert (turned_boxes(box, turns)[0] * 100).tolist() == pytest.approx(
            [x, y, x + width, y + height], abs=1e-3
        )


def test_a_prepared_folder_brings_its_boxes_along(tmp_path: Path) -> None:
    """What `prepare` and others write beside dataset.csv is not lost when it is prepared again."""
    photos = read_source(write_discs(tmp_path, 10))
    boxed = {photo.path.parent.name for photo in photos if photo.boxes}
    assert boxed == {"hotdog"}
    assert all(photo.boxes for photo in photos if photo.path.parent.name == "hotdog")


def test_the_body_starts_from_a_classifier(tmp_path: Path) -> None:
    classifier = build("deepdog_mobilenet", 0.25, 64)
    classifier.save(tmp_path / "network.keras")
    network = detector(0.25, 96)
    start_detector(network, tmp_path / "network.keras", no_pictures)
    body = [layer for layer in classifier.layers if layer.weights and layer.name != "heatmap"]
    assert len(body) > 13
    for layer in body:
        for theirs, ours in zip(
            layer.get_weights(), network.get_layer(layer.name).get_weights(), strict=True
        ):
            assert np.array_equal(theirs, ours)


def test_the_body_starts_from_the_bundle_that_ships() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (4, 96, 96, 3), np.uint8)
    classifier, network = build("deepdog_mobilenet", 0.5, 96), detector(0.5, 96)
    start_from_quantised(classifier, SHIPPED, pixels)
    start_detector(network, SHIPPED, lambda: pixels)
    for layer in classifier.layers:
        if layer.weights and layer.name != "heatmap":
            ours = network.get_layer(layer.name).get_weights()
            assert all(np.allclose(*pair, rtol=1e-4) for pair in zip(layer.get_weights(), ours, strict=True))


def test_all_of_it_starts_from_the_detector_that_ships() -> None:
    pictures = np.concatenate([photo_to_tensor(photo, 256) for photo in sorted(RENDERED.glob("*.jpg"))])
    network = detector(0.5, 256)
    start_detector(network, SHIPPED_DETECTOR, lambda: pictures)
    logits, sizes, _ = network.predict(pictures, verbose=0)
    interpreter = DetectorInterpreter((SHIPPED_DETECTOR / "model.tflite").read_bytes())
    of_file = [interpreter.maps(picture[np.newaxis]) for picture in pictures]
    centres = np.stack([maps.centres for maps in of_file])
    # All of it but the context, which raises all centres of a picture alike.
    apart = []
    for of_picture, ours in zip(centres, logits[..., 0], strict=True):
        told = of_picture > 0.02
        theirs = logit(np.clip(of_picture[told], 0.02, 0.98))
        apart.append((theirs - theirs.mean(), ours[told] - ours[told].mean()))
    theirs, ours = (np.concatenate(each) for each in zip(*apart, strict=True))
    assert len(theirs) > 200
    assert np.corrcoef(theirs, ours)[0, 1] > 0.9
    peaks = centres > 0.2
    assert (
        np.corrcoef(np.stack([maps.sizes for maps in of_file])[peaks].ravel(), sizes[peaks].ravel())[0, 1]
        > 0.95
    )


def test_all_of_it_starts_from_a_run_of_the_same(tmp_path: Path) -> None:
    one, other = detector(0.25, 96), detector(0.25, 96)
    one.save(tmp_path / "network.keras")
    start_detector(other, tmp_path / "network.keras", no_pictures)
    assert all(np.array_equal(*pair) for pair in zip(one.get_weights(), other.get_weights(), strict=True))


def test_what_the_whole_picture_shows_moves_every_centre_alike() -> None:
    pixels = np.concatenate([photo_to_tensor(photo, 96) for photo in sorted(RENDERED.glob("*.jpg"))])
    network = detector(0.5, 96)
    start_detector(network, SHIPPED, lambda: pixels)
    before, *boxes = network.predict(pixels, verbose=0)
    kernel, bias = network.get_layer("context").get_weights()
    direction = np.random.default_rng(2).normal(size=kernel.shape)
    network.get_layer("context").set_weights([direction, bias])
    network.get_layer("gain").set_weights([np.full((1, 1, 1, 1), 3.0)])
    after, *same = network.predict(pixels, verbose=0)
    moved = (after - before).reshape(len(pixels), -1)
    means = keras.Model(network.input, network.get_layer("mean").output).predict(pixels, verbose=0)
    expected = 3 * expit(means.reshape(len(pixels), -1) @ direction.ravel())
    assert np.allclose(moved, expected[:, np.newaxis], atol=1e-4)
    assert expected.std() > 0.1
    assert all(np.allclose(*pair) for pair in zip(boxes, same, strict=True))


def test_the_regression_finds_what_tells_two_kinds_apart() -> None:
    rng = np.random.default_rng(3)
    positives = rng.random(400) < 0.3
    features = rng.normal(5, [0.1, 1, 10], (400, 3))
    features[positives, 1] += 4
    direction, offset = _regression(features, positives)
    logits = features @ direction + offset
    assert auc(logits, positives) > 0.99
    assert np.median(logits[positives]) > 1.5
    assert np.median(logits[~positives]) < -1.5
    assert abs(direction[1]) > 10 * abs(direction[2])


@pytest.mark.parametrize("kept", ["run", "bundle"])
@pytest.mark.parametrize("with_context", [True, False], ids=["with context", "without, as up to 1.1.0"])
def test_a_detector_starts_from_another_but_for_its_context(
    tmp_path: Path, kept: str, with_context: bool
) -> None:
    pixels = np.concatenate([photo_to_tensor(photo, 96) for photo in sorted(RENDERED.glob("*.jpg"))])
    whole = detector(0.5, 96)
    start_detector(whole, SHIPPED, lambda: pixels)
    kernel, bias = whole.get_layer("context").get_weights()
    whole.get_layer("context").set_weights([np.random.default_rng(2).normal(size=kernel.shape), bias + 1])
    whole.get_layer("gain").set_weights([np.full((1, 1, 1, 1), 1.5)])
    of_old = [whole.get_layer(name).output for name in ("centres", "sizes", "offsets")]
    trained = whole if with_context else keras.Model(whole.input, of_old, name="detector")
    if kept == "run":
        trained.save(tmp_path / "network.keras")
    else:
        file = convert(with_probabilities(trained, batch_size=1), pixels, "int8")
        (tmp_path / "model.tflite").write_bytes(file)
        (tmp_path / "model.json").write_text('{"kind": "detector"}')
    other = detector(0.5, 96)
    start_detector(other, tmp_path / "network.keras" if kept == "run" else tmp_path, lambda: pixels)
    for name in ("sizes", "offsets", "centres"):
        theirs, ours = (network.get_layer(name).kernel.numpy().ravel() for network in (trained, other))
        assert np.corrcoef(theirs, ours)[0, 1] > 0.99, name
    assert not other.get_layer("gain").kernel.numpy().any()


def test_a_detector_of_another_width_is_refused(tmp_path: Path) -> None:
    detector(0.5, 96).save(tmp_path / "network.keras")
    with pytest.raises(ValueError, match="with the same --alpha"):
        start_detector(detector(0.25, 96), tmp_path / "network.keras", no_pictures)


def test_the_error_of_a_file_is_none_for_its_own_maps_and_grows_with_what_moves() -> None:
    picture = photo_to_tensor(sorted(RENDERED.glob("positive*.jpg"))[0], 256)
    file = (SHIPPED_DETECTOR / "model.tflite").read_bytes()
    own = DetectorInterpreter(file).maps(picture)
    assert own.centres.max() > LOWEST_PEAK
    assert map_error([own], picture)(file) == 0
    smaller, surer = own._replace(sizes=own.sizes * 0.8), own._replace(centres=own.centres * 1.2)
    assert map_error([smaller], picture)(file) > 0.1
    assert map_error([surer], picture)(file) > 0.05


def no_pictures() -> Tensor:
    raise AssertionError("not needed")


def test_a_classifier_of_another_width_is_refused(tmp_path: Path) -> None:
    build("deepdog_mobilenet", 0.5, 64).save(tmp_path / "network.keras")
    with pytest.raises(ValueError, match="with the same --alpha"):
        start_detector(detector(0.25, 96), tmp_path / "network.keras", no_pictures)
