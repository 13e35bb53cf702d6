"""Fruit: bananas, apples and oranges, on z = 0."""

import numpy as np

from ml.sample import distance
from ml.sample.arrays import Floats, Vectors, vector
from ml.sample.materials import Material, banana_skin, plain, rgb, tinted
from ml.sample.noise import layered_noise
from ml.sample.scene import Part, place, turn


def banana(rng: np.random.Generator) -> Part:
    """One banana, lying on its side, tips towards +y."""
    arc, half_angle = float(rng.uniform(8, 12)), float(rng.uniform(0.75, 0.95))
    radius = float(rng.uniform(1.5, 1.9))
    half_chord = arc * float(np.sin(half_angle))

    def field(p: Vectors) -> Floats:
        away, along = distance.arc_rod(p, arc, half_angle)
        far = np.abs(along)
        thickness = radius * np.sqrt(np.maximum(1 - 0.86 * far**4, 0.02))
        thickness = np.where((along > 0.86), np.maximum(thickness * 0.6, 0.36), thickness)
        r = np.hypot(p[0], p[1] - arc) - arc
        ridge = np.cos(np.arctan2(p[2], r) * 5) * 0.035
        return away - thickness * (1 + ridge)

    yellow = rgb(238, 200, 56) if rng.random() < 0.7 else rgb(226, 206, 84)
    skin = banana_skin(
        tinted(rng, yellow, 0.08), half_chord * 2, int(rng.integers(100)), float(rng.uniform(0, 1))
    )
    reach = half_chord + 0.7
    depth = arc * (1 - float(np.cos(half_angle))) + 0.9
    return Part(
        field,
        Material(skin, gloss=0.18, shininess=18, softness=0.3),
        (-reach, -radius - 0.15, -radius - 0.1),
        (reach, depth, radius + 0.1),
        caution=0.7,
    )


def bananas(rng: np.random.Generator) -> list[Part]:
    """One banana, or a hand of two to four."""
    count = int(rng.choice([1, 1, 2, 3, 4]))
    parts: list[Part] = []
    for index in range(count):
        lean = turn(0, index * float(rng.uniform(16, 24)))
        parts += place(
            [banana(rng).placed(lean, vector(0, 0, 0))],
            0,
            -2 + index * -2.3,
            1.6 + index * 0.25,
            index * float(rng.uniform(3, 9)),
        )
    return parts


def round_fruit(rng: np.random.Generator) -> list[Part]:
    """An apple with a stalk, an orange or a tomato, 6 to 8 cm wide."""
    radius = float(rng.uniform(3.0, 4.0))
    seed = int(rng.integers(100))
    kind = str(rng.choice(["red apple", "green apple", "orange", "tomato"]))
    apple = "apple" in kind
    colour, blush = {
        "red apple": (rgb(170, 28, 26), rgb(222, 150, 60)),
        "green apple": (rgb(140, 170, 50), rgb(190, 196, 90)),
        "orange": (rgb(232, 130, 20), rgb(238, 150, 36)),
        "tomato": (rgb(196, 36, 22), rgb(214, 70, 30)),
    }[kind]
    colour, blush = tinted(rng, colour, 0.1), tinted(rng, blush, 0.1)

    def body(p: Vectors) -> Floats:
        q = p.copy()
        r = np.hypot(p[0], p[1])
        if apple:
            q[2] += 0.9 * np.exp(-r * r * 0.7) * np.sign(p[2])
        return distance.ellipsoid(q, (radius, radius, radius * (0.82 if kind == "tomato" else 0.94)))

    def skin(p: Vectors, _: Vectors) -> Vectors:
        streaks = layered_noise(np.stack([np.arctan2(p[1], p[0]) * 3, p[2] * 0.3, p[0] * 0]), 0.5, 3, seed)
        return colour + (blush - colour) * np.clip(streaks * 1.6 - 0.55, 0, 1)

    peel = 0.09 if kind == "orange" else 0.0
    parts = [
        Part(
            body,
            Material(skin, gloss=0.4, shininess=35, bump=peel, bump_scale=0.18, softness=0.3),
            (-radius, -radius, -radius),
            (radius, radius, radius),
            caution=0.7,
        )
    ]
    if apple:

        def stalk(p: Vectors) -> Floats:
            return distance.cylinder(p - vector(0.1, 0, radius * 0.85)[:, None], 0.13, 0.9, 0.1)

        brown = Material(plain(rgb(80, 52, 28)))
        parts.append(Part(stalk, brown, (-0.2, -0.3, radius * 0.85 - 0.9), (0.4, 0.3, radius * 0.85 + 0.9)))
    return place(parts, z=radius * 0.9)
