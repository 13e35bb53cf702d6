"""The pixel contract in Python, against the golden cases that the app is held to as well."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml.pixels import PhotoError, box_mean, centre_square, photo_to_tensor
from tests.ml.profiles import red_and_blue_swapped

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = json.loads((GOLDEN / "pixels.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_a_golden_picture_becomes_what_the_contract_says(case: dict[str, Any]) -> None:
    tensor = photo_to_tensor(GOLDEN / "pixels" / case["file"], case["resolution"])

    assert tensor.dtype == np.uint8
    assert tensor.shape == (1, case["resolution"], case["resolution"], 3)
    if case["kind"] == "exact":
        assert hashlib.sha256(tensor.tobytes()).hexdigest() == case["sha256"]
    else:
        side = case["resolution"] // 4
        means = tensor[0].reshape(4, side, 4, side, 3).mean(axis=(1, 3))
        assert np.abs(means - np.array(case["cells"])).max() <= case["tolerance"]


def test_a_grey_picture_of_16_bits_is_that_of_its_upper_8(tmp_path: Path) -> None:
    upper = np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) % 256
    Image.fromarray(upper << 8 | 99).save(tmp_path / "deep.png")
    Image.fromarray(upper.astype(np.uint8)).save(tmp_path / "plain.png")
    deep, plain = (photo_to_tensor(tmp_path / name, 32) for name in ("deep.png", "plain.png"))
    assert np.array_equal(deep, plain)


def test_box_mean_rounds_half_up() -> None:
    block = np.array([[[0], [0]], [[1], [1]]], np.uint8)
    assert box_mean(block).tolist() == [[[1]]]


def test_centre_square_of_odd_margins_leans_to_the_top_left() -> None:
    assert centre_square(101, 64) == (18, 0, 64)


def test_another_square_than_the_centre_may_be_asked_for() -> None:
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("black", (0, 0, 50, 50))
    assert photo_to_tensor(picture, 32, (0, 0, 50)).max() == 0
    assert photo_to_tensor(picture, 32, (100, 0, 100)).min() == 255


@pytest.mark.parametrize("square", [(-1, 0, 10), (0, 0, 0), (195, 0, 10)])
def test_a_square_outside_the_picture_is_refused(square: tuple[int, int, int]) -> None:
    with pytest.raises(PhotoError, match="lies outside a picture of 200 x 100"):
        photo_to_tensor(Image.new("RGB", (200, 100)), 32, square)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    lunch = tmp_path / "lunch.jpg"
    lunch.write_text("<html>")
    with pytest.raises(PhotoError, match=r"lunch\.jpg is not a picture"):
        photo_to_tensor(lunch, 32)


def test_a_truncated_photo_is_refused() -> None:
    whole = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)).save(whole, "JPEG")
    with pytest.raises(PhotoError, match="truncated"):
        photo_to_tensor(whole.getvalue()[:3000], 32)


def test_colours_are_taken_to_srgb_from_the_photos_own_profile() -> None:
    photo = io.BytesIO()
    Image.new("RGB", (64, 64), (255, 0, 0)).save(photo, "PNG", icc_profile=red_and_blue_swapped())

    red, _, blue = photo_to_tensor(photo.getvalue(), 32)[0, 0, 0].tolist()

    assert blue > 200 > 50 > red


def test_a_broken_profile_is_ignored_as_browsers_do() -> None:
    photo = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 200, 30)).save(photo, "PNG", icc_profile=b"no profile")
    assert photo_to_tensor(photo.getvalue(), 32)[0, 0, 0].tolist() == [10, 200, 30]
