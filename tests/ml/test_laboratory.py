"""From renders to a bundle, with the commands that a newcomer types, at a size that trains in a minute."""

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ml.bundle import BundleError, load_bundle, self_test_tensor
from ml.cli import main
from ml.core_ml import program_operators
from ml.dataset import load_datasets
from ml.interpreter import Interpreter
from ml.pixels import photo_to_tensor
from tests.ml.discs import write_discs

pytestmark = pytest.mark.training

ASSETS = Path(__file__).parents[2] / "app/assets"
SHIPPED, DETECTOR = ASSETS / "model", ASSETS / "detector"


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renders")
    assert main(["sample", str(folder), "--count", "120", "--size", "64", "--seed", "3"]) == 0
    return folder


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    assert main(["sample", str(folder), "--count", "40", "--size", "64", "--seed", "4"]) == 0
    return folder


@pytest.fixture(scope="module")
def bundle_folder(renders: Path, golden: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("laboratory")
    run, bundle = folder / "run", folder / "bundle"
    assert main(["train", str(renders), "--recipe", "smoke", "--out", str(run)]) == 0
    assert (
        main(
            [
                "export",
                str(run),
                str(renders),
                "--golden",
                str(golden),
                "--out",
                str(bundle),
                "--version",
                "0.1.0",
            ]
        )
        == 0
    )
    return bundle


def test_the_bundle_is_sound(bundle_folder: Path) -> None:
    bundle = load_bundle(bundle_folder)
    assert bundle.description["labels"] == {"negative": "Not hotdog", "positive": "Hotdog"}
    assert bundle.description["architecture"] == {"name": "deepdog", "alpha": 0.25, "resolution": 64}
    assert (bundle_folder / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_bundles_own_cases_hold(bundle_folder: Path) -> None:
    bundle = load_bundle(bundle_folder)
    interpreter = Interpreter(bundle.model_bytes)
    for case in bundle.golden_cases:
        assert interpreter.classify(photo_to_tensor(case.path, 64)).score == pytest.approx(
            case.score, abs=1e-6
        )
    self_test = bundle.description["self_test"]
    score = interpreter.classify(self_test_tensor(self_test["seed"], 64)).score
    assert score == pytest.approx(self_test["score"], abs=self_test["tolerance"])


def test_the_quantised_heatmaps_mean_is_the_logit_of_the_score(bundle_folder: Path) -> None:
    prediction = Interpreter(load_bundle(bundle_folder).model_bytes).classify(self_test_tensor(5, 64))
    assert prediction.score == pytest.approx(1 / (1 + np.exp(-prediction.heatmap.mean())), abs=0.05)


def test_the_scores_are_calibrated(bundle_folder: Path, renders: Path) -> None:
    """On the pictures it was fitted to, the mean score is the share of hotdogs, but for the rounding to 8 bits."""
    interpreter = Interpreter(load_bundle(bundle_folder).model_bytes)
    examples = load_datasets([renders]).split("val")
    scores = [interpreter.classify(photo_to_tensor(example.path, 64)).score for example in examples]
    assert np.mean(scores) == pytest.approx(np.mean([example.positive for example in examples]), abs=0.1)


def test_evaluate_repeats_the_bundles_figures(bundle_folder: Path, renders: Path, tmp_path: Path) -> None:
    assert main(["evaluate", str(bundle_folder), str(renders), "--out", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "metrics.json").read_text()) == json.loads(
        (bundle_folder / "metrics.json").read_text()
    )


def test_a_run_is_measured_as_int8_float16_and_float32(
    bundle_folder: Path, renders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = bundle_folder.parent / "run"
    assert main(["evaluate", str(run), str(renders), "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "run int8 against run float16" in printed
    assert "run int8 against run float32" in printed
    as_exported = (bundle_folder / "metrics.json").read_text()
    assert json.loads((tmp_path / "metrics.json").read_text()) == json.loads(as_exported)
    assert "data:image/jpeg" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "data:image" not in (bundle_folder / "report.html").read_text(encoding="utf-8")


def test_bench_times_it(bundle_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", str(bundle_folder), "--runs", "20"]) == 0
    assert "ms median" in capsys.readouterr().out


def test_a_bundle_is_exported_anew_without_its_run(
    renders: Path, golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = load_bundle(SHIPPED)
    copied = shutil.copytree(SHIPPED, tmp_path / "copied")
    trained_on = load_datasets([renders])
    description = shipped.description | {"data_sha256": trained_on.sha256}
    (copied / "model.json").write_text(json.dumps(description))
    arguments = ["--golden", str(golden), "--version", "9.9.9", "--scheme", "float32"]
    assert main(["export", str(copied), str(renders), *arguments, "--out", str(tmp_path / "bundle")]) == 0
    assert "40 golden pictures will ship with it" in capsys.readouterr().out
    anew = load_bundle(tmp_path / "bundle")
    assert anew.description["version"] == "9.9.9"
    assert anew.description["git_commit"] == shipped.description["git_commit"]
    side = shipped.description["input"]["height"]
    pixels = [photo_to_tensor(example.path, side) for example in trained_on.split("val")]
    logits, logits_anew = (
        [interpreter.classify(picture).heatmap.mean() for picture in pixels]
        for interpreter in (Interpreter(shipped.model_bytes), Interpreter(anew.model_bytes))
    )
    # Calibrated anew, by one slope and one offset.
    assert np.corrcoef(logits, logits_anew)[0, 1] > 0.95


def test_a_bundle_of_another_network_is_not_rounded_anew(
    bundle_folder: Path, renders: Path, golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = shutil.copytree(bundle_folder, tmp_path / "copied")
    description = json.loads((copied / "model.json").read_text())
    description["architecture"]["name"] = "mobilenet_v1"
    (copied / "model.json").write_text(json.dumps(description))
    arguments = ["--golden", str(golden), "--out", str(tmp_path / "bundle")]
    assert main(["export", str(copied), str(renders), *arguments]) == 2
    assert "export its run" in capsys.readouterr().err
    assert main(["export", str(DETECTOR), str(renders), *arguments]) == 2
    assert "is a detector's bundle" in capsys.readouterr().err


def test_a_run_is_not_exported_with_other_photos(
    bundle_folder: Path, renders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = tmp_path / "others"
    shutil.copytree(renders, others)
    lines = (others / "dataset.csv").read_text().splitlines(keepends=True)
    (others / "dataset.csv").write_text("".join(lines[:-1]))
    run = bundle_folder.parent / "run"
    assert (
        main(["export", str(run), str(others), "--golden", str(others), "--out", str(tmp_path / "bundle")])
        == 2
    )
    assert "trained on other photos" in capsys.readouterr().err
    assert not (tmp_path / "bundle").exists()


def test_a_changed_model_file_is_noticed(bundle_folder: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(bundle_folder, bundle)
    model = bytearray((bundle / "model.tflite").read_bytes())
    model[-1] ^= 1
    (bundle / "model.tflite").write_bytes(model)
    with pytest.raises(BundleError, match="its SHA-256 differs"):
        load_bundle(bundle)


def test_a_split_without_photos_is_named_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = write_discs(tmp_path / "photos", 4)  # too few for val and test
    evaluating, comparing = (
        ["evaluate", str(SHIPPED), str(photos)],
        ["compare", str(photos), "--runs", "nowhere"],
    )
    for command in (evaluating, [*comparing, "--out", str(tmp_path)]):
        assert main([*command, "--split", "test"]) == 2
        assert (
            f"no photos in the test split of {photos}; name another with --split" in capsys.readouterr().err
        )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "nowhere", "--out", "run"], "`deepdog sample nowhere` renders one"),
        (["evaluate", "nowhere", "nowhere"], "nowhere/model.json cannot be read"),
        (["export", "nowhere", "nowhere", "--golden", "nowhere", "--out", "x"], "nowhere is no folder"),
    ],
)
def test_wrong_input_ends_with_one_sentence(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.timeout(1800)  # a preparation, a training and an export
def test_any_x_does(renders: Path, golden: Path, tmp_path: Path) -> None:
    """The same pictures asked another question: prepared by folders, trained and exported without a line changed."""
    for file, kind in kinds(renders):
        (tmp_path / "by-kind" / kind).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, tmp_path / "by-kind" / kind)
    for file, kind in kinds(golden):
        of_class = tmp_path / "golden" / ("burger" if kind == "burger" else "not_burger")
        of_class.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, of_class)
    photos, golden_burgers, run, bundle = (
        str(tmp_path / name) for name in ("photos", "golden", "run", "bundle")
    )
    splits = ["--val", "0.3", "--test", "0.3", "--min-side", "32", "--size", "64"]
    assert main(["prepare", str(tmp_path / "by-kind"), photos, "--positive", "burger", *splits]) == 0
    assert main(["train", photos, "--recipe", "smoke", "--batch-size", "8", "--out", run]) == 0
    to = ["--golden", golden_burgers, "--scheme", "float32", "--core-ml", "--out", bundle]
    assert main(["export", run, photos, *to]) == 0
    description = load_bundle(Path(bundle)).description
    assert description["labels"] == {"negative": "Not burger", "positive": "Burger"}
    assert program_operators(Path(bundle) / "model.mlpackage").count("elu") == 14


def kinds(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each render and what it shows."""
    for row in csv.DictReader((folder / "dataset.csv").read_text(encoding="utf-8").splitlines()):
        yield folder / row["file"], row["subclass"].removeprefix("render:")
