"""The networks that DeepDog is compared with, against the figures that their sources publish."""

import keras
import numpy as np
import pytest

from ml.commands.train import NETWORKS
from ml.cost import multiply_adds, parameters
from ml.networks import BUILDERS, build
from ml.networks.batch_norm import BatchNorm
from ml.networks.deepdog import NORM_MOMENTUM, with_score_and_heatmap

pytestmark = pytest.mark.training

PUBLISHED = {
    # name: (resolution, parameters, multiply-adds, parameters of the published head, its multiply-adds)
    "squeezenet": (224, 1_235_496, 349e6, 512 * 1000 + 1000, 13 * 13 * 512 * 1000),
    "alexnet": (224, 61_100_840, 714.2e6, 58_631_144, 58_621_952),
    "mobilenet_v1": (224, 4_253_864, 569e6, 1024 * 1000 + 1000, 1024 * 1000),
    "mobilenet_v2": (224, 3_538_984, 300e6, 1280 * 1000 + 1000, 1280 * 1000),
    "mobilenet_v3_small": (
        224,
        2_554_968,
        56.5e6,
        576 * 1024 + 1024 + 1024 * 1000 + 1000,
        576 * 1024 + 1024 * 1000,
    ),
    "inception_v3": (299, 23_851_784, 5.72e9, 2048 * 1000 + 1000, 2048 * 1000),
    "xception": (299, 22_910_480, 8.37e9, 2048 * 1000 + 1000, 2048 * 1000),
    "vgg16": (224, 138_357_544, 15.47e9, 123_642_856, 123_633_664),
}


def body(network: keras.Model) -> tuple[int, int]:
    """Parameters and multiply-adds without our head and our scaling of pixels."""
    ours = [network.get_layer("heatmap"), *[layer for layer in network.layers if layer.name == "scale"]]
    head = keras.Model(network.get_layer("heatmap").input, network.get_layer("heatmap").output)
    return parameters(network) - sum(layer.count_params() for layer in ours), multiply_adds(
        network
    ) - multiply_adds(head)


@pytest.mark.parametrize("name", PUBLISHED)
def test_size_is_the_published_one(name: str) -> None:
    resolution, all_parameters, all_adds, head_parameters, head_adds = PUBLISHED[name]
    found_parameters, found_adds = body(build(name, 1.0, resolution))
    tolerance = 0.015 if name == "squeezenet" else 0.0001  # ours has batch norm in place of biases
    assert found_parameters == pytest.approx(all_parameters - head_parameters, rel=tolerance)
    assert found_adds == pytest.approx(all_adds - head_adds, rel=0.03)


def test_enet_is_that_of_its_table() -> None:
    """Output sizes of table 1 at 512 x 512; 0.37 M parameters with the decoder, which takes about a tenth of them."""
    network = build("enet", 1.0, 512)
    shapes = {
        name: network.get_layer(f"{name}_prelu").output.shape[1:]
        for name in ("initial", "bottleneck1_4", "bottleneck2_8", "bottleneck3_8")
    }
    assert shapes == {
        "initial": (256, 256, 16),
        "bottleneck1_4": (128, 128, 64),
        "bottleneck2_8": (64, 64, 128),
        "bottleneck3_8": (64, 64, 128),
    }
    assert 0.85 * 370_000 < body(network)[0] < 370_000


@pytest.mark.parametrize(
    "name", [name for name in BUILDERS if name not in ("inception_v3", "xception", "vgg16")]
)
def test_every_network_gives_score_and_heatmap(name: str) -> None:
    network = build(name, 1.0, 96)
    score, heatmap = with_score_and_heatmap(network)(np.full((1, 96, 96, 3), 128, np.float32))
    assert score.shape == (1, 1)
    assert heatmap.shape[3] == 1
    assert float(score[0, 0]) == pytest.approx(1 / (1 + np.exp(-float(np.mean(heatmap)))), rel=1e-4)


@pytest.mark.parametrize("name", ["squeezenet", "enet", "alexnet", "mobilenet_v1", "mobilenet_v2"])
def test_alpha_narrows_a_network(name: str) -> None:
    assert parameters(build(name, 0.5, 96)) < 0.5 * parameters(build(name, 1.0, 96))


def test_batch_norm_of_a_network_from_elsewhere_remembers_no_longer_than_deepdogs() -> None:
    """keras.applications has 0.999 here: after a thousand steps a third of what it remembers would still be what it began with."""
    norms = [
        layer
        for layer in build("mobilenet_v2", 0.35, 96).layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert {norm.momentum for norm in norms} == {NORM_MOMENTUM}
    assert {type(norm) for norm in norms} == {BatchNorm}, "Keras' own takes twice as long"


def test_a_misspelt_network_is_not_taken_for_another() -> None:
    """As a recipe of one's own may have it."""
    with pytest.raises(ValueError, match="there is no network 'deepdog_mobilnet'; there are: deepdog,"):
        build("deepdog_mobilnet", 0.5, 96)


@pytest.mark.parametrize("name", ["vgg16", "efficientnet_lite0", "efficientnet_lite2"])
def test_a_network_of_one_width_says_so(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} comes in one width; leave alpha at 1"):
        build(name, 0.5, 96)


def test_help_names_the_networks_that_there_are() -> None:
    assert tuple(BUILDERS) == NETWORKS
