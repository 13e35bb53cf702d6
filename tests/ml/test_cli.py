"""The `deepdog` command line."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from ml.cli import build_parser, main
from ml.commands.arguments import photos_again
from ml.commands.train import recipe_of
from ml.recipes import Recipe, load_recipe
from ml.train import check_recipe
from tests.ml.discs import write_discs


def test_help_teaches_the_path_and_loads_no_tensorflow() -> None:
    script = "import sys\nfrom ml.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint('tensorflow' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    for command in (
        "prepare",
        "sample",
        "find-lr",
        "distil",
        "train",
        "export",
        "evaluate",
        "explain",
        "compare",
        "bench",
    ):
        assert f"deepdog {command}" in printed
    assert printed.endswith("False\n")


def test_training_names_its_three_ways_as_the_article_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    shown = capsys.readouterr().out
    assert all(way in shown for way in ("from scratch  ", "retrain  ", "fine-tune  "))


@pytest.mark.parametrize(
    ("written", "weight"), [("49:1", 49.0), ("3:2", 1.5), ("12", 12.0), ("balanced", "balanced")]
)
def test_class_weights_are_a_ratio_or_balanced(written: str, weight: float | str) -> None:
    arguments = ["train", "photos", "--out", "run", "--class-weights", written]
    assert recipe_of(build_parser().parse_args(arguments)).positive_weight == weight


def test_epochs_alpha_and_resolution_replace_the_recipes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = str(write_discs(tmp_path / "photos", 4))
    begun: list[Recipe] = []
    monkeypatch.setattr("ml.train.train", lambda _, recipe, *__: begun.append(recipe))
    monkeypatch.setattr("ml.distil.distil", lambda *arguments: begun.append(arguments[3]))
    changes = ["--epochs", "7", "--alpha", "0.25", "--resolution", "144", "--seed", "5", "--out", "run"]
    assert main(["train", photos, *changes]) == 0
    assert main(["distil", photos, "--teacher", "model.tflite", *changes]) == 0
    assert [(r.epochs, r.alpha, r.resolution, r.seed) for r in begun] == [(7, 0.25, 144, 5)] * 2


def test_epochs_that_the_phases_do_not_fit_into_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = str(write_discs(tmp_path / "photos", 4))
    assert main(["train", photos, "--epochs", "2", "--out", str(tmp_path / "run")]) == 2
    assert "2 epochs are too few for the recipe's 3 phases" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["49:0", "0", "-1:3", "even"])
def test_other_class_weights_are_refused(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "photos", "--out", "run", f"--class-weights={written}"])
    assert f"{written!r} is not written as 49:1, 49 or balanced" in capsys.readouterr().err


@pytest.mark.parametrize("written", ["0", "1", "0.0", "1e0"])
def test_a_threshold_that_tells_nothing_apart_is_not_exported(
    written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["export", "run", "photos", "--golden", "golden", "--out", "bundle", "--threshold", written])
    assert f"{written} tells nothing apart; say a threshold between" in capsys.readouterr().err


def test_a_detector_is_trained_by_a_recipe_of_its_own() -> None:
    arguments = ["train", "photos", "--task", "detect", "--out", "run"]
    assert recipe_of(build_parser().parse_args(arguments)).detection is not None


def test_a_detectors_recipe_wants_its_task_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "photos", "--recipe", "smoke_detector", "--out", "run"]) == 2
    assert "say --task detect" in capsys.readouterr().err


def recipe_file(folder: Path, changes: str) -> str:
    path = folder / "mine.py"
    path.write_text(
        f"from dataclasses import replace\nfrom ml.recipes import smoke\nRECIPE = replace(smoke.RECIPE, {changes})\n"
    )
    return str(path)


@pytest.mark.parametrize("command", ["train", "find-lr", "compare --networks deepdog:0.25"])
@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("smoke_student", "use `deepdog distil --teacher MODEL`"),
        ("averaging=0.9", "let it hold them still (`frozen_norm`)"),
        ("smoke_detector", "-task detect"),
    ],
)
def test_a_recipe_of_another_kind_is_refused(
    command: str, recipe: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name, *options = command.split()
    taken = recipe_file(tmp_path, recipe) if "=" in recipe else recipe
    photos = str(write_discs(tmp_path / "photos", 40))
    assert main([name, photos, "--recipe", taken, "--out", str(tmp_path / "out"), *options]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_averaged_weights_with_statistics_held_still_are_sound(tmp_path: Path) -> None:
    for still in ("frozen_norm", "head_only"):
        check_recipe(load_recipe(recipe_file(tmp_path, f"averaging=0.9, {still}=True")))


@pytest.mark.parametrize(
    "flag", ["--head-only --start weights", "--class-weights 49:1", "--activation relu", "--screens 0.1"]
)
def test_what_only_classifiers_heed_is_refused_for_a_detector(
    flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "photos", "--task", "detect", "--out", "run", *flag.split()]) == 2
    assert f"{flag.split()[0]} is for classifiers" in capsys.readouterr().err


def test_what_was_asked_for_is_said_again_once() -> None:
    asked = "my photos --positive pizza --leave-out a* --extra pasted renders --boxes boxes.csv"
    arguments = ["train", "my photos", *asked.split()[2:], "--task", "detect", "--out", "run"]
    again = shlex.split(photos_again(build_parser().parse_args(arguments)))
    assert again == ["my photos", *asked.split()[2:]]


@pytest.mark.parametrize("written", ["0", "-1", "nan", "inf", "half"])
def test_an_alpha_that_multiplies_no_width_is_refused(
    written: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("train photos", "find-lr photos", "distil photos --teacher model.tflite"):
        with pytest.raises(SystemExit):
            main([*command.split(), "--out", "run", f"--alpha={written}"])
        assert "argument --alpha: " in capsys.readouterr().err


def test_the_command_that_is_proposed_can_be_copied_into_a_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    photos, run = write_discs(tmp_path / "my photos", 4), tmp_path / "my run"
    monkeypatch.setattr("ml.train.train", lambda *_: None)
    assert main(["train", str(photos), "--out", str(run)]) == 0
    said = shlex.split(capsys.readouterr().out.partition("Next: ")[2])
    assert said[:4] == ["deepdog", "export", str(run), str(photos)]


def test_a_missing_command_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "COMMAND" in capsys.readouterr().err


def test_the_module_runs_as_the_command_does() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ml.cli", "--help"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("usage: deepdog")
