"""What `deepdog export` refuses before the long work, of a classifier and of a detector."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml.calibrate import LEAST_NEGATIVES
from ml.cli import main
from ml.commands.export import cautions
from ml.dataset import load_datasets
from ml.detect.annotations import annotated, boxes_sha256
from ml.detect.designs import FOR_PHONES
from ml.evaluate import Evaluation
from ml.export_parts import ExportError, check_out, golden_pictures
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


def say_trained_on(photos: Path, run: Path) -> None:
    """Let the run's record say what it would of a network that learnt from the photos."""
    dataset, record = load_datasets([photos]), json.loads((run / "run.json").read_text())
    record["recipe"] |= {"network": FOR_PHONES, "resolution": 64}
    record["data_sha256"] = dataset.sha256
    record["boxes_sha256"] = boxes_sha256(annotated(dataset, [photos]))
    (run / "run.json").write_text(json.dumps(record))


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


@pytest.mark.parametrize("split", ["val", "test"])
def test_a_split_without_the_thing_to_find_is_refused(
    split: str, run: Path, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = (photos / "dataset.csv").read_text().splitlines()
    kept = [row for row in rows if not (row.startswith("hotdog/") and row.endswith(split))]
    (photos / "dataset.csv").write_text("\n".join(kept))
    say_trained_on(photos, run)
    golden = write_discs(tmp_path / "golden", 10, seed=1)
    assert export(run, photos, tmp_path / "bundle", golden) == 2
    error = capsys.readouterr().err
    assert f"the {split} split needs pictures of both" in error or f"of the {split} split has boxes" in error


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


def test_a_photo_of_the_run_is_not_shipped_as_a_golden_picture(photos: Path, tmp_path: Path) -> None:
    golden = write_discs(tmp_path / "golden", 10, seed=1)
    golden_pictures(load_datasets([golden]), load_datasets([photos]))
    shutil.copytree(photos / "hotdog", mixed := tmp_path / "mixed/hotdog")
    shutil.copytree(golden / "not_hotdog", tmp_path / "mixed/not_hotdog")
    with pytest.raises(ExportError, match=f"10 of the 15 golden pictures, such as {mixed}/0000.png"):
        golden_pictures(load_datasets([tmp_path / "mixed"]), load_datasets([photos]))


def test_nor_is_a_photo_of_which_the_run_learnt_a_smaller_copy(photos: Path, tmp_path: Path) -> None:
    prepared = tmp_path / "prepared"
    assert main(["prepare", str(photos), str(prepared), "--min-side", "32", "--size", "48"]) == 0
    with pytest.raises(ExportError, match="of the 20 golden pictures"):
        golden_pictures(load_datasets([photos]), load_datasets([prepared]))


def test_golden_pictures_ship_without_what_a_camera_wrote_beside_the_pixels(
    photos: Path, tmp_path: Path
) -> None:
    golden = write_discs(tmp_path / "golden", 10, seed=1)
    rendered = Image.linear_gradient("L").convert("RGB")  # from dark at the top to bright
    rendered.save(golden / "hotdog/0000.png")
    taken = Image.Exif()
    taken[ExifTags.Base.Orientation] = 6
    taken.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52, 31, 12)
    rendered.save(golden / "hotdog/photo.jpg", exif=taken)
    rendered.save(golden / "hotdog/edited.JPEG", xmp=b"<rdf>Berlin</rdf>")
    with (golden / "hotdog/0002.png").open("ab") as noted:
        noted.write(b"Berlin")
    rendered.resize((2048, 1024)).save(golden / "hotdog/0004.png")
    (golden / "dataset.csv").unlink()
    (golden / "boxes.csv").unlink()

    pictures = golden_pictures(load_datasets([golden]), load_datasets([photos]))
    shipped = {picture.file: Image.open(io.BytesIO(picture.jpeg)) for picture in pictures}
    for picture in pictures:
        assert {segment for segment, _ in shipped[picture.file].applist} == {"APP0"}  # type: ignore[attr-defined]  # of a JPEG
        assert b"Berlin" not in picture.jpeg
    assert shipped["positive-0004.png.jpg"].size == (1024, 512)
    for file, expected in (
        ("positive-photo.jpg", rendered.transpose(Image.Transpose.ROTATE_270)),
        ("positive-edited.JPEG", rendered),
        ("positive-0000.png.jpg", rendered),
    ):
        off = np.abs(np.asarray(shipped[file], np.int16) - np.asarray(expected, np.int16))
        assert off.mean() < 4


def test_a_golden_picture_that_cannot_be_read_is_named_before_the_long_work(
    photos: Path, tmp_path: Path
) -> None:
    golden = write_discs(tmp_path / "golden", 10, seed=1)
    broken = golden / "hotdog/0002.png"
    broken.write_bytes(broken.read_bytes()[:200])
    with pytest.raises(
        ExportError, match=f"{broken} is not a picture that can be read: .*put another golden picture"
    ):
        golden_pictures(load_datasets([golden]), load_datasets([photos]))


def test_two_golden_pictures_of_one_name_are_refused(photos: Path, tmp_path: Path) -> None:
    golden = write_discs(tmp_path / "golden", 10, seed=1)
    (golden / "hotdog/more").mkdir()
    (golden / "hotdog/0002.png").rename(golden / "hotdog/more/0000.PNG")
    listed = golden / "dataset.csv"
    listed.write_text(listed.read_text().replace("hotdog/0002.png", "hotdog/more/0000.PNG", 1))
    with pytest.raises(ExportError, match="2 golden pictures would ship as positive-0000"):
        golden_pictures(load_datasets([golden]), load_datasets([photos]))


@pytest.mark.parametrize(
    ("highest", "negatives", "told"),
    [
        (0.95, LEAST_NEGATIVES, []),
        (0.89, LEAST_NEGATIVES, ["It finds nothing: none of the 10 positives"]),
        (0.95, 33, ["The val split has 33 negatives. From 134 on, the threshold is put where 0.75% of them"]),
    ],
)
def test_a_bundle_that_finds_nothing_or_was_calibrated_by_few_is_cautioned_of(
    highest: float, negatives: int, told: list[str], photos: Path
) -> None:
    examples = load_datasets([photos]).examples
    positives = np.array([example.positive for example in examples])
    evaluation = Evaluation(examples, np.where(positives, highest, 0.1), positives, 0.9)
    found = list(cautions(evaluation, negatives))
    assert len(found) == len(told)
    assert all(caution.startswith(start) for caution, start in zip(found, told, strict=True))


@pytest.mark.parametrize(("positive", "offered"), [("hotdog", True), ("not_hotdog", False)])
def test_too_few_golden_pictures_are_refused_and_renders_offered_for_hotdogs(
    positive: str, offered: bool, photos: Path, tmp_path: Path
) -> None:
    golden = load_datasets([write_discs(tmp_path / "golden", 4, seed=1)], positive)
    with pytest.raises(ExportError, match="8 golden pictures or more, there are 4") as refused:
        golden_pictures(golden, load_datasets([photos]))
    assert ("deepdog sample" in str(refused.value)) == offered
