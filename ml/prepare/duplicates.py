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
Pairs = npt.NDArray[np.int32]


def parse_hashes(texts: Sequence[str]) -> Hashes:
    """Return hashes of 64 hex digits as uint64 (N, 4)."""
    joined = bytes.fromhex("".join(texts))
    return np.frombuffer(joined, ">u8").astype(np.uint64).reshape(len(texts), 4)


def neighbours(hashes: Hashes, bits: int, done: Callable[[int], object] = lambda _: None) -> Pairs:
    """Return every pair that differs in at most `bits` bits, int32 (pairs, 3): i, j with i < j, and in how many. Of a burst or a film's frames, all are pairs.

    Args:
        hashes: uint64 (N, 4).
        bits: the most that may differ.
        done: told the number of pictures compared with all others, tile by tile.
    """
    found = [np.empty((0, 3), np.int32)]
    for top in range(0, len(hashes), TILE):
        rows = hashes[top : top + TILE, np.newaxis]
        for left in range(top, len(hashes), TILE):
            apart = np.bitwise_count(rows ^ hashes[np.newaxis, left : left + TILE]).sum(
                axis=2, dtype=np.uint16
            )
            i, j = np.nonzero(apart <= bits)
            pairs = np.stack([top + i, left + j, apart[i, j]], axis=1, dtype=np.int32, casting="same_kind")
            found.append(pairs[pairs[:, 0] < pairs[:, 1]])
        done(len(rows))
    return np.concatenate(found)


def groups(size: int, pairs: Pairs) -> list[int]:
    """Return the group of each of `size` things, a number: whatever a chain of pairs, int32 (pairs, 2), connects is one group."""
    rows, columns = pairs.T
    graph = coo_array((np.ones(len(rows), bool), (rows, columns)), (size, size))
    found: list[int] = connected_components(graph, directed=False)[1].tolist()
    return found
