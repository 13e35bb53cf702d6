"""One network out of several: whose weights may be averaged, and what comes out."""

from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from ml.average import average
from ml.cli import main
from ml.dataset import Dataset, load_datasets
from ml.networks import build
from ml.quantise import load_network
from ml.recipes import load_recipe
from ml.trained import record_of
from ml.training import record
from ml.training.checkpoint import save_network
from ml.training.record import WEIGHTS_NAME, RunError


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Bright pictures and dark ones."""
    rng = np.random.default_rng(0)
    for name, middle in (("bright", 180), ("not_bright", 60)):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for number in range(30):
            pixels = rng.integers(middle - 40, middle + 40, (40, 40, 3)).astype(np.uint8)
            cv2.imwrite(str(tmp_path / "photos" / name / f"{number}.png"), pixels)
    return tmp_path / "photos"


def make_run(folder: Path, dataset: Dataset, seed: int, alpha: float = 0.25) -> Path:
    """Write a run folder with random weights."""
    keras.utils.set_random_seed(seed)
    recipe = replace(load_recipe("smoke"), alpha=alpha, resolution=32)
    record.begin(folder, record.made_of(dataset, recipe, None), resume=False)
    save_network(build(recipe.network, alpha, 32), folder / WEIGHTS_NAME)
    return folder


def test_every_weight_is_the_mean_and_batch_norm_is_measured_anew(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    runs = [make_run(tmp_path / f"run-{seed}", dataset, seed) for seed in (1, 2, 3)]
    average(dataset, runs, tmp_path / "mean")
    mean, *members = (load_network(run / WEIGHTS_NAME) for run in (tmp_path / "mean", *runs))
    for weight, *same in zip(mean.weights, *(member.weights for member in members), strict=True):
        expected = np.mean([np.asarray(of_member) for of_member in same], axis=0)
        measured = weight.name in ("moving_mean", "moving_variance")
        assert np.allclose(np.asarray(weight), expected, atol=1e-6) != measured, weight.path


def test_the_record_says_what_was_averaged(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    runs = [make_run(tmp_path / f"run-{seed}", dataset, seed) for seed in (1, 2)]
    average(dataset, runs, tmp_path / "mean")
    made_of = record_of(tmp_path / "mean")
    assert made_of["averaged"] == {str(run): record_of(run) for run in runs}
    assert made_of["recipe"] == {"network": "deepdog", "alpha": 0.25, "resolution": 32}


def test_what_has_no_mean_is_refused_and_nothing_is_written(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    narrow, wide = (make_run(tmp_path / f"alpha-{alpha}", dataset, 1, alpha=alpha) for alpha in (0.25, 0.5))
    (photos / "bright/0.png").unlink()
    of_other_photos = make_run(tmp_path / "others", load_datasets([photos]), 1)
    for runs, message in (
        ([narrow], "two runs or more"),
        ([narrow, wide], "alpha-0.5 is .* weights of different networks"),
        ([narrow, of_other_photos], "others was trained on other photos"),
        ([narrow, tmp_path], "is no run folder"),
    ):
        with pytest.raises(RunError, match=message):
            average(dataset, runs, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_a_run_is_not_written_over(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = load_datasets([photos])
    runs = [str(make_run(tmp_path / f"run-{seed}", dataset, seed)) for seed in (1, 2)]
    assert main(["average", str(photos), "--runs", *runs, "--out", runs[0]]) == 2
    assert "holds a run already" in capsys.readouterr().err
