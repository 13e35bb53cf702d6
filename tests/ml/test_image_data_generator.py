"""Each range of the augmentation means what Keras's ImageDataGenerator, which the article used, means by it: checked picture by picture."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from keras.src.legacy.preprocessing.image import apply_affine_transform, apply_channel_shift, flip_axis
from PIL import Image

from ml.augment import Augmentation

# Keras's own, of a namespace that SciPy will drop.
pytestmark = pytest.mark.filterwarnings("ignore:Please import `affine_transform`:DeprecationWarning")

SIDE = 128
NOTHING = Augmentation(
    rotation_degrees=0.0,
    shift=0.0,
    shear=0.0,
    zoom_in=0.0,
    zoom_out=0.0,
    channel_shift=0.0,
    flip=False,
    sharp_resampling=1.0,
)
Floats = npt.NDArray[np.float32]


class Drawn(np.random.Generator):
    """Draws the same point of every range: -1 its lowest, 1 its highest value."""

    def __init__(self, point: float) -> None:
        super().__init__(np.random.PCG64(0))
        self._share = (point + 1) / 2

    def uniform(self, low: float = 0.0, high: float = 1.0, size: int | None = None) -> float | np.ndarray:  # type: ignore[override]
        value = low + (high - low) * self._share
        return value if size is None else np.full(size, value)

    def random(self) -> float:  # type: ignore[override]
        return 0.0


@pytest.fixture
def picture() -> npt.NDArray[np.uint8]:
    """Soft blobs of medium colours, so that half a pixel makes little difference and no shift of colour is cut off."""
    cells = np.random.default_rng(0).integers(60, 196, (10, 10, 3), np.uint8)
    return np.asarray(Image.fromarray(cells).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def affine(picture: Floats, **parameters: float) -> Floats:
    # SciPy calls `mirror` what OpenCV calls 101: the border pixel itself is not repeated.
    moved: Floats = apply_affine_transform(
        picture, row_axis=0, col_axis=1, channel_axis=2, fill_mode="mirror", order=1, **parameters
    )
    return moved


def shifted_channels(picture: Floats, levels: float) -> Floats:
    """Keras cuts off at the picture's own darkest and brightest value; two pixels make these black and white."""
    framed = picture.copy()
    framed[0, 0], framed[0, 1] = 0, 255
    shifted: Floats = apply_channel_shift(framed, levels)
    shifted[0, :2] = picture[0, :2] + levels
    return shifted


CASES: dict[str, tuple[dict[str, Any], Callable[[Floats, float], Floats]]] = {
    "rotation": ({"rotation_degrees": 135.0}, lambda x, at: affine(x, theta=135 * at)),
    "shift": ({"shift": 0.2}, lambda x, at: affine(x, tx=0.2 * SIDE * at, ty=0.2 * SIDE * at)),
    "zoom": (
        {"zoom_in": 0.1, "zoom_out": 0.1},
        lambda x, at: affine(x, zx=1.1**at, zy=1.1**at),
    ),
    "channel shift": ({"channel_shift": 0.2}, lambda x, at: shifted_channels(x, 0.2 * 255 * at)),
    # Keras's shear also squashes rows by its cosine, which its own zoom undoes; ours only slants. The article's 0.3 were radians in the Keras of 2017.
    "shear": (
        {"shear": 0.3},
        lambda x, at: affine(
            x, shear=float(np.rad2deg(-np.arctan(0.3 * at))), zy=float(np.hypot(1, 0.3 * at))
        ),
    ),
}


@pytest.mark.parametrize("at", [-1.0, -0.4, 0.3, 1.0])
@pytest.mark.parametrize("name", CASES)
def test_each_range_means_what_keras_means(name: str, at: float, picture: npt.NDArray[np.uint8]) -> None:
    ranges, theirs = CASES[name]
    ours = dataclasses.replace(NOTHING, **ranges)(picture, SIDE, Drawn(at))
    expected = theirs(picture.astype(np.float32), at)
    assert np.abs(ours - picture.astype(np.float32)).mean() > 3, "it does nothing"
    assert np.abs(ours - expected).mean() < 1


def test_a_flip_is_keras_flip(picture: npt.NDArray[np.uint8]) -> None:
    ours = dataclasses.replace(NOTHING, flip=True)(picture, SIDE, Drawn(0))
    assert np.array_equal(ours, flip_axis(picture, 1))
