"""A model judged by worse photos than were taken: from afar, turned, off a screen."""

from pathlib import Path

import numpy as np
import pytest

from ml.benchmarks import views
from ml.dataset import load_datasets

SHIPPED = Path(__file__).parents[2] / "app/assets/model"


def test_every_view_is_judged_by_every_model(golden_photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    views.main(
        [str(golden_photos), "--split", "test", "--models", str(SHIPPED), str(SHIPPED / "model.tflite")]
    )
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [row[0] for row in rows[::2]] == ["as they are", *views.VIEWS]
    assert {row[1].split()[0] for row in rows} == {"deepdog", "model"}
    for bundle, bare in zip(rows[::2], rows[1::2], strict=True):
        assert bundle[2:6] == bare[2:6], "the same file on the same views"
        assert bare[6] == "+0.0000 (+0.0000 to +0.0000)"
    assert float(rows[0][2]) > 0.9, "renders as they are"


def test_each_view_changes_the_photos_and_is_the_same_every_time(golden_photos: Path) -> None:
    examples = load_datasets([golden_photos]).split("test")
    untouched = views.shots(examples, None, 192).astype(float)
    for name, augmentation in views.VIEWS.items():
        once, again = (views.shots(examples, augmentation, 192) for _ in range(2))
        assert np.abs(once - untouched).mean() > 3, name
        assert np.array_equal(once, again), name


def test_models_of_two_resolutions_see_the_same_views(golden_photos: Path) -> None:
    """Down to a screen's stripes and JPEG's blocks, which are fine."""
    examples = load_datasets([golden_photos]).split("test")
    for name, augmentation in views.VIEWS.items():
        small = views.shots(examples, augmentation, 112).astype(float)
        large = views.shots(examples, augmentation, 224).astype(float)
        halved = large.reshape(len(large), 112, 2, 112, 2, 3).mean(axis=(2, 4))
        assert np.abs(halved - small).max() <= 1, name
