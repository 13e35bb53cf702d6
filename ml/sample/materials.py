"""How surfaces look: colour and bump as functions of place, for foods, tables, dishes and the background.

Colours are written as the sRGB values that a colour picker shows and turned into linear light once, by `rgb`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ml.sample.arrays import Distance, Floats, Vectors, mix, smoothstep
from ml.sample.noise import cell_random, layered_noise, value_noise

Colouring = Callable[[Vectors, Vectors], Vectors]
"""(3, N) local points and (3, N) local normals to (3, N) or (3, 1) linear RGB."""


@dataclass(frozen=True)
class Material:
    """Colour, gloss and relief of a surface."""

    colour: Colouring
    gloss: float = 0.0
    """Strength of the highlight, 0 to 1."""
    shininess: float = 20.0
    """Exponent of the highlight: the higher, the smaller."""
    bump: float = 0.0
    """Height of the relief as a share of its width."""
    bump_scale: float = 0.3
    """Width of the relief's features, cm."""
    softness: float = 0.0
    """How far light wraps round the surface, 0 to 1: bread and fruit scatter it inside."""


def rgb(red: int, green: int, blue: int) -> Vectors:
    """An sRGB colour as linear RGB of shape (3, 1)."""
    s = np.array([[red], [green], [blue]], np.float32) / 255
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4).astype(np.float32)


def tinted(rng: np.random.Generator, colour: Vectors, spread: float = 0.15) -> Vectors:
    """The colour, a little lighter or darker and a little off in hue."""
    lightness = rng.uniform(1 - spread, 1 + spread)
    hue = rng.uniform(1 - spread / 3, 1 + spread / 3, (3, 1))
    return np.clip(colour * lightness * hue, 0.005, 0.95).astype(np.float32)


def plain(colour: Vectors, variation: float = 0.1, scale: float = 1.0, seed: int = 0) -> Colouring:
    """One colour, mottled by `variation`."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        return colour * (1 + variation * (2 * layered_noise(p, scale, 2, seed) - 1))

    return at


def bread(
    crust: Vectors, pale: Vectors, crumb: Vectors, outer: Distance, height: float, seed: int
) -> Colouring:
    """Baked bread: brown on top, paler at the sides, crumb wherever it was cut open (inside the `outer` field)."""

    def at(p: Vectors, normals: Vectors) -> Vectors:
        mottle = layered_noise(p, 1.6, 3, seed)
        top = smoothstep(0.1, 0.95, p[2] / height * 0.75 + normals[2] * 0.3 + (mottle - 0.5) * 0.55)
        freckles = smoothstep(0.62, 0.85, value_noise(p, 0.22, seed + 5)) * top
        skin = mix(pale, crust, top) * (0.94 + 0.12 * value_noise(p, 0.12, seed + 6) - 0.16 * freckles)
        inside = crumb * (0.84 + 0.3 * layered_noise(p, 0.35, 2, seed + 9))
        return mix(skin, inside, smoothstep(-0.05, -0.16, outer(p)))

    return at


def sausage_skin(colour: Vectors, seed: int, char: float, marks: float) -> Colouring:
    """Sausage skin: mottled, browned by `char` (0 to 1), with grill marks across when `marks` is not 0 (cm apart)."""
    burnt = rgb(58, 24, 14)

    def at(p: Vectors, _: Vectors) -> Vectors:
        mottle = layered_noise(p, 1.2, 3, seed)
        brown = char * smoothstep(0.45, 0.8, mottle)
        if marks:
            stripe = np.cos((p[0] + p[1] * 0.7) * (2 * np.pi / marks) + (mottle - 0.5) * 1.5)
            brown = np.maximum(brown, smoothstep(0.72, 0.95, stripe) * (0.5 + 0.4 * mottle))
        return mix(colour * (0.85 + 0.3 * mottle), burnt, np.clip(brown, 0, 0.85))

    return at


def banana_skin(colour: Vectors, length: float, seed: int, ripeness: float) -> Colouring:
    """Banana: yellow, dark at both tips, brown flecks that grow with `ripeness` (0 to 1). x runs along it."""
    green, brown = rgb(150, 170, 50), rgb(84, 56, 22)

    def at(p: Vectors, _: Vectors) -> Vectors:
        along = np.abs(p[0]) * (2 / length)
        skin = mix(colour, green, smoothstep(0.55, 1.0, along) * (0.7 * (1 - ripeness)))
        flecks = smoothstep(
            0.78 - 0.16 * ripeness, 0.84, value_noise(p * np.array([[0.5], [1], [1]], np.float32), 0.35, seed)
        )
        blush = smoothstep(0.6, 0.85, layered_noise(p, 2.5, 2, seed + 3)) * (ripeness * 0.5)
        return mix(
            skin, brown, np.clip(np.maximum(flecks * ripeness + blush, smoothstep(0.88, 0.97, along)), 0, 0.9)
        )

    return at


def wood(dark: Vectors, light: Vectors, seed: int, plank: float) -> Colouring:
    """Planks along x, `plank` cm wide, each with its own shade and grain."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        board = np.floor(p[1] / plank)
        shade = cell_random(board, board * 0, seed)
        grain_at = np.stack([p[0] * 0.08 + shade * 90, p[1] * 1.2, p[2]])
        grain = layered_noise(grain_at, 0.8, 3, seed)
        rings = 0.5 + 0.5 * np.sin(grain * 22)
        tone = np.clip(0.25 + 0.45 * shade + 0.3 * rings * grain + 0.3 * (grain - 0.5), 0, 1)
        edge = np.abs(p[1] / plank - board - 0.5)
        return mix(dark, light, tone) * (1 - 0.75 * smoothstep(0.485, 0.497, edge))

    return at


def checks(first: Vectors, second: Vectors, size: float, seed: int, woven: bool = True) -> Colouring:
    """Gingham: crossing stripes of `size` cm, half-tone where only one passes; or a plain chessboard when not woven."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        a = smoothstep(-0.12, 0.12, np.sin(p[0] * (np.pi / size)))
        b = smoothstep(-0.12, 0.12, np.sin(p[1] * (np.pi / size)))
        share = (a + b) / 2 if woven else a + b - 2 * a * b
        thread = 0.9 + 0.1 * np.sin(p[0] * 40) * np.sin(p[1] * 40) if woven else 1
        return mix(first, second, share) * thread * (0.9 + 0.2 * layered_noise(p, 6, 2, seed))

    return at


def marble(ground: Vectors, vein: Vectors, seed: int) -> Colouring:
    """Polished stone with wandering veins."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        cloud = layered_noise(p, 14, 4, seed)
        lines = np.abs(np.sin(p[0] * 0.12 + p[1] * 0.2 + cloud * 14))
        return mix(ground, vein, smoothstep(0.22, 0.0, lines) * (0.2 + 0.6 * cloud)) * (0.9 + 0.2 * cloud)

    return at


def speckled(ground: Vectors, grain: Vectors, size: float, seed: int, share: float = 0.4) -> Colouring:
    """Grains of `size` cm in a ground: asphalt, granite, terrazzo, concrete."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        coarse = smoothstep(1 - share, 1.05 - share * 0.6, value_noise(p, size, seed))
        fine = value_noise(p, size * 0.45, seed + 2)
        stain = layered_noise(p, 25, 3, seed + 4)
        return mix(ground, grain, 0.55 * coarse + 0.45 * fine * fine) * (0.75 + 0.5 * stain)

    return at


def grass(dark: Vectors, light: Vectors, seed: int) -> Colouring:
    """A lawn seen from above: blades as noise drawn out in four directions."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        blades = np.zeros(p.shape[1], np.float32)
        swirl = 0.6 * (value_noise(p, 2.0, seed + 9) - 0.5)
        for number, angle in enumerate((0.3, 1.2, 2.0, 2.8)):
            c, s = math.cos(angle), math.sin(angle)
            along, across = p[0] * c + p[1] * s, p[1] * c - p[0] * s + swirl
            strand = value_noise(np.stack([along * 0.3, across * 2.2, p[2]]), 0.5, seed + number)
            blades = np.maximum(blades, strand * (0.75 + 0.25 * value_noise(p, 1.1, seed + number)))
        patches = layered_noise(p, 18, 3, seed + 7)
        return mix(dark, light, np.clip(blades * 2.2 - 1.15 + 0.6 * (patches - 0.5), 0, 1))

    return at


def ringed(colour: Vectors, ring: Vectors, radius: float, width: float) -> Colouring:
    """Crockery with a coloured ring of `width` cm at `radius` cm from its axis."""

    def at(p: Vectors, _: Vectors) -> Vectors:
        off = np.abs(np.hypot(p[0], p[1]) - radius)
        return mix(colour, ring, smoothstep(width / 2 + 0.04, width / 2 - 0.04, off))

    return at


@dataclass(frozen=True)
class Backdrop:
    """What lies beyond the table: a room out of focus, as two tones, patches and spots of light."""

    low: Vectors
    high: Vectors
    patch: Vectors
    spots: float
    """Share of cells with a spot of light, 0 to 1."""
    seed: int

    def colour(self, directions: Vectors) -> Vectors:
        """Linear RGB (3, N) seen along unit directions (3, N)."""
        angle = np.arctan2(directions[1], directions[0])
        height = directions[2]
        flat = np.stack([angle, height * 1.2, height * 0])
        base = mix(self.low, self.high, smoothstep(-0.35, 0.45, height))
        base = mix(base, self.patch, smoothstep(0.5, 0.62, layered_noise(flat, 0.35, 2, self.seed)) * 0.7)
        if self.spots == 0:
            return base
        size = 0.11
        i, j = np.floor(angle / size), np.floor(height / size)
        u = angle / size - i - 0.3 - 0.4 * cell_random(i, j, self.seed + 1)
        v = height / size - j - 0.3 - 0.4 * cell_random(i, j, self.seed + 2)
        disc: Floats = smoothstep(0.26, 0.2, np.hypot(u, v)) * (cell_random(i, j, self.seed + 3) < self.spots)
        return base + disc * rgb(255, 214, 150) * 0.9
