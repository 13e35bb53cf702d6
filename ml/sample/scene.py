"""What a picture is made of: parts with a shape and a material, a table, a light and a camera."""

from dataclasses import dataclass, field, replace

import numpy as np

from ml.sample.arrays import Distance, Floats, Vectors, vector
from ml.sample.camera import Camera
from ml.sample.materials import Backdrop, Material


@dataclass(frozen=True)
class Part:
    """One solid of one material. Its shape, texture and bounding box are in its own frame, in cm, z up."""

    distance: Distance
    material: Material
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    caution: float = 1.0
    """Share of the distance that a ray may safely step; below 1 where the field overestimates."""
    casts: bool = True
    """Whether it takes light from others: not where the field also measures to things that are no surface."""
    rotation: Floats = field(default_factory=lambda: np.eye(3, dtype=np.float32))
    """(3, 3), from the part's frame to the world's."""
    position: Floats = field(default_factory=lambda: vector(0, 0, 0))
    hotdog: int | None = None
    """Which of the picture's hotdogs it belongs to, counted from 0."""

    def placed(self, rotation: Floats, position: Floats) -> "Part":
        """The same part after its frame has been rotated, then moved."""
        return replace(
            self,
            rotation=rotation @ self.rotation,
            position=(rotation @ self.position + position).astype(np.float32),
        )

    def to_local(self, p: Vectors) -> Vectors:
        """World points (3, N) in the part's frame."""
        return np.ascontiguousarray(self.rotation.T @ (p - self.position[:, None]))


def turn(axis: int, degrees: float) -> Floats:
    """Rotation matrix (3, 3) about an axis (0 = x, 1 = y, 2 = z), counter-clockwise seen from its tip."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    a, b = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3, dtype=np.float32)
    matrix[a, a], matrix[a, b], matrix[b, a], matrix[b, b] = c, -s, s, c
    return matrix


def place(parts: list[Part], x: float = 0, y: float = 0, z: float = 0, heading: float = 0) -> list[Part]:
    """Turn parts about z by `heading` degrees, then move them by (x, y, z) cm."""
    return [part.placed(turn(2, heading), vector(x, y, z)) for part in parts]


@dataclass(frozen=True)
class Light:
    """One distant lamp with soft edges, and the glow of the surroundings. Colours are linear RGB of shape (3, 1)."""

    direction: Floats
    """(3,), unit length, towards the lamp."""
    colour: Vectors
    sky: Vectors
    """Ambient light from above."""
    bounce: Vectors
    """Ambient light from below."""
    sharpness: float
    """Of the shadow's edge: 4 is an overcast window, 40 the sun."""


@dataclass(frozen=True)
class Scene:
    """Everything in front of the camera. The table is the plane z = 0, at most `table_end` cm from the origin."""

    parts: list[Part]
    table: Material
    table_end: float
    backdrop: Backdrop
    light: Light
    camera: Camera

    @property
    def casters(self) -> list[Part]:
        """The parts that take light from others."""
        return [part for part in self.parts if part.casts]
