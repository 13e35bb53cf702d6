"""A dataset for detectors that learns in seconds: red discs on grey scenes, and scenes with blue discs or none."""

import csv
import hashlib
from pathlib import Path

import cv2
import numpy as np

SIDE = 96
RED, BLUE = (200, 40, 30), (40, 60, 200)


def write_discs(folder: Path, count: int, seed: int = 0) -> Path:
    """Write `count` pictures, half of them with one to three red discs, their lists dataset.csv and boxes.csv, and return the folder."""
    rng = np.random.default_rng(seed)
    rows, boxes = [], []
    for number in range(count):
        positive = number % 2 == 0
        name = "hotdog" if positive else "not_hotdog"
        picture = np.full((SIDE, SIDE, 3), int(rng.integers(90, 160)), np.uint8)
        placed: list[tuple[int, int, int]] = []
        for _ in range(int(rng.integers(1, 4))):
            radius = int(rng.integers(9, 20))
            x, y = (int(rng.integers(radius, SIDE - radius)) for _ in range(2))
            if all(np.hypot(x - a, y - b) > radius + r for a, b, r in placed):
                placed.append((x, y, radius))
                cv2.circle(picture, (x, y), radius, RED if positive else BLUE, -1)
        noisy = np.clip(picture + rng.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
        file = f"{name}/{number:04d}.png"
        (folder / name).mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / file), noisy[..., ::-1])
        digest = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        split = ("train", "train", "train", "val", "test")[number // 2 % 5]
        rows.append((file, digest, name, split))
        if positive:
            boxes += [
                (file, "hotdog", *(n / SIDE for n in (x - r, y - r, x + r, y + r))) for x, y, r in placed
            ]
    for list_name, columns, lines in (
        ("dataset.csv", ("file", "sha256", "class", "split"), rows),
        ("boxes.csv", ("file", "label", "x0", "y0", "x1", "y1"), boxes),
    ):
        with (folder / list_name).open("w", newline="") as stream:
            csv.writer(stream).writerows([columns, *lines])
    return folder
