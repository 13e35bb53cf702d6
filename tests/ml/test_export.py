"""What `deepdog export` refuses before the long work, of a classifier and of a detector."""

import json
from pathlib import Path

import pytest

from ml.cli import main
from ml.export_parts import check_out
from tests.ml.discs import write_discs

pytestmark = pytest.mark.training


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_discs(tmp_path / "photos", 20)


@pytest.fixture(params=["classifier", "detector"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A run folder of which nothing is read, but of which kind it is."""
    folder = tmp_path / "run"
    folder.mkdir()
    recipe = {"detection": {"views": 320}} if request.param == "detector" else {}
    (folder / "run.json").write_text(json.dumps({"recipe": recipe}))
    return folder


def export(run: Path, photos: Path, out: Path, golden: Path | None = None) -> int:
    return main(["export", str(run), str(photos), "--golden", str(golden or photos), "--out", str(out)])


def test_no_folder_but_a_bundles_is_replaced(
    run: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in (run, photos):
        before = sorted(folder.rglob("*"))
        assert export(run, photos, out=folder) == 2
        assert f"{folder} holds other things than a bundle" in capsys.readouterr().err
        assert sorted(folder.rglob("*")) == before


def test_a_bundle_goes_where_nothing_is_or_another_bundle(tmp_path: Path) -> None:
    check_out(tmp_path / "new")
    (tmp_path / "bundle").mkdir()
    check_out(tmp_path / "bundle")
    for name in ("model.json", "model.tflite"):
        (tmp_path / "bundle" / name).touch()
    check_out(tmp_path / "bundle")


def test_golden_pictures_of_other_classes_are_refused_by_the_name_of_their_flag(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hotdogs, pizzas = (write_discs(tmp_path / name, 20) for name in ("golden", "pizzas"))
    for listed in (pizzas / "dataset.csv", pizzas / "boxes.csv"):
        listed.write_text(listed.read_text().replace("hotdog", "pizza"))
    for name in ("hotdog", "not_hotdog"):
        (pizzas / name).rename(pizzas / name.replace("hotdog", "pizza"))
    assert export(run, pizzas, tmp_path / "bundle", golden=hotdogs) == 2
    error = capsys.readouterr().err
    assert f"--golden {hotdogs} must hold pizza/ and not_pizza/, with 8 pictures or more" in error
    assert "there is no class 'pizza'" in error
