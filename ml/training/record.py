"""A run folder's record: what makes a run, so that it can be made again, and so that only the same run goes on."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ml import charts, pages
from ml.dataset import Dataset
from ml.files import write_whole
from ml.recipes import Recipe
from ml.schedule import rates

WEIGHTS_NAME = "network.keras"
CHECKPOINT_NAME = "last.npz"
RECORD_NAME = "run.json"
SCHEDULE_NAME = "schedule.html"
PACKAGES = (
    "keras",
    "tensorflow",
    "tensorflow-cpu",
    "jax",
    "numpy",
    "opencv-python-headless",
    "ai-edge-litert",
)


class RunError(ValueError):
    """The folder holds another run, or none that can go on."""


def made_of(dataset: Dataset, recipe: Recipe, start: Path | None, **more: str | float) -> dict[str, Any]:
    """Return what decides a run's result: photos, recipe (with its seed), starting weights and `more`, which only some runs have."""
    return {
        "recipe": asdict(recipe),
        "start": str(start) if start else None,
        "data_sha256": dataset.sha256,
        "classes": {"positive": dataset.positive_name, "negative": dataset.negative_name},
        "pictures": {split: len(dataset.split(split)) for split in ("train", "val", "test")},
        **more,
    }


def begin(out: Path, ingredients: Mapping[str, Any], resume: bool, writes: bool = True) -> None:
    """Write the record of a new run, or note in that of an earlier one that it goes on.

    Args:
        out: the run folder; made when absent.
        ingredients: what `made_of` returned.
        resume: go on with the run that the folder holds, if it holds one.
        writes: whether to write; a process that only helps another looks whether the run can go on, no more.

    Raises:
        RunError: the folder holds a run that is not to go on, or one that was made of something else.
    """
    if not any((out / name).exists() for name in (CHECKPOINT_NAME, WEIGHTS_NAME)):
        record = {"started_at": _now(), "git_commit": git_commit(), "versions": versions(), **ingredients}
        if writes:
            _write(out, record)
        return
    record = json.loads((out / RECORD_NAME).read_text(encoding="utf-8"))
    if not resume:
        raise RunError(f"{out} holds a run already; --resume goes on with it, another --out begins a new one")
    changed = list(_changed(record, json.loads(json.dumps(ingredients))))
    if changed:
        raise RunError(
            f"{out} cannot go on, for it began otherwise: {'; '.join(changed)}. Resume with what it began with, or choose another --out"
        )
    if writes:
        _write(out, {**record, "resumed_at": [*record.get("resumed_at", []), _now()]})


def end(out: Path, seconds: float, **more: Any) -> None:
    """Note when a run ended, how long it trained, in seconds of all its parts, and `more`."""
    record = json.loads((out / RECORD_NAME).read_text(encoding="utf-8"))
    _write(out, {**record, "ended_at": _now(), "seconds": round(seconds, 1), **more})


def draw_schedule(out: Path, recipe: Recipe, batches_per_epoch: int) -> None:
    """Draw the learning rate of every batch into the run folder."""
    page = pages.render(
        "schedule.html",
        title=f"Schedule of {out.name}",
        recipe=recipe,
        batches_per_epoch=batches_per_epoch,
        plot=charts.schedule([np.array(list(rates(phase, batches_per_epoch))) for phase in recipe.phases]),
    )
    write_whole(out / SCHEDULE_NAME, page)


def git_commit() -> str:
    """Return the commit that is checked out, 40 hex digits (zeros outside a repository, or where Git is not installed)."""
    try:
        result = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "0" * 40
    return result.stdout.strip()


def versions() -> dict[str, str]:
    """Return the versions of what computes, and on what."""
    found = {
        "python": platform.python_version(),
        "backend": keras.backend.backend(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name, value in now.items():
        old = before.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            yield from _changed(old, value)
        elif old != value:
            yield f"{name} was {_short(old)}, is {_short(value)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 24 else f"{text[:20]} …"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(out: Path, record: Mapping[str, Any]) -> None:
    write_whole(out / RECORD_NAME, json.dumps(record, indent=2) + "\n")
