"""Which photos show the same thing: a difference hash that survives another size, another compression and small crops.

Method: Neal Krawetz, "Kind of Like That" (2013): is each pixel of a tiny grey copy brighter than its right neighbour?
"""

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

COLUMNS, ROWS = 8, 8
SAMPLES = 6
"""Pixels that are looked at for each cell, across and down."""
MAX_DIFFERENT_BITS = 6
"""Of 64. Unrelated photos differ in about 32, and hardly any two in fewer than 12."""


def difference_hash(pixels: "npt.NDArray[np.uint8]") -> str:
    """Return the 64-bit hash of a picture, uint8 RGB (H, W, 3), in hex."""
    # Pillow takes a while to import, which every `flask` command would pay.
    from PIL import Image

    width, height = COLUMNS + 1, ROWS
    # A few pixels of each cell stand for all of them: to look at every pixel would take as long as decoding does.
    rows, columns = (
        _middles(side, SAMPLES * cells) for side, cells in zip(pixels.shape[:2], (height, width), strict=True)
    )
    sampled = Image.fromarray(pixels[rows][:, columns]).convert("L")
    grey = sampled.resize((width, height), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(ROWS):
        for column in range(COLUMNS):
            here = row * (COLUMNS + 1) + column
            bits = bits << 1 | (grey[here] > grey[here + 1])
    return f"{bits:016x}"


def _middles(side: int, count: int) -> list[int]:
    """Return which of a side's pixels lie in the middles of so many equal parts; summed up as Pillow's NEAREST does, which made the hashes stored so far."""
    part = side / count
    return [int(middle) for middle in accumulate([part / 2, *[part] * (count - 1)])]


def look_alike(one: str, other: str) -> bool:
    """Tell whether two hashes are those of near-duplicates."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= MAX_DIFFERENT_BITS
