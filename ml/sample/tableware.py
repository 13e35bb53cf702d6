"""What stands on a table beside or under the food: plates, trays, napkins, mugs, cans, sauce cups, fries, cutlery."""

import numpy as np

from ml.sample import distance
from ml.sample.arrays import Floats, Vectors, vector
from ml.sample.burger import disc
from ml.sample.hotdog import KETCHUP, MAYONNAISE, MUSTARD
from ml.sample.materials import Colouring, Material, checks, plain, rgb, ringed, tinted
from ml.sample.noise import value_noise
from ml.sample.scene import Part, place, turn

CROCKERY = (
    rgb(240, 238, 232),
    rgb(240, 238, 232),
    rgb(214, 220, 224),
    rgb(60, 84, 110),
    rgb(46, 46, 48),
    rgb(188, 206, 190),
)


def plate(rng: np.random.Generator, radius: float) -> Part:
    """A round plate; food rests at `PLATE_HEIGHT`."""
    base = tinted(rng, CROCKERY[rng.integers(len(CROCKERY))], 0.05)
    well = radius * float(rng.uniform(0.66, 0.8))
    profile = [(0.0, 0.35), (well, 0.35), (well + 0.8, 0.9), (radius, 1.3)]
    colour: Colouring = plain(base, 0.02)
    if rng.random() < 0.35:
        colour = ringed(base, tinted(rng, rgb(40, 70, 140)), radius - 0.7, float(rng.uniform(0.3, 0.9)))

    def field(p: Vectors) -> Floats:
        return distance.revolved(p, profile, 0.4)

    glaze = Material(colour, gloss=0.45, shininess=70)
    return Part(
        field, glaze, (-radius - 0.3, -radius - 0.3, 0), (radius + 0.3, radius + 0.3, 1.6), caution=0.95
    )


PLATE_HEIGHT = 0.55


def napkin(rng: np.random.Generator, half: float) -> Part:
    """A paper napkin or a sheet of greaseproof paper, plain or checked, slightly crumpled."""
    seed = int(rng.integers(100))
    sheet = tinted(rng, rgb(240, 236, 226) if rng.random() < 0.6 else rgb(206, 178, 138), 0.05)
    colour: Colouring = plain(sheet, 0.05)
    if rng.random() < 0.4:
        colour = checks(rgb(244, 240, 232), tinted(rng, rgb(190, 40, 36)), float(rng.uniform(0.7, 1.3)), seed)

    def field(p: Vectors) -> Floats:
        q = p.copy()
        q[2] -= 0.12 + 0.25 * value_noise(p, 3.5, seed)
        return distance.box(q, (half, half * 0.8, 0.06), 0.05)

    paper = Material(colour, bump=0.12, bump_scale=1.2, softness=0.3)
    return Part(field, paper, (-half, -half * 0.8, 0), (half, half * 0.8, 0.5), caution=0.8)


NAPKIN_HEIGHT = 0.3


def tray(rng: np.random.Generator, half_length: float, half_width: float) -> Part:
    """A paper boat with sloping sides, checked, striped or plain; food rests at `TRAY_HEIGHT`."""
    height, slope = 3.0, 0.35
    white = rgb(242, 238, 230)
    style = rng.random()
    colour: Colouring = plain(tinted(rng, rgb(196, 152, 102) if style < 0.25 else white, 0.05), 0.05)
    if style > 0.45:
        colour = checks(white, tinted(rng, rgb(196, 30, 30)), 0.9, 1, woven=False)

    def field(p: Vectors) -> Floats:
        lean = p[2] * slope
        x = np.abs(p[0]) - half_length - lean
        y = np.abs(p[1]) - half_width - lean
        side = np.maximum(x, y) * 0.94
        shell = np.maximum(np.abs(side + 0.08) - 0.08, np.maximum(-p[2], p[2] - height))
        floor = np.maximum(side, np.abs(p[2] - 0.1) - 0.1)
        return np.minimum(shell, floor).astype(np.float32)

    x, y = half_length + height * slope + 0.1, half_width + height * slope + 0.1
    return Part(
        field, Material(colour, gloss=0.06, softness=0.2), (-x, -y, 0), (x, y, height + 0.05), caution=0.9
    )


TRAY_HEIGHT = 0.2


def board(rng: np.random.Generator, half: float) -> Part:
    """A wooden board, 1.4 cm thick."""
    dark, light = rgb(120, 76, 40), rgb(196, 148, 92)

    def colour(p: Vectors, _: Vectors) -> Vectors:
        grain = value_noise(p * np.array([[0.1], [1.6], [1]], np.float32), 0.6, 5)
        return dark + (light - dark) * (0.3 + 0.6 * grain)

    def field(p: Vectors) -> Floats:
        return distance.box(
            p - vector(0, 0, BOARD_HEIGHT / 2)[:, None], (half, half * 0.7, BOARD_HEIGHT / 2), 0.3
        )

    wood = Material(colour, gloss=float(rng.uniform(0.02, 0.12)), bump=0.04)
    return Part(field, wood, (-half, -half * 0.7, 0), (half, half * 0.7, BOARD_HEIGHT))


BOARD_HEIGHT = 1.4


def mug(rng: np.random.Generator) -> list[Part]:
    """A mug with a handle, full of coffee or tea."""
    radius, height = float(rng.uniform(3.6, 4.4)), float(rng.uniform(8, 10))
    palette = (*CROCKERY, rgb(170, 40, 36), rgb(44, 96, 150), rgb(226, 170, 50))
    colour = tinted(rng, palette[rng.integers(len(palette))])
    profile = [(0.0, 0.3), (radius - 0.6, 0.3), (radius, 1.0), (radius, height)]

    def field(p: Vectors) -> Floats:
        body = distance.revolved(p, profile, 0.45)
        ring = np.hypot(p[0] - (radius + 0.6), p[2] - (height * 0.52)) - (height * 0.27)
        handle = np.hypot(ring, p[1]) - 0.5
        outside = radius - np.hypot(p[0], p[1])
        return distance.smooth_min(body, np.maximum(handle, outside), 0.4)

    def drink(p: Vectors) -> Floats:
        return distance.cylinder(p - vector(0, 0, height - 1.6)[:, None], radius - 0.15, 0.2)

    coffee = rgb(56, 30, 16) if rng.random() < 0.6 else rgb(150, 96, 56)
    glaze = Material(plain(colour, 0.02), gloss=0.5, shininess=70)
    reach = radius + 0.6 + height * 0.27 + 0.6
    return [
        Part(
            field, glaze, (-radius - 0.3, -radius - 0.3, 0), (reach, radius + 0.3, height + 0.3), caution=0.9
        ),
        Part(
            drink,
            Material(plain(coffee), gloss=0.5, shininess=90),
            (-radius, -radius, height - 1.9),
            (radius, radius, height - 1.3),
        ),
    ]


def can(rng: np.random.Generator) -> list[Part]:
    """A drinks can with a coloured band."""
    palette = (rgb(180, 24, 28), rgb(30, 70, 150), rgb(36, 120, 60), rgb(220, 220, 220), rgb(230, 130, 30))
    first, second = (tinted(rng, palette[i]) for i in rng.permutation(len(palette))[:2])

    def colour(p: Vectors, normals: Vectors) -> Vectors:
        band = (np.abs(p[2] - 6.2 - 0.8 * np.sin(np.arctan2(p[1], p[0]) * 2)) < 1.5)[None, :]
        metal = ((p[2] > 11.0) | (p[2] < 0.7) | (normals[2] > 0.8))[None, :]
        return np.where(metal, rgb(196, 198, 202), np.where(band, second, first))

    def field(p: Vectors) -> Floats:
        q = p - vector(0, 0, 5.9)[:, None]
        return distance.smooth_max(
            distance.cylinder(q, 3.25, 5.9, 0.5),
            -distance.cylinder(p - vector(0, 0, 12)[:, None], 2.6, 0.5),
            0.1,
        )

    return [Part(field, Material(colour, gloss=0.7, shininess=40), (-3.3, -3.3, 0), (3.3, 3.3, 11.9))]


def sauce_cup(rng: np.random.Generator) -> list[Part]:
    """A small white cup of mustard, ketchup or mayonnaise."""
    colours = (MUSTARD, KETCHUP, KETCHUP, MAYONNAISE)
    sauce = disc(rng, 2.55, 0.3, colours[rng.integers(len(colours))], 0.12, 0.6)

    def field(p: Vectors) -> Floats:
        return distance.revolved(p, [(0.0, 0.2), (2.0, 0.2), (2.9, 2.8)], 0.25)

    cup = Part(field, Material(plain(rgb(236, 234, 230), 0.02), gloss=0.3), (-3.1, -3.1, 0), (3.1, 3.1, 3))
    return [cup, *place([sauce], z=1.9)]


def fries(rng: np.random.Generator) -> list[Part]:
    """A loose heap of fries."""
    parts: list[Part] = []
    colour = tinted(rng, rgb(232, 180, 84), 0.1)
    for index in range(int(rng.integers(12, 20))):
        half = float(rng.uniform(2.2, 4.2))

        def field(p: Vectors, half: float = half) -> Floats:
            return distance.box(p, (half, 0.36, 0.36), 0.08)

        skin = Material(
            plain(tinted(rng, colour, 0.12), 0.35, 0.9, index), gloss=0.15, bump=0.06, softness=0.4
        )
        stick = Part(field, skin, (-half, -0.4, -0.4), (half, 0.4, 0.4))
        layer = index // 6
        stick = stick.placed(turn(1, float(rng.uniform(-4, 4))), vector(0, 0, 0))
        parts += place(
            [stick],
            float(rng.normal(0, 1.2)),
            float(rng.normal(0, 1.4)),
            0.45 + layer * 0.68,
            float(rng.uniform(0, 180)),
        )
    return parts


def cutlery(rng: np.random.Generator) -> list[Part]:
    """A knife or a fork of steel."""
    steel = Material(plain(rgb(176, 178, 182), 0.05), gloss=0.9, shininess=35)
    tines = bool(rng.random() < 0.5)

    def field(p: Vectors) -> Floats:
        q = p - vector(0, 0, 0.3)[:, None]
        handle = distance.box(q - vector(-4, 0, 0)[:, None], (5.5, 0.55, 0.18), 0.15)
        if not tines:
            blade = distance.box(q - vector(5, 0.1, 0)[:, None], (4.6, 0.85, 0.1), 0.08)
            return np.minimum(handle, blade)
        neck = distance.box(q - vector(3.2, 0, 0)[:, None], (2.4, 0.3, 0.14), 0.1)
        palm = distance.box(q - vector(5.8, 0, 0)[:, None], (1.2, 1.05, 0.12), 0.1)
        prong = q.copy()
        prong[0] -= 8
        prong[1] = np.abs(np.abs(prong[1]) - 0.57) - 0.27
        return np.minimum(
            np.minimum(handle, neck), np.minimum(palm, distance.box(prong, (2.0, 0.13, 0.1), 0.05))
        )

    return [Part(field, steel, (-9.6, -1.2, 0), (10.2, 1.2, 0.6), caution=0.9)]
