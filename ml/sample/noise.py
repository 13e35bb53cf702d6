"""Value noise: smooth random numbers in space, for textures and uneven shapes."""

import numpy as np

from ml.sample.arrays import Floats, Vectors

_SIDE = 32  # of the lattice, after which the noise repeats; a power of two
_LATTICE = np.random.default_rng(2017).random(_SIDE**3, np.float32)


def value_noise(p: Vectors, scale: float, seed: int = 0) -> Floats:
    """Noise in [0, 1], features about `scale` cm wide, at (3, N) points. Trilinear over a lattice, smoothed by Hermite steps.

    Ken Perlin's "An image synthesizer" (1985) without gradients.
    """
    offset = seed * 7.31 % _SIDE
    q = p * (1 / scale) + offset
    floor = np.floor(q)
    f = q - floor
    f *= f * (3 - 2 * f)
    cell = floor.astype(np.int32)
    x0, y0, z0 = cell & (_SIDE - 1)
    x1, y1, z1 = (cell + 1) & (_SIDE - 1)
    x0, x1, y0, y1 = x0 * _SIDE * _SIDE, x1 * _SIDE * _SIDE, y0 * _SIDE, y1 * _SIDE

    def along_x(yz: np.typing.NDArray[np.int32]) -> Floats:
        a = _LATTICE[x0 + yz]
        return a + (_LATTICE[x1 + yz] - a) * f[0]

    low = along_x(y0 + z0)
    low = low + (along_x(y1 + z0) - low) * f[1]
    high = along_x(y0 + z1)
    high = high + (along_x(y1 + z1) - high) * f[1]
    return low + (high - low) * f[2]


def layered_noise(p: Vectors, scale: float, layers: int = 3, seed: int = 0) -> Floats:
    """Sum of `layers` octaves of value noise, each half as wide and half as strong; in [0, 1]."""
    total = np.zeros(p.shape[1], np.float32)
    weight, weights = 1.0, 0.0
    for layer in range(layers):
        total += weight * value_noise(p, scale / 2**layer, seed + layer)
        weights += weight
        weight /= 2
    return total / weights


def cell_random(i: Floats, j: Floats, seed: int) -> Floats:
    """A random number in [0, 1) for each integer cell (i, j)."""
    x = i.astype(np.int32) & (_SIDE - 1)
    y = j.astype(np.int32) & (_SIDE - 1)
    return _LATTICE[(x * _SIDE + y) * _SIDE + seed % _SIDE]
