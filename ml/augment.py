"""Augmentation by one composed affine matrix, so that a picture is resampled once however much is done to it.

The defaults are those of Anglade 2017: rotation +-135 degrees, shifts 20 %, shear 30 %, zoom 10 %, channel shift 20 %, horizontal flip. Both classes alike.
The rest is what phones do to pictures, and what makes a hotdog small: seen from afar, off the middle, with something else around it.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ml.pixels import Tensor, centre_square
from ml.screens import photographed

Matrix = npt.NDArray[np.float64]

SLIGHT_ROTATION_DEGREES = 8.0
"""How askew a phone is held, for pictures that are not turned about."""


@dataclass(frozen=True)
class Augmentation:
    """Ranges; every value is drawn uniformly within plus and minus its range, and every `share` is the part of pictures it happens to."""

    rotation_degrees: float = 135.0
    shift: float = 0.2
    """Fraction of the square's side."""
    shear: float = 0.3
    """Tangent of the shear angle."""
    zoom_in: float = 0.1
    zoom_out: float = 0.1
    """Scale is drawn log-uniformly from 1 / (1 + zoom_in) to 1 + zoom_out of the square's side."""
    channel_shift: float = 0.2
    """Fraction of 255 added to each channel on its own."""
    brightness: float = 0.0
    """Fraction by which all channels are scaled together."""
    flip: bool = True
    sharp_resampling: float = 0.5
    """Share of pictures sampled straight at R rather than at 2R and halved, since resamplers differ between phones."""
    rotation_share: float = 1.0
    """The others are turned by a few degrees."""
    roam: float = 0.0
    """How far a zoomed picture moves, as a fraction of the room between it and the frame."""
    stretch: float = 0.0
    """Width over height is changed by up to this fraction, log-uniformly."""
    saturation: float = 0.0
    """Fraction by which the distance from grey is scaled."""
    scene_share: float = 0.0
    """Share of pictures laid onto another photo where they do not fill the frame; the others are mirrored at their border."""
    coarse_share: float = 0.0
    """Share of pictures that come from a smaller one, `COARSE_SIDES` pixels wide."""
    jpeg_share: float = 0.0
    """Share of pictures that have been through JPEG once more, at a quality of `JPEG_QUALITIES`."""
    screen_share: float = 0.0
    """Share of pictures that look as if photographed off a screen (`ml/screens.py`). For classifiers: its perspective is not in `with_matrix`."""

    def matrix(self, rng: np.random.Generator, width: int, height: int, side: int) -> Matrix:
        """Draw a matrix, float64 (2, 3), that takes pixels of a `side` x `side` output to pixels of a `width` x `height` picture."""
        square = centre_square(width, height)
        turned = rng.random() < self.rotation_share
        largest = self.rotation_degrees if turned else min(self.rotation_degrees, SLIGHT_ROTATION_DEGREES)
        angle = np.deg2rad(rng.uniform(-largest, largest))
        view = np.exp(rng.uniform(-np.log1p(self.zoom_in), np.log1p(self.zoom_out)))
        scale = view * square.side / side
        stretch = np.exp(rng.uniform(-1.0, 1.0) * np.log1p(self.stretch) / 2)
        flip = -1.0 if self.flip and rng.random() < 0.5 else 1.0
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shear = np.array([[1.0, rng.uniform(-self.shear, self.shear)], [0.0, 1.0]])
        linear = rotation @ shear @ np.diag([flip * scale * stretch, scale / stretch])
        # Half-pixel centres: the middle of the output meets the middle of the square, moved by the shift.
        reach = self.shift + self.roam * abs(view - 1) / 2
        middle = np.array([square.left, square.top]) + square.side / 2 - 0.5
        middle = middle + rng.uniform(-reach, reach, size=2) * square.side
        offset = middle - linear @ np.full(2, side / 2 - 0.5)
        return np.column_stack([linear, offset])

    def __call__(
        self, picture: Tensor, resolution: int, rng: np.random.Generator, scene: Tensor | None = None
    ) -> Tensor:
        """Distort a picture.

        Args:
            picture: uint8 RGB, shape (H, W, 3), upright.
            resolution: R, side of the result.
            rng: source of every random choice.
            scene: uint8 RGB of any shape, to lay the picture onto where it does not fill the frame.

        Returns:
            uint8 RGB, shape (R, R, 3).
        """
        distorted, _ = self.with_matrix(picture, resolution, rng, scene)
        if self.screen_share and rng.random() < self.screen_share:
            return photographed(distorted, rng)
        return distorted

    def with_matrix(
        self, picture: Tensor, resolution: int, rng: np.random.Generator, scene: Tensor | None = None
    ) -> tuple[Tensor, Matrix]:
        """Distort a picture as `__call__` does.

        Returns:
            The result, and the matrix, float64 (2, 3), from its pixels to those of the picture; pixel 0 has its middle at 0.
        """
        sharp = rng.random() < self.sharp_resampling
        side = resolution if sharp else 2 * resolution
        height, width = picture.shape[:2]
        matrix = where = self.matrix(rng, width, height, side)
        if rng.random() < self.coarse_share:
            picture, matrix = _coarsened(picture, matrix, rng)
        if scene is None:
            warped = _warped(picture, matrix, side, cv2.BORDER_REFLECT_101)
        else:
            warped = _warped(
                picture, matrix, side, cv2.BORDER_TRANSPARENT, _fitted(scene, side, self.flip, rng)
            )
        distorted = self._recoloured(warped if sharp else _halved(warped), rng)
        if rng.random() < self.jpeg_share:
            distorted = _through_jpeg(distorted, rng)
        return distorted, where if sharp else _of_halved(where)

    def _recoloured(self, picture: Tensor, rng: np.random.Generator) -> Tensor:
        if self.saturation:
            picture = _saturated(picture, 1 + rng.uniform(-self.saturation, self.saturation))
        gain = 1 + rng.uniform(-self.brightness, self.brightness)
        shifts = rng.uniform(-self.channel_shift, self.channel_shift, size=3) * 255
        tables = np.clip(np.arange(256)[:, np.newaxis] * gain + shifts + 0.5, 0, 255).astype(np.uint8)
        return cv2.LUT(picture, tables[np.newaxis]).astype(np.uint8, copy=False)


COARSE_SIDES = (96, 200)
JPEG_QUALITIES = (40, 95)


def _warped(picture: Tensor, matrix: Matrix, side: int, border: int, onto: Tensor | None = None) -> Tensor:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(picture, matrix, (side, side), onto, flags=flags, borderMode=border)
    return warped.astype(np.uint8, copy=False)


def _halved(picture: Tensor) -> Tensor:
    """The contract's box mean, to the bit and some fifty times as fast: OpenCV's area resampling by two rounds half up as well."""
    height, width = picture.shape[:2]
    return np.asarray(cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA), np.uint8)


def _of_halved(matrix: Matrix) -> Matrix:
    """Let a matrix of a picture's pixels stand for those of the picture halved, each of which has its middle between two."""
    linear = matrix[:, :2]
    return np.column_stack([2 * linear, matrix[:, 2] + linear @ [0.5, 0.5]])


def _fitted(scene: Tensor, side: int, flip: bool, rng: np.random.Generator) -> Tensor:
    """Cut a random square of at least half the scene's short side, and scale it to `side`."""
    short = min(scene.shape[:2])
    cut = int(short * rng.uniform(0.5, 1.0))
    top, left = (int(rng.integers(0, length - cut + 1)) for length in scene.shape[:2])
    fitted = cv2.resize(
        scene[top : top + cut, left : left + cut], (side, side), interpolation=cv2.INTER_LINEAR
    )
    return np.ascontiguousarray(fitted[:, ::-1] if flip and rng.random() < 0.5 else fitted)


def _coarsened(picture: Tensor, matrix: Matrix, rng: np.random.Generator) -> tuple[Tensor, Matrix]:
    """Shrink the picture, and let the matrix point into the smaller one."""
    shrink = rng.integers(*COARSE_SIDES, endpoint=True) / min(picture.shape[:2])
    if shrink >= 1:
        return picture, matrix
    height, width = (max(1, round(length * shrink)) for length in picture.shape[:2])
    smaller = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    factors = np.array([width / picture.shape[1], height / picture.shape[0]])
    linear = matrix[:, :2] * factors[:, np.newaxis]
    offset = (matrix[:, 2] + 0.5) * factors - 0.5
    return smaller, np.column_stack([linear, offset])


def _saturated(picture: Tensor, factor: float) -> Tensor:
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return cv2.addWeighted(picture, factor, grey, 1 - factor, 0.0).astype(np.uint8, copy=False)


def _through_jpeg(picture: Tensor, rng: np.random.Generator) -> Tensor:
    quality = int(rng.integers(*JPEG_QUALITIES, endpoint=True))
    _, encoded = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR_RGB)
    return np.asarray(decoded, np.uint8)
