"""The benchmark of photos from elsewhere: every source in one fold, and what its table says."""

import json
from pathlib import Path

import numpy as np
import pytest

from ml.benchmarks import left_out
from ml.dataset import Dataset, DatasetError, Example

SOURCES = ("anna/dogs", "anna/buns", "bert/lunch", "cleo/lunch")


@pytest.fixture
def photos() -> Dataset:
    examples = tuple(
        Example(Path(f"{number}.jpg"), str(number), number % 2 == 0, "train", "any", source)
        for number, source in enumerate(SOURCES * 2)
    )
    return Dataset(examples, "hotdog", "not_hotdog")


def test_every_source_is_left_out_once(photos: Dataset) -> None:
    folds = left_out.folds_of(photos, [["anna/*"], ["bert/lunch"]])
    assert [(fold.name, fold.sources) for fold in folds] == [
        ("anna", ("anna/buns", "anna/dogs")),
        ("bert-lunch", ("bert/lunch",)),
        ("others", ("cleo/lunch",)),
    ]


def test_folds_that_would_say_nothing_are_refused(photos: Dataset) -> None:
    with pytest.raises(ValueError, match="bert/lunch: in two folds"):
        left_out.folds_of(photos, [["bert/*"], ["*/lunch"]])
    with pytest.raises(ValueError, match="nothing to learn from"):
        left_out.folds_of(photos, [["*"]])
    with pytest.raises(DatasetError, match="no source is called 'dora'"):
        left_out.folds_of(photos, [["dora"]])


def test_the_table_tells_each_fold_and_all_of_them() -> None:
    yes_and_no = np.array([True, True, False, False])
    judged = {
        "deepdog": {
            "anna": (np.array([0.95, 0.5, 0.1, 0.2]), yes_and_no),
            "bert": (np.array([0.99, 0.91, 0.92, 0.0]), yes_and_no),
        }
    }
    rows = [line.split(" | ") for line in left_out.markdown(judged).splitlines()[2:]]
    assert [row[1:7] for row in rows] == [
        ["anna", "2", "2", "1.0000", "0.500", "0.00 %"],
        ["bert", "2", "2", "0.7500", "1.000", "50.00 %"],
        ["all", "4", "4", "0.8750", "0.750", "25.00 %"],
        ["all", "4", "4", "0.5000", "0.000", "0.00 %"],
    ]


def test_what_is_done_is_not_done_again_and_what_was_stopped_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: ran.append(command[3:]))
    for name, record in (("ended", {"ended_at": "2026-11-29"}), ("stopped", {})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps(record))
    for name in ("ended", "stopped", "new"):
        left_out._run(["train", "--out", tmp_path / name])
    left_out._run(["export", "--out", tmp_path / "ended"])
    assert ran == [
        ["train", "--out", str(tmp_path / "stopped"), "--resume"],
        ["train", "--out", str(tmp_path / "new")],
    ]
