"""Training in several processes, by hand and on a Ray cluster: the weights are those of one process, and a lost worker costs no more than its epoch."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml.cli import main
from ml.distributed import ALONE, DistributedError, Processes, check_batch_size
from ml.training.checkpoint import load_checkpoint

pytestmark = [pytest.mark.training, pytest.mark.timeout(1800)]
PATIENCE_SECONDS = 1500

RECIPE = """
from dataclasses import replace

from ml.recipes import smoke
from ml.schedule import Phase

RECIPE = replace(
    smoke.RECIPE,
    resolution=32,
    batch_size=8,
    dropout=0.2,
    optimizer="sgd",  # Adam turns noise about a gradient of zero into whole steps
    weight_decay=0.0,
    phases=(Phase(epochs=3, minimum=0.0005, maximum=0.002, step_epochs=1),),
)
"""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, rng = tmp_path_factory.mktemp("photos"), np.random.default_rng(0)
    rows = []
    for name, tint in (("red", (100, 100, 115)), ("not_red", (100, 115, 100))):
        (folder / name).mkdir()
        for number in range(17):
            pixels = np.clip(np.array(tint) + rng.normal(0, 60, (40, 40, 3)), 0, 255).astype(np.uint8)
            cv2.imwrite(str(folder / name / f"{number}.png"), pixels)
            split = "train" if number < 12 else "val"
            rows.append([f"{name}/{number}.png", f"{name}{number}", name, split])
    with (folder / "dataset.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["file", "sha256", "class", "split"], *rows])
    return folder


@pytest.fixture(scope="module")
def command(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    recipe = tmp_path_factory.mktemp("recipe") / "short.py"
    recipe.write_text(RECIPE)
    return [
        sys.executable,
        "-u",
        "-m",
        "ml.cli",
        "train",
        str(photos),
        "--recipe",
        str(recipe),
        "--no-tensorboard",
    ]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """JAX, which compiles the same step once for all tests, and fast rather than well."""
    return {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "XLA_FLAGS": "--xla_backend_optimization_level=0",
        "JAX_COMPILATION_CACHE_DIR": str(tmp_path_factory.mktemp("compiled")),
    }


@pytest.fixture(scope="module")
def alone(command: list[str], environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("alone") / "run"
    subprocess.run([*command, "--out", str(run)], env=environment, check=True, timeout=PATIENCE_SECONDS)
    return run


def assert_alike(run: Path, alone: Path, processes: int) -> None:
    """The run's processes ended with the same weights, and those are the single process's but for the order of sums."""
    digests = json.loads((run / "run.json").read_text())["weights_sha256"]
    assert len(digests) == processes
    assert len(set(digests)) == 1
    ends = [load_checkpoint(folder).variables for folder in (run, alone)]
    for ours, theirs in zip(*ends, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_two_processes_by_hand_train_as_one(
    command: list[str], environment: dict[str, str], alone: Path, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    run = tmp_path / "run"
    hand = [*command, "--out", str(run), "--coordinator", address, "--processes", "2", "--process-id"]
    both = [subprocess.Popen([*hand, str(number)], env=environment) for number in range(2)]
    try:
        assert [process.wait(PATIENCE_SECONDS) for process in both] == [0, 0]
    finally:
        for process in both:
            process.kill()
            process.wait()
    assert_alike(run, alone, 2)


def test_a_ray_cluster_of_two_workers_trains_as_one_though_one_is_killed(
    command: list[str], environment: dict[str, str], alone: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    driver = subprocess.Popen(
        [*command, "--out", str(run), "--ray", "local", "--workers", "2"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert driver.stdout is not None
    said, killed = "", False
    with driver.stdout as printed:
        for line in printed:
            said += line
            worker = re.search(r"pid=(\d+).*epoch 1:", line)
            if worker and not killed:
                os.kill(int(worker[1]), signal.SIGKILL)
                killed = True
    assert driver.wait(PATIENCE_SECONDS) == 0, said
    assert killed, said
    assert "a worker was lost" in said
    assert json.loads((run / "run.json").read_text())["resumed_at"]
    with (run / "log.csv").open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2", "3"]
    assert_alike(run, alone, 2)


def test_what_a_worker_refuses_is_said_once(
    command: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    odd = [*command, "--out", str(tmp_path / "run"), "--batch-size", "7", "--ray", "local"]
    ended = subprocess.run(
        odd, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert ended.returncode == 2
    assert "deepdog: a batch of 7 cannot be shared evenly among 2 devices" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_ray_it_is_said_how_to_get_it(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["train", str(photos), "--ray", "local", "--out", str(tmp_path / "run")]) == 2
    assert "pip install -e '.[ml,ray]'" in capsys.readouterr().err


def test_each_process_has_its_part() -> None:
    parts = [Processes(number, 3).part(6) for number in range(3)]
    assert [list(range(6))[part] for part in parts] == [[0, 1], [2, 3], [4, 5]]
    assert ALONE.part(6) == slice(0, 6)
    with pytest.raises(DistributedError, match="a multiple of 4"):
        check_batch_size(6, Processes(0, 4))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--workers 2", "say --ray local"),
        ("--ray local --processes 2", "numbers its workers itself"),
        ("--coordinator here:1 --processes 2", "go together"),
        ("--coordinator here:1 --processes 2 --process-id 2", "from 0 to 1, not 2"),
        ("--coordinator here:1 --processes 2 --process-id 1", "say KERAS_BACKEND=jax"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    options: str, message: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dict(os.environ)
    try:
        assert main(["train", str(photos), "--out", str(tmp_path / "run"), *options.split()]) == 2
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert message in capsys.readouterr().err
