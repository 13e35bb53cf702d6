"""Pictures of one colour each, and some noise: enough to give each activation of a small network a range."""

from typing import Any

import numpy as np

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def coloured_pictures(count: int, seed: int = 0) -> Pixels:
    """Return uint8 (count, 32, 32, 3), the same for the same seed."""
    rng = np.random.default_rng(seed)
    colours = rng.integers(20, 236, (count, 1, 1, 3))
    noisy: Pixels = np.clip(colours + rng.integers(-20, 20, (count, 32, 32, 3)), 0, 255).astype(np.uint8)
    return noisy
