"""`deepdog prepare`: from photos in many shapes to one dataset."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.dataset import Split, load_datasets
from ml.detect.boxes import read_boxes
from ml.prepare.duplicates import groups, neighbours, parse_hashes
from ml.prepare.journal import Entry
from ml.prepare.prepare import Row, Settings, _splits
from ml.prepare.sources import NO_OBJECT, Photo, SourceError, read_source


def photo(seed: int, width: int = 400, height: int = 300) -> Image.Image:
    """A picture like no other: soft blobs of random colours."""
    cells = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    return Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)


def save(picture: Image.Image, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)
    return path


def class_folders(root: Path, each: int = 12) -> Path:
    for i in range(each):
        save(photo(i), root / "hotdog" / f"{i}.jpg")
        save(photo(1000 + i), root / "not_hotdog" / f"{i}.jpg")
    return root


def prepare(*arguments: str | Path) -> int:
    return main(["prepare", *map(str, arguments), "--jobs", "1"])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def contents(folder: Path) -> dict[str, bytes]:
    """All files but the journal, whose order of lines is that of the work."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and p.name != ".prepare.jsonl"
    }


def reasons(folder: Path) -> dict[str, str]:
    return {Path(row["original"]).name: row["reason"] for row in table(folder / "rejected.csv")}


def test_photos_become_a_dataset_that_training_reads(tmp_path: Path) -> None:
    assert prepare(class_folders(tmp_path / "mine"), tmp_path / "photos") == 0
    dataset = load_datasets([tmp_path / "photos"])
    assert (dataset.positive_name, len(dataset.examples)) == ("hotdog", 24)
    assert {e.source for e in dataset.examples} == {"mine"}
    for example in dataset.examples:
        with Image.open(example.path) as picture:
            assert min(picture.size) == 256


def test_a_picture_lies_as_it_was_held(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 1)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees to see it upright
    save(photo(5), source / "hotdog" / "turned.jpg", exif=exif)
    prepare(source, tmp_path / "photos")
    sizes = {
        Path(r["original"]).name: (r["width"], r["height"]) for r in table(tmp_path / "photos/dataset.csv")
    }
    assert sizes["turned.jpg"] == ("256", "341")
    assert sizes["0.jpg"] == ("341", "256")


def test_what_is_broken_tiny_or_missing_is_listed_with_the_reason(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 2)
    save(photo(5, 40, 30), source / "hotdog/tiny.jpg")
    (source / "hotdog/page.jpg").write_text("<html>not found</html>")
    whole = save(photo(6), source / "hotdog/cut.jpg").read_bytes()
    (source / "hotdog/cut.jpg").write_bytes(whole[: len(whole) // 2])
    assert prepare(source, tmp_path / "photos") == 0
    left_out = reasons(tmp_path / "photos")
    assert left_out["tiny.jpg"] == "too small: 40 x 30 px, fewer than 64"
    assert left_out["page.jpg"] == "no picture, or of a kind that is not known"
    assert left_out["cut.jpg"].startswith("broken: ")
    assert len(left_out) == 3


def test_what_phones_take_is_read_or_said_to_be_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = class_folders(tmp_path / "mine", 3)
    save(photo(7), source / "hotdog/android.avif")
    (source / "hotdog/IMG_0001.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(500))
    prepare(source, tmp_path / "photos")
    assert reasons(tmp_path / "photos") == {"IMG_0001.HEIC": "HEIC, which is not read here: save it as JPEG"}
    assert "left out: HEIC" in capsys.readouterr().out
    assert len(list((tmp_path / "photos/hotdog").iterdir())) == 4


def test_of_copies_the_largest_is_kept(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 3)
    save(photo(0, 800, 600), source / "hotdog/large.jpg")
    save(photo(0), source / "hotdog/poor.jpg", quality=35)
    save(photo(0), source / "hotdog/other-kind.png")
    prepare(source, tmp_path / "photos")
    originals = {
        Path(row["original"]).name
        for row in table(tmp_path / "photos/dataset.csv")
        if row["class"] == "hotdog"
    }
    assert originals == {"large.jpg", "1.jpg", "2.jpg"}
    left_out = reasons(tmp_path / "photos")
    assert set(left_out) == {"0.jpg", "poor.jpg", "other-kind.png"}
    assert all(reason.endswith("hotdog/large.jpg") for reason in left_out.values())
    assert len(list((tmp_path / "photos/hotdog").iterdir())) == 3


def test_a_picture_in_both_classes_is_in_neither_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = class_folders(tmp_path / "mine", 3)
    disputed = save(photo(1), source / "not_hotdog/disputed.jpg", quality=60)
    prepare(source, tmp_path / "photos")
    assert set(reasons(tmp_path / "photos")) == {"1.jpg", "disputed.jpg"}
    assert f"in both classes: {disputed}" in capsys.readouterr().out


def test_alike_pictures_lie_in_one_split(tmp_path: Path) -> None:
    """Two shots of each scene: alike, but no copies."""
    for i in range(40):
        shot = photo(i)
        save(shot, tmp_path / f"mine/hotdog/{i}-a.jpg")
        save(shot.crop((12, 8, 390, 295)), tmp_path / f"mine/hotdog/{i}-b.jpg")
        save(photo(1000 + i), tmp_path / f"mine/not_hotdog/{i}.jpg")
    prepare(tmp_path / "mine", tmp_path / "photos", "--val", "0.3", "--test", "0.3")
    splits: dict[str, set[str]] = {}
    for row in table(tmp_path / "photos/dataset.csv"):
        if row["class"] == "hotdog":
            splits.setdefault(Path(row["original"]).name.split("-")[0], set()).add(row["split"])
    assert len(splits) == 40
    assert all(len(of_scene) == 1 for of_scene in splits.values())
    assert set.union(*splits.values()) == {"train", "val", "test"}


def test_preparing_again_changes_nothing_and_looks_at_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = class_folders(tmp_path / "mine")
    prepare(source, tmp_path / "photos")
    before = contents(tmp_path / "photos")
    assert "24 photos looked at" in capsys.readouterr().out
    prepare(source, tmp_path / "photos")
    assert "looked at" not in capsys.readouterr().out
    assert contents(tmp_path / "photos") == before


def test_of_a_picture_that_changed_nothing_old_stays(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 3)
    prepare(source, tmp_path / "photos")
    save(photo(77), source / "hotdog/1.jpg")
    prepare(source, tmp_path / "photos")
    listed = {row["file"] for row in table(tmp_path / "photos/dataset.csv")}
    there = {f"{picture.parent.name}/{picture.name}" for picture in (tmp_path / "photos").glob("*/*")}
    assert there == listed
    assert len(listed) == 6


def test_whoever_looks_for_another_thing_finds_nothing_of_the_one_before(tmp_path: Path) -> None:
    for number, label in enumerate(("pizza", "burger", "salad")):
        save(photo(number), tmp_path / "mine" / label / "1.jpg")
    photos, elsewhere = tmp_path / "photos", tmp_path / "elsewhere"
    prepare(tmp_path / "mine", photos, "--positive", "pizza")
    prepare(tmp_path / "mine", elsewhere, "--positive", "burger")
    (photos / "pizza/notes.txt").write_text("mine")
    prepare(tmp_path / "mine", photos, "--positive", "burger")
    pictures = {path: content for path, content in contents(photos).items() if path.endswith(".jpg")}
    assert pictures == {
        path: content for path, content in contents(elsewhere).items() if path.endswith(".jpg")
    }
    assert (photos / "pizza/notes.txt").exists()


def test_preparing_what_is_prepared_keeps_every_byte(tmp_path: Path) -> None:
    prepare(class_folders(tmp_path / "mine"), tmp_path / "once")
    prepare(tmp_path / "once", tmp_path / "twice")
    first, second = (table(tmp_path / name / "dataset.csv") for name in ("once", "twice"))
    assert {row["sha256"] for row in first} == {row["sha256"] for row in second}


def test_new_photos_leave_the_others_in_their_split(tmp_path: Path) -> None:
    prepare(class_folders(tmp_path / "mine"), tmp_path / "photos")
    before = {row["file"]: row["split"] for row in table(tmp_path / "photos/dataset.csv")}
    for i in range(50, 70):
        save(photo(i), tmp_path / f"more/hotdog/{i}.jpg")
        save(photo(1000 + i), tmp_path / f"more/not_hotdog/{i}.jpg")
    prepare(tmp_path / "mine", tmp_path / "more", tmp_path / "photos")
    after = {row["file"]: row["split"] for row in table(tmp_path / "photos/dataset.csv")}
    assert len(after) == 64
    assert before.items() <= after.items()


def test_new_shots_and_copies_leave_the_others_in_their_split(tmp_path: Path) -> None:
    prepare(class_folders(tmp_path / "mine", 40), tmp_path / "photos")
    before = {row["file"]: row["split"] for row in table(tmp_path / "photos/dataset.csv")}
    for picture in sorted((tmp_path / "mine").rglob("*.jpg")):
        to = tmp_path / "more" / picture.relative_to(tmp_path / "mine")
        with Image.open(picture) as shot:
            save(shot.crop((12, 8, 390, 295)), to, quality=80)
            save(shot.resize((200, 150)), to.with_suffix(".small.jpg"), quality=80)
    prepare(tmp_path / "mine", tmp_path / "more", tmp_path / "photos")
    after = {row["file"]: row["split"] for row in table(tmp_path / "photos/dataset.csv")}
    assert len(before) == 80
    assert len(after) == 160
    assert before.items() <= after.items()


def test_of_two_splits_that_a_new_picture_joins_the_one_that_is_not_learnt_from_is_kept() -> None:
    def row(name: str) -> Row:
        return Row(Photo(Path(name), ("hotdog",), "mine"), Entry(name, "", name), "hotdog")

    before: dict[str, Split | None] = {"a.jpg": "train", "b.jpg": "test", "d.jpg": "val"}
    alike = {"a": 0, "b": 0, "c": 0, "d": 1, "e": 1}
    assert _splits([row(name) for name in alike], alike, Settings("hotdog"), before) == {0: "test", 1: "val"}


def test_a_source_that_is_not_named_again_is_not_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, more = class_folders(tmp_path / "mine", 3), tmp_path / "more"
    prepare(mine, tmp_path / "photos")
    before = contents(tmp_path / "photos")
    for i in (50, 51):
        save(photo(i), more / f"hotdog/{i}.jpg")
        save(photo(1000 + i), more / f"not_hotdog/{i}.jpg")
    assert prepare(more, tmp_path / "photos") == 2
    error = capsys.readouterr().err
    assert "lists 6 pictures of sources that are not named now: mine" in error
    assert "say --drop-others" in error
    assert contents(tmp_path / "photos") == before
    assert prepare(more, tmp_path / "photos", "--drop-others") == 0
    assert "removed since last time       6\n" in capsys.readouterr().out
    prepare(more, tmp_path / "alone")
    assert contents(tmp_path / "photos") == contents(tmp_path / "alone")


def test_a_source_of_the_same_name_is_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    prepare(class_folders(tmp_path / "mine", 3), tmp_path / "photos")
    assert prepare(class_folders(tmp_path / "more/mine", 4), tmp_path / "photos") == 2
    assert f"(such as {tmp_path / 'mine'}" in capsys.readouterr().err


def test_a_source_may_be_renamed_and_lose_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = class_folders(tmp_path / "mine", 3)
    prepare(source, tmp_path / "photos")
    (source / "hotdog/0.jpg").unlink()
    capsys.readouterr()
    assert prepare(f"holiday={source}", tmp_path / "photos") == 0
    assert "removed since last time       1\n" in capsys.readouterr().out
    assert {row["source"] for row in table(tmp_path / "photos/dataset.csv")} == {"holiday"}


def test_a_copy_returns_when_the_larger_one_is_gone(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 3)
    large = save(photo(0, 800, 600), source / "hotdog/large.jpg")
    prepare(source, tmp_path / "photos")
    large.unlink()
    prepare(source, tmp_path / "photos")
    dataset = load_datasets([tmp_path / "photos"])
    assert len(dataset.examples) == 6
    assert all(example.path.is_file() for example in dataset.examples)


def test_a_killed_run_goes_on_to_the_same_end(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 60)
    save(photo(3), source / "hotdog/copy.jpg", quality=50)
    prepare(source, tmp_path / "unbroken")

    command = [
        sys.executable,
        "-m",
        "ml.cli",
        "prepare",
        str(source),
        str(tmp_path / "killed"),
        "--jobs",
        "2",
    ]
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    journal = tmp_path / "killed/.prepare.jsonl"
    while not journal.exists() or journal.read_text().count("\n") < 20:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.002)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    journal.write_text(journal.read_text()[:-9])  # and the last line was cut off
    assert not (tmp_path / "killed/dataset.csv").exists()

    assert prepare(source, tmp_path / "killed") == 0
    assert contents(tmp_path / "killed") == contents(tmp_path / "unbroken")


def test_other_settings_need_another_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = class_folders(tmp_path / "mine", 2)
    prepare(source, tmp_path / "photos")
    assert prepare(source, tmp_path / "photos", "--size", "128") == 2
    assert "was prepared with shorter side 256" in capsys.readouterr().err


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = class_folders(tmp_path / "mine", 2)
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").write_text("mine")
    assert prepare(source, tmp_path / "thesis") == 2
    assert "holds other files; choose a folder that is empty" in capsys.readouterr().err
    assert contents(tmp_path / "thesis") == {"chapter.txt": b"mine"}


def test_the_preview_shows_both_classes(tmp_path: Path) -> None:
    prepare(class_folders(tmp_path / "mine"), tmp_path / "photos", "--preview")
    page = (tmp_path / "photos/preview.html").read_text(encoding="utf-8")
    assert page.count("data:image/jpeg") == 2 * 6 * 10


@pytest.mark.parametrize(
    ("positive", "label", "same"),
    [
        ("hotdog", "Hot-Dog", True),
        ("热狗", "热 狗", True),
        ("热狗", "汉堡", False),
        ("热狗", "!", False),
        ("хот_дог", "Хот дог", True),
        ("хот_дог", "гамбургер", False),
        ("hotdog", "ｈｏｔｄｏｇ", True),
        ("หมู", "หมี่", False),  # pork and noodles, which differ in marks alone
        ("bœuf", "buf", False),
        ("🌭", "🌭", True),
        ("🌭", "🍔", False),
    ],
)
def test_labels_of_any_script_are_the_same_however_they_are_spelt(
    positive: str, label: str, same: bool
) -> None:
    assert Settings(positive).is_positive(label) == same


# Layouts


def test_food_101_is_read_as_it_comes(tmp_path: Path) -> None:
    for name in ("hot_dog/1", "hot_dog/2", "sushi/3"):
        save(photo(int(name[-1])), tmp_path / f"food-101/images/{name}.jpg")
    (tmp_path / "food-101/meta").mkdir()
    (tmp_path / "food-101/meta/train.txt").write_text("hot_dog/1\nsushi/3\n")
    (tmp_path / "food-101/meta/test.txt").write_text("hot_dog/2\n")
    assert prepare(tmp_path / "food-101", tmp_path / "photos", "--positive", "hotdog", "--keep-splits") == 0
    rows = {Path(r["original"]).name: r for r in table(tmp_path / "photos/dataset.csv")}
    assert {name: (r["class"], r["split"]) for name, r in rows.items()} == {
        "1.jpg": ("hotdog", "train"),
        "2.jpg": ("hotdog", "test"),
        "3.jpg": ("not_hotdog", "train"),
    }
    assert rows["3.jpg"]["subclass"] == "sushi"


def coco(
    file: Path, pictures: Sequence[str], *annotations: tuple[int, str, list[float]], crowd: int = 0
) -> Path:
    """A document of COCO: pictures of 400 x 300 by file name, and of each annotation the picture's number, the category and the box."""
    names = sorted({name for _, name, _ in annotations})
    document = {
        "images": [
            {"id": i, "file_name": name, "width": 400, "height": 300} for i, name in enumerate(pictures)
        ],
        "categories": [{"id": i, "name": name} for i, name in enumerate(names)],
        "annotations": [
            {
                "image_id": i,
                "category_id": names.index(name),
                "bbox": box,
                "area": box[2] * box[3],
                "iscrowd": crowd,
            }
            for i, name, box in annotations
        ],
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))
    return file


def test_coco_is_read_with_its_boxes(tmp_path: Path) -> None:
    for i in range(3):
        save(photo(i), tmp_path / f"coco/val2017/{i}.jpg")
    coco(
        tmp_path / "coco/annotations/instances_val2017.json",
        [f"{i}.jpg" for i in range(4)],
        (0, "chair", [0, 0, 300, 300]),
        (0, "hot dog", [100, 60, 40, 30]),
        (1, "chair", [0, 0, 10, 10]),
    )
    found = {p.path.name: p.labels for p in read_source(tmp_path / "coco")}
    assert found == {"0.jpg": ("chair", "hot dog"), "1.jpg": ("chair",), "2.jpg": (NO_OBJECT,)}

    prepare(tmp_path / "coco", tmp_path / "photos", "--positive", "hotdog")
    (box,) = table(tmp_path / "photos/boxes.csv")
    (hotdog,) = [r for r in table(tmp_path / "photos/dataset.csv") if r["class"] == "hotdog"]
    assert box["file"] == hotdog["file"]
    assert [float(box[k]) for k in ("x0", "y0", "x1", "y1")] == pytest.approx([0.25, 0.2, 0.35, 0.3])


def test_coco_is_read_as_it_comes(tmp_path: Path) -> None:
    """Its archive holds a document of people besides, which knows no hot dogs."""
    annotations = tmp_path / "coco/annotations"
    for i in range(3):
        save(photo(i), tmp_path / f"coco/val2017/{i}.jpg")
    pictures = [f"{i}.jpg" for i in range(3)]
    person = (0, "person", [0.0, 0.0, 200.0, 300.0])
    coco(annotations / "instances_val2017.json", pictures, person, (0, "hot dog", [100, 60, 40, 30]))
    coco(annotations / "person_keypoints_val2017.json", pictures, person)
    (annotations / "captions_val2017.json").write_text('{"images": [], "annotations": []}')
    prepare(tmp_path / "coco", tmp_path / "photos", "--positive", "hotdog")
    rows = {Path(row["original"]).name: row for row in table(tmp_path / "photos/dataset.csv")}
    assert {name: row["class"] for name, row in rows.items()} == {
        "0.jpg": "hotdog",
        "1.jpg": "not_hotdog",
        "2.jpg": "not_hotdog",
    }
    prepare(tmp_path / "coco", tmp_path / "people", "--positive", "person")
    assert len(table(tmp_path / "people/boxes.csv")) == 1


def test_a_panoptic_document_lists_segments_together(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "coco/val2017/0.jpg")
    file = coco(
        tmp_path / "coco/annotations/panoptic_val2017.json",
        ["0.jpg"],
        (0, "chair", [0, 0, 300, 300]),
        (0, "hot dog", [100, 60, 40, 30]),
    )
    document = json.loads(file.read_text())
    segments = [{"id": i, **segment} for i, segment in enumerate(document["annotations"])]
    document["annotations"] = [{"image_id": 0, "file_name": "0.png", "segments_info": segments}]
    file.write_text(json.dumps(document))
    (found,) = read_source(tmp_path / "coco")
    assert found.labels == ("chair", "hot dog")
    assert [box.label for box in found.boxes] == ["chair", "hot dog"]


def test_boxes_that_end_outside_are_cut_and_empty_ones_left_out(tmp_path: Path) -> None:
    """As some of COCO's are, which a detector could not read."""
    save(photo(0), tmp_path / "coco/0.jpg")
    save(photo(1), tmp_path / "coco/1.jpg")
    boxes: list[list[float]] = [
        [200, 150, 200.01, 150.01],
        [-4, 30, 84, 30],
        [40, 30, 80, 0],
        [0, 0, 0.001, 9],
        [410, 0, 9, 9],
    ]
    coco(
        tmp_path / "coco/list.json",
        ["0.jpg", "1.jpg"],
        *((0, "hotdog", box) for box in boxes),
        (1, "cup", [0, 0, 9, 9]),
    )
    prepare(tmp_path / "coco", tmp_path / "photos", "--positive", "hotdog")
    (listed,) = read_boxes(tmp_path / "photos/boxes.csv")
    assert listed.boxes.tolist() == [
        pytest.approx([0.5, 0.5, 1, 1]),
        pytest.approx([0, 0.1, 0.2, 0.2]),
    ]


def test_crowds_come_along_from_every_source(tmp_path: Path) -> None:
    save(photo(50), tmp_path / "coco/0.jpg")
    coco(tmp_path / "coco/list.json", ["0.jpg"], (0, "hotdog", [0, 0, 200, 150]), crowd=1)
    save(photo(51), tmp_path / "open-images/aa.jpg")
    (tmp_path / "open-images/class-descriptions.csv").write_text("/m/01b9xk,Hotdog\n")
    (tmp_path / "open-images/boxes-of-train.csv").write_text(
        "ImageID,LabelName,Confidence,XMin,XMax,YMin,YMax,IsGroupOf\n"
        "aa,/m/01b9xk,1,0,0.5,0,0.5,1\naa,/m/01b9xk,1,0.5,1,0.5,1,0\n"
    )
    sources = class_folders(tmp_path / "mine", 1), tmp_path / "coco", tmp_path / "open-images"
    prepare(*sources, tmp_path / "once")
    prepare(tmp_path / "once", tmp_path / "twice")
    for folder in ("once", "twice"):
        listed = sorted(boxed.crowd.tolist() for boxed in read_boxes(tmp_path / folder / "boxes.csv"))
        assert listed == [[True], [True, False]]


def test_boxes_go_with_their_source(tmp_path: Path) -> None:
    class_folders(tmp_path / "mine", 2)
    save(photo(50), tmp_path / "coco/0.jpg")
    coco(tmp_path / "coco/list.json", ["0.jpg"], (0, "hotdog", [0, 0, 9, 9]))
    prepare(tmp_path / "mine", tmp_path / "coco", tmp_path / "photos")
    assert (tmp_path / "photos/boxes.csv").exists()
    prepare(tmp_path / "mine", tmp_path / "photos", "--drop-others")
    assert not (tmp_path / "photos/boxes.csv").exists()


def test_boxes_that_were_drawn_stay_with_their_pictures(tmp_path: Path) -> None:
    mine, photos = class_folders(tmp_path / "mine", 2), tmp_path / "photos"
    save(photo(50), tmp_path / "coco/0.jpg")
    coco(tmp_path / "coco/list.json", ["0.jpg"], (0, "hotdog", [0, 0, 200, 150]))
    prepare(mine, tmp_path / "coco", photos)
    hotdogs = [row for row in table(photos / "dataset.csv") if row["class"] == "hotdog"]
    files = {Path(row["original"]).name: row["file"] for row in hotdogs if row["source"] == "mine"}
    (of_coco,) = (boxed.file for boxed in read_boxes(photos / "boxes.csv"))
    (photos / "boxes.csv").write_text(
        f"file,label,x0,y0,x1,y1\n{files['1.jpg']},Hot dog,.1,.1,.5,.4\n{files['0.jpg']},hotdog,,,,\n{of_coco},hotdog,0,0,1,1\n"
    )
    assert prepare(mine, tmp_path / "coco", photos) == 0
    listed = {boxed.file: boxed.boxes for boxed in read_boxes(photos / "boxes.csv")}
    assert listed.keys() == {files["0.jpg"], files["1.jpg"], of_coco}
    assert listed[files["1.jpg"]].tolist() == [pytest.approx([0.1, 0.1, 0.5, 0.4])]
    assert len(listed[files["0.jpg"]]) == 0
    assert listed[of_coco].tolist() == [[0, 0, 0.5, 0.5]], "a source's own boxes count"
    before = contents(photos)
    prepare(mine, tmp_path / "coco", photos)
    assert contents(photos) == before
    (mine / "hotdog/1.jpg").unlink()
    prepare(mine, tmp_path / "coco", photos)
    assert {boxed.file for boxed in read_boxes(photos / "boxes.csv")} == {files["0.jpg"], of_coco}


def test_a_list_of_boxes_that_cannot_be_read_is_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, photos = class_folders(tmp_path / "mine", 2), tmp_path / "photos"
    prepare(source, photos)
    (photos / "boxes.csv").write_text("file,label,x0,y0,x1,y1\nhotdog/a.jpg,hotdog,10,20,300,200\n")
    before = contents(photos)
    assert prepare(source, photos) == 2
    assert "boxes.csv, line 2 (hotdog/a.jpg)" in capsys.readouterr().err
    assert contents(photos) == before


def test_a_document_of_coco_finds_its_pictures(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "coco/val2017/0.jpg")
    document = coco(tmp_path / "coco/annotations/instances_val2017.json", ["0.jpg"], (0, "cup", [0, 0, 9, 9]))
    (found,) = read_source(document)
    assert found.path == tmp_path / "coco/val2017/0.jpg"


def test_pictures_of_the_same_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for i, folder in enumerate("ab"):
        save(photo(i), tmp_path / f"coco/{folder}/1.jpg")
    names = ["set/a/1.jpg", "a/1.jpg", "b/1.jpg", "not-at-hand/1.jpg"]
    coco(tmp_path / "coco/list.json", names, (1, "hot dog", [0, 0, 9, 9]), (2, "cup", [0, 0, 9, 9]))
    found = {p.path.parent.name: p.labels for p in read_source(tmp_path / "coco")}
    assert found == {"a": ("hot dog",), "b": ("cup",)}


def test_a_picture_is_found_in_a_folder_of_another_name_or_link(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "coco/val2017/0.jpg")
    (tmp_path / "coco/images").symlink_to("val2017", target_is_directory=True)
    coco(tmp_path / "coco/list.json", ["downloads/0.jpg"], (0, "hot dog", [0, 0, 9, 9]))
    (found,) = read_source(tmp_path / "coco")
    assert found.labels == ("hot dog",)


def test_a_name_that_may_be_either_picture_is_refused(tmp_path: Path) -> None:
    for i, folder in enumerate("ab"):
        save(photo(i), tmp_path / f"coco/{folder}/1.jpg")
    coco(tmp_path / "coco/list.json", ["1.jpg"], (0, "hot dog", [0, 0, 9, 9]))
    with pytest.raises(SourceError, match=r"lists 1\.jpg, which may be .*a/1\.jpg or .*b/1\.jpg; say"):
        read_source(tmp_path / "coco")


def test_a_document_that_is_not_whole_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    save(photo(1), tmp_path / "coco/1.jpg")
    document = coco(tmp_path / "coco/list.json", ["1.jpg"], (0, "hot dog", [0, 0, 9, 9]))
    document.write_text(document.read_text().replace('"width"', '"breadth"'))
    with pytest.raises(SourceError, match=r"list\.json is no whole document of COCO: it lacks 'width'"):
        read_source(tmp_path / "coco")


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('"width": 400', '"width": 0'),
        ('"width": 400', '"width": null'),
        ('"bbox": [0, 0, 9, 9]', '"bbox": []'),
        ('"area": 81', '"area": null'),
    ],
    ids=["no width", "an unknown width", "an empty box", "an unknown area"],
)
def test_a_document_without_numbers_is_named(written: str, instead: str, tmp_path: Path) -> None:
    """As labelling tools export pictures that they have not looked at."""
    save(photo(1), tmp_path / "coco/1.jpg")
    document = coco(tmp_path / "coco/list.json", ["1.jpg"], (0, "hot dog", [0, 0, 9, 9]))
    assert written in document.read_text()
    document.write_text(document.read_text().replace(written, instead))
    with pytest.raises(
        SourceError, match=r"list\.json: width and height of its images must be numbers above 0"
    ):
        read_source(tmp_path / "coco")


@pytest.mark.parametrize("row", ["aa,/m/01b9xk,1,left,0.4,0.2,0.6", "aa,/m/01b9xk,1,0.1"])
def test_a_row_of_open_images_without_numbers_is_named(tmp_path: Path, row: str) -> None:
    save(photo(1), tmp_path / "aa.jpg")
    (tmp_path / "class-descriptions.csv").write_text("/m/01b9xk,Hot dog\n")
    (tmp_path / "boxes-of-train.csv").write_text(f"ImageID,LabelName,Confidence,XMin,XMax,YMin,YMax\n{row}\n")
    with pytest.raises(SourceError, match=r"boxes-of-train\.csv, line 2: .* must be numbers"):
        read_source(tmp_path)


def test_open_images_is_read_with_its_lists(tmp_path: Path) -> None:
    folder = tmp_path / "open-images"
    for i, name in enumerate(("aa", "bb", "cc")):
        save(photo(i), folder / f"train/{name}.jpg")
    (folder / "class-descriptions-boxable.csv").write_text("\ufeff/m/01b9xk,Hot dog\n/m/0fszt,Cake\n")
    (folder / "train-annotations-bbox.csv").write_text(
        "\ufeffImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\naa,xclick,/m/01b9xk,1,0.1,0.4,0.2,0.6\nbb,xclick,/m/0fszt,1,0,1,0,1\n"
    )
    (folder / "train-annotations-human-imagelabels.csv").write_text(
        "ImageID,Source,LabelName,Confidence\ncc,verification,/m/01b9xk,0\nbb,verification,/m/01b9xk,0\nzz,verification,/m/0fszt,1\n"
    )
    found = {p.path.name: (p.labels, len(p.boxes)) for p in read_source(folder)}
    assert found == {"aa.jpg": (("Hot dog",), 1), "bb.jpg": (("Cake",), 1), "cc.jpg": ((NO_OBJECT,), 0)}
    assert read_source(folder)[0].boxes[0].x1 == 0.4


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["as exported", "saved by a spreadsheet"])
def test_a_list_names_class_subclass_and_source(mark: str, tmp_path: Path) -> None:
    """As `flask export-feedback` writes it."""
    save(photo(1), tmp_path / "feedback/hotdog/a.jpg")
    (tmp_path / "feedback/dataset.csv").write_text(
        f"{mark}file,sha256,class,subclass,source\nhotdog/a.jpg,0,hotdog,feedback:missed,feedback\n"
    )
    (found,) = read_source(tmp_path / "feedback")
    assert (found.labels, found.subclass, found.source) == (("hotdog",), "feedback:missed", "feedback")


def test_class_folders_below_splits_are_read_with_subclasses(tmp_path: Path) -> None:
    save(photo(1), tmp_path / "kaggle/train/hotdog/chili/1.jpg")
    save(photo(2), tmp_path / "kaggle/test/not_hotdog/2.jpg")
    test, train = read_source(tmp_path / "kaggle")
    assert (train.labels, train.subclass, train.split) == (("hotdog",), "chili", "train")
    assert (test.labels, test.subclass, test.split) == (("not_hotdog",), None, "test")


def test_linked_folders_are_followed_but_not_for_ever(tmp_path: Path) -> None:
    """As `deepdog train` follows them."""
    save(photo(1), tmp_path / "disk/hot/1.jpg")
    save(photo(2), tmp_path / "disk/more/2.jpg")
    save(photo(3), tmp_path / "mine/not_hotdog/3.jpg")
    for link, to in (
        ("mine/hotdog", "disk/hot"),
        ("disk/hot/chili", "disk/more"),
        ("disk/more/back", "disk/hot"),
        ("mine/not_hotdog/all", "mine"),
        ("mine/everything", "disk"),
    ):
        (tmp_path / link).symlink_to(tmp_path / to, target_is_directory=True)
    found = {(p.path.name, *p.labels, p.subclass) for p in read_source(tmp_path / "mine")}
    assert {("1.jpg", "hotdog", None), ("2.jpg", "hotdog", "chili"), ("3.jpg", "not_hotdog", None)} <= found
    assert {label for name, label, _ in found if name == "1.jpg"} == {"hotdog", "everything"}


def test_a_source_can_be_given_a_name(tmp_path: Path) -> None:
    class_folders(tmp_path / "download (3)", 1)
    prepare(f"holiday={tmp_path / 'download (3)'}", tmp_path / "photos")
    assert {row["source"] for row in table(tmp_path / "photos/dataset.csv")} == {"holiday"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "is no source of photos"),
        ({"dataset.csv": "file,class\n../../secret.jpg,hotdog\n"}, "lies outside"),
        ({"dataset.csv": "file,class\na.jpg,\n"}, "line 2: the columns file and class must be filled"),
        ({"instances.json": "{"}, "instances.json is not JSON"),
        ({"boxes.csv": "ImageID,LabelName\na,/m/1\n"}, "no class-descriptions.csv"),
    ],
)
def test_what_is_no_source_is_refused_with_the_remedy(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match=message):
        read_source(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--positive", "pizza"],
            "all photos are of one class, as 'pizza' is the positive one; the labels are hotdog",
        ),
        (["--val", "0.5", "--test", "0.5"], "leave nothing to train on"),
        (["--preview", "--recipe", "deepdag"], "there is no recipe 'deepdag'"),
    ],
)
def test_a_choice_that_cannot_work_is_refused(
    tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = class_folders(tmp_path / "mine", 1)
    assert prepare(source, tmp_path / "photos", *arguments) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "photos").exists()


# Copies


def test_neighbours_are_found_across_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ml.prepare.duplicates.TILE", 4)
    hashes = parse_hashes([f"{1 << (9 * i):064x}" for i in range(10)] + [f"{3:064x}"])
    found = neighbours(hashes, 1)
    assert found.tolist() == [[0, 10, 1]]
    everything = neighbours(hashes, 2)
    assert len(everything) == 10 * 9 // 2 + 1


def test_chains_are_one_group() -> None:
    first, second, third, alone, fourth = groups(5, np.array([(0, 1), (1, 4), (2, 4)], np.int32))
    assert first == second == third == fourth != alone


def test_thousands_of_alike_pictures_take_no_gigabytes() -> None:
    frames = 2000
    hashes = parse_hashes(["0" * 64] * frames)
    tracemalloc.start()
    try:
        pairs = neighbours(hashes, 0)
        assert set(groups(frames, pairs[:, :2])) == {0}
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(pairs) == frames * (frames - 1) // 2
    assert peak < 80 * len(pairs)  # bytes; a Python tuple of each took 250


def test_a_ray_cluster_prepares_the_same_folder(tmp_path: Path) -> None:
    source = class_folders(tmp_path / "mine", 4)
    (source / "hotdog/page.jpg").write_text("<html>not found</html>")
    assert prepare(source, tmp_path / "here") == 0
    command = [sys.executable, "-m", "ml.cli", "prepare", str(source), str(tmp_path / "cluster")]
    subprocess.run([*command, "--ray", "local"], check=True, timeout=500)
    assert contents(tmp_path / "cluster") == contents(tmp_path / "here")
