"""Which pictures an epoch shows: each once, or sources and kinds softened so that a large one does not drown the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.dataset import Example


@dataclass(frozen=True)
class Softened:
    """Draws with replacement: each (class, source, subclass) by its count to the power of `1 + exponent`, each class by its share."""

    exponent: float = -0.5
    """Of the count of a picture's like, as its weight: 0 draws pictures alike, -1 kinds alike."""
    positive_share: float = 0.45


def drawing_weights(examples: Sequence[Example], softened: Softened) -> npt.NDArray[np.float64]:
    """Return how likely each example is drawn, float64 (N,), summing to 1.

    Args:
        examples: of both classes.
        softened: how to weigh them.
    """
    kinds = [(example.positive, example.source, example.subclass) for example in examples]
    counts = Counter(kinds)
    weights = np.array([counts[kind] ** softened.exponent for kind in kinds])
    positive = np.array([example.positive for example in examples])
    for of_class, share in ((positive, softened.positive_share), (~positive, 1 - softened.positive_share)):
        weights[of_class] *= share / weights[of_class].sum()
    return weights


def epoch_order(
    examples: Sequence[Example], softened: Softened | None, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Return which examples an epoch shows, in order, int64 (N,): all of them once, or as many draws."""
    if softened is None:
        return rng.permutation(len(examples))
    return rng.choice(len(examples), len(examples), p=drawing_weights(examples, softened))
