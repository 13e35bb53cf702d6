"""Writes detections.json: maps of a detector and the boxes that they must become, which Python's and TypeScript's tests both read.

    python -m tests.golden.make_detections

The boxes are computed here from the contract's words, cell by cell, not with `ml.detect.decode`: that is one of the two implementations under test.
The maps hold whole 256ths, as a file in 8 bits gives them, so that equals occur.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from ml.detect.decode import Decoding, Floats, Maps

FILE = Path(__file__).with_name("detections.json")
SIDE = 6
DEFAULT = Decoding()


def main() -> None:
    cases = [
        _case("an empty picture", _flat(), 0.3),
        _case("one thing", _with((2, 3, 0.9, 2.0, 3.0, 0.25, 0.75)), 0.3),
        _case("at the threshold", _with((2, 3, 0.5, 2.0, 3.0, 0.25, 0.75)), 0.5),
        _case("below the threshold", _with((2, 3, 0.49609375, 2.0, 3.0, 0.25, 0.75)), 0.5),
        _case(
            "of equal neighbours the first",
            _with((2, 2, 0.75, 2.0, 2.0, 0.5, 0.5), (2, 3, 0.75, 3.0, 3.0, 0.5, 0.5)),
            0.3,
        ),
        _case(
            "of equals across a corner the first",
            _with((1, 3, 0.75, 2.0, 2.0, 0.5, 0.5), (2, 2, 0.75, 3.0, 3.0, 0.5, 0.5)),
            0.3,
        ),
        _case(
            "a lower peak is a peak of its own two cells away",
            _with((1, 1, 0.75, 1.0, 1.0, 0.5, 0.5), (1, 3, 0.5, 1.0, 1.0, 0.5, 0.5)),
            0.3,
        ),
        _case(
            "two boxes of one thing",
            _with((1, 1, 0.75, 6.0, 6.0, 0.5, 0.5), (1, 3, 0.5, 6.0, 6.0, 0.5, 0.5)),
            0.3,
        ),
        _case(
            "the same where overlaps may stand",
            _with((1, 1, 0.75, 6.0, 6.0, 0.5, 0.5), (1, 3, 0.5, 6.0, 6.0, 0.5, 0.5)),
            0.3,
            Decoding(max_overlap=1.0),
        ),
        _case("cut at the edges", _with((0, 5, 0.9, 4.0, 4.0, 0.0, 0.5)), 0.3),
        _case("no area", _with((2, 2, 0.9, 0.0, 2.0, 0.5, 0.5), (4, 4, 0.8, -1.0, 2.0, 0.5, 0.5)), 0.3),
        _case("no more than asked for", _chaotic(3), 0.1, Decoding(max_boxes=3, max_overlap=1.0)),
        *(_case(f"chaos {seed}", _chaotic(seed), 0.3) for seed in range(4)),
    ]
    FILE.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


def _flat() -> Maps:
    return Maps(np.zeros((SIDE, SIDE), np.float32), *np.zeros((2, SIDE, SIDE, 2), np.float32))


def _with(*peaks: tuple[int, int, float, float, float, float, float]) -> Maps:
    maps = _flat()
    for row, column, score, width, height, x, y in peaks:
        maps.centres[row, column] = score
        maps.sizes[row, column] = width, height
        maps.offsets[row, column] = x, y
    return maps


def _chaotic(seed: int) -> Maps:
    rng = np.random.default_rng(seed)

    def drawn(low: int, high: int, *shape: int) -> Floats:
        return (rng.integers(low, high, shape) / 256).astype(np.float32)

    sizes, offsets = drawn(64, 768, SIDE, SIDE, 2), drawn(-32, 288, SIDE, SIDE, 2)
    return Maps(drawn(0, 8, SIDE, SIDE) * 32, sizes, offsets)


def _case(name: str, maps: Maps, threshold: float, decoding: Decoding = DEFAULT) -> dict[str, Any]:
    return {
        "name": name,
        "grid": [SIDE, SIDE],
        "threshold": threshold,
        "decoding": decoding._asdict(),
        **{key: values.ravel().tolist() for key, values in maps._asdict().items()},
        "expected": [
            {"score": score, "box": [round(edge, 6) for edge in box]}
            for score, box in _expected(maps, threshold, decoding)
        ],
    }


def _expected(maps: Maps, threshold: float, decoding: Decoding) -> list[tuple[float, list[float]]]:
    peaks = []
    for row in range(SIDE):
        for column in range(SIDE):
            score = float(maps.centres[row, column])
            if score >= threshold and _is_peak(maps.centres, row, column):
                x, y = np.array([column, row]) + maps.offsets[row, column]
                width, height = maps.sizes[row, column]
                corners = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
                peaks.append((score, [min(max(float(edge) / SIDE, 0.0), 1.0) for edge in corners]))
    peaks.sort(key=lambda peak: -peak[0])  # stable: of equals the first
    kept: list[tuple[float, list[float]]] = []
    for score, box in peaks:
        if _area(box) > 0 and all(_overlap(box, other) <= decoding.max_overlap for _, other in kept):
            kept.append((score, box))
    return kept[: decoding.max_boxes]


def _is_peak(centres: Floats, row: int, column: int) -> bool:
    for other_row in range(max(row - 1, 0), min(row + 2, SIDE)):
        for other_column in range(max(column - 1, 0), min(column + 2, SIDE)):
            here, there = centres[row, column], centres[other_row, other_column]
            if there > here or (there == here and (other_row, other_column) < (row, column)):
                return False
    return True


def _area(box: list[float]) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _overlap(a: list[float], b: list[float]) -> float:
    shared = _area([max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])])
    return shared / (_area(a) + _area(b) - shared)


if __name__ == "__main__":
    main()
