"""DeepDog with one of its choices undone: built, saved, and exported to the file that a phone would run."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from ml.ablation import AS_IN_2017, Ablation, Activation
from ml.cli import build_parser
from ml.commands.train import recipe_of
from ml.gates import GateError, check_file, check_parity, parity
from ml.networks import build
from ml.networks.deepdog import SEPARABLE_BLOCKS
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor
from ml.quantise import load_network, operators, quantise

pytestmark = pytest.mark.training

RESOLUTION = 32
LAYERS = 1 + len(SEPARABLE_BLOCKS)

# What the file holds besides convolutions: DeepDog's own count first. One MUL and ADD scale the pixels.
OPERATORS: dict[Ablation, dict[str, int]] = {
    AS_IN_2017: {"ELU": LAYERS, "MUL": 1, "ADD": 1},
    Ablation("relu"): {"MUL": 1, "ADD": 1},  # fused into the convolutions
    Ablation("relu6"): {"MUL": 1, "ADD": 1},
    Ablation("selu"): {"ELU": LAYERS, "RELU": LAYERS, "MUL": 1 + 2 * LAYERS, "ADD": 1 + LAYERS},
    Ablation("prelu"): {"PRELU": LAYERS, "MUL": 1, "ADD": 1},
    Ablation(norm_between=True): {"ELU": LAYERS, "MUL": 1, "ADD": 1},  # folded, like every other
    Ablation(activation_first=True): {"ELU": LAYERS, "MUL": 1 + LAYERS, "ADD": 1 + LAYERS},
}


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    return np.random.default_rng(3).integers(0, 256, (8, 8, 8, 3), np.uint8).repeat(4, 1).repeat(4, 2)


def trained_like(ablation: Ablation, pictures: Tensor) -> keras.Model:
    """With batch norms and slopes as after training, so that it tells pictures apart."""
    keras.utils.set_random_seed(1)
    network, rng = build("deepdog", 0.25, RESOLUTION, 0.0, ablation), np.random.default_rng(2)
    for layer in network.layers:
        if isinstance(layer, keras.layers.PReLU):
            layer.set_weights([rng.uniform(0, 0.5, weights.shape) for weights in layer.get_weights()])
    set_norm_statistics(network, pictures)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma * 1.2, beta + 0.1, mean, variance])
    return network


@pytest.mark.parametrize("ablation", OPERATORS, ids=lambda ablation: str(ablation) or "as in 2017")
def test_its_file_computes_the_same_with_its_batch_norm_folded(
    ablation: Ablation, pictures: Tensor, tmp_path: Path
) -> None:
    network = trained_like(ablation, pictures)
    assert np.ptp(network.predict(pictures, verbose=0)) > 0.05
    network.save(tmp_path / "network.keras")
    file = quantise(load_network(tmp_path / "network.keras"), pictures, "float32")
    check_file(file)
    check_parity(parity(network, file, pictures, 0.5), "float32")
    counted = Counter(operators(file))
    others = {name: counted[name] for name in ("ELU", "RELU", "PRELU", "MUL", "ADD") if counted[name]}
    assert others == OPERATORS[ablation]
    assert counted["CONV_2D"] + counted["DEPTHWISE_CONV_2D"] == 1 + 2 * len(SEPARABLE_BLOCKS) + 1


@pytest.mark.parametrize("activation", ["selu", "prelu"])
def test_an_activation_that_phones_would_run_in_pieces_is_refused_in_8_bits(
    activation: Activation, pictures: Tensor
) -> None:
    """XNNPACK has no kernels for these in 8 bits; float files of them are fine."""
    network = trained_like(replace(AS_IN_2017, activation=activation), pictures)
    with pytest.raises(GateError, match=r"in \d+ pieces"):
        check_file(quantise(network, pictures, "int8"))


def test_selu_is_keras_selu() -> None:
    x = np.linspace(-4, 4, 81, dtype=np.float32).reshape(1, 9, 9, 1)
    network = build("deepdog", 0.25, RESOLUTION, 0.0, Ablation("selu"))
    ours = np.asarray(network.get_layer("conv_selu")(x))
    assert ours == pytest.approx(np.asarray(keras.activations.selu(x)), abs=1e-5)


def test_the_flags_change_the_recipe_and_nothing_else() -> None:
    arguments = ["train", "photos", "--out", "run", "--activation", "relu6", "--activation-first"]
    recipe = recipe_of(build_parser().parse_args([*arguments, "--norm-between"]))
    plain = recipe_of(build_parser().parse_args(["train", "photos", "--out", "run"]))
    assert recipe.ablation == Ablation("relu6", activation_first=True, norm_between=True)
    assert str(recipe.ablation) == "relu6, activation first, norm between"
    assert replace(recipe, ablation=AS_IN_2017) == plain


def test_other_networks_are_taken_as_they_are() -> None:
    with pytest.raises(ValueError, match="`relu6` is for DeepDog's networks; squeezenet is taken as it is"):
        build("squeezenet", 1.0, RESOLUTION, 0.0, Ablation("relu6"))
