"""Channels that told nothing can be learnt with."""

import keras
import numpy as np
import numpy.typing as npt
import pytest

from ml.networks import build
from ml.networks.deepdog import deepdog
from ml.networks.revival import revive
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor

pytestmark = pytest.mark.training

DEAD = [1, 5]


@pytest.fixture
def pictures() -> Tensor:
    return np.random.default_rng(0).integers(0, 256, (16, 32, 32, 3), np.uint8)


@pytest.fixture
def network(pictures: Tensor) -> keras.Model:
    """DeepDog whose block 4 says the same of everything in two of its channels."""
    result = deepdog(0.25, 32)
    norm = result.get_layer("block4_norm")
    gamma, *others = norm.get_weights()
    gamma[DEAD] = 1e-3
    norm.set_weights([gamma, *others])
    set_norm_statistics(result, pictures)
    return result


def deviations(network: keras.Model, pictures: Tensor) -> npt.NDArray[np.float32]:
    """Return how much each channel of block 4 differs between places and pictures."""
    block = keras.Model(network.input, network.get_layer("block4_elu").output)
    found: npt.NDArray[np.float32] = np.asarray(block(pictures.astype(np.float32))).std(axis=(0, 1, 2))
    return found


def test_the_silent_speak_and_the_answer_stays(network: keras.Model, pictures: Tensor) -> None:
    before = network.predict(pictures, verbose=0)
    assert (deviations(network, pictures)[DEAD] < 0.01).all()
    assert revive(network, pictures) == len(DEAD)
    assert (deviations(network, pictures)[DEAD] > 0.2).all()
    assert network.predict(pictures, verbose=0) == pytest.approx(before, abs=0.02)
    assert revive(network, pictures) == 0


def test_what_they_say_can_be_listened_to(network: keras.Model, pictures: Tensor) -> None:
    """A step of learning gives weights to what nobody listened to."""
    revive(network, pictures)
    listener = network.get_layer("block5_pointwise")
    assert not listener.get_weights()[0][0, 0, DEAD].any()
    network.compile(keras.optimizers.SGD(0.1), "mse", jit_compile=False)
    network.fit(pictures, np.arange(len(pictures))[:, np.newaxis], verbose=0)
    assert listener.get_weights()[0][0, 0, DEAD].any(axis=1).all()


def test_pictures_of_nothing_end_it_too(network: keras.Model) -> None:
    """Before a lens cap every channel is silent, whatever its weights."""
    assert revive(network, np.zeros((4, 32, 32, 3), np.uint8)) > len(DEAD)


def test_a_network_with_branches_is_left_alone(pictures: Tensor) -> None:
    network = build("efficientnet_lite0", 1.0, 32)
    before = [weights.copy() for weights in network.get_weights()]
    assert revive(network, pictures) == 0
    assert all(np.array_equal(*pair) for pair in zip(before, network.get_weights(), strict=True))
