"""SSDLite's anchors, targets and losses by hand, and that network and anchors agree, without training anything."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.detect import ssdlite
from ml.detect.anchors import PER_CELL, anchors, decode, encode
from ml.detect.boxes import no_boxes
from ml.detect.decode import Decoding, overlaps
from ml.detect.losses import hard_negative_cross_entropy, smooth_l1_at_matches
from ml.quantise import partitions

SHARED = Path(os.environ.get("DEEPDOG_SHARED", Path(__file__).parents[3] / "shared"))
MOBILENET = SHARED / "pretrained/coral-mobilenet-tflite/mobilenet_v2_1.0_224_quant.tflite"
APART = np.array([[0.1, 0.1, 0.3, 0.25], [0.4, 0.5, 0.95, 0.9], [0.7, 0.05, 0.78, 0.2]], np.float32)


@pytest.fixture(scope="module")
def network() -> keras.Model:
    return ssdlite.ssdlite(0.35, 96)


def test_each_output_is_of_an_anchor(network: keras.Model) -> None:
    of = anchors(96)
    assert network.output_shape == [(None, len(of), 1), (None, len(of), 4)]
    assert len(of) == PER_CELL * (6**2 + 3**2 + 2**2 + 1 + 1)


def test_anchors_go_row_by_row_from_fine_to_coarse() -> None:
    of = anchors(256)
    assert of[0].tolist() == pytest.approx([1 / 32, 1 / 32, 0.1, 0.1])
    assert of[PER_CELL, :2].tolist() == pytest.approx([3 / 32, 1 / 32])  # the next cell to the right
    assert of[1, 2] / of[1, 3] == pytest.approx(2)
    assert of[-PER_CELL].tolist() == pytest.approx([0.5, 0.5, 0.95, 0.95])


def test_what_is_encoded_is_decoded() -> None:
    targets = encode(APART, anchors(256), no_boxes())
    found = decode(targets.classes[:, 0], targets.offsets[:, :4], anchors(256), Decoding())
    assert found.scores.tolist() == [1, 1, 1]
    for box in APART:
        assert np.abs(found.boxes - box).max(axis=1).min() < 1e-5


@given(x0=st.floats(0, 0.95), y0=st.floats(0, 0.95), width=st.floats(0.01, 1), height=st.floats(0.01, 1))
def test_any_single_box_has_an_anchor(x0: float, y0: float, width: float, height: float) -> None:
    box = np.array([[x0, y0, min(x0 + width, 1), min(y0 + height, 1)]], np.float32)
    targets = encode(box, anchors(256), no_boxes())
    found = decode(targets.classes[:, 0], targets.offsets[:, :4], anchors(256), Decoding())
    assert found.boxes.tolist() == [pytest.approx(box[0].tolist(), abs=1e-4)]


def test_an_anchor_that_overlaps_a_box_by_half_learns_it() -> None:
    of = anchors(256)
    corners = np.concatenate([of[:, :2] - of[:, 2:] / 2, of[:, :2] + of[:, 2:] / 2], axis=1)
    matched = encode(APART, of, no_boxes()).classes[:, 0] == 1
    shared = np.stack([overlaps(box, corners) for box in APART])
    assert matched[shared.max(axis=0) >= 0.5].all()
    assert matched[shared.argmax(axis=1)].all()
    assert matched.sum() < 100


def test_anchors_around_an_unclear_point_count_for_nothing_but_those_of_a_box_do() -> None:
    unclear = np.array([[0.0, 0.0, 0.5, 0.5]], np.float32)
    of = anchors(256)
    classes = encode(APART[:1], of, unclear).classes
    inside = (of[:, 0] < 0.5) & (of[:, 1] < 0.5)
    assert (classes[inside, 1] == classes[inside, 0]).all()
    assert (classes[~inside, 1] == 1).all()


def test_three_hard_negatives_count_for_each_anchor_with_a_box() -> None:
    logits = np.array([[0.0, 2.0, 1.0, -1.0, -2.0, 3.0, 9.0]], np.float32)
    wanted, counts = np.zeros_like(logits), np.ones_like(logits)
    wanted[0, 0], counts[0, 6] = 1, 0
    loss = hard_negative_cross_entropy(
        keras.ops.convert_to_tensor(np.stack([wanted, counts], axis=-1)),
        keras.ops.convert_to_tensor(logits[..., np.newaxis]),
    )
    expected = np.log(2) + sum(np.log1p(np.exp(z)) for z in (3.0, 2.0, 1.0))
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_a_batch_without_boxes_teaches_nothing_and_stays_finite() -> None:
    targets = encode(no_boxes(), anchors(96), no_boxes())
    logits = np.full((1, len(anchors(96)), 1), 50.0, np.float32)
    assert float(hard_negative_cross_entropy(targets.classes[np.newaxis], logits)) == 0
    assert (
        float(
            smooth_l1_at_matches(targets.offsets[np.newaxis], np.ones((1, len(anchors(96)), 4), np.float32))
        )
        == 0
    )


def test_offsets_count_where_there_is_a_box_only() -> None:
    targets = np.zeros((1, 2, 5), np.float32)
    targets[0, 0, 4] = 1
    found = np.array([[[0.5, 0, 0, 3], [100, 100, 100, 100]]], np.float32)
    assert float(smooth_l1_at_matches(targets, found)) == pytest.approx(0.5**2 / 2 + 2.5)


def test_the_file_is_one_partition_and_finds_what_the_network_finds(network: keras.Model) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (4, 96, 96, 3), np.uint8)
    model = ssdlite.quantise_ssdlite(network, pictures, "int8")
    assert partitions(model) == 1
    finder = ssdlite.finder(model, Decoding())
    assert finder.resolution == 96
    (expected,) = ssdlite.network_detections(network, pictures[:1], Decoding())
    found = finder.find(pictures[:1])
    assert found.scores[0] == pytest.approx(expected.scores[0], abs=0.05)


@pytest.mark.skipif(not MOBILENET.is_file(), reason=f"needs {MOBILENET}")
def test_the_body_takes_the_weights_of_a_quantised_mobilenet() -> None:
    network = ssdlite.ssdlite(1.0, 96)
    before = {layer.name: layer.get_weights() for layer in network.layers if layer.weights}
    pictures = np.random.default_rng(0).integers(0, 256, (2, 96, 96, 3), np.uint8)
    ssdlite.start_from_mobilenet(network, MOBILENET, lambda: pictures)
    changed = {
        layer.name
        for layer in network.layers
        if layer.weights and not np.array_equal(layer.get_weights()[0], before[layer.name][0])
    }
    assert {"Conv1", "block_13_expand", "block_16_project", "Conv_1"} <= changed
    assert not any(name.startswith(("grid", "classes", "offsets")) for name in changed)
