"""One network out of several: whose weights may be averaged, and what comes out."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import keras
import numpy as np
import pytest

from ml.ablation import AS_IN_2017, Ablation
from ml.average import Judged, average
from ml.batches import contract_tensors
from ml.bundle import load_bundle
from ml.cli import main
from ml.dataset import Dataset, load_datasets
from ml.interpreter import Interpreter
from ml.networks import build
from ml.networks.learning_scales import scale_for_learning
from ml.networks.revival import revive
from ml.quantise import load_network
from ml.recipes import load_recipe
from ml.trained import record_of
from ml.training import record
from ml.training.checkpoint import save_network
from ml.training.record import RECORD_NAME, WEIGHTS_NAME, RunError

SHIPPED = Path(__file__).parents[2] / "app/assets/model"
SIDE = load_bundle(SHIPPED).description["input"]["height"]


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


def make_run(
    folder: Path,
    dataset: Dataset,
    seed: int,
    ablation: Ablation = AS_IN_2017,
    alpha: float = 0.25,
    resolution: int = 32,
) -> Path:
    """Write a run folder with random weights."""
    keras.utils.set_random_seed(seed)
    recipe = replace(load_recipe("smoke"), alpha=alpha, resolution=resolution, ablation=ablation)
    record.begin(folder, record.made_of(dataset, recipe, None), resume=False)
    save_network(build(recipe.network, alpha, resolution, ablation=ablation), folder / WEIGHTS_NAME)
    return folder


def test_every_weight_is_the_mean_and_batch_norm_is_measured_anew(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    runs = [make_run(tmp_path / f"run-{seed}", dataset, seed) for seed in (1, 2, 3)]
    average(dataset, runs, tmp_path / "mean")
    mean, *members = (load_network(run / WEIGHTS_NAME) for run in (tmp_path / "mean", *runs))
    for member in members:
        scale_for_learning(member)
    for weight, *same in zip(mean.weights, *(member.weights for member in members), strict=True):
        expected = np.mean([np.asarray(of_member) for of_member in same], axis=0)
        measured = weight.name in ("moving_mean", "moving_variance")
        assert np.allclose(np.asarray(weight), expected, atol=1e-6) != measured, weight.path


def test_the_average_looks_at_as_many_pixels_as_the_finest(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    coarse = make_run(tmp_path / "coarse", dataset, 1)
    fine = make_run(tmp_path / "fine", dataset, 2, resolution=64)
    average(dataset, [coarse, fine], tmp_path / "mean")
    assert record_of(tmp_path / "mean")["recipe"]["resolution"] == 64
    mean, *members = (load_network(run / WEIGHTS_NAME) for run in (tmp_path / "mean", coarse, fine))
    assert mean.inputs[0].shape[1:3] == (64, 64)
    for member in members:
        scale_for_learning(member)
    for weight, *same in zip(mean.trainable_weights, *(m.trainable_weights for m in members), strict=True):
        assert np.allclose(np.asarray(weight), np.mean([np.asarray(w) for w in same], axis=0), atol=1e-6)


def test_the_record_says_what_was_averaged(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    runs = [make_run(tmp_path / f"run-{seed}", dataset, seed) for seed in (1, 2)]
    average(dataset, runs, tmp_path / "mean")
    made_of = record_of(tmp_path / "mean")
    assert made_of["averaged"] == {str(run): record_of(run) for run in runs}
    recipe = made_of["recipe"]
    assert (recipe["network"], recipe["alpha"], recipe["resolution"]) == ("deepdog", 0.25, 32)
    assert recipe["ablation"]["activation"] == "elu"


def test_a_bundle_counts_as_a_run(photos: Path, tmp_path: Path) -> None:
    """Averaged with itself, it stays what it is."""
    dataset = load_datasets([photos])
    bundle = shutil.copytree(SHIPPED, tmp_path / "bundle")
    description = load_bundle(SHIPPED).description | {"data_sha256": dataset.sha256}
    (bundle / "model.json").write_text(json.dumps(description))
    one, same, mean = average(dataset, [bundle, bundle], tmp_path / "mean")
    assert (one.auc, one.recall) == (same.auc, same.recall) == (mean.auc, mean.recall)
    shown = contract_tensors(dataset.examples[:4], SIDE)
    logits = load_network(tmp_path / "mean" / WEIGHTS_NAME).predict(shown, verbose=0)[:, 0]
    interpreter = Interpreter(load_bundle(SHIPPED).model_bytes)
    of_file = [interpreter.classify(tensor[np.newaxis]).heatmap.mean() for tensor in shown]
    assert np.allclose(logits, of_file, atol=1.5)


def test_a_bundle_counts_as_what_lessons_from_it_begin_with(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its silent channels are awake; here more of them count as silent, since the shipped one may have none."""
    monkeypatch.setattr("ml.networks.revival.SILENT", 0.3)
    dataset = load_datasets([photos])
    bundle = shutil.copytree(SHIPPED, tmp_path / "bundle")
    description = load_bundle(SHIPPED).description | {"data_sha256": dataset.sha256}
    (bundle / "model.json").write_text(json.dumps(description))
    average(dataset, [bundle, bundle], tmp_path / "mean")
    mean = load_network(tmp_path / "mean" / WEIGHTS_NAME)
    pictures = contract_tensors(dataset.split("train"), SIDE)
    assert revive(mean, pictures) == 0


def test_what_has_no_mean_is_refused_and_nothing_is_written(photos: Path, tmp_path: Path) -> None:
    dataset = load_datasets([photos])
    narrow, wide = (make_run(tmp_path / f"alpha-{alpha}", dataset, 1, alpha=alpha) for alpha in (0.25, 0.5))
    with_relu = make_run(tmp_path / "relu", dataset, 1, Ablation(activation="relu"))
    unfinished, finder = (make_run(tmp_path / name, dataset, 1) for name in ("unfinished", "finder"))
    (unfinished / WEIGHTS_NAME).unlink()
    described = json.loads((finder / RECORD_NAME).read_text())
    described["recipe"]["detection"] = {"views": 64}
    (finder / RECORD_NAME).write_text(json.dumps(described))
    cv2.imwrite(str(photos / "bright/new.png"), np.full((40, 40, 3), 200, np.uint8))
    of_other_photos = make_run(tmp_path / "others", load_datasets([photos]), 1)
    for runs, message in (
        ([narrow], "two runs or more"),
        (
            [narrow, wide],
            "alpha-0.5 is deepdog of alpha 0.5, .*alpha-0.25 deepdog of alpha 0.25: weights of different",
        ),
        ([narrow, with_relu], "relu is deepdog of alpha 0.25 .relu., .* weights of different networks"),
        ([narrow, unfinished], "unfinished has finished no epoch"),
        ([narrow, finder], "finder is a detector's run"),
        ([narrow, of_other_photos], "others was trained on other photos"),
        ([narrow, tmp_path], "is no run folder"),
    ):
        with pytest.raises(RunError, match=message):
            average(dataset, runs, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


@pytest.mark.parametrize(("of_mean", "told"), [(0.44, "It judges worse than each of them"), (0.79, "Next: ")])
def test_an_average_that_lost_what_its_runs_knew_is_not_proposed_for_export(
    of_mean: float,
    told: str,
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = [Judged("a", 0.8, 0.1), Judged("b", 0.78, 0.1), Judged("their average", of_mean, 0.1)]
    monkeypatch.setattr("ml.average.average", lambda *_: figures)
    assert main(["average", str(photos), "--runs", "a", "b", "--out", "mean"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith(told)


def test_a_run_is_not_written_over(photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset = load_datasets([photos])
    runs = [str(make_run(tmp_path / f"run-{seed}", dataset, seed)) for seed in (1, 2)]
    assert main(["average", str(photos), "--runs", *runs, "--out", runs[0]]) == 2
    assert "holds a run already; name another --out" in capsys.readouterr().err
