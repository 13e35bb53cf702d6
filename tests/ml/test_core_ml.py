"""Core ML packages: whole, folded, and computing what the network computes."""

from collections import Counter
from pathlib import Path

import keras
import numpy as np
import pytest

from ml.core_ml import (
    CoreMlError,
    check_package,
    convert,
    evaluate_program,
    program_operators,
)
from ml.networks.deepdog import SEPARABLE_BLOCKS, deepdog
from ml.norm_statistics import set_norm_statistics
from ml.pixels import Tensor

pytestmark = pytest.mark.training

RESOLUTION = 32


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    cells = np.random.default_rng(3).integers(0, 256, (8, 4, 4, 3), np.uint8)
    return cells.repeat(8, axis=1).repeat(8, axis=2)


@pytest.fixture(scope="module")
def network(pictures: Tensor) -> keras.Model:
    """With batch norms as after training, so that it tells pictures apart."""
    keras.utils.set_random_seed(1)
    built = deepdog(0.25, RESOLUTION)
    set_norm_statistics(built, pictures)
    for layer in built.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights([gamma * 1.2, beta + 0.1, mean, variance])
    return built


@pytest.fixture(scope="module")
def package(network: keras.Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("core_ml") / "model.mlpackage"
    convert(network, folder, {"threshold": "0.9"})
    return folder


def test_its_program_scores_as_the_network(network: keras.Model, package: Path, pictures: Tensor) -> None:
    logits = network.predict(pictures, verbose=0)
    assert np.ptp(logits) > 0.05
    assert check_package(network, package, pictures) < 0.01
    outputs = evaluate_program(package, pictures)
    assert outputs["heatmap"].mean(axis=(1, 2, 3)) == pytest.approx(logits[:, 0], abs=0.02)


def test_its_batch_norm_is_folded(package: Path) -> None:
    """One multiplication and one addition scale the pixels; an unfolded batch norm would be another, or a batch_norm."""
    count = Counter(program_operators(package))
    assert count["conv"] == 1 + 2 * len(SEPARABLE_BLOCKS) + 1
    assert count["elu"] == 1 + len(SEPARABLE_BLOCKS)
    assert (count["mul"], count["add"], count["batch_norm"]) == (1, 1, 0)


def test_it_takes_an_image_and_names_what_it_gives(package: Path) -> None:
    import coremltools

    spec = coremltools.models.MLModel(str(package), skip_model_load=True).get_spec().description
    (pixels,) = spec.input
    assert (pixels.type.imageType.width, pixels.type.imageType.height) == (RESOLUTION, RESOLUTION)
    assert {output.name for output in spec.output} == {"score", "heatmap"}
    assert spec.metadata.userDefined["threshold"] == "0.9"


def test_the_package_of_another_network_is_refused(
    network: keras.Model, package: Path, pictures: Tensor
) -> None:
    other = keras.models.clone_model(network)
    other.set_weights(network.get_weights())
    kernel, bias = other.get_layer("heatmap").get_weights()
    other.get_layer("heatmap").set_weights([kernel, bias + 1])
    with pytest.raises(CoreMlError, match=r"differ from the network's by up to 0\.\d+; the budget is 0\.01"):
        check_package(other, package, pictures)
