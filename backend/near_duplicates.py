"""Which photos show the same thing: a difference hash that survives another size, another compression and small crops.

Method: Neal Krawetz, "Kind of Like That" (2013): is each pixel of a tiny grey copy brighter than its right neighbour?
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

COLUMNS, ROWS = 8, 8
SAMPLES = 6
"""Pixels that are looked at for each cell, across and down."""
MAX_DIFFERENT_BITS = 6
"""Of 64. Unrelated photos differ in about 32, and hardly any two in fewer than 12."""


def difference_hash(picture: "Image.Image") -> str:
    """Return the 64-bit hash of an RGB picture in hex."""
    # Pillow takes a while to import, which every `flask` command would pay.
    from PIL import Image

    width, height = COLUMNS + 1, ROWS
    # A few pixels of each cell stand for all of them: to look at every pixel would take as long as decoding does.
    sampled = picture.resize((width * SAMPLES, height * SAMPLES), Image.Resampling.NEAREST).convert("L")
    grey = sampled.resize((width, height), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(ROWS):
        for column in range(COLUMNS):
            here = row * (COLUMNS + 1) + column
            bits = bits << 1 | (grey[here] > grey[here + 1])
    return f"{bits:016x}"


def look_alike(one: str, other: str) -> bool:
    """Tell whether two hashes are those of near-duplicates."""
    return (int(one, 16) ^ int(other, 16)).bit_count() <= MAX_DIFFERENT_BITS
