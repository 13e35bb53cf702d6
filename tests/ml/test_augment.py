"""Augmentation: one matrix, the stated ranges, both classes alike."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml.augment import Augmentation
from ml.batches import read_picture
from ml.pixels import PhotoError, decode, photo_to_tensor
from tests.ml.profiles import red_and_blue_swapped

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


@pytest.mark.parametrize("name", ["picture.png", "a_png.jpg"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "I;16", "P"])
def test_what_is_distorted_is_what_is_measured(mode: str, name: str, tmp_path: Path) -> None:
    """Of a picture that is no JPEG too, whatever lies hidden below its alpha and whatever it is called."""
    levels = np.random.default_rng(0).integers(0, 256, (40, 60, 4), np.uint8)
    deep = Image.fromarray(levels[..., 0].astype(np.uint16) * 257)
    (deep if mode == "I;16" else Image.fromarray(levels).convert(mode)).save(tmp_path / name, "PNG")
    assert np.array_equal(read_picture(tmp_path / name), np.asarray(decode(tmp_path / name)))


@pytest.mark.parametrize("with_profile", [False, True])
def test_a_phones_photo_is_distorted_upright_and_in_the_colours_that_are_measured(
    with_profile: bool, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], tmp_path: Path
) -> None:
    on_its_side = Image.Exif()
    on_its_side[ExifTags.Base.Orientation] = 6
    photo = tmp_path / "photo.jpg"
    profile = red_and_blue_swapped() if with_profile else None
    Image.fromarray(picture).save(photo, exif=on_its_side, icc_profile=profile)

    learnt = read_picture(photo)

    assert learnt.shape == (336, 256, 3)
    assert np.array_equal(learnt, np.asarray(decode(photo)))


@pytest.mark.parametrize("left", [0, 2000, -100])
def test_a_photo_that_was_cut_off_is_not_learnt_from_either(
    left: int, picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    Image.fromarray(picture).save(photo)
    photo.write_bytes(photo.read_bytes()[:left])
    with pytest.raises(PhotoError, match=r"photo\.jpg is not a picture that can be read"):
        read_picture(photo)


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
    matrices = np.array([augmentation.matrix(rng, 400, 300, 128) for _ in range(2000)])
    areas = np.abs(np.linalg.det(matrices[:, :, :2])) * (128 / 300) ** 2
    middles = matrices[:, :, :2] @ np.full(2, 63.5) + matrices[:, :, 2] - np.array([199.5, 149.5])
    assert (areas >= 1 / 1.1**2 - 1e-9).all()
    assert (areas <= 1.1**2 + 1e-9).all()
    assert np.abs(middles).max() <= 0.2 * 300
    assert np.abs(middles).max() > 0.19 * 300


def test_a_picture_seen_from_afar_lies_on_the_scene(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    afar = dataclasses.replace(NOTHING, zoom_out=1.0)

    class AlwaysHighest(np.random.Generator):
        def uniform(self, low: float = 0.0, high: float = 1.0, size: int | None = None) -> float | np.ndarray:  # type: ignore[override]
            del low
            return high if size is None else np.full(size, high)

    scene = np.full((300, 300, 3), 255, np.uint8)
    small = afar(picture, 128, AlwaysHighest(np.random.PCG64(0)), scene)
    expected = photo_to_tensor(Image.fromarray(picture), 64)[0]
    assert (small[:16] == 255).all()
    assert (small[-16:] == 255).all()
    assert np.abs(small[34:94, 34:94].astype(int) - expected[2:62, 2:62]).mean() < 4


def test_a_coarse_picture_keeps_its_place(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> None:
    coarse = dataclasses.replace(NOTHING, coarse_share=1.0)
    blurred = coarse(picture, 128, np.random.default_rng(3)).astype(int)
    expected = photo_to_tensor(Image.fromarray(picture), 128)[0].astype(int)
    here = np.abs(blurred - expected).mean()
    moved = min(np.abs(np.roll(blurred, by, axis) - expected).mean() for by in (-2, 2) for axis in (0, 1))
    assert 0 < here < moved


def test_saturation_and_jpeg_leave_grey_alone() -> None:
    grey = np.full((64, 64, 3), 90, np.uint8)
    phone = dataclasses.replace(NOTHING, saturation=0.5, jpeg_share=1.0)
    assert np.abs(phone(grey, 64, np.random.default_rng(0)).astype(int) - 90).max() <= 1


def test_roaming_reaches_no_further_than_the_frame() -> None:
    rng, augmentation = np.random.default_rng(1), dataclasses.replace(NOTHING, zoom_out=1.0, roam=1.0)
    matrices = np.array([augmentation.matrix(rng, 300, 300, 128) for _ in range(2000)])
    corners = np.array([[-0.5, -0.5], [127.5, 127.5]])
    seen = np.stack([matrices[:, :, :2] @ corner + matrices[:, :, 2] for corner in corners])
    assert seen[0].max() <= -0.5 + 1e-9
    assert seen[1].min() >= 299.5 - 1e-9
