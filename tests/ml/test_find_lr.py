"""The learning rate range test."""

import argparse
from pathlib import Path

import numpy as np
import pytest

from ml.cli import main
from ml.commands.train import add_network, recipe_of
from ml.range_test import RangeTest
from tests.ml.discs import write_discs

pytestmark = pytest.mark.training


def test_bounds_of_a_known_curve() -> None:
    """Flat, then falling from a rate of 0.02 to one of 0.06, then bursting."""
    rates = np.linspace(0, 0.1, 1001)
    losses = np.interp(rates, [0, 0.02, 0.06, 0.1], [0.7, 0.7, 0.2, 2.0])
    bounds = RangeTest(rates, losses).bounds
    assert bounds is not None
    assert bounds == pytest.approx((0.028, 0.06), abs=0.006)


def test_a_loss_that_still_falls_at_the_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rates = np.linspace(0, 0.02, 100)
    falling, bursting = (
        RangeTest(rates, np.interp(rates, [0, 0.0197, 0.02], losses)) for losses in ([3, 1, 1.1], [3, 1, 900])
    )
    photos = str(write_discs(tmp_path / "photos", 4))
    for found, told in ((falling, True), (bursting, False)):
        monkeypatch.setattr("ml.range_test.range_test", lambda *_, found=found: found)
        assert main(["find-lr", photos, "--out", str(tmp_path / "lr")]) == 0
        page = (tmp_path / "lr/find-lr.html").read_text(encoding="utf-8")
        assert ("the loss was still falling" in capsys.readouterr().out) == told
        assert ("still falling when the test ended" in page) == told


def test_a_loss_that_only_rises_has_no_bounds() -> None:
    rates = np.linspace(0, 1, 100)
    assert RangeTest(rates, 0.7 + rates).bounds is None


def test_the_running_mean_starts_at_the_first_loss() -> None:
    smoothed = RangeTest(np.arange(3.0), np.array([2.0, 0.0, 0.0])).smoothed
    assert smoothed[0] == pytest.approx(2.0)
    assert smoothed[1] == pytest.approx(2 * 0.95 / 1.95)


def test_find_lr_writes_the_curve_and_the_bounds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renders = tmp_path / "renders"
    assert main(["sample", str(renders), "--count", "60", "--size", "64"]) == 0
    command = ["find-lr", str(renders), "--recipe", "smoke", "--batches", "30", "--out", str(tmp_path / "lr")]
    assert main([*command, "--to", "0.05"]) == 0
    assert "find-lr.html shows the curve" in capsys.readouterr().out
    rows = (tmp_path / "lr/rates.csv").read_text().splitlines()
    assert rows[0] == "rate,loss,running_mean"
    rates = [float(row.split(",")[0]) for row in rows[1:]]
    assert np.diff(rates) == pytest.approx(0.05 / 29)
    assert "<svg" in (tmp_path / "lr/find-lr.html").read_text(encoding="utf-8")


def test_photos_of_one_class_are_refused_not_blamed_on_the_rates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = write_discs(tmp_path / "photos", 40)
    listed = (photos / "dataset.csv").read_text().splitlines()
    kept = [row for row in listed if not row.endswith(",train") or ",not_" in row]
    (photos / "dataset.csv").write_text("\n".join(kept))
    assert main(["find-lr", str(photos), "--recipe", "smoke", "--out", str(tmp_path / "lr")]) == 2
    assert "the train split needs pictures of both classes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--from", "0.1", "--to", "0.1"], "--from 0.1 must lie below --to 0.1"),
        (["--head-only"], "--head-only needs features to start from: say --start WEIGHTS"),
        (["--recipe", "smoak"], "there is no recipe 'smoak'; there are:"),
    ],
)
def test_a_choice_that_cannot_work_is_refused(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["find-lr", "nowhere", *options]) == 2
    assert message in capsys.readouterr().err


def test_twice_the_batch_doubles_the_recipes_rates() -> None:
    parser = argparse.ArgumentParser()
    add_network(parser)
    usual = recipe_of(parser.parse_args(["--recipe", "smoke"]))
    doubled = recipe_of(parser.parse_args(["--recipe", "smoke", "--batch-size", str(2 * usual.batch_size)]))
    assert doubled.batch_size == 2 * usual.batch_size
    assert [p.maximum for p in doubled.phases] == pytest.approx([2 * p.maximum for p in usual.phases])
