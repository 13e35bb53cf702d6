"""The array types that the renderer passes around. Lengths are in centimetres, colours are linear RGB."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
"""float32 of shape (N,): one number for each point."""

Vectors = npt.NDArray[np.floating]
"""float32 of shape (3, N): points, directions or colours, one component a row so that each row is contiguous."""

Mask = npt.NDArray[np.bool_]

Distance = Callable[[Vectors], Floats]
"""A signed distance field: (3, N) points in cm to (N,) distances in cm, negative inside."""


def vector(*components: float) -> Floats:
    """Three numbers as a float32 array of shape (3,)."""
    return np.array(components, np.float32)


def mix(a: Vectors, b: Vectors, share: Floats) -> Vectors:
    """Blend two (3, N) or (3, 1) colours: `a` where share is 0, `b` where it is 1."""
    return a + (b - a) * share


def smoothstep(low: float, high: float, x: Floats) -> Floats:
    """Hermite step from 0 at `low` to 1 at `high`; falls instead of rising when low > high."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
