"""Pictures that are the same, or so alike that they must not stand on both sides of a split."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

SAME_BITS = 12
"""Of 256 that differ at most between copies of one picture: other sizes, other JPEG qualities."""
ALIKE_BITS = 72
"""Of 256 that differ at most between two shots of a scene, or two cuts of a picture. Pictures that have nothing to do with each other differ in about 128."""
TILE = 1024
"""Pictures compared at once along each side: 32 MB of bits."""

Hashes = npt.NDArray[np.uint64]


def parse_hashes(texts: Sequence[str]) -> Hashes:
    """Return hashes of 64 hex digits as uint64 (N, 4)."""
    joined = bytes.fromhex("".join(texts))
    return np.frombuffer(joined, ">u8").astype(np.uint64).reshape(len(texts), 4)


def neighbours(
    hashes: Hashes, bits: int, done: Callable[[int], object] = lambda _: None
) -> list[tuple[int, int, int]]:
    """Return every pair that differs in at most `bits` bits, as (i, j, bits) with i < j.

    Args:
        hashes: uint64 (N, 4).
        bits: the most that may differ.
        done: told the number of pictures compared with all others, tile by tile.
    """
    pairs: list[tuple[int, int, int]] = []
    for top in range(0, len(hashes), TILE):
        rows = hashes[top : top + TILE, np.newaxis]
        for left in range(top, len(hashes), TILE):
            apart = np.bitwise_count(rows ^ hashes[np.newaxis, left : left + TILE]).sum(
                axis=2, dtype=np.uint16
            )
            for i, j in np.argwhere(apart <= bits):
                if top + i < left + j:
                    pairs.append((int(top + i), int(left + j), int(apart[i, j])))
        done(len(rows))
    return pairs


def groups(size: int, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Return the group of each of `size` things, a number: whatever a chain of pairs connects is one group."""
    rows, columns = np.array(pairs, int).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows), bool), (rows, columns)), (size, size))
    found: list[int] = connected_components(graph, directed=False)[1].tolist()
    return found
