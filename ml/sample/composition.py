"""Chance decides what a picture shows: food, what it lies on and stands beside, table, light and camera.

Surroundings are drawn from the same odds for every kind, so that only the food tells hotdogs from the rest.
"""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ml.sample.arrays import Floats, Vectors, vector
from ml.sample.burger import burger, ketchup_blob, sandwich, sub
from ml.sample.camera import Camera
from ml.sample.fruit import bananas, round_fruit
from ml.sample.hotdog import bare_sausages, corn_dogs, empty_buns, hotdog
from ml.sample.materials import Backdrop, Material, checks, grass, marble, plain, rgb, speckled, tinted, wood
from ml.sample.scene import Light, Part, Scene, place
from ml.sample.tableware import (
    BOARD_HEIGHT,
    NAPKIN_HEIGHT,
    PLATE_HEIGHT,
    TRAY_HEIGHT,
    board,
    can,
    cutlery,
    fries,
    mug,
    napkin,
    plate,
    sauce_cup,
    tray,
)

Food = Callable[[np.random.Generator], list[Part]]


def _hotdogs(rng: np.random.Generator) -> list[Part]:
    """One hotdog, sometimes two side by side."""
    if rng.random() < 0.75:
        return _numbered(hotdog(rng), 0)
    apart = float(rng.uniform(3.9, 4.8))
    first = place(hotdog(rng), 0, apart, 0, float(rng.uniform(-6, 6)))
    second = place(hotdog(rng), float(rng.uniform(-1, 1)), -apart, 0, float(rng.uniform(-6, 6)))
    return _numbered(first, 0) + _numbered(second, 1)


def _numbered(parts: list[Part], number: int) -> list[Part]:
    return [replace(part, hotdog=number) for part in parts]


def _fruit(rng: np.random.Generator) -> list[Part]:
    """One to four round fruits."""
    count = int(rng.integers(1, 5))
    spots = [(0.0, 0.0), (7.6, 1.0), (3.5, 7.2), (-4.2, 7.0)]
    parts: list[Part] = []
    for x, y in spots[:count]:
        parts += place(round_fruit(rng), x - 1.5, y - 1.5, 0, float(rng.uniform(0, 360)))
    return parts


def _table(rng: np.random.Generator) -> list[Part]:
    """A laid table without food: mugs, cans, sauce cups, an empty plate, perhaps fries."""
    things = [mug, can, sauce_cup, fries]
    parts = [plate(rng, float(rng.uniform(9, 13)))] if rng.random() < 0.6 else []
    for index in range(int(rng.integers(0 if parts else 1, 4))):
        angle, away = rng.uniform(0, 2 * np.pi), 17.0 if parts else index * 10.0
        thing = things[rng.integers(len(things))](rng)
        parts += place(
            thing, float(np.cos(angle)) * away, float(np.sin(angle)) * away, 0, float(rng.uniform(0, 360))
        )
    return parts


KINDS: dict[str, Food] = {
    "hotdog": _hotdogs,
    "burger": burger,
    "banana": bananas,
    "sandwich": sandwich,
    "sub": sub,
    "corn_dog": corn_dogs,
    "bare_sausage": bare_sausages,
    "empty_bun": empty_buns,
    "fruit": _fruit,
    "table": _table,
}
"""What can be rendered. Only "hotdog" is one: a sausage in a bun."""

SUPPORTS = ("none", "plate", "napkin", "tray", "board")


def compose(kind: str, rng: np.random.Generator, aspect: float) -> Scene:
    """A scene with food of this kind for a picture `aspect` times as wide as high."""
    food = KINDS[kind](rng)
    low, high = bounds(food)
    middle = (low + high) / 2
    food = place(food, -float(middle[0]), -float(middle[1]))
    half = (high - low) / 2
    parts = _supported(rng, food, half) if kind != "table" else food
    heading = float(rng.uniform(0, 360))
    parts = place(parts, heading=heading)
    if rng.random() < 0.45:
        parts += _company(rng, float(np.hypot(half[0], half[1])))
    table, end = _table_top(rng)
    camera = _camera(rng, half, heading, aspect)
    return Scene(parts, table, end, _backdrop(rng), _light(rng, camera), camera)


def bounds(parts: list[Part]) -> tuple[Floats, Floats]:
    """Lowest and highest corner (3,) of a box round the parts, in their common frame."""
    corners: list[Vectors] = []
    for part in parts:
        box = np.array([part.low, part.high], np.float32)
        grid = np.stack(np.meshgrid(*box.T, indexing="ij")).reshape(3, -1)
        corners.append(part.rotation @ grid + part.position[:, None])
    every = np.concatenate(corners, axis=1)
    return every.min(axis=1), every.max(axis=1)


def _supported(rng: np.random.Generator, food: list[Part], half: Floats) -> list[Part]:
    """The food on a plate, napkin, tray, board or the bare table."""
    reach = float(np.hypot(half[0], half[1]))
    choice = str(rng.choice(SUPPORTS, p=[0.2, 0.32, 0.17, 0.16, 0.15]))
    if choice == "plate":
        return [plate(rng, max(reach * float(rng.uniform(1.1, 1.5)), 8)), *place(food, z=PLATE_HEIGHT)]
    if choice == "napkin":
        return [napkin(rng, reach * float(rng.uniform(1.0, 1.4))), *place(food, z=NAPKIN_HEIGHT)]
    if choice == "tray":
        return [tray(rng, float(half[0]) + 0.4, float(half[1]) + 0.3), *place(food, z=TRAY_HEIGHT)]
    if choice == "board":
        return [board(rng, reach * float(rng.uniform(1.1, 1.5))), *place(food, z=BOARD_HEIGHT)]
    return food


def _company(rng: np.random.Generator, reach: float) -> list[Part]:
    """One or two things that stand beside the food."""
    things: list[Food] = [mug, can, sauce_cup, fries, cutlery, round_fruit, lambda r: [ketchup_blob(r)]]
    start = rng.uniform(0, 2 * np.pi)
    parts: list[Part] = []
    for index in range(int(rng.integers(1, 3))):
        thing = things[rng.integers(len(things))](rng)
        low, high = bounds(thing)
        away = reach * 1.25 + float(max(high[0] - low[0], high[1] - low[1])) / 2 + float(rng.uniform(0.5, 3))
        angle = start + index * rng.uniform(1.2, 2.6)
        parts += place(
            thing, float(np.cos(angle)) * away, float(np.sin(angle)) * away, 0, float(rng.uniform(0, 360))
        )
    return parts


def _table_top(rng: np.random.Generator) -> tuple[Material, float]:
    """A surface and how far it reaches, cm."""
    seed = int(rng.integers(1000))
    style = str(
        rng.choice(
            ["wood", "cloth", "marble", "stone", "grass", "plain"], p=[0.34, 0.17, 0.12, 0.12, 0.05, 0.2]
        )
    )
    far = float(rng.uniform(35, 90))
    if style == "wood":
        dark, light = (
            (rgb(74, 46, 28), rgb(142, 94, 56)),
            (rgb(132, 88, 52), rgb(206, 160, 106)),
            (rgb(44, 32, 26), rgb(90, 66, 50)),
            (rgb(150, 140, 128), rgb(206, 198, 186)),
        )[rng.integers(4)]
        grain = wood(tinted(rng, dark), tinted(rng, light), seed, float(rng.uniform(6, 16)))
        return Material(grain, gloss=float(rng.uniform(0, 0.25)), shininess=30, bump=0.03), far
    if style == "cloth":
        colour = (rgb(186, 30, 34), rgb(40, 78, 150), rgb(46, 120, 70), rgb(60, 60, 62))[rng.integers(4)]
        weave = checks(rgb(240, 238, 232), tinted(rng, colour), float(rng.uniform(1.2, 3.5)), seed)
        return Material(weave, bump=0.08, bump_scale=2.5), far
    if style == "marble":
        pale = rng.random() < 0.7
        stone = (
            marble(rgb(226, 224, 220), rgb(140, 138, 140), seed)
            if pale
            else marble(rgb(52, 52, 54), rgb(150, 148, 146), seed)
        )
        return Material(stone, gloss=0.4, shininess=80), far
    if style == "stone":
        grey = float(rng.uniform(0.5, 1.2))
        return Material(
            speckled(rgb(84, 84, 86) * grey, rgb(150, 148, 144) * grey, float(rng.uniform(0.25, 0.6)), seed),
            bump=0.15,
            bump_scale=0.4,
        ), 400.0
    if style == "grass":
        return Material(grass(rgb(44, 66, 26), rgb(110, 142, 58), seed), bump=0.3, bump_scale=0.4), 400.0
    shades = (
        rgb(236, 236, 234),
        rgb(244, 244, 244),
        rgb(40, 42, 46),
        rgb(150, 176, 190),
        rgb(214, 180, 140),
        rgb(196, 66, 54),
        rgb(228, 190, 70),
    )
    top = plain(tinted(rng, shades[rng.integers(len(shades))], 0.1), 0.04, 8, seed)
    return Material(top, gloss=float(rng.uniform(0, 0.4)), shininess=50), far * 2


def _camera(rng: np.random.Generator, half: Floats, heading: float, aspect: float) -> Camera:
    """Close up, from above, across the table or from afar; sometimes the frame cuts the food."""
    focal = float(rng.uniform(26, 60))
    style = str(rng.choice(["close", "above", "oblique", "low", "small"], p=[0.2, 0.2, 0.36, 0.12, 0.12]))
    elevation, fill = {
        "close": (rng.uniform(22, 65), rng.uniform(1.0, 1.4)),
        "above": (rng.uniform(66, 89), rng.uniform(0.6, 1.0)),
        "oblique": (rng.uniform(26, 62), rng.uniform(0.65, 1.0)),
        "low": (rng.uniform(14, 26), rng.uniform(0.7, 1.0)),
        "small": (rng.uniform(24, 75), rng.uniform(0.28, 0.5)),
    }[style]
    azimuth = float(rng.uniform(0, 360))
    c, s = abs(math.cos(math.radians(azimuth - heading))), abs(math.sin(math.radians(azimuth - heading)))
    length, width, height = (2 * float(h) for h in half)
    rise = math.sin(math.radians(elevation))
    across = length * s + width * c
    upright = (length * c + width * s) * rise + height * math.sqrt(1 - rise * rise)
    # The shorter side of the frame spans 24 mm of the sensor; the food fills this share of the side that binds it.
    frame = max(across / max(aspect, 1), upright * min(aspect, 1), 5.0) / fill
    shift = 0.28 if style == "close" or rng.random() < 0.2 else 0.08
    offset = rng.uniform(-shift, shift, 2) * frame
    target = vector(float(offset[0]), float(offset[1]), float(half[2]) * 0.8)
    distance = frame * focal / 24 + float(half[2])
    return Camera(
        target,
        distance,
        azimuth,
        float(elevation),
        float(rng.normal(0, 5)),
        focal,
        float(rng.uniform(0, 0.05)),
    )


def _light(rng: np.random.Generator, camera: Camera) -> Light:
    """Daylight, a lamp or an overcast window; the lamp is seldom behind the camera."""
    azimuth = np.radians(camera.azimuth + rng.choice([-1, 1]) * rng.uniform(30, 170))
    height = np.radians(rng.uniform(28, 75))
    direction = vector(np.cos(azimuth) * np.cos(height), np.sin(azimuth) * np.cos(height), np.sin(height))
    warmth = float(rng.choice([rng.uniform(-0.12, 0.1), rng.uniform(0.1, 0.38)], p=[0.65, 0.35]))
    tint = np.array([[1 + warmth * 0.5], [1.0], [1 - warmth]], np.float32)
    soft = rng.random()
    strength = float(rng.uniform(0.75, 1.25))
    exposure = float(rng.uniform(0.75, 1.15))
    sky = (
        np.array([[0.95], [1.0], [1.06]], np.float32) * tint**0.5 * float(rng.uniform(0.35, 0.6) + 0.2 * soft)
    )
    bounce = tint * float(rng.uniform(0.12, 0.25))
    key = tint * strength * (1.15 - 0.6 * soft)
    sharpness = float(np.exp(rng.uniform(np.log(3), np.log(30)))) * (1.3 - soft)
    return Light(direction, key * exposure, sky * exposure, bounce * exposure, max(sharpness, 1.5))


def _backdrop(rng: np.random.Generator) -> Backdrop:
    """A room, a garden or a studio wall."""
    pairs = (
        (rgb(70, 52, 42), rgb(150, 128, 108), rgb(40, 32, 30)),
        (rgb(40, 40, 44), rgb(90, 92, 100), rgb(140, 110, 80)),
        (rgb(226, 224, 220), rgb(246, 246, 246), rgb(220, 214, 204)),
        (rgb(70, 100, 50), rgb(170, 200, 220), rgb(50, 80, 40)),
        (rgb(160, 150, 140), rgb(210, 204, 196), rgb(110, 90, 70)),
    )
    low, high, patch = pairs[rng.integers(len(pairs))]
    spots = float(rng.choice([0.0, rng.uniform(0.05, 0.3)]))
    return Backdrop(tinted(rng, low), tinted(rng, high), tinted(rng, patch), spots, int(rng.integers(1000)))
