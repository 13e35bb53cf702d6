"""Augmentation by one composed affine matrix, so that a picture is resampled once however much is done to it.

Ranges after Anglade 2017: rotation +-135 degrees, shifts 20 %, shear 30 %, zoom 10 %, channel shift 20 %, horizontal flip. Both classes are treated alike.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from ml.pixels import Tensor, box_mean, centre_square

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Augmentation:
    """Ranges; every value is drawn uniformly within plus and minus its range."""

    rotation_degrees: float = 135.0
    shift: float = 0.2
    """Fraction of the square's side."""
    shear: float = 0.3
    """Tangent of the shear angle."""
    zoom_in: float = 0.1
    zoom_out: float = 0.1
    """Scale is drawn log-uniformly from 1 / (1 + zoom_out) to 1 + zoom_in."""
    channel_shift: float = 0.2
    """Fraction of 255 added to each channel on its own."""
    brightness: float = 0.0
    """Fraction by which all channels are scaled together."""
    flip: bool = True
    sharp_resampling: float = 0.5
    """Share of pictures sampled straight at R rather than at 2R and halved, since resamplers differ between phones."""

    def matrix(
        self, rng: np.random.Generator, crop_rng: np.random.Generator, width: int, height: int, side: int
    ) -> Matrix:
        """Draw a matrix, float64 (2, 3), that takes pixels of a `side` x `side` output to pixels of a `width` x `height` picture."""
        square = centre_square(width, height)
        angle = np.deg2rad(rng.uniform(-self.rotation_degrees, self.rotation_degrees))
        scale = (
            np.exp(crop_rng.uniform(-np.log1p(self.zoom_in), np.log1p(self.zoom_out))) * square.side / side
        )
        flip = -1.0 if self.flip and crop_rng.random() < 0.5 else 1.0
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shear = np.array([[1.0, rng.uniform(-self.shear, self.shear)], [0.0, 1.0]])
        linear = rotation @ shear @ np.diag([flip * scale, scale])
        # Half-pixel centres: the middle of the output meets the middle of the square, moved by the shift.
        middle = np.array([square.left, square.top]) + square.side / 2 - 0.5
        middle = middle + crop_rng.uniform(-self.shift, self.shift, size=2) * square.side
        offset = middle - linear @ np.full(2, side / 2 - 0.5)
        return np.column_stack([linear, offset])

    def __call__(
        self,
        picture: Tensor,
        resolution: int,
        rng: np.random.Generator,
        crop_rng: np.random.Generator | None = None,
    ) -> Tensor:
        """Distort a picture.

        Args:
            picture: uint8 RGB, shape (H, W, 3), upright.
            resolution: R, side of the result.
            rng: source of every random choice.
            crop_rng: source of zoom, shift and flip, where two views must show the same part of the picture.

        Returns:
            uint8 RGB, shape (R, R, 3).
        """
        sharp = rng.random() < self.sharp_resampling
        side = resolution if sharp else 2 * resolution
        height, width = picture.shape[:2]
        warped = cv2.warpAffine(
            picture,
            self.matrix(rng, crop_rng or rng, width, height, side),
            (side, side),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        ).astype(np.uint8, copy=False)
        return self._recolour(warped if sharp else box_mean(warped), rng)

    def crop_only(self) -> "Augmentation":
        """Return the same zooms, shifts and flips, upright and in the picture's own colours."""
        return replace(self, rotation_degrees=0.0, shear=0.0, channel_shift=0.0, brightness=0.0)

    def _recolour(self, picture: Tensor, rng: np.random.Generator) -> Tensor:
        gain = 1 + rng.uniform(-self.brightness, self.brightness)
        shifts = rng.uniform(-self.channel_shift, self.channel_shift, size=3) * 255
        tables = np.clip(np.arange(256)[:, np.newaxis] * gain + shifts + 0.5, 0, 255).astype(np.uint8)
        return cv2.LUT(picture, tables[np.newaxis]).astype(np.uint8, copy=False)
