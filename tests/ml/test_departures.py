"""The ablation of what was done otherwise than in 2017: one thing at a time, and what the table says of it."""

import dataclasses
from pathlib import Path

import pytest

from ml.benchmarks import departures
from ml.benchmarks.departures import WHOLE, Figures
from ml.dataset import load_datasets, unlabelled_pictures
from ml.distil import made_of
from ml.recipes import load_recipe
from ml.training import record
from ml.training.record import WEIGHTS_NAME
from tests.ml.discs import write_discs


def test_each_variant_lacks_one_thing() -> None:
    recipe = load_recipe("student")
    found = {}
    for name, variant in departures.variants(recipe).items():
        changed = [
            field.name
            for field in dataclasses.fields(recipe)
            if getattr(variant.recipe, field.name) != getattr(recipe, field.name)
        ]
        found[name] = changed if variant.from_imagenet else ["start", *changed]
    assert found.pop(WHOLE) == []
    assert found.pop("from random weights, 2017's widths") == ["start", "network"]
    assert all(len(changed) == 1 for changed in found.values()), found


def test_gains_are_told_with_the_spread_of_the_seeds() -> None:
    measured = {
        WHOLE: [Figures(0.98, 0.91, 0.80), Figures(0.97, 0.90, 0.78)],
        "128 px": [Figures(0.96, 0.88, 0.75), Figures(0.96, 0.87, 0.70)],
        "from random weights": [Figures(0.99, 0.92, 0.85)],
    }
    rows = [line.strip("| ").split(" | ") for line in departures.markdown(measured).splitlines()[2:]]
    assert rows[0][:3] == [WHOLE, "2", "0.9750 (0.9700 to 0.9800)"]
    assert rows[1][3] == "+0.0150 (+0.0100 to +0.0200)"
    assert rows[1][5] == "+0.0300 (+0.0300 to +0.0300)"
    assert rows[1][7] == "+0.065 (+0.050 to +0.080)"
    assert rows[2][1:] == ["1", "0.9900", "-0.0100", "0.9200", "-0.0100", "0.850", "-0.050"]


def test_a_run_that_was_measured_is_not_trained_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind in ("hotdog", "not_hotdog"):
        (tmp_path / "photos" / kind).mkdir(parents=True)
        (tmp_path / "photos" / kind / "1.jpg").write_bytes(b"never opened")
    for run, auc in (("with-all-of-them-2017", 0.98), ("128-px-2017", 0.97)):
        (tmp_path / run).mkdir()
        (tmp_path / run / "measured.json").write_text(
            f'{{"val_auc": {auc}, "test_auc": 0.9, "test_recall": 0.5}}'
        )
    (tmp_path / "teacher.tflite").write_bytes(b"never asked")
    monkeypatch.setattr(departures, "distil", lambda *_, **__: pytest.fail("trained again"))
    arguments = [
        "--teacher",
        str(tmp_path / "teacher.tflite"),
        "--start",
        "mobilenet.tflite",
        "--only",
        "128 px",
    ]
    photos = str(tmp_path / "photos")
    departures.main([photos, "--more", photos, *arguments, "--out", str(tmp_path)])
    assert "| 128 px | 1 | 0.9700 | +0.0100 |" in capsys.readouterr().out


@pytest.mark.parametrize("changed", ["128-px-2017/run.json", "t.tflite", "more/1.jpg", "more/2.jpg"])
def test_figures_of_a_run_that_was_made_of_something_else_are_refused(changed: str, tmp_path: Path) -> None:
    write_discs(tmp_path / "photos", 4)
    (tmp_path / "more").mkdir()
    for name in ("t.tflite", "more/1.jpg"):
        (tmp_path / name).write_bytes(b"as it was")
    run, photos = tmp_path / "128-px-2017", load_datasets([tmp_path / "photos"])
    variant = departures.variants(load_recipe("student").stretched(4))["128 px"]
    folders = [str(tmp_path / "photos"), "--more", str(tmp_path / "more")]
    weights = ["--teacher", str(tmp_path / "t.tflite"), "--start", "v1.tflite"]
    args = departures._parser().parse_args([*folders, *weights, "--out", str(tmp_path)])
    more = unlabelled_pictures(args.more)
    record.begin(run, made_of(photos, more, args.teacher, variant.recipe, args.start), resume=False)
    (run / WEIGHTS_NAME).touch()
    (run / "measured.json").write_text('{"val_auc": 0.9, "test_auc": 0.9, "test_recall": 0.5}')
    assert departures._measured(run, variant, photos, args) == Figures(0.9, 0.9, 0.5)
    if changed.endswith("run.json"):
        (tmp_path / changed).write_text((tmp_path / changed).read_text().replace("128", "160"))
    else:
        (tmp_path / changed).write_bytes(b"as it is now")
    with pytest.raises(record.RunError, match="cannot go on, for it began otherwise"):
        departures._measured(run, variant, photos, args)
