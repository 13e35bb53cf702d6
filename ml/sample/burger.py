"""Layered things in bread: burgers, sandwiches of sliced bread and long subs. They stand on z = 0."""

import numpy as np

from ml.sample import distance
from ml.sample.arrays import Floats, Vectors, vector
from ml.sample.hotdog import CRUMB, CRUSTS, KETCHUP, scattered
from ml.sample.materials import Material, bread, plain, rgb, tinted
from ml.sample.noise import layered_noise, value_noise
from ml.sample.scene import Part, place, turn

LETTUCE, TOMATO, CHEESE, HAM, MEAT = (
    rgb(108, 158, 44),
    rgb(196, 42, 24),
    rgb(246, 174, 40),
    rgb(226, 148, 136),
    rgb(92, 50, 28),
)


def _crust(rng: np.random.Generator) -> tuple[Vectors, Vectors]:
    crust, pale = CRUSTS[rng.integers(len(CRUSTS) - 1)]
    return tinted(rng, crust), tinted(rng, pale)


def leaf(rng: np.random.Generator, radii: tuple[float, float], wavy: float = 0.35) -> Part:
    """A frilly lettuce leaf, an ellipse of `radii` about the origin."""
    seed, folds = int(rng.integers(100)), int(rng.integers(7, 12))

    def field(p: Vectors) -> Floats:
        u, v = p[0] / radii[0], p[1] / radii[1]
        r = np.hypot(u, v)
        angle = np.arctan2(v, u)
        frill = np.sin(angle * folds + 3 * value_noise(p, 2, seed)) * wavy
        height = np.square(np.clip(r, 0, 1.1)) * (frill - 0.15)
        edge = (r - 1 - 0.05 * np.sin(angle * folds * 2)) * (min(radii))
        sheet = np.abs(p[2] - height) - 0.07
        return np.maximum(edge, sheet)

    return Part(
        field,
        Material(
            plain(tinted(rng, LETTUCE), 0.4, 0.7, seed), gloss=0.25, shininess=30, bump=0.1, softness=0.6
        ),
        (-radii[0] * 1.1, -radii[1] * 1.1, -wavy * 1.3 - 0.35),
        (radii[0] * 1.1, radii[1] * 1.1, wavy * 1.3 + 0.1),
        caution=0.5,
    )


def slab(
    rng: np.random.Generator,
    half: tuple[float, float, float],
    colour: Vectors,
    droop: float = 0.0,
    gloss: float = 0.3,
) -> Part:
    """A flat slice with soft edges whose rim hangs down by `droop` cm: cheese, ham, tomato cut square."""
    seed = int(rng.integers(100))

    def field(p: Vectors) -> Floats:
        q = p.copy()
        far = np.hypot(p[0] / half[0], p[1] / half[1])
        q[2] += droop * np.square(np.maximum(far - 0.75, 0)) * 3 + 0.1 * (value_noise(p, 1.5, seed) - 0.5)
        return distance.box(q, half, half[2] * 0.8)

    return Part(
        field,
        Material(plain(tinted(rng, colour, 0.08), 0.12, 0.8, seed), gloss=gloss, shininess=35, softness=0.4),
        (-half[0], -half[1], -half[2] - droop * 1.5 - 0.1),
        (half[0], half[1], half[2] + 0.1),
        caution=0.6,
    )


def disc(
    rng: np.random.Generator, radius: float, half_height: float, colour: Vectors, rough: float, gloss: float
) -> Part:
    """A round slice or a patty, its rim uneven by `rough` cm."""
    seed = int(rng.integers(100))

    def field(p: Vectors) -> Floats:
        d = distance.cylinder(p, radius, half_height, half_height * 0.8)
        return d - rough * (layered_noise(p, 0.8, 2, seed) - 0.5) if rough else d

    return Part(
        field,
        Material(
            plain(tinted(rng, colour), 0.5 if rough else 0.15, 0.6, seed),
            gloss=gloss,
            shininess=30,
            bump=rough,
            bump_scale=0.3,
        ),
        (-radius - rough, -radius - rough, -half_height - rough),
        (radius + rough, radius + rough, half_height + rough),
        caution=0.8,
    )


def burger(rng: np.random.Generator) -> list[Part]:
    """A burger, 10 to 12 cm wide, with seeds on most."""
    radius = float(rng.uniform(4.8, 5.8))
    crust, pale = _crust(rng)
    crumb, seed = tinted(rng, CRUMB, 0.05), int(rng.integers(1000))
    gloss = float(rng.uniform(0.05, 0.35))

    def heel(p: Vectors) -> Floats:
        return distance.cylinder(p - vector(0, 0, 0.85)[:, None], radius, 0.85, 0.6)

    heel_skin = Material(bread(crust, pale, crumb, heel, 4, seed), gloss=0.05, bump=0.05, softness=0.5)
    parts = [Part(heel, heel_skin, (-radius, -radius, 0), (radius, radius, 1.7))]
    z = 1.7

    def stack(part: Part, thickness: float) -> None:
        nonlocal z
        tilt = turn(0, float(rng.uniform(-2, 2))) @ turn(1, float(rng.uniform(-2, 2)))
        off = vector(float(rng.uniform(-0.25, 0.25)), float(rng.uniform(-0.25, 0.25)), z + thickness / 2)
        parts.append(part.placed(turn(2, float(rng.uniform(0, 360))), vector(0, 0, 0)).placed(tilt, off))
        z += thickness

    if rng.random() < 0.6:
        stack(leaf(rng, (radius * 1.08, radius * 1.05)), 0.5)
    for _ in range(2 if rng.random() < 0.3 else 1):
        stack(
            disc(rng, radius * float(rng.uniform(0.98, 1.06)), float(rng.uniform(0.7, 1.0)), MEAT, 0.3, 0.35),
            1.7,
        )
        if rng.random() < 0.75:
            side = radius * float(rng.uniform(0.86, 0.95))
            stack(slab(rng, (side, side, 0.14), CHEESE, droop=0.9), 0.28)
    if rng.random() < 0.7:
        for turned in (0, 120, 240):
            slice_ = disc(rng, radius * 0.5, 0.28, TOMATO, 0, 0.5)
            a = np.radians(turned + rng.uniform(0, 60))
            parts += place(
                [slice_], float(np.cos(a)) * radius * 0.5, float(np.sin(a)) * radius * 0.5, z + 0.3
            )
        z += 0.55
    if rng.random() < 0.6:
        stack(leaf(rng, (radius * 1.1, radius * 1.06)), 0.45)

    height = radius * float(rng.uniform(0.62, 0.8))

    def crown(p: Vectors) -> Floats:
        dome = distance.ellipsoid(p, (radius * 1.02, radius * 1.02, height))
        return distance.smooth_max(dome + 0.1 * (value_noise(p, 2.5, seed) - 0.5), -p[2] - 0.35, 0.7)

    def dome_height(p: Vectors) -> Floats:
        inside = 1 - (np.square(p[0]) + np.square(p[1])) / ((radius * 1.02) ** 2)
        return np.sqrt(np.maximum(inside, 0.02)) * height

    crown_skin = Material(
        bread(crust, pale, crumb, crown, height, seed + 1),
        gloss=gloss,
        shininess=15,
        bump=0.04,
        bump_scale=0.3,
        softness=0.5,
    )
    top = [
        Part(
            crown,
            crown_skin,
            (-radius * 1.1, -radius * 1.1, -0.6),
            (radius * 1.1, radius * 1.1, height + 0.1),
            caution=0.85,
        )
    ]
    if rng.random() < 0.7:
        side = radius * 0.72
        top.append(
            scattered(
                rng,
                rgb(244, 222, 170),
                dome_height,
                (-side, -side, height * 0.25),
                (side, side, height + 0.3),
                (0.26, 0.14, 0.09),
                0.5,
            )
        )
    tilt = turn(0, float(rng.uniform(-4, 4))) @ turn(1, float(rng.uniform(-4, 4)))
    return parts + [part.placed(tilt, vector(0, 0, z + 0.35)) for part in top]


def sandwich(rng: np.random.Generator) -> list[Part]:
    """Two or three slices of toast with filling, whole or as one or two triangles."""
    dark = bool(rng.random() < 0.3)
    crumb = tinted(rng, rgb(196, 146, 92) if dark else rgb(240, 214, 164), 0.08)
    rim = tinted(rng, rgb(122, 74, 38) if dark else rgb(176, 110, 54))
    half = float(rng.uniform(4.8, 5.8))
    seed = int(rng.integers(1000))
    triangular = bool(rng.random() < 0.6)
    toasted = float(rng.uniform(0, 1))

    def cut(p: Vectors) -> Floats:
        return (p[0] + p[1]) * 0.7071

    def slice_at(z: float) -> Part:
        def whole(p: Vectors) -> Floats:
            q = p.copy()
            q[2] -= z + 0.6
            return distance.box(q, (half, half, 0.6), 0.35) + 0.06 * (value_noise(p, 0.9, seed) - 0.5)

        def field(p: Vectors) -> Floats:
            return np.maximum(whole(p), cut(p)) if triangular else whole(p)

        def colour(p: Vectors, normals: Vectors) -> Vectors:
            side = np.maximum(np.abs(p[0]), np.abs(p[1]))
            edge = np.clip((side - (half - 0.35)) * 5, 0, 1)
            # A toaster browns the middle unevenly and leaves the edge under the crust pale.
            middle = np.clip((half - side) / 1.6, 0, 1) * np.abs(normals[2])
            browned = np.clip(layered_noise(p, 2.6, 3, seed) * 1.9 - 0.6, 0, 1) * middle * 0.55 * toasted
            base = crumb + (rim - crumb) * np.maximum(edge, browned)
            return base * (0.85 + 0.3 * layered_noise(p, 0.3, 2, seed + 4))

        skin = Material(colour, bump=0.14, bump_scale=0.25, softness=0.4)
        return Part(field, skin, (-half, -half, z - 0.1), (half, half, z + 1.3), caution=0.8)

    def trimmed(part: Part, z: float) -> Part:
        def field(p: Vectors) -> Floats:
            moved = p - vector(0, 0, z)[:, None]
            return (
                np.maximum(part.distance(moved), cut(p) + rng_shift) if triangular else part.distance(moved)
            )

        rng_shift = float(rng.uniform(-0.15, 0.05))
        low = (part.low[0], part.low[1], part.low[2] + z)
        high = (part.high[0], part.high[1], part.high[2] + z)
        return Part(field, part.material, low, high, caution=part.caution)

    parts = [slice_at(0.0)]
    z = 1.2
    for _ in range(2 if rng.random() < 0.35 else 1):
        fillings = [
            (slab(rng, (half * 1.02, half * 1.02, 0.16), HAM, 0.3), 0.3),
            (slab(rng, (half * 1.0, half * 1.0, 0.13), CHEESE, 0.4), 0.26),
            (leaf(rng, (half * 1.25, half * 1.25), 0.22), 0.45),
            (disc(rng, half * 0.98, 0.25, TOMATO, 0, 0.4), 0.5),
        ]
        for index in rng.permutation(4)[: rng.integers(2, 5)]:
            part, thickness = fillings[index]
            parts.append(trimmed(part, z + thickness / 2))
            z += thickness
        parts.append(slice_at(z))
        z += 1.2
    if not triangular:
        return parts
    pair = place(parts, 1.6, 1.6, 0, float(rng.uniform(0, 360)))
    if rng.random() < 0.5:
        return pair
    return place(parts, -0.9, -0.9) + place(parts, 0.9, 0.9, 0, 180 + float(rng.uniform(-12, 12)))


def sub(rng: np.random.Generator) -> list[Part]:
    """A long roll cut level, with leaves, cheese, meat and tomatoes showing along its side, and no sausage."""
    half, width = float(rng.uniform(7.5, 10)), float(rng.uniform(3.0, 3.6))
    crust, pale = _crust(rng)
    crumb, seed = tinted(rng, CRUMB, 0.05), int(rng.integers(1000))
    end, height = width * 1.3, float(rng.uniform(2.0, 2.6))

    def loaf(p: Vectors) -> Floats:
        slashes = 0.12 * np.abs(np.sin(p[0] * 0.9 + p[1] * 0.5))
        return distance.ellipsoid(p, (end, width, height), half - end) + slashes

    def lower(p: Vectors) -> Floats:
        q = p.copy()
        q[2] -= 1.5
        whole = distance.ellipsoid(q, (end, width, 2.2), half - end)
        return distance.smooth_max(distance.smooth_max(whole, -p[2], 0.4), p[2] - 1.6, 0.2)

    def upper(p: Vectors) -> Floats:
        return distance.smooth_max(loaf(p), -p[2], 0.2)

    skin = Material(
        bread(crust, pale, crumb, loaf, height, seed), gloss=0.12, shininess=15, bump=0.06, softness=0.4
    )
    base_skin = Material(bread(crust, pale, crumb, lower, 5, seed), bump=0.06, softness=0.4)
    parts = [Part(lower, base_skin, (-half, -width, 0), (half, width, 1.7), caution=0.85)]
    z = 1.6
    opening = float(rng.uniform(6, 22))
    filling = [leaf(rng, (half * 0.97, width * 1.2), 0.3)]
    filling.append(
        slab(rng, (half * 0.9, width * 1.08, 0.14), CHEESE if rng.random() < 0.6 else rgb(246, 226, 160), 0.4)
    )
    filling.append(
        slab(rng, (half * 0.88, width * 1.05, 0.2), HAM if rng.random() < 0.6 else rgb(178, 92, 74), 0.3)
    )
    for index in rng.permutation(len(filling)):
        parts += place([filling[index]], 0, -0.3, z + 0.25)
        z += 0.4
    count = int(rng.integers(3, 6))
    for index in range(count):
        x = (index - (count - 1) / 2) * half * 1.5 / count
        tomato = disc(rng, 2.1, 0.22, TOMATO, 0, 0.5).placed(
            turn(0, float(rng.uniform(-8, 8))), vector(0, 0, 0)
        )
        parts += place([tomato], x, -width * 0.45, z + 0.25)
    z += 0.4
    lid = Part(upper, skin, (-half, -width, -0.1), (half, width, height + 0.1), caution=0.8)
    return [
        *parts,
        lid.placed(turn(0, -opening), vector(0, 0.2, z + width * float(np.sin(np.radians(opening))) * 0.55)),
    ]


def ketchup_blob(rng: np.random.Generator) -> Part:
    """A puddle of ketchup about 4 cm wide."""
    radius, seed = float(rng.uniform(1.4, 2.4)), int(rng.integers(100))

    def field(p: Vectors) -> Floats:
        return distance.ellipsoid(p, (radius, radius * 0.85, 0.45)) - 0.5 * (value_noise(p, 1.4, seed) - 0.5)

    sauce = Material(plain(tinted(rng, KETCHUP, 0.08), 0.05), gloss=0.6, shininess=60, softness=0.2)
    return Part(
        field, sauce, (-radius - 0.4, -radius - 0.4, 0), (radius + 0.4, radius + 0.4, 0.8), caution=0.7
    )
