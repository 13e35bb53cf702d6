"""What `evaluate` and `compare` make of a run folder: its network as `export` would ship it, on the photos that it was trained on."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from ml.batches import contract_tensors
from ml.cli import main
from ml.dataset import load_datasets
from ml.detect.annotations import annotated, boxes_sha256
from ml.detect.boxes import read_boxes, write_boxes
from ml.interpreter import Interpreter
from ml.model_files import check_trained_on, read_models
from ml.networks import build
from ml.norm_statistics import set_norm_statistics
from ml.pixels import photo_to_tensor
from ml.recipes import load_recipe
from ml.training import record
from ml.training.checkpoint import save_network
from ml.training.record import WEIGHTS_NAME, RunError
from tests.ml.discs import write_discs

ASSETS = Path(__file__).parents[2] / "app/assets"


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_discs(tmp_path_factory.mktemp("discs"), 100)


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that says yes to everything."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    keras.utils.set_random_seed(1)
    dataset, recipe = load_datasets([photos]), load_recipe("smoke")
    record.begin(folder, record.made_of(dataset, recipe, None), resume=False)
    network = build(recipe.network, recipe.alpha, recipe.resolution)
    set_norm_statistics(network, contract_tensors(dataset.split("train"), recipe.resolution))
    kernel, bias = network.get_layer("heatmap").get_weights()
    network.get_layer("heatmap").set_weights([kernel, bias + 4])
    save_network(network, folder / WEIGHTS_NAME)
    return folder


def test_a_runs_files_are_calibrated_as_an_export_would(photos: Path, run: Path) -> None:
    dataset = load_datasets([photos])
    files = read_models(run, dataset)
    assert [file.name for file in files] == ["run int8", "run float16", "run float32"]
    for file in files:
        interpreter = Interpreter(file.content)
        scores = [
            interpreter.classify(photo_to_tensor(example.path, interpreter.resolution)).score
            for example in dataset.split("val")
        ]
        assert np.mean(scores) == pytest.approx(0.5, abs=0.1), file.name


def test_a_run_without_extra_photos_can_be_measured_beside_one_with_them(
    photos: Path, run: Path, tmp_path: Path
) -> None:
    with_extra = load_datasets([photos], extra=[write_discs(tmp_path / "more", 20, seed=1)])
    assert with_extra.sha256 != load_datasets([photos]).sha256
    check_trained_on(run, with_extra)


@pytest.mark.parametrize(
    "command",
    [
        "evaluate RUN PHOTOS",
        "compare PHOTOS --runs RUN --out OUT",
        "propose RUN PHOTOS --out OUT/boxes.csv",
        "second-look RUN PHOTOS --classifier CLASSIFIER",
    ],
)
def test_a_run_is_not_measured_on_what_it_may_have_learnt(
    command: str, photos: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split_otherwise = shutil.copytree(photos, tmp_path / "photos")
    listed = (split_otherwise / "dataset.csv").read_text()
    (split_otherwise / "dataset.csv").write_text(listed.replace(",train", ",test", 1))
    paths = {"RUN": run, "PHOTOS": split_otherwise, "OUT": tmp_path / "out", "CLASSIFIER": ASSETS / "model"}
    for word, path in paths.items():
        command = command.replace(word, str(path))
    assert main(command.split()) == 2
    assert "run was trained on other photos than these" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_run_is_taken_with_the_extra_photos_that_it_was_trained_on(photos: Path, tmp_path: Path) -> None:
    extra, run = write_discs(tmp_path / "extra", 10, seed=5), tmp_path / "run"
    made_of = record.made_of(load_datasets([photos], extra=[extra]), load_recipe("smoke"), None)
    record.begin(run, made_of, resume=False)
    check_trained_on(run, load_datasets([photos], extra=[extra]))
    with pytest.raises(RunError, match="with the same --extra and --leave-out"):
        check_trained_on(run, load_datasets([photos]))


def test_a_detectors_run_wants_the_boxes_that_it_learnt(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, run = load_datasets([photos]), tmp_path / "run"
    learnt = boxes_sha256(annotated(dataset, [photos]))
    record.begin(
        run, record.made_of(dataset, load_recipe("smoke_detector"), None, boxes_sha256=learnt), resume=False
    )
    fewer = shutil.copytree(photos, tmp_path / "fewer")
    hash_of = {
        f"hotdog/{example.path.name}": example.sha256
        for example in dataset.split("train")
        if example.positive
    }
    listed = read_boxes(photos / "boxes.csv")
    moved = [replace(boxed, sha256=hash_of[boxed.file]) for boxed in listed if boxed.file in hash_of]
    write_boxes(fewer / "boxes.csv", [boxed for boxed in listed if boxed.file not in hash_of])
    write_boxes(tmp_path / "more.csv", moved)
    for arguments, warned in (
        ([photos], False),
        ([fewer, "--boxes", tmp_path / "more.csv"], False),
        ([fewer], True),
    ):
        assert main(["evaluate", *map(str, [run, *arguments])]) == 2
        said = capsys.readouterr().err
        assert ("run learnt other boxes than these" in said) == warned
        assert "run has finished no epoch" in said


def test_a_classifier_is_not_measured_with_boxes(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(ASSETS / "model"), str(photos), "--boxes", "boxes.csv"]) == 2
    assert "--boxes is for detectors" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["model", "detector"])
def test_a_bundle_of_other_photos_is_measured_with_a_warning(
    kind: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = load_datasets([photos])
    check_trained_on(ASSETS / kind, dataset)
    assert f"{kind} was trained on other photos than these" in capsys.readouterr().err
    own = shutil.copytree(ASSETS / kind, tmp_path / kind)
    description = json.loads((own / "model.json").read_text()) | {"data_sha256": dataset.sha256}
    (own / "model.json").write_text(json.dumps(description))
    check_trained_on(own, dataset)
    assert capsys.readouterr().err == ""


def test_of_a_bare_file_nothing_is_known(photos: Path, capsys: pytest.CaptureFixture[str]) -> None:
    check_trained_on(ASSETS / "model/model.tflite", load_datasets([photos]))
    assert capsys.readouterr().err == ""
