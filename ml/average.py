"""One network out of several: the mean of their weights, where all began at the same ones and learnt on differently.

Such networks lie in one basin of the loss, whose middle does better on new photos than what lies around it, and costs no more to run than one of them (Izmailov
et al. 2018, "Averaging weights leads to wider optima and better generalization"; Wortsman et al. 2022, "Model soups", section 3).
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ml import metrics
from ml.ablation import AS_IN_2017, Ablation
from ml.batches import contract_tensors, labels, thinned
from ml.dataset import Dataset
from ml.networks import build
from ml.networks.chain import is_chain
from ml.networks.learning_scales import scale_for_learning
from ml.networks.revival import revive
from ml.norm_statistics import set_norm_statistics
from ml.trained import check_photos, is_bundle, network_of, record_of
from ml.training import record
from ml.training.checkpoint import save_network
from ml.training.record import WEIGHTS_NAME, RunError

STATISTICS_PICTURES = 512
"""Photos that batch norm's statistics are measured on."""


@dataclass(frozen=True)
class Judged:
    """How a network, not rounded, judged the val split."""

    name: str
    auc: float
    recall: float
    """At the threshold that gives `metrics.FALSE_ALARMS`."""


def average(dataset: Dataset, runs: Sequence[Path], out: Path) -> list[Judged]:
    """Write a run folder with the mean of the runs' weights and batch norm measured anew, which `deepdog export` takes.

    The average looks at as many pixels as the one of them that looks at most.

    Args:
        dataset: the photos of the runs; train gives those that statistics are measured on, val the figures.
        runs: two or more folders of runs, or bundles, of one network, whose resolutions may differ; each counts alike.
        out: the run folder to write; made when absent.

    Returns:
        Each network's figures, and at last the average's.

    Raises:
        RunError: there is one run only, they are of different networks or photos, one finished no epoch, or `out` holds a run.
        DequantiseError: a bundle's file is neither in 8 bits nor in float32.
        BundleError: a bundle is not sound.
    """
    began = time.perf_counter()
    if len(runs) < 2:
        raise RunError("an average needs two runs or more")
    if (out / WEIGHTS_NAME).exists():
        raise RunError(f"{out} holds a run already; name another --out")
    records = [record_of(run) for run in runs]
    for run, made_of in zip(runs, records, strict=True):
        check_photos(run, made_of, dataset)
    architectures = [_architecture(made_of["recipe"]) for made_of in records]
    architecture = architectures[0]
    for run, other in zip(runs, architectures, strict=True):
        if other | {"resolution": None} != architecture | {"resolution": None}:
            raise RunError(
                f"{run} is {_words(other)}, {runs[0]} {_words(architecture)}: weights of different networks have no mean"
            )
    training, validation = dataset.split("train"), dataset.split("val")
    resolution = max(each["resolution"] for each in architectures)
    pictures = contract_tensors(thinned(training, STATISTICS_PICTURES), resolution)
    networks = [
        _at(
            resolution,
            network_of(run, made_of["recipe"] | {"resolution": resolution}, pictures),
            architecture,
        )
        for run, made_of in zip(runs, records, strict=True)
    ]
    if not is_chain(networks[0]):
        raise RunError(f"{architecture['network']} is no chain of layers, whose batch norm could be measured")
    for run, network in zip(runs, networks, strict=True):
        scale_for_learning(network)  # runs from before began with a file's scales
        if is_bundle(run):
            revive(network, pictures)  # as `distil` does, so that it is what lessons from there began with
    record.begin(
        out,
        {
            "recipe": architecture | {"resolution": resolution},
            "data_sha256": dataset.sha256,
            "averaged": {str(run): made_of for run, made_of in zip(runs, records, strict=True)},
        },
        resume=False,
    )
    pixels, positives = contract_tensors(validation, resolution), labels(validation)

    def judged(name: str, network: keras.Model) -> Judged:
        set_norm_statistics(network, pictures)  # the same for all, so that nothing but weights is compared
        logits = network.predict(pixels, batch_size=64, verbose=0)[:, 0]
        recall = metrics.recall_at(logits, positives, metrics.FALSE_ALARMS)
        return Judged(name, metrics.auc(logits, positives), recall)

    figures = [judged(str(run), network) for run, network in zip(runs, networks, strict=True)]
    weights = zip(*(network.get_weights() for network in networks), strict=True)
    mean = networks[0]
    mean.set_weights([np.mean(same, axis=0) for same in weights])
    figures.append(judged("their average", mean))
    save_network(mean, out / WEIGHTS_NAME)
    record.end(out, time.perf_counter() - began)
    return figures


def _at(resolution: int, network: keras.Model, architecture: Mapping[str, Any]) -> keras.Model:
    """Return the network for pictures of that side, to which none of its weights is tied; a run's comes at its own."""
    ablation = Ablation(**architecture["ablation"])
    resized = build(architecture["network"], architecture["alpha"], resolution, ablation=ablation)
    resized.set_weights(network.get_weights())
    return resized


def _words(architecture: Mapping[str, Any]) -> str:
    """Return a network's name, its alpha, and what was done otherwise than in 2017."""
    changes = str(Ablation(**architecture["ablation"]))
    return f"{architecture['network']} of alpha {architecture['alpha']:g}" + (changes and f" ({changes})")


def _architecture(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return what decides which weights there are and what they do; bundles and old runs name no ablation and have none."""
    return {
        **{key: recipe[key] for key in ("network", "alpha", "resolution")},
        "ablation": recipe.get("ablation", asdict(AS_IN_2017)),
    }
