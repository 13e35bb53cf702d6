"""What a model file must be before it may leave the laboratory; each gate refuses with the reason and the remedy."""

from typing import NamedTuple

import keras
import numpy as np

from ml.bundle import Scheme
from ml.interpreter import Interpreter
from ml.networks.deepdog import with_score_and_heatmap
from ml.pixels import Tensor
from ml.quantise import min_runtime_version, operators, partitions

NEWEST_RUNTIME = "2.17.0"
"""What react-native-fast-tflite carries on iOS."""

PARITY_BUDGETS: dict[Scheme, float] = {"float32": 0.002, "float16": 0.01, "int8": 0.15}
"""Largest difference of score between network and file that all but a twentieth of the pictures may show."""


class GateError(ValueError):
    """The file may not be shipped; the message says why and what to do."""


class Parity(NamedTuple):
    """How far a file's scores are from its network's."""

    mean: float
    """Mean absolute difference of score."""
    p95: float
    """Its 95th percentile."""
    flips: float
    """Share of verdicts that differ."""


def parity(network: keras.Model, model: bytes, pictures: Tensor, threshold: float) -> Parity:
    """Compare a network with the file made from it.

    Args:
        network: from pixels to logits.
        model: the .tflite file.
        pictures: uint8 (N, R, R, 3).
        threshold: of the verdict.
    """
    expected = with_score_and_heatmap(network).predict(pictures, batch_size=64, verbose=0)[0][:, 0]
    interpreter = Interpreter(model)
    found = np.array([interpreter.classify(picture[np.newaxis]).score for picture in pictures])
    apart = np.abs(found - expected)
    flips = (found >= threshold) != (expected >= threshold)
    return Parity(float(apart.mean()), float(np.quantile(apart, 0.95)), float(flips.mean()))


def check_parity(found: Parity, scheme: Scheme) -> None:
    """Refuse a file that says other things than its network.

    Raises:
        GateError: the difference exceeds the budget.
    """
    budget = PARITY_BUDGETS[scheme]
    if found.p95 > budget:
        raise GateError(
            f"the {scheme} file's scores are too far from the network's: on one picture in twenty by {found.p95:.3f} or more, the budget is {budget}. "
            "Rounding costs too much here: export it as float16, or train longer at a low rate, with more weight decay, so that activations grow less"
        )


def check_file(model: bytes) -> None:
    """Refuse a file that phones would run slowly or not at all.

    Raises:
        GateError: it needs a newer runtime than phones carry, or XNNPACK would run it in several pieces.
    """
    needed = min_runtime_version(model)
    if _numbers(needed) > _numbers(NEWEST_RUNTIME):
        raise GateError(
            f"the file needs LiteRT {needed}, phones carry {NEWEST_RUNTIME}: leave out the layer that brought the newer operator ({_listed(model)})"
        )
    pieces = partitions(model)
    if pieces != 1:
        raise GateError(
            f"XNNPACK would run the file in {pieces} pieces, with copies in between: it knows one of these operators not: {_listed(model)}"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _listed(model: bytes) -> str:
    return ", ".join(sorted(set(operators(model))))
