"""From pictures with boxes to a detector's bundle, with the commands that a newcomer types, at a size that trains in a minute."""

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.errors import BundleRefusedError
from backend.model_gate import examine_detector
from ml.bundle import BundleError, load_bundle
from ml.cli import main
from ml.dataset import load_datasets
from ml.detect.annotations import annotated
from ml.detect.boxes import Boxed, read_boxes, write_boxes
from ml.detect.bundle import is_detector, load_detector_bundle
from ml.detect.decode import overlaps
from ml.quantise import operators, partitions
from tests.ml.discs import write_discs

pytestmark = pytest.mark.training

CLASSIFIER = Path(__file__).parents[2] / "app/assets/model"
SHORT_SSDLITE = """\
from dataclasses import replace
from ml.recipes import Detection, smoke_detector
from ml.schedule import Phase

RECIPE = replace(
    smoke_detector.RECIPE,
    network="ssdlite_mobilenet_v2",
    alpha=0.35,
    phases=(Phase(epochs=1, minimum=0.0, maximum=0.004, step_epochs=1),),
    detection=Detection(views=320, quarter_turn_share=0.0),
)
"""


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_discs(tmp_path_factory.mktemp("golden"), 10, seed=1)


@pytest.fixture(scope="module")
def ssdlite_run(discs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the other network, too short to have learnt much."""
    folder = tmp_path_factory.mktemp("ssdlite")
    (folder / "recipe.py").write_text(SHORT_SSDLITE)
    arguments = ["--recipe", str(folder / "recipe.py"), "--out", str(folder / "run")]
    assert main(["train", "--task", "detect", str(discs), *arguments]) == 0
    return folder / "run"


@pytest.fixture
def copied(detector_bundle: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(detector_bundle, tmp_path / "copied"))


def change(path: Path, by: Callable[[Any], None]) -> None:
    document = json.loads(path.read_text())
    by(document)
    path.write_text(json.dumps(document))


def test_it_learns(detector_bundle: Path) -> None:
    with (detector_bundle.parent / "run/log.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert float(rows[-1]["loss"]) < 0.5 * float(rows[0]["loss"])
    bundle = load_detector_bundle(detector_bundle)
    ap50 = bundle.description["metrics"]["ap50"]
    assert ap50 is not None
    assert ap50 > 0.3


def test_the_file_is_one_piece_of_known_operators(detector_bundle: Path) -> None:
    model = load_detector_bundle(detector_bundle).model_bytes
    assert partitions(model) == 1
    count = Counter(operators(model))
    assert count["RESIZE_BILINEAR"] == 2 + 1  # laterals, context
    assert count["DEPTHWISE_CONV_2D"] == 13 + 2
    assert count["CONV_2D"] == 1 + 13 + 3 + 2 + 3 + 2  # body, laterals, refinements, outputs, context
    assert count["MEAN"] == 1
    assert count["LOGISTIC"] == 2


def test_the_publishers_gate_lets_it_pass(detector_bundle: Path) -> None:
    assert is_detector(detector_bundle)
    told: list[str] = []
    examine_detector(detector_bundle, told.append)
    assert told[-1] == "golden pictures: 10 of 10 hold"


def move_the_box(document: Any) -> None:
    document["self_test"]["box"] = [0.0, 0.0, 0.01, 0.01]


def raise_the_score(document: Any) -> None:
    document["self_test"]["score"] = (document["self_test"]["score"] + 0.5) % 1


def swap_sizes_and_offsets(document: Any) -> None:
    names = {"sizes": "offsets", "offsets": "sizes", "centres": "centres"}
    for output in document["outputs"]:
        output["name"] = names[output["name"]]


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (move_the_box, "self-test gives the box"),
        (raise_the_score, "self-test gives"),
        (swap_sizes_and_offsets, "model.json says"),
    ],
)
def test_a_description_that_the_file_does_not_keep_is_refused(
    copied: Path, by: Callable[[Any], None], message: str
) -> None:
    change(copied / "model.json", by)
    with pytest.raises(BundleRefusedError, match=message):
        examine_detector(copied, lambda _: None)


def test_a_golden_picture_without_its_box_is_refused(copied: Path) -> None:
    def add_a_box(document: Any) -> None:
        document["cases"][0]["boxes"].append({"score": 1.0, "box": [0.0, 0.0, 0.02, 0.02]})

    change(copied / "golden/expected.json", add_a_box)
    with pytest.raises(BundleRefusedError, match="is missing"):
        examine_detector(copied, lambda _: None)


def test_an_output_too_many_is_refused(copied: Path) -> None:
    change(copied / "model.json", lambda document: document["outputs"].append(document["outputs"][0]))
    with pytest.raises(BundleError, match="outputs"):
        load_detector_bundle(copied)


def test_evaluate_repeats_the_bundles_figures(detector_bundle: Path, discs: Path, tmp_path: Path) -> None:
    assert main(["evaluate", str(detector_bundle), str(discs), "--out", str(tmp_path)]) == 0
    assert json.loads((tmp_path / "metrics.json").read_text()) == json.loads(
        (detector_bundle / "metrics.json").read_text()
    )
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg") > 12
    assert 'class="there"' in page
    assert "data:image" not in (detector_bundle / "report.html").read_text(encoding="utf-8")


def test_another_network_is_measured_from_its_run(
    detector_bundle: Path, ssdlite_run: Path, discs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(detector_bundle), str(discs), "--against", str(ssdlite_run)]) == 0
    printed = capsys.readouterr().out
    assert "run (ssdlite_mobilenet_v2, int8)" in printed


def test_another_network_is_not_exported(
    ssdlite_run: Path, discs: Path, golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", str(ssdlite_run), str(discs), "--golden", str(golden), "--out"]
    assert main([*arguments, str(tmp_path / "bundle")]) == 2
    assert "whose outputs the app cannot read" in capsys.readouterr().err


def test_a_second_look_is_chosen_on_val_and_measured_on_test(
    detector_bundle: Path, discs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["second-look", str(detector_bundle), str(discs), "--classifier", str(CLASSIFIER)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "Chosen on val: " in printed
    assert printed.count("| no second look |") == 2
    assert "Verdicts at 0.90 that change" in printed


def test_boxes_are_proposed_where_nobody_drew_any(
    detector_bundle: Path, discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = Path(shutil.copytree(discs, tmp_path / "photos"))
    lines = (photos / "boxes.csv").read_text().splitlines(keepends=True)
    left_out = load_datasets([photos]).split("train")[::8]
    files = {f"{example.path.parent.name}/{example.path.name}" for example in left_out}
    (photos / "boxes.csv").write_text("".join(line for line in lines if line.split(",")[0] not in files))
    proposed = tmp_path / "proposed.csv"
    assert main(["propose", str(detector_bundle), str(photos), "--out", str(proposed), "--preview"]) == 0
    assert "photos that nobody boxed" in capsys.readouterr().out
    right = {
        example.sha256: known.boxes
        for known in annotated(load_datasets([discs]), [discs])
        for example in [known.example]
    }
    found = read_boxes(proposed)
    assert len(found) > len([example for example in left_out if example.positive]) / 2
    assert {boxed.file for boxed in found} <= files
    sure = [(box, right[boxed.sha256]) for boxed in found for box in boxed.boxes[~boxed.crowd]]
    assert np.mean([overlaps(box, drawn).max() > 0.5 for box, drawn in sure]) > 0.8
    known = annotated(load_datasets([photos]), [photos], [proposed])
    assert len(known) == len(annotated(load_datasets([photos]), [photos])) + len(found)
    assert proposed.with_suffix(".html").read_text(encoding="utf-8").count("data:image/jpeg") == len(found)


def test_a_list_without_hashes_proposes_nothing(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--task", "detect", str(discs), "--boxes", str(discs / "boxes.csv"), "--out"]
    assert main([*arguments, str(tmp_path / "run")]) == 2
    assert "no sha256" in capsys.readouterr().err


def test_nothing_is_measured_by_proposed_boxes(discs: Path, tmp_path: Path) -> None:
    dataset = load_datasets([discs])
    whole = np.array([[0, 0, 1, 1]], np.float32)
    proposed = [
        Boxed(example.path.name, example.sha256, "hotdog", whole, np.array([False]))
        for example in dataset.examples
        if example.positive
    ]
    write_boxes(tmp_path / "proposed.csv", proposed)
    known = annotated(dataset, [], [tmp_path / "proposed.csv"])
    assert {picture.example.split for picture in known if len(picture.boxes)} == {"train"}


def test_bench_times_both_kinds(detector_bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models = [detector_bundle, detector_bundle / "model.tflite", CLASSIFIER]
    assert main(["bench", *map(str, models), "--runs", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == list(map(str, models))
    assert all("2 runs" in line for line in lines)


def test_other_boxes_are_not_exported(
    detector_bundle: Path, discs: Path, golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    others = Path(shutil.copytree(discs, tmp_path / "others"))
    lines = (others / "boxes.csv").read_text().splitlines(keepends=True)
    (others / "boxes.csv").write_text("".join(lines[:-1]))
    run = detector_bundle.parent / "run"
    arguments = [
        "export",
        str(run),
        str(others),
        "--golden",
        str(golden),
        "--out",
        str(tmp_path / "x"),
    ]
    assert main(arguments) == 2
    assert "trained on other photos or boxes" in capsys.readouterr().err


def test_a_classifiers_recipe_is_refused(
    discs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--task", "detect", str(discs), "--recipe", "smoke", "--out", str(tmp_path / "run")]
    assert main(arguments) == 2
    assert "name a detector's" in capsys.readouterr().err


def test_a_bundle_of_the_other_kind_is_told_by_its_kind() -> None:
    with pytest.raises(BundleError, match=r"^model.json: kind: 'detector' is not one of \['classifier'\]"):
        load_bundle(CLASSIFIER.with_name("detector"))
    with pytest.raises(BundleError, match=r"^model.json: kind: 'detector' was expected"):
        load_detector_bundle(CLASSIFIER)


def test_both_kinds_describe_what_they_share_alike() -> None:
    folder = Path(__file__).parents[2] / "ml"
    one, other = (json.loads((folder / f"{name}.schema.json").read_text()) for name in ("model", "detector"))
    assert one["$defs"] == other["$defs"]
    for name in ("version", "created_at", "architecture", "labels", "input", "quantisation", "release_notes"):
        assert one["properties"][name] == other["properties"][name]
