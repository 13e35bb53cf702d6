"""Augmentation: one matrix, the stated ranges, both classes alike."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from ml.augment import Augmentation
from ml.pixels import photo_to_tensor

NOTHING = Augmentation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, flip=False, sharp_resampling=0.0)


@pytest.fixture
def picture() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    rng = np.random.default_rng(0)
    return np.asarray(
        Image.fromarray(rng.integers(0, 256, (16, 21, 3), np.uint8)).resize(
            (336, 256), Image.Resampling.BICUBIC
        )
    )


def test_no_distortion_is_the_pixel_contract(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    distorted = NOTHING(picture, 128, np.random.default_rng(0))
    expected = photo_to_tensor(Image.fromarray(picture), 128)[0]
    assert np.abs(distorted.astype(int) - expected).max() <= 1


def test_the_same_generator_gives_the_same_picture(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    first, second = (Augmentation()(picture, 64, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)


def test_rotation_turns_the_picture_about_its_middle(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    quarter = dataclasses.replace(NOTHING, rotation_degrees=90.0)

    class AlwaysHighest(np.random.Generator):
        def uniform(self, low: float = 0.0, high: float = 1.0, size: int | None = None) -> float | np.ndarray:  # type: ignore[override]
            del low
            return high if size is None else np.full(size, high)

    turned = quarter(picture, 128, AlwaysHighest(np.random.PCG64(0)))
    expected = np.rot90(photo_to_tensor(Image.fromarray(picture), 128)[0])
    assert np.abs(turned.astype(int) - expected).max() <= 1


def test_matrices_stay_within_their_ranges() -> None:
    rng, augmentation = np.random.default_rng(1), Augmentation()
    matrices = np.array([augmentation.matrix(rng, rng, 400, 300, 128) for _ in range(2000)])
    areas = np.abs(np.linalg.det(matrices[:, :, :2])) * (128 / 300) ** 2
    middles = matrices[:, :, :2] @ np.full(2, 63.5) + matrices[:, :, 2] - np.array([199.5, 149.5])
    assert (areas >= 1 / 1.1**2 - 1e-9).all()
    assert (areas <= 1.1**2 + 1e-9).all()
    assert np.abs(middles).max() <= 0.2 * 300
    assert np.abs(middles).max() > 0.19 * 300


def test_two_views_of_one_crop_differ_in_turn_and_colour_only(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    """Averaged over the disc that every rotation keeps, an upright view and a turned one have the same colours."""
    augmentation = dataclasses.replace(Augmentation(), shear=0.0, channel_shift=0.0)
    turned = augmentation(picture, 128, np.random.default_rng(1), crop_rng=np.random.default_rng(5))
    upright = augmentation.crop_only()(
        picture, 128, np.random.default_rng(2), crop_rng=np.random.default_rng(5)
    )
    y, x = np.mgrid[:128, :128] - 63.5
    disc = x**2 + y**2 < 60**2
    assert np.abs(turned[disc].mean(axis=0) - upright[disc].mean(axis=0)).max() < 3
