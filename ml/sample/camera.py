"""A pinhole camera that looks at a point."""

from dataclasses import dataclass

import numpy as np

from ml.sample.arrays import Floats, Vectors, vector


@dataclass(frozen=True)
class Camera:
    """Where the camera stands (cm) and how it is held. Angles are in degrees."""

    target: Floats
    """(3,), the point in the middle of the picture."""
    distance: float
    azimuth: float
    elevation: float
    """Above the table: 90 looks straight down."""
    roll: float
    focal: float
    """In mm for a sensor whose shorter side is 24 mm."""
    blur: float
    """Diameter of the blur disc of something infinitely far away, as a share of the shorter side."""

    @property
    def origin(self) -> Floats:
        """(3,), where the lens is."""
        a, e = np.radians(self.azimuth), np.radians(self.elevation)
        return self.target + np.float32(self.distance) * vector(
            np.cos(a) * np.cos(e), np.sin(a) * np.cos(e), np.sin(e)
        )

    def rays(self, width: int, height: int) -> Vectors:
        """Unit directions (3, height * width) through the pixels' centres, row by row."""
        a, r = np.radians(self.azimuth), np.radians(self.roll)
        forward = self.target - self.origin
        forward /= np.linalg.norm(forward)
        right = vector(-np.sin(a), np.cos(a), 0)
        up = np.cross(right, forward)
        right, up = right * np.cos(r) + up * np.sin(r), up * np.cos(r) - right * np.sin(r)
        step = 24 / self.focal / min(width, height)
        u = (np.arange(width) + 0.5 - width / 2) * step
        v = (height / 2 - np.arange(height) - 0.5) * step
        grid_v, grid_u = np.meshgrid(v, u, indexing="ij")
        d = (
            forward[:, None]
            + right[:, None] * grid_u.ravel()[None, :]
            + up[:, None] * grid_v.ravel()[None, :]
        ).astype(np.float32)
        return d / np.sqrt((d * d).sum(axis=0))
