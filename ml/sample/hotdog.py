"""Sausages, buns, sauces and what is made of them: hotdogs, bare sausages, empty buns, corn dogs. x runs along each."""

import math
from dataclasses import dataclass

import numpy as np

from ml.sample import distance
from ml.sample.arrays import Distance, Floats, Vectors, vector
from ml.sample.materials import Material, bread, plain, rgb, sausage_skin, tinted
from ml.sample.noise import cell_random, layered_noise, value_noise
from ml.sample.scene import Part, place, turn

SAUSAGE_COLOURS = (rgb(176, 62, 36), rgb(158, 44, 30), rgb(196, 88, 54), rgb(140, 58, 32), rgb(206, 112, 84))
CRUSTS = (
    (rgb(196, 122, 52), rgb(236, 192, 118)),
    (rgb(178, 98, 40), rgb(226, 174, 104)),
    (rgb(214, 152, 78), rgb(242, 212, 152)),
    (rgb(160, 88, 40), rgb(206, 146, 82)),
    (rgb(222, 176, 108), rgb(236, 206, 150)),
)
CRUMB = rgb(248, 216, 156)
MUSTARD, KETCHUP, MAYONNAISE = rgb(232, 182, 16), rgb(178, 20, 12), rgb(244, 236, 208)


@dataclass(frozen=True)
class Sausage:
    """Size (cm) and bend of a sausage. `bend` is how far the ends rise above the middle."""

    half_length: float
    radius: float
    bend: float

    def straighten(self, p: Vectors) -> Vectors:
        """Points as if the sausage were straight."""
        q = p.copy()
        q[2] -= (self.bend / self.half_length**2) * np.square(p[0])
        return q

    def distance(self, p: Vectors) -> Floats:
        """Field of the sausage, with the small nubs of the tied casing."""
        q = self.straighten(p)
        body = distance.capsule(q, self.half_length - self.radius, self.radius)
        nub = distance.capsule(q, self.half_length, 0.16)
        return distance.smooth_min(body, nub, 0.35)

    def part(self, rng: np.random.Generator, colour: Vectors | None = None) -> Part:
        """The sausage about its own axis at the origin."""
        chosen = SAUSAGE_COLOURS[rng.integers(len(SAUSAGE_COLOURS))] if colour is None else colour
        marks = float(rng.uniform(1.4, 2.2)) if rng.random() < 0.35 else 0.0
        skin = sausage_skin(tinted(rng, chosen), int(rng.integers(1000)), float(rng.uniform(0, 0.6)), marks)
        reach, r = self.half_length + 0.3, self.radius + abs(self.bend) + 0.1
        return Part(
            self.distance,
            Material(
                skin,
                gloss=float(rng.uniform(0.25, 0.6)),
                shininess=45,
                bump=0.05,
                bump_scale=0.35,
                softness=0.3,
            ),
            (-reach, -self.radius - 0.1, -r),
            (reach, self.radius + 0.1, r),
            caution=0.9,
        )


def random_sausage(rng: np.random.Generator, half_length: float) -> Sausage:
    """A sausage of about this half length."""
    return Sausage(half_length, float(rng.uniform(1.05, 1.4)), float(rng.uniform(-0.1, 0.7)))


@dataclass(frozen=True)
class Bun:
    """A soft roll split from the top: two lobes joined by a hinge. Stands on z = 0; the slot runs along x."""

    half_length: float
    lobe_width: float
    lobe_height: float
    gap: float
    """From the middle to the axis of a lobe."""
    tilt: float
    """Degrees that the lobes lean outwards."""
    slot: float
    """Radius of the channel that holds the sausage."""
    slot_height: float
    cut: float
    """Half the width of the cut above the channel, cm."""
    flare: float
    """How much wider the cut grows with height, cm a cm."""

    @property
    def top(self) -> float:
        """Height of the lobes, cm."""
        return self.lobe_height * 2 - 0.1

    def outer(self, p: Vectors) -> Floats:
        """Field of the roll before it was cut."""
        q = p.copy()
        c, s = math.cos(math.radians(self.tilt)), math.sin(math.radians(self.tilt))
        y, z = np.abs(p[1]) - self.gap, p[2] - self.lobe_height
        q[1], q[2] = y * c - z * s, z * c + y * s
        end = self.lobe_width * 1.35
        lobe = distance.ellipsoid(q, (end, self.lobe_width, self.lobe_height), self.half_length - end)
        q[1], q[2] = p[1], p[2] - 0.85
        hinge = distance.ellipsoid(q, (end, self.gap + 0.4, 0.9), self.half_length - end - 0.4)
        whole = distance.smooth_min(lobe, hinge, 0.7) + 0.08 * (value_noise(p, 2.2, 3) - 0.5)
        return distance.smooth_max(whole, -p[2], 0.5)

    def distance(self, p: Vectors) -> Floats:
        """Field of the cut roll."""
        z = p[2] - self.slot_height
        channel = np.hypot(p[1], z) - self.slot
        wedge = (np.abs(p[1]) - self.cut - np.maximum(z, 0) * self.flare) / math.hypot(1, self.flare)
        cut = np.minimum(channel, np.maximum(wedge, -z))
        return distance.smooth_max(self.outer(p), -cut, 0.18)

    def part(self, rng: np.random.Generator) -> Part:
        """The bun, standing on z = 0."""
        crust, pale = CRUSTS[rng.integers(len(CRUSTS))]
        seed = int(rng.integers(1000))
        colour = bread(
            tinted(rng, crust), tinted(rng, pale), tinted(rng, CRUMB, 0.05), self.outer, self.top, seed
        )
        width = self.gap + self.lobe_width + 0.9
        return Part(
            self.distance,
            Material(
                colour,
                gloss=float(rng.uniform(0.02, 0.2)),
                shininess=18,
                bump=0.06,
                bump_scale=0.3,
                softness=0.5,
            ),
            (-self.half_length - 0.1, -width, 0),
            (self.half_length + 0.1, width, self.top + 0.7),
            caution=0.85,
        )


def random_bun(rng: np.random.Generator, slot: float, half_length: float) -> Bun:
    """A bun round a sausage of radius `slot`, which rises a little above the lobes or hides between them."""
    lobe_height = float(rng.uniform(1.85, 2.2))
    return Bun(
        half_length,
        lobe_width=float(rng.uniform(1.4, 1.75)),
        lobe_height=lobe_height,
        gap=float(rng.uniform(1.6, 1.95)),
        tilt=float(rng.uniform(4, 20)),
        slot=slot,
        slot_height=2 * lobe_height - slot - float(rng.uniform(-0.75, 0.15)),
        cut=slot * float(rng.uniform(0.9, 1.08)),
        flare=float(rng.uniform(0.1, 0.35)),
    )


def sauce_line(
    rng: np.random.Generator, sausage: Sausage, colour: Vectors, reach: float, zigzag: bool, radius: float
) -> Part:
    """A bead of sauce along the top of a sausage whose axis is the origin's x; `radius` of the surface it lies on."""
    amplitude = float(rng.uniform(0.45, 0.75)) * sausage.radius if zigzag else float(rng.uniform(0.05, 0.2))
    length = float(rng.uniform(1.5, 2.3)) if zigzag else float(rng.uniform(4, 8))
    phase, seed = float(rng.uniform(0, 6)), int(rng.integers(100))
    thick = float(rng.uniform(0.17, 0.27)) * (1.0 if zigzag else 1.4)

    def field(p: Vectors) -> Floats:
        q = sausage.straighten(p)
        across = distance.wave(q[0], q[1], amplitude, length, phase)
        above = np.hypot(q[1], np.maximum(q[2], 0)) - (radius + thick * 0.3)
        beyond = np.maximum(np.abs(q[0]) - reach, 0)
        wobble = thick * (0.75 + 0.5 * value_noise(p, 0.8, seed))
        return np.maximum(np.sqrt(across * across + above * above + beyond * beyond) - wobble, -q[2])

    top = radius + thick * 2 + max(sausage.bend, 0)
    side = amplitude + thick * 1.5
    return Part(
        field,
        Material(plain(tinted(rng, colour, 0.08), 0.06), gloss=0.55, shininess=60, softness=0.3),
        (-reach - thick * 1.5, -side, 0),
        (reach + thick * 1.5, side, top),
        caution=0.6,
    )


def scattered(
    rng: np.random.Generator,
    colour: Vectors,
    ground: Distance,
    low: tuple[float, float, float],
    high: tuple[float, float, float],
    bit: tuple[float, float, float],
    fill: float,
) -> Part:
    """Bits (boxes of half sizes `bit`) strewn over a surface: onions, relish, grated cheese, seeds.

    One bit a grid cell, jittered and turned; `ground` gives the height of the surface above z = 0 at (3, N) points.
    """
    cell = 2.5 * max(bit[0], bit[1])
    layers = [(int(rng.integers(1000)), float(rng.uniform(0, math.pi)), height) for height in (0.4, 1.3)]

    def layer(p: Vectors, above: Floats, seed: int, grid_angle: float, height: float) -> Floats:
        c, s = math.cos(grid_angle), math.sin(grid_angle)
        gx, gy = p[0] * c + p[1] * s, p[1] * c - p[0] * s
        i, j = np.floor(gx / cell), np.floor(gy / cell)
        present = cell_random(i, j, seed) < fill
        angle = cell_random(i, j, seed + 1) * math.pi
        lean = (cell_random(i, j, seed + 2) - 0.5) * 1.2
        u, v = gx - (i + 0.5) * cell, gy - (j + 0.5) * cell
        # A ray may not step past the cell: it does not know what lies in the next one.
        border = cell / 2 - np.maximum(np.abs(u), np.abs(v)) + cell * 0.25
        z = above - bit[2] * (height + 0.5 * cell_random(i, j, seed + 3))
        u = u - (cell_random(i, j, seed + 4) - 0.5) * cell * 0.3
        v = v - (cell_random(i, j, seed + 5) - 0.5) * cell * 0.3
        size = 0.7 + 0.5 * cell_random(i, j, seed + 6)
        cos, sin = np.cos(angle) / size, np.sin(angle) / size
        along, across = u * cos + v * sin, v * cos - u * sin
        q = np.stack([along + z * lean * 0.5, across, z - along * lean])
        bits = distance.box(q, bit, min(bit) * 0.7)
        return np.where(present, np.minimum(bits, border), border)

    def field(p: Vectors) -> Floats:
        above = p[2] - ground(p)
        first, second = (layer(p, above, *each) for each in layers)
        return np.minimum(first, second)

    return Part(
        field,
        Material(plain(tinted(rng, colour, 0.1), 0.25, 0.5), gloss=0.3, shininess=40, softness=0.5),
        low,
        high,
        caution=0.7,
        casts=False,
    )


def _on_sausage(sausage: Sausage) -> Distance:
    """Height of the top of a sausage about the origin."""

    def height(p: Vectors) -> Floats:
        inside = np.maximum((sausage.radius**2) - np.square(p[1]), 0.05)
        return np.sqrt(inside) + (sausage.bend / sausage.half_length**2) * np.square(p[0])

    return height


TOPPINGS = {
    "onion": (rgb(240, 232, 222), (0.28, 0.24, 0.09), 0.7),
    "relish": (rgb(112, 132, 30), (0.2, 0.18, 0.13), 0.85),
    "cheese": (rgb(240, 178, 52), (0.62, 0.09, 0.08), 0.8),
    "crisp onion": (rgb(166, 98, 36), (0.34, 0.16, 0.12), 0.75),
    "pickle": (rgb(98, 124, 36), (0.42, 0.4, 0.09), 0.5),
}


def topping(rng: np.random.Generator, sausage: Sausage, reach: float) -> Part:
    """One random topping along a sausage about the origin, `reach` cm either way."""
    colour, bit, fill = TOPPINGS[str(rng.choice(list(TOPPINGS)))]
    side = sausage.radius * float(rng.uniform(0.55, 0.85))
    top = sausage.radius + max(sausage.bend, 0) + 0.9
    return scattered(rng, colour, _on_sausage(sausage), (-reach, -side, 0.2), (reach, side, top), bit, fill)


def chili(rng: np.random.Generator, sausage: Sausage, reach: float) -> Part:
    """Minced meat in sauce, heaped on a sausage about the origin."""
    seed = int(rng.integers(100))
    r = sausage.radius

    def field(p: Vectors) -> Floats:
        q = sausage.straighten(p)
        q[2] -= r * 0.75
        lumps = 0.4 * (layered_noise(p, 0.7, 2, seed) - 0.5)
        return distance.ellipsoid(q, (1.2, r * 0.95, 0.75), reach - 1.2) - lumps

    return Part(
        field,
        Material(
            plain(tinted(rng, rgb(112, 48, 22)), 0.5, 0.5),
            gloss=0.45,
            shininess=30,
            bump=0.15,
            bump_scale=0.2,
        ),
        (-reach - 0.3, -r - 0.3, 0),
        (reach + 0.3, r + 0.3, r * 0.75 + max(sausage.bend, 0) + 1.1),
        caution=0.6,
    )


def hotdog(rng: np.random.Generator) -> list[Part]:
    """One hotdog on z = 0, 13 to 18 cm long along x."""
    half = float(rng.uniform(6.2, 7.6))
    sausage = random_sausage(rng, half + float(rng.uniform(-0.2, 1.6)))
    bun = random_bun(rng, sausage.radius + 0.02, half)
    filling = [sausage.part(rng)]
    reach = half - float(rng.uniform(0.4, 1.6))
    style = rng.random()
    if style < 0.62:
        sauces = [(MUSTARD, True)] if rng.random() < 0.6 else [(KETCHUP, True)]
        if rng.random() < 0.3:
            sauces = [(MUSTARD, True), (KETCHUP, rng.random() < 0.6)]
        elif rng.random() < 0.2:
            sauces = [(sauces[0][0], False)]
        filling += [sauce_line(rng, sausage, c, reach, zigzag, sausage.radius) for c, zigzag in sauces]
        if rng.random() < 0.25:
            filling.append(topping(rng, sausage, reach))
    elif style < 0.84:
        filling += [topping(rng, sausage, reach - 0.3) for _ in range(rng.integers(1, 3))]
        if rng.random() < 0.6:
            filling.append(
                sauce_line(
                    rng,
                    sausage,
                    MUSTARD if rng.random() < 0.6 else KETCHUP,
                    reach,
                    True,
                    sausage.radius + 0.25,
                )
            )
    elif style < 0.92:
        filling.append(chili(rng, sausage, reach - 1.2))
        if rng.random() < 0.5:
            filling.append(
                topping(rng, Sausage(sausage.half_length, sausage.radius + 0.3, sausage.bend), reach - 2)
            )
    return [bun.part(rng), *place(filling, z=bun.slot_height)]


def bare_sausages(rng: np.random.Generator) -> list[Part]:
    """One to four sausages without any bread."""
    parts: list[Part] = []
    count = int(rng.integers(1, 5))
    colour = SAUSAGE_COLOURS[rng.integers(len(SAUSAGE_COLOURS))]
    for index in range(count):
        sausage = random_sausage(rng, float(rng.uniform(5.0, 7.6)))
        lying = sausage.part(rng, colour).placed(turn(0, float(rng.choice([80, -80]))), vector(0, 0, 0))
        pieces = [lying]
        if rng.random() < 0.15:
            pieces = [
                sausage.part(rng, colour),
                sauce_line(rng, sausage, MUSTARD, sausage.half_length - 1.5, True, sausage.radius),
            ]
        y = (index - (count - 1) / 2) * float(rng.uniform(2.9, 3.6))
        parts += place(pieces, float(rng.uniform(-1, 1)), y, sausage.radius, float(rng.uniform(-9, 9)))
    return parts


def empty_buns(rng: np.random.Generator) -> list[Part]:
    """One to three rolls with nothing in them: whole, or split and open so that the crumb shows."""
    parts: list[Part] = []
    count = int(rng.integers(1, 4))
    whole = bool(rng.random() < 0.2)
    for index in range(count):
        lobe_width, lobe_height = float(rng.uniform(1.7, 2.0)), float(rng.uniform(1.8, 2.2))
        bun = Bun(
            half_length=float(rng.uniform(6, 7.4)),
            lobe_width=lobe_width * 1.3 if whole else lobe_width,
            lobe_height=lobe_height,
            gap=0.35 if whole else float(rng.uniform(1.1, 1.5)),
            tilt=0 if whole else float(rng.uniform(2, 24)),
            slot=0.05 if whole else float(rng.uniform(0.2, 0.5)),
            slot_height=lobe_height * (2.4 if whole else float(rng.uniform(0.6, 0.9))),
            cut=0.02 if whole else float(rng.uniform(0.1, 0.35)),
            flare=0.01 if whole else float(rng.uniform(0.35, 0.7)),
        )
        y = (index - (count - 1) / 2) * 7.2
        parts += place([bun.part(rng)], float(rng.uniform(-1, 1)), y, 0, float(rng.uniform(-10, 10)))
    return parts


def corn_dogs(rng: np.random.Generator) -> list[Part]:
    """One to three sausages fried in batter on wooden sticks."""
    parts: list[Part] = []
    count = int(rng.integers(1, 4))
    for index in range(count):
        half, radius = float(rng.uniform(4.8, 6.2)), float(rng.uniform(1.6, 2.0))
        seed = int(rng.integers(100))

        def batter(p: Vectors, half: float = half, radius: float = radius, seed: int = seed) -> Floats:
            taper = 0.12 * p[0] / half
            lumps = 0.12 * (value_noise(p, 1.1, seed) - 0.5)
            return distance.capsule(p, half - radius, radius) + taper - lumps

        def stick(p: Vectors, half: float = half) -> Floats:
            return distance.capsule(p - vector(half + 2.2, 0, 0)[:, None], 3.4, 0.27)

        golden = tinted(rng, rgb(188, 112, 40) if rng.random() < 0.7 else rgb(160, 86, 30))
        body = Part(
            batter,
            Material(
                plain(golden, 0.35, 0.9, seed),
                gloss=0.2,
                shininess=25,
                bump=0.16,
                bump_scale=0.25,
                softness=0.3,
            ),
            (-half - 0.3, -radius - 0.3, -radius - 0.3),
            (half + 0.3, radius + 0.3, radius + 0.3),
            caution=0.85,
        )
        wood = Part(
            stick,
            Material(plain(tinted(rng, rgb(222, 190, 140)), 0.15, 0.6), gloss=0.05),
            (half - 1.5, -0.3, -0.3),
            (half + 6, 0.3, 0.3),
        )
        pieces = [body, wood]
        if rng.random() < 0.5:
            core = Sausage(half, radius, 0.0)
            sauce = MUSTARD if rng.random() < 0.7 else KETCHUP
            pieces.append(sauce_line(rng, core, sauce, half - 1.8, rng.random() < 0.7, radius))
        y = (index - (count - 1) / 2) * 4.6
        parts += place(pieces, float(rng.uniform(-1, 1)), y, radius, float(rng.uniform(-8, 8)))
    return parts
