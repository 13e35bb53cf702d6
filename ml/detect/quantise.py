"""From a trained detector to the file that phones run, and the gate that it says the same."""

from collections.abc import Sequence
from typing import NamedTuple

import keras
import numpy as np
from scipy.special import expit

from ml.bundle import Scheme
from ml.detect.decode import Decoding, Detections, Maps, boxes_of_cells, decode, overlaps, peak_cells
from ml.detect.interpreter import DetectorInterpreter
from ml.detect.measure import LOWEST_SCORE
from ml.detect.network import with_probabilities
from ml.equalise import equalise
from ml.fitted_ranges import Error, fit_ranges
from ml.gates import GateError
from ml.pixels import Tensor
from ml.quantise import convert

PICTURES = 80
"""That ranges are fitted to; more would take longer than they would tell."""
LOWEST_PEAK = 0.1
"""Probability from which on it matters where a peak's box lies."""
SAME_OVERLAP = 0.5
"""Intersection over union of two boxes that mean the same thing."""
SCORE_BUDGETS: dict[Scheme, float] = {"float32": 0.002, "float16": 0.02, "int8": 0.15}
"""How far the scores of the same box may be apart."""
OVERLAP_BUDGETS: dict[Scheme, float] = {"float32": 0.999, "float16": 0.99, "int8": 0.85}
"""Mean intersection over union that the same boxes must have."""
LONELY_BUDGET = 0.05
"""Share of boxes that the other may lack."""


class BoxParity(NamedTuple):
    """How far a file's boxes are from its network's."""

    boxes: int
    """Boxes that either is sure of: shown by a threshold the score budget higher."""
    lonely: float
    """Share of these for which the other has none, even by a threshold the score budget lower."""
    overlap: float
    """Mean intersection over union of the others with their partners."""


def quantise_detector(network: keras.Model, representative: Tensor, scheme: Scheme) -> bytes:
    """Convert a detector to a .tflite file.

    Args:
        network: of `ml.detect.network.detector`; for int8 its channels are scaled (`ml.equalise`), which changes none of its answers.
        representative: uint8 (N, R, R, 3), which show the range of each activation; only int8 looks at them.
        scheme: how to round.
    """
    if scheme != "int8":
        return convert(with_probabilities(network, batch_size=1), representative, scheme)
    equalise(network, representative)
    # Pictures with a high peak stay: in a detector it is a box, not an oddity.
    model = convert(with_probabilities(network, batch_size=1), representative, scheme)
    shown = representative[:PICTURES]
    return fit_ranges(model, map_error(_maps(network, shown), shown)).model


def map_error(maps: Sequence[Maps], pictures: Tensor) -> Error:
    """Return what measures a detector's file: how far its probabilities are from the network's, and its boxes where the network has peaks.

    Args:
        maps: the unrounded network's.
        pictures: uint8 (N, R, R, 3), that they belong to.

    Returns:
        A function of a file: root of the mean, over pictures, of the squared differences of probability, summed over cells; and added to it the mean share by
        which boxes at the network's peaks do not overlap.
    """
    peaks = [peak_cells(of_picture, LOWEST_PEAK) for of_picture in maps]

    def error(model: bytes) -> float:
        interpreter = DetectorInterpreter(model)
        squares, apart = [], []
        for of_network, cells, picture in zip(maps, peaks, pictures, strict=True):
            of_file = interpreter.maps(picture[np.newaxis])
            squares.append(np.square(of_file.centres - of_network.centres).sum())
            one, other = (boxes_of_cells(some, *cells) for some in (of_network, of_file))
            apart += [1 - float(overlaps(a, b[np.newaxis])[0]) for a, b in zip(one, other, strict=True)]
        return float(np.sqrt(np.mean(squares)) + (np.mean(apart) if apart else 0.0))

    return error


def network_detections(network: keras.Model, pictures: Tensor, decoding: Decoding) -> list[Detections]:
    """Return what a network finds in pictures, uint8 (N, R, R, 3), from the lowest score on."""
    return [decode(of_picture, LOWEST_SCORE, decoding) for of_picture in _maps(network, pictures)]


def _maps(network: keras.Model, pictures: Tensor) -> list[Maps]:
    logits, sizes, offsets = network.predict(pictures, batch_size=32, verbose=0)
    probabilities = expit(logits[..., 0])
    return [Maps(*of_picture) for of_picture in zip(probabilities, sizes, offsets, strict=True)]


def file_detections(model: bytes, pictures: Tensor, decoding: Decoding) -> list[Detections]:
    """Return what a file finds in pictures, uint8 (N, R, R, 3), from the lowest score on."""
    interpreter = DetectorInterpreter(model)
    return [decode(interpreter.maps(picture[np.newaxis]), LOWEST_SCORE, decoding) for picture in pictures]


def box_parity(
    one: Sequence[Detections], other: Sequence[Detections], threshold: float, scheme: Scheme
) -> BoxParity:
    """Compare what a network and its file find in the same pictures."""
    budget, sure, lonely, shared = SCORE_BUDGETS[scheme], 0, 0, []
    for a, b in [*zip(one, other, strict=True), *zip(other, one, strict=True)]:
        partners = b.boxes[b.scores >= threshold - budget]
        for box in a.boxes[a.scores >= threshold + budget]:
            sure += 1
            best = overlaps(box, partners).max(initial=0.0)
            if best >= SAME_OVERLAP:
                shared.append(best)
            else:
                lonely += 1
    return BoxParity(sure, lonely / sure if sure else 0.0, float(np.mean(shared)) if shared else 1.0)


def check_box_parity(found: BoxParity, scheme: Scheme) -> None:
    """Refuse a file that finds other boxes than its network.

    Raises:
        GateError: the differences exceed the budget.
    """
    if found.lonely > LONELY_BUDGET or found.overlap < OVERLAP_BUDGETS[scheme]:
        raise GateError(
            f"the {scheme} file's boxes are too far from the network's: of {found.boxes} boxes {found.lonely:.1%} have no partner "
            f"(budget {LONELY_BUDGET:.0%}), and the others overlap by {found.overlap:.3f} (at least {OVERLAP_BUDGETS[scheme]}). "
            "Rounding costs too much here: export it as float16, or train longer at a low rate"
        )
