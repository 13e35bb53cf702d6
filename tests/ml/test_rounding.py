"""What trains under rounding answers as the rounded file will, and what is exported is the same network."""

from typing import Any

import keras
import numpy as np
import pytest

from ml.elu_ranges import LOWEST
from ml.equalise import equalise, ordinary_pictures
from ml.interpreter import Interpreter
from ml.networks.deepdog import deepdog
from ml.networks.rounding import folded, rounding_aware, unrounded
from ml.norm_statistics import set_norm_statistics
from ml.quantise import quantise

pytestmark = pytest.mark.training

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


@pytest.fixture(scope="module")
def pictures() -> Pixels:
    """Pictures of one colour each, and some noise."""
    rng = np.random.default_rng(0)
    colours = rng.integers(20, 236, (24, 1, 1, 3))
    return np.clip(colours + rng.integers(-20, 20, (24, 32, 32, 3)), 0, 255).astype(np.uint8)


@pytest.fixture
def network(pictures: Pixels) -> keras.Model:
    keras.utils.set_random_seed(0)
    network = deepdog(0.25, 32)
    set_norm_statistics(network, pictures)
    head = network.get_layer("heatmap")
    head.set_weights([head.get_weights()[0] * 10, np.array([0.5])])
    return network


def test_folding_batch_norm_changes_no_answer(network: keras.Model, pictures: Pixels) -> None:
    plain = folded(network)
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in plain.layers)
    assert _logits(plain, pictures) == pytest.approx(_logits(network, pictures), abs=1e-4)


def test_it_rounds_as_much_as_the_file_does(network: keras.Model, pictures: Pixels) -> None:
    plain = folded(network)
    equalise(plain, pictures)
    exact = _logits(plain, pictures)
    rounding = _logits(rounding_aware(plain, ordinary_pictures(plain, pictures)), pictures)
    interpreter = Interpreter(quantise(plain, pictures))
    of_file = np.array([interpreter.classify(picture[np.newaxis]).heatmap.mean() for picture in pictures])
    # Of a network that has learnt nothing, every rounding moves the answers elsewhere; by as much, though.
    assert 0.3 < np.abs(rounding - exact).mean() / np.abs(of_file - exact).mean() < 3


def test_what_it_learns_is_exported(network: keras.Model, pictures: Pixels) -> None:
    plain = folded(network)
    student = rounding_aware(plain, pictures)
    wanted = (pictures[:, :, :, 0].mean(axis=(1, 2)) > 128).astype(np.float32)[:, np.newaxis]
    student.compile(keras.optimizers.Adam(1e-3), keras.losses.BinaryCrossentropy(from_logits=True))
    losses = student.fit(pictures, wanted, batch_size=8, epochs=8, verbose=0).history["loss"]
    assert losses[-1] < 0.8 * losses[0]
    before = _logits(plain, pictures)
    learnt = _logits(unrounded(student, plain), pictures)
    assert np.corrcoef(learnt, _logits(student, pictures))[0, 1] > 0.95
    assert np.abs(learnt - before).max() > 0.1


def test_elu_is_given_no_more_range_than_it_tells_apart(network: keras.Model, pictures: Pixels) -> None:
    norm = network.get_layer("block2_norm")
    gamma, beta, *statistics = norm.get_weights()
    norm.set_weights([gamma * 20, beta, *statistics])
    litert = Interpreter(quantise(network, pictures))._litert
    lowest = []
    for op in litert._get_ops_details():
        if op["op_name"] == "ELU":
            (before,) = [
                o
                for o in litert._get_ops_details()
                if o["op_name"] == "DEQUANTIZE" and op["inputs"][0] in o["outputs"]
            ]
            scale, zero_point = litert._get_tensor_details(before["inputs"][0], 0)["quantization"]
            lowest.append(scale * (-128 - zero_point))
    assert len(lowest) == 14
    assert min(lowest) == pytest.approx(LOWEST, rel=0.05)


def _logits(network: keras.Model, pictures: Pixels) -> Any:
    return np.asarray(network(pictures.astype(np.float32)))[:, 0]
