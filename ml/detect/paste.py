"""Cut-outs pasted onto scenes: pictures whose boxes are known, since photos have so few.

Light, blur and shadow are matched to the scene. Other things are pasted in the same way, so that nobody learns what a pasted edge looks like.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ml.detect.boxes import Boxes, no_boxes
from ml.detect.cutouts import Cutout
from ml.pixels import Tensor

SIDES = (0.05, 0.9)
"""Longer side of a pasted thing as a share of the picture's shorter side, drawn log-uniformly."""
MOST = 4
"""Most things pasted of a sort."""
DECOY_SHARE = 0.6
"""Share of pictures with other things pasted too."""
ROW_SHARE = 0.25
"""Share of things that lie in a row of their like, as hotdogs do on a tray."""
LONGEST_ROW = 4
HIDDEN_SHARE = 0.2
"""Share of things that a piece of the scene partly covers."""
LEAST_VISIBLE = 0.4
"""Of a thing's pixels: one of which less can be seen is taken away again."""

Shares = npt.NDArray[np.float32]


class Pasted(NamedTuple):
    """A picture and what was pasted onto it."""

    pixels: Tensor
    """uint8 RGB (H, W, 3)"""
    boxes: Boxes
    """(N, 4): of each thing, what can be seen of it."""


class Pose(NamedTuple):
    """How a thing lies in a picture."""

    middle: npt.NDArray[np.float64]
    """(2,): x and y in pixels."""
    side: float
    """Its longer side in pixels."""
    angle: float
    """Radians."""
    flipped: bool
    squeeze: float
    """Width against height, on top of its own."""


def paste(
    scene: Tensor, things: Sequence[Cutout], decoys: Sequence[Cutout], rng: np.random.Generator
) -> Pasted:
    """Paste one to a few things, and perhaps decoys, onto a scene.

    Args:
        scene: uint8 RGB (H, W, 3).
        things: to be boxed; where there are none, only decoys are pasted.
        decoys: not to be boxed.
        rng: source of every random choice.
    """
    drawn = [(_any(things, rng), True) for _ in range(int(rng.integers(1, MOST + 1)))] if things else []
    if decoys and (not things or rng.random() < DECOY_SHARE):
        drawn += [(_any(decoys, rng), False) for _ in range(int(rng.integers(1, MOST)))]
    rng.shuffle(drawn)
    picture = scene
    owned: list[tuple[Shares, float]] = []
    for cutout, is_thing in drawn:
        lit = _lit(cutout, scene, rng)
        for pose in _poses(lit, scene.shape[:2], rng):
            colour, alpha = _placed(lit, scene.shape[:2], pose)
            whole = float(alpha.sum())
            if rng.random() < HIDDEN_SHARE:
                alpha = alpha * (1 - _cover(alpha, rng))
            if whole < 16 or _too_hidden(owned, alpha) or alpha.sum() < LEAST_VISIBLE * whole:
                continue
            owned = [(mask * (1 - alpha), total) for mask, total in owned]
            picture = _laid(picture, colour, alpha, pose.side, rng)
            if is_thing:
                owned.append((alpha, whole))
    boxes = [_extent(mask) for mask, _ in owned]
    return Pasted(picture, np.array(boxes, np.float32) if boxes else no_boxes())


def _any(cutouts: Sequence[Cutout], rng: np.random.Generator) -> Cutout:
    return cutouts[int(rng.integers(len(cutouts)))]


def _poses(cutout: Cutout, shape: tuple[int, ...], rng: np.random.Generator) -> list[Pose]:
    """Draw where a thing is to lie: once anywhere, or several times in a row, one beside the other across its longer side."""
    height, width = shape[:2]
    side = float(np.exp(rng.uniform(*np.log(SIDES))) * min(height, width))
    pose = Pose(
        middle=np.array([width, height]) * rng.uniform(0.02, 0.98, 2),
        side=side,
        angle=rng.uniform(-np.pi, np.pi),
        flipped=rng.random() < 0.5,
        squeeze=float(np.exp(rng.uniform(-0.15, 0.15))),
    )
    if rng.random() >= ROW_SHARE:
        return [pose]
    high, wide = cutout.shape[:2]
    across = pose.angle + (np.pi / 2 if wide >= high else 0)
    step = np.array([np.cos(across), np.sin(across)]) * side * min(high, wide) / max(high, wide)
    number = int(rng.integers(2, LONGEST_ROW + 1))
    return [
        pose._replace(
            middle=pose.middle + step * (n * rng.uniform(0.95, 1.25)),
            angle=pose.angle + rng.normal(0, 0.08),
            flipped=rng.random() < 0.5,
        )
        for n in range(number)
    ]


def _lit(cutout: Cutout, scene: Tensor, rng: np.random.Generator) -> Cutout:
    """Bring the thing's mean colour part of the way to the scene's, as one lamp would."""
    inside = cutout[:, :, 3] > 127
    own = cutout[inside, :3].mean(axis=0) if inside.any() else np.full(3, 128.0)
    around = scene.reshape(-1, 3).mean(axis=0)
    brightness = (around.mean() + 40) / (own.mean() + 40)
    tint = (around + 60) / (around.mean() + 60)
    gain = brightness ** rng.uniform(0.2, 0.6) * tint ** rng.uniform(0.2, 0.7)
    lit = cutout.astype(np.float32)
    lit[:, :, :3] *= np.clip(gain, 0.5, 1.5)
    return np.clip(lit, 0, 255).astype(np.uint8)


def _placed(cutout: Cutout, shape: tuple[int, ...], pose: Pose) -> tuple[Shares, Shares]:
    """Turn, flip and scale the thing: colours (H, W, 3) in 0 to 255 and alpha (H, W) in 0 to 1."""
    height, width = shape[:2]
    scale = pose.side / max(cutout.shape[:2])
    if scale < 0.7:
        smaller = (max(1, round(n * scale)) for n in cutout.shape[1::-1])
        cutout = cv2.resize(cutout, tuple(smaller), interpolation=cv2.INTER_AREA).astype(np.uint8)
        scale = pose.side / max(cutout.shape[:2])
    turn = np.array([[np.cos(pose.angle), -np.sin(pose.angle)], [np.sin(pose.angle), np.cos(pose.angle)]])
    flip = -1.0 if pose.flipped else 1.0
    linear = turn @ np.diag([flip * scale * pose.squeeze, scale / pose.squeeze])
    own_middle = (np.array(cutout.shape[1::-1]) - 1) / 2
    matrix = np.column_stack([linear, pose.middle - linear @ own_middle])
    # Colours are spread beyond the mask's edge as they are, so that no dark rim is interpolated in.
    warped = cv2.warpAffine(cutout[:, :, :3], matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(cutout[:, :, 3], matrix, (width, height)).astype(np.float32) / 255
    return warped.astype(np.float32), np.asarray(alpha, np.float32)


def _too_hidden(owned: Sequence[tuple[Shares, float]], alpha: Shares) -> bool:
    return any(float((mask * (1 - alpha)).sum()) < LEAST_VISIBLE * total for mask, total in owned)


def _cover(alpha: Shares, rng: np.random.Generator) -> Shares:
    """An ellipse (H, W) over an end of the thing, where the scene stays in front."""
    x0, y0, x1, y1 = _extent(alpha) * np.tile(alpha.shape[::-1], 2)
    wide, high = x1 - x0, y1 - y0
    middle = (x0 + wide * rng.choice([0.0, 1.0]), y0 + high * rng.uniform(0.2, 0.8))
    axes = (wide * rng.uniform(0.15, 0.45), high * rng.uniform(0.3, 0.8))
    cover = np.zeros(alpha.shape, np.uint8)
    cv2.ellipse(cover, (middle, (2 * axes[0], 2 * axes[1]), rng.uniform(0, 180)), 255, -1)
    return np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.0) / 255, np.float32)


def _laid(picture: Tensor, colour: Shares, alpha: Shares, size: float, rng: np.random.Generator) -> Tensor:
    """Blend the thing over the picture: its shadow first, then itself, as sharp as the picture is."""
    drop = size * rng.uniform(0.02, 0.08)
    direction = rng.uniform(-np.pi, np.pi)
    shift = np.array([[1, 0, drop * np.cos(direction)], [0, 1, drop * abs(np.sin(direction))]])
    shadow = cv2.warpAffine(alpha, shift, alpha.shape[::-1])
    shadow = cv2.GaussianBlur(shadow, (0, 0), max(0.8, drop)) * rng.uniform(0.15, 0.6)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_32F).std())
    blur = np.clip(8 / max(sharpness, 1) - 0.4, 0, 2) * rng.uniform(0.5, 1.2) + rng.uniform(0.0, 0.3)
    if blur > 0.2:
        colour, alpha = (
            np.asarray(cv2.GaussianBlur(layer, (0, 0), blur), np.float32) for layer in (colour, alpha)
        )
    under = picture * (1 - shadow[:, :, np.newaxis])
    mixed = under + (colour - under) * alpha[:, :, np.newaxis]
    return np.asarray(np.clip(mixed + 0.5, 0, 255), np.uint8)


def _extent(mask: Shares) -> Boxes:
    """Return the box (4,) of what is more than half there, in fractions."""
    rows, columns = (np.flatnonzero((mask > 0.5).any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return np.array([0, 0, *(1 / np.array(mask.shape[::-1]))], np.float32)
    height, width = mask.shape
    corners = (columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height)
    return np.array(corners, np.float32)
