"""The network against the figures that its source gives."""

import numpy as np
import pytest

from ml.cost import multiply_adds
from ml.networks.deepdog import SEPARABLE_BLOCKS, deepdog, with_score_and_heatmap


@pytest.mark.parametrize(("alpha", "parameters", "adds"), [(1.0, 2.15e6, 390e6), (0.5, 0.55e6, 103e6)])
def test_size_is_that_of_the_2017_network(alpha: float, parameters: float, adds: float) -> None:
    network = deepdog(alpha, 224)
    assert network.count_params() == pytest.approx(parameters, rel=0.01)
    assert multiply_adds(network) == pytest.approx(adds, rel=0.01)


def test_nothing_stands_between_depthwise_and_pointwise() -> None:
    names = [layer.name for layer in deepdog(0.25, 64).layers]
    for number in range(1, len(SEPARABLE_BLOCKS) + 1):
        at = names.index(f"block{number}_depthwise")
        assert names[at : at + 4] == [
            f"block{number}_{part}" for part in ("depthwise", "pointwise", "norm", "elu")
        ]


def test_the_heatmaps_mean_is_the_logit_of_the_score() -> None:
    network = with_score_and_heatmap(deepdog(0.25, 64))
    score, heatmap = network.predict(
        np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3)).astype(np.float32), verbose=0
    )
    logit = heatmap.mean(axis=(1, 2, 3))
    assert score[:, 0] == pytest.approx(1 / (1 + np.exp(-logit)), rel=1e-4)
