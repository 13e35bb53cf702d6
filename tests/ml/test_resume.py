"""A run that was killed goes on to the same end, and one that cannot go on says why."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import numpy.typing as npt
import pytest

from ml.cli import main
from ml.recipes import RecipeError, load_recipe
from ml.training.checkpoint import Checkpoint, load_checkpoint
from ml.training.record import RunError, begin
from tests.ml.killing import kill_deepdog_after

pytestmark = pytest.mark.training

RECIPE = """
from dataclasses import replace

from ml.recipes import smoke
from ml.schedule import Phase

RECIPE = replace(
    smoke.RECIPE,
    resolution=32,
    batch_size=8,
    dropout=0.2,
    phases=(
        Phase(epochs=2, minimum=0.0005, maximum=0.004, step_epochs=1),
        Phase(epochs=8, minimum=0.0001, maximum=0.002, step_epochs=2),
        Phase(epochs=2, minimum=0.0001, maximum=0.001, step_epochs=1),
    ),
)
"""
TIMES = {"seconds", "images_per_second"}


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reddish pictures and greenish ones, hard to tell apart, in listed splits."""
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    rows = []
    for name, tint in (("red", (100, 100, 115)), ("not_red", (100, 115, 100))):
        (folder / name).mkdir()
        for number in range(24):
            pixels = np.clip(np.array(tint) + rng.normal(0, 60, (40, 40, 3)), 0, 255).astype(np.uint8)
            file = f"{name}/{number}.png"
            cv2.imwrite(str(folder / file), pixels)
            rows.append([file, f"{name}{number}", name, "train" if number < 16 else "val"])
    with (folder / "dataset.csv").open("w", newline="") as file_of_rows:
        csv.writer(file_of_rows).writerows([["file", "sha256", "class", "split"], *rows])
    return folder


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("recipe") / "three_phases.py"
    file.write_text(RECIPE)
    return str(file)


@pytest.fixture(scope="module")
def unbroken(photos: Path, recipe: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("unbroken") / "run"
    assert main(["train", str(photos), "--recipe", recipe, "--out", str(run), "--tensorboard"]) == 0
    return run


def log_of(run: Path) -> list[dict[str, str]]:
    with (run / "log.csv").open() as file:
        return [{k: v for k, v in row.items() if k not in TIMES} for row in csv.DictReader(file)]


def weights_of(run: Path) -> list[npt.NDArray[np.float32]]:
    network = keras.models.load_model(run / "network.keras", compile=False)
    return [np.asarray(values) for values in network.get_weights()]


@pytest.mark.timeout(1800)  # three trainings, one of them in a process of its own
def test_a_killed_run_goes_on_to_the_same_end(
    photos: Path, recipe: str, unbroken: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    command = ["train", str(photos), "--recipe", recipe, "--out", str(run), "--tensorboard"]
    kill_deepdog_after("phase 2 of 3", command)
    assert load_checkpoint(run).phase == 1
    assert len(log_of(run)) < 10
    assert main([*command, "--resume"]) == 0
    assert log_of(run) == log_of(unbroken)
    for ours, theirs in zip(weights_of(run), weights_of(unbroken), strict=True):
        assert np.array_equal(ours, theirs)


def test_the_record_says_what_made_the_run(unbroken: Path) -> None:
    record = json.loads((unbroken / "run.json").read_text())
    assert record["recipe"]["seed"] == 2017
    assert len(record["git_commit"]) == 40
    assert len(record["data_sha256"]) == 64
    assert record["versions"]["keras"] == keras.__version__
    assert record["versions"]["numpy"] == np.__version__
    assert record["seconds"] > 0
    assert record["started_at"] <= record["ended_at"]
    assert "<svg" in (unbroken / "schedule.html").read_text()


def test_a_machine_without_git_trains_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    begin(tmp_path / "run", {"recipe": {}}, resume=False)
    assert json.loads((tmp_path / "run/run.json").read_text())["git_commit"] == "0" * 40


def test_the_logs_have_a_row_an_epoch(unbroken: Path) -> None:
    rows = log_of(unbroken)
    assert [(row["phase"], row["epoch"]) for row in rows] == [
        *((("1"), str(epoch)) for epoch in range(1, 3)),
        *((("2"), str(epoch)) for epoch in range(1, 9)),
        *((("3"), str(epoch)) for epoch in range(1, 3)),
    ]
    assert {"loss", "val_auc", "rate", "kept"} <= set(rows[0])
    (events,) = (unbroken / "tensorboard").iterdir()
    assert b"val_auc" in events.read_bytes()


def test_a_run_is_not_trained_over(
    photos: Path, recipe: str, unbroken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (unbroken / "network.keras").read_bytes()
    assert main(["train", str(photos), "--recipe", recipe, "--out", str(unbroken)]) == 2
    assert "--resume goes on with it, another --out begins a new one" in capsys.readouterr().err
    assert (unbroken / "network.keras").read_bytes() == before


def test_a_run_goes_on_only_as_it_began(
    photos: Path, recipe: str, unbroken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", str(photos), "--recipe", recipe, "--out", str(unbroken), "--resume", "--seed", "5"]
    assert main(command) == 2
    assert "it began otherwise: seed was 2017, is 5" in capsys.readouterr().err


def test_a_finished_run_has_nowhere_to_go(photos: Path, recipe: str, unbroken: Path) -> None:
    rows = log_of(unbroken)
    assert main(["train", str(photos), "--recipe", recipe, "--out", str(unbroken), "--resume"]) == 0
    assert log_of(unbroken) == rows


def test_a_loss_that_is_no_number_stops_the_run_and_says_at_what_rate(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bursting = tmp_path / "bursting.py"
    bursting.write_text(
        RECIPE.replace("minimum=0.0005, maximum=0.004", "minimum=1e38, maximum=1e38").replace(
            "dropout", "optimizer='sgd', dropout"
        )
    )
    run = tmp_path / "run"
    assert main(["train", str(photos), "--recipe", str(bursting), "--out", str(run)]) == 2
    error = capsys.readouterr().err
    assert "phase 1, epoch 1" in error
    assert "at a rate of 1e+38" in error
    assert error.count("\n") == 1
    assert not (run / "network.keras").exists()


def test_a_damaged_checkpoint_is_refused(unbroken: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(unbroken, run)
    content = (run / "last.npz").read_bytes()
    (run / "last.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(RunError, match=r"last\.npz cannot be read"):
        load_checkpoint(run)
    (run / "last.npz").unlink()
    with pytest.raises(RunError, match=r"has weights but lacks last\.npz"):
        load_checkpoint(run)


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    variables: list[npt.NDArray[Any]] = [np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7, np.int64)]
    before = Checkpoint(1, 3, 0.9, 12.5, [{"loss": 0.1 + 0.2}], variables)
    before.save(tmp_path)
    after = load_checkpoint(tmp_path)
    assert (after.phase, after.epoch, after.best, after.seconds, after.log) == (1, 3, 0.9, 12.5, before.log)
    assert [v.dtype for v in after.variables] == [np.float32, np.int64]
    assert all(np.array_equal(*pair) for pair in zip(after.variables, variables, strict=True))


def test_resuming_where_nothing_began_begins(tmp_path: Path) -> None:
    begin(tmp_path / "run", {"recipe": {}}, resume=True)
    assert load_checkpoint(tmp_path / "run") == Checkpoint()


def test_a_recipes_file_without_a_recipe_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(RecipeError, match=r"empty\.py makes no RECIPE"):
        load_recipe(str(tmp_path / "empty.py"))
    with pytest.raises(RecipeError, match=r"none\.py is no file"):
        load_recipe(str(tmp_path / "none.py"))
