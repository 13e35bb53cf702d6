"""The benchmark of photos from elsewhere: every source in one fold, and what its table says."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from ml.benchmarks import left_out
from ml.benchmarks.left_out import Fold
from ml.cli import build_parser
from ml.dataset import Dataset, DatasetError, Example


def photos_of(*sources: str) -> Dataset:
    """Two photos from each source, one of them of a hotdog; of a source in capitals only the other."""
    examples = tuple(
        Example(
            Path(f"{number}.jpg"), str(number), number % 2 == 0 and not source.isupper(), "train", "", source
        )
        for number, source in enumerate(source for source in sources for _ in range(2))
    )
    return Dataset(examples, "hotdog", "not_hotdog")


@pytest.fixture
def args(tmp_path: Path) -> argparse.Namespace:
    weights = ["--efficientnet", "e.pth", "--mobilenet-v1", "v1.tflite", "--mobilenet-v2", "v2.tflite"]
    arguments = ["photos", "--fold", "anna/*", "--golden", "golden", "--out", str(tmp_path), *weights]
    return left_out._parser().parse_args(arguments)


def test_every_source_is_left_out_once() -> None:
    photos = photos_of("anna/dogs", "anna/buns", "bert/lunch", "cleo/lunch")
    assert left_out.folds_of(photos, [["anna/*"], ["bert/lunch"]]) == [
        Fold("anna", ("anna/buns", "anna/dogs")),
        Fold("bert-lunch", ("bert/lunch",)),
        Fold("others", ("cleo/lunch",)),
    ]


@pytest.mark.parametrize(
    ("sources", "folds", "complaint"),
    [
        (["a/lunch", "b/lunch", "c"], [["a/*"], ["*/lunch"]], "a/lunch: in two folds"),
        (["a", "b"], [["*"]], "nothing to learn from"),
        (["a/x", "a-x", "b"], [["a/x"], ["a-x"]], "two folds of one name among a-x, a-x, others"),
        (["A", "b", "c"], [["A"], ["b"]], "the fold A holds pictures of one class only"),
    ],
)
def test_folds_that_would_say_nothing_or_overwrite_one_another_are_refused(
    sources: list[str], folds: list[list[str]], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        left_out.folds_of(photos_of(*sources), folds)


def test_an_unknown_source_is_refused() -> None:
    with pytest.raises(DatasetError, match="no source is called 'dora'"):
        left_out.folds_of(photos_of("anna", "bert"), [["dora"]])


def test_one_fold_can_be_done_alone_and_one_that_is_not_there_is_refused() -> None:
    folds = [Fold("anna", ("anna/buns",)), Fold("others", ("bert/lunch",))]
    assert left_out._chosen(folds, ["others"]) == folds[1:]
    assert left_out._chosen(folds, None) == folds
    with pytest.raises(ValueError, match="--only bert: no such fold; there are anna, others"):
        left_out._chosen(folds, ["bert"])


def test_deepdog_takes_every_command(args: argparse.Namespace, tmp_path: Path) -> None:
    fold = Fold("anna", ("anna/buns", "anna/dogs"))
    for more in ([], [Path("more")]):
        args.more = more
        for network, commands in left_out._commands(args, fold, tmp_path).items():
            parsed = [build_parser().parse_args([str(part) for part in command]) for command in commands]
            assert all(command.leave_out == list(fold.sources) for command in parsed)
            assert parsed[-1].out == tmp_path / f"{network}-bundle"
            assert all(command.more == more for command in parsed if "teacher" in command)


def test_the_table_tells_each_fold_and_all_of_them() -> None:
    yes_and_no = np.array([True, True, False, False])
    judged = {
        "deepdog": {
            "anna": (np.array([0.95, 0.5, 0.1, 0.2]), yes_and_no),
            "bert": (np.array([0.99, 0.91, 0.92, 0.0]), yes_and_no),
        }
    }
    rows = [line.strip("| ").split(" | ") for line in left_out.markdown(judged).splitlines()[2:]]
    assert [row[1:] for row in rows] == [
        ["anna", "2", "2", "1.0000", "0.500", "0.00 %", "1.000"],
        ["bert", "2", "2", "0.7500", "1.000", "50.00 %", "0.500"],
        ["all", "4", "4", "0.8750", "0.750", "25.00 %", "0.500"],
        ["all", "4", "4", "0.5000", "0.000", "0.00 %", "0.000"],
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


def test_what_was_done_with_other_epochs_or_sources_is_refused(
    args: argparse.Namespace, tmp_path: Path
) -> None:
    photos, anna = photos_of("anna/dogs", "bert"), Fold("anna", ("anna/dogs",))

    def begin(fold: Fold = anna, **otherwise: int) -> None:
        changed = argparse.Namespace(**{**vars(args), **otherwise})
        left_out._begin(tmp_path / "anna", left_out._made_of(changed, fold, photos.leaving_out(fold.sources)))

    begin()
    begin()
    with pytest.raises(ValueError, match="begun with other photos, weights or epochs"):
        begin(student_epochs=9)
    with pytest.raises(ValueError, match="begun with other photos, weights or epochs"):
        begin(Fold("anna", ("anna/dogs", "bert")))
