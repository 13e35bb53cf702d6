"""Pictures photographed off a screen: what one does to grey and to lines, and who gets it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml import screens
from ml.augment import Augmentation
from ml.commands.arguments import with_screens
from ml.dataset import Dataset, Example
from ml.pixels import Tensor
from ml.prepare.preview import preview_html
from ml.recipes import load_recipe
from ml.screens import photographed

SIDE = 160


def grey(level: int) -> Tensor:
    return np.full((SIDE, SIDE, 3), level, np.uint8)


def test_the_same_generator_gives_the_same_photograph() -> None:
    first, second = (photographed(grey(120), np.random.default_rng(3)) for _ in range(2))
    assert first.shape == (SIDE, SIDE, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, second)


def test_a_fine_grid_shows_as_broad_fringes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ninety-nine stripes to a hundred pixels: none is seen, but one fringe in a hundred pixels is, another place for each colour."""
    monkeypatch.setattr(screens, "TILT", 0.0)
    monkeypatch.setattr(screens, "GLARE", 0.0)
    monkeypatch.setattr(screens, "STRIPES_PER_PIXEL", (0.99, 0.99))
    monkeypatch.setattr(screens, "GRID_DEPTH", (0.2, 0.2))
    row = photographed(grey(128), np.random.default_rng(0)).astype(float).mean(axis=0)
    strengths = np.abs(np.fft.rfft(row[:100] - row[:100].mean(axis=0), axis=0))
    assert (strengths.argmax(axis=0) == 1).all()
    angles = np.angle(np.fft.rfft(row[:100], axis=0)[1])
    steps = np.diff(angles) % (2 * np.pi)
    assert np.allclose(np.minimum(steps, 2 * np.pi - steps), 2 * np.pi / 3, atol=0.2)


def test_a_tilt_moves_corners_and_keeps_lines_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = grey(0)
    picture[:, 79:81] = 255
    monkeypatch.setattr(screens, "GRID_DEPTH", (0.0, 0.0))
    monkeypatch.setattr(screens, "GLARE", 0.0)
    monkeypatch.setattr(screens, "_bezel", lambda _rng: (0.0, 0.0, 0.0))
    seen = photographed(picture, np.random.default_rng(5)).astype(float).mean(axis=2)
    seen -= np.median(seen)
    rows = np.flatnonzero(seen.max(axis=1) > 60)
    middles = (np.maximum(seen[rows], 0) @ np.arange(SIDE)) / np.maximum(seen[rows], 0).sum(axis=1)
    slope, offset = np.polyfit(rows, middles, 1)
    assert abs(slope) > 0.005
    assert np.abs(middles - (slope * rows + offset)).max() < 1


def test_black_glows_and_a_lamp_shines() -> None:
    photos = [photographed(grey(0), np.random.default_rng(seed)) for seed in range(40)]
    assert np.mean([photo.mean() for photo in photos]) > 5
    assert max(int(photo.max()) for photo in photos) > 80


def test_as_many_pictures_as_asked_for_are_photographed() -> None:
    rng, picture = np.random.default_rng(0), grey(128)
    still = Augmentation(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, flip=False, screen_share=0.25)
    changed = [np.ptp(still(picture, 64, rng).astype(int)) > 3 for _ in range(200)]
    assert 30 <= sum(changed) <= 70
    assert np.ptp(replace(still, screen_share=0.0)(picture, 64, rng)) <= 1


def test_the_option_changes_the_recipe_and_the_preview_shows_it(tmp_path: Path) -> None:
    recipe = load_recipe("smoke")
    assert with_screens(recipe, None) is recipe
    with_all = with_screens(recipe, 1.0).augmentation
    examples = []
    for number in range(2):
        path = tmp_path / f"{number}.png"
        Image.fromarray(grey(128)).save(path)
        examples.append(Example(path, str(number), number == 0, "train", "grey", "here"))
    dataset = Dataset(tuple(examples), "hotdog", "not_hotdog")
    plain, screened = (preview_html(dataset, a, "smoke", 64, 1) for a in (recipe.augmentation, with_all))
    assert '<th scope="row">screen share</th><td>1.0</td>' in screened
    assert len(screened) > 1.5 * len(plain)  # stripes take more bytes than grey
