"""`flask export-feedback` and `flask mark-trained`: what training gets to see of the complaints."""

import csv
import io
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from PIL import Image
from sqlalchemy import insert

from backend.errors import StoreError
from backend.feedback_export import COLUMNS, SOURCE, mark_trained
from backend.kinds import Kind
from backend.models import Decision, Photo
from backend.objects import PHOTO_PREFIX
from backend.reviews import decide
from backend.services import Services
from backend.storage.base import StoredObject
from ml.dataset import load_datasets
from ml.prepare.sources import read_source
from tests.backend.commands import refused, run
from tests.backend.reports import TOKEN, report, send
from tests.bundles import FIRST_BUNDLE, republished

CLASSES = ["--positive", "hotdog", "--negative", "not_hotdog"]
INSTALL = report()["install_id"]


def photo(number: int) -> bytes:
    """Return one of many photos that neither are nor look alike."""
    noise = np.random.default_rng(number).integers(0, 256, (8, 9), np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(noise).resize((90, 80), Image.Resampling.NEAREST).convert("RGB").save(
        encoded, "JPEG", quality=95
    )
    return encoded.getvalue()


class Desk:
    """Complaints come in, and are decided by two reviewers at once."""

    def __init__(self, client: FlaskClient, services: Services) -> None:
        self.client, self.services = client, services
        self._photos = 0

    def settled(self, decision: str = "positive", upload: bytes | None = None, **fields: Any) -> str:
        self._photos += 1
        document = report(**fields)
        assert send(self.client, document, upload or photo(self._photos)).status_code == 201
        self.decides(document["id"], decision)
        return str(document["id"])

    def decides(self, feedback_id: str, decision: str) -> None:
        for reviewer in ("maria", "paul"):
            with self.services.database.writing() as session:
                decide(session, reviewer, [feedback_id], Decision(decision))


@pytest.fixture
def desk(client: FlaskClient, services: Services) -> Desk:
    return Desk(client, services)


def export(runner: FlaskCliRunner, dest: Path, *options: str) -> str:
    result = runner.invoke(args=["export-feedback", str(dest), *CLASSES, *options])
    assert result.exit_code == 0, result.output
    return result.output


def rows(dest: Path) -> list[dict[str, str]]:
    with (dest / "dataset.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def ids(table: Iterable[dict[str, str]]) -> set[str]:
    return {row["feedback_id"] for row in table}


def test_training_reads_what_was_settled_and_nothing_else(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    hotdog, other = desk.settled("positive"), desk.settled("negative")
    for decision in ("spam", "unusable", "unsure"):
        desk.settled(decision)
    send(desk.client, report(), photo(90))
    send(desk.client, without_photo := report())
    desk.decides(without_photo["id"], "positive")

    output = export(runner, tmp_path / "out")

    assert "holds 2 photos, 2 of them new" in output
    table = rows(tmp_path / "out")
    assert tuple(table[0]) == COLUMNS
    assert {(row["feedback_id"], row["class"], row["subclass"]) for row in table} == {
        (hotdog, "hotdog", "feedback:missed"),
        (other, "not_hotdog", "feedback:right after all"),
    }
    dataset = load_datasets([tmp_path / "out"])
    assert (dataset.positive_name, dataset.negative_name) == ("hotdog", "not_hotdog")
    for example in dataset.examples:
        with Image.open(example.path) as picture:
            assert picture.size == (90, 80)
        assert example.source == "deepdog feedback"
    prepared = {(photo.labels, photo.subclass) for photo in read_source(tmp_path / "out")}
    assert prepared == {(("hotdog",), "feedback:missed"), (("not_hotdog",), "feedback:right after all")}


def test_the_live_models_words_name_the_folders(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    runner.invoke(args=["publish-model", str(FIRST_BUNDLE)])
    desk.settled("positive")
    desk.settled("negative")
    result = runner.invoke(args=["export-feedback", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "boxes.csv",
        "dataset.csv",
        "hotdog",
        "not_hotdog",
    }


def test_the_splits_are_those_that_training_gives_by_itself_and_stay(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    for _ in range(12):
        desk.settled("positive")
    desk.settled("negative")
    export(runner, tmp_path / "out")
    first = {row["sha256"]: row["split"] for row in rows(tmp_path / "out")}
    shutil.copytree(tmp_path / "out", tmp_path / "unlisted")
    (tmp_path / "unlisted/dataset.csv").unlink()
    assert {e.sha256: e.split for e in load_datasets([tmp_path / "unlisted"]).examples} == first


def test_near_duplicates_are_never_on_both_sides_of_a_split(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    for quality in range(50, 74):
        encoded = io.BytesIO()
        Image.open(io.BytesIO(photo(1))).save(encoded, "JPEG", quality=quality)
        desk.settled("positive", encoded.getvalue())
        if quality == 60:
            export(runner, tmp_path / "early")
    export(runner, tmp_path / "out")
    table = rows(tmp_path / "out")
    assert len({row["sha256"] for row in table}) == 24
    assert len({row["split"] for row in table}) == 1


def test_new_only_hands_over_what_nobody_had_yet(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    first = desk.settled()
    export(runner, tmp_path / "first")
    second = desk.settled()
    assert "1 of them new" in export(runner, tmp_path / "second", "--new-only")
    assert ids(rows(tmp_path / "second")) == {second}
    assert ids(rows(tmp_path / "first")) == {first}
    assert "0 of them new" in export(runner, tmp_path / "second", "--new-only"), "run again it keeps its own"
    assert ids(rows(tmp_path / "second")) == {second}
    export(runner, tmp_path / "third")
    assert ids(rows(tmp_path / "third")) == {first, second}


def test_one_phone_cannot_teach_the_model_alone(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    many = [desk.settled(install_id=INSTALL) for _ in range(4)]
    other = desk.settled()
    output = export(runner, tmp_path / "out", "--per-install", "3")
    assert "1  left out: more than 3 from one phone" in output
    assert ids(rows(tmp_path / "out")) == {*many[:3], other}


def test_what_was_taken_back_leaves_the_folder_and_does_not_return(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    kept, deleted = desk.settled(), desk.settled()
    export(runner, tmp_path / "out")
    assert len(list((tmp_path / "out/hotdog").iterdir())) == 2
    address = f"/api/v1/feedback/{deleted}"
    assert desk.client.delete(address, headers={"Deletion-Token": TOKEN}).status_code == 204

    assert "1  removed" in export(runner, tmp_path / "out")

    (row,) = rows(tmp_path / "out")
    assert row["feedback_id"] == kept
    assert [path.name for path in (tmp_path / "out/hotdog").iterdir()] == [Path(row["file"]).name]


def test_what_is_decided_otherwise_changes_its_folder(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    complaint = desk.settled("positive")
    export(runner, tmp_path / "out")
    desk.decides(complaint, "negative")
    export(runner, tmp_path / "out")
    assert [row["class"] for row in rows(tmp_path / "out")] == ["not_hotdog"]
    assert list((tmp_path / "out/hotdog").iterdir()) == []


def test_a_photo_that_was_decided_both_ways_is_left_out(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    for decision in ("positive", "negative"):
        desk.settled(decision, photo(1))
    assert "1  left out: the same photo was decided both ways" in export(runner, tmp_path / "out")
    assert rows(tmp_path / "out") == []


def test_a_photo_that_was_changed_in_the_store_is_left_out(
    desk: Desk, services: Services, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    desk.settled()
    (entry,) = services.store.list(PHOTO_PREFIX)
    Path(services.settings.store_url.removeprefix("file:"), entry.name).write_bytes(b"another")
    assert "1  left out: the store lacks it or it was changed" in export(runner, tmp_path / "out")


def test_rows_say_which_models_learnt_from_them(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    for _ in range(8):
        desk.settled()
    export(runner, tmp_path / "out")
    trained = sum(row["split"] == "train" for row in rows(tmp_path / "out"))
    for bundle in (FIRST_BUNDLE, republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")):
        run(runner, "publish-model", str(bundle))
    marked = runner.invoke(args=["mark-trained", "1.0.1", str(tmp_path / "out")])
    assert f"1.0.1 learnt from {trained} of the photos" in marked.output
    runner.invoke(args=["mark-trained", "1.0.0", str(tmp_path / "out")])
    export(runner, tmp_path / "out")
    for row in rows(tmp_path / "out"):
        assert row["trained_versions"] == ("1.0.0 1.0.1" if row["split"] == "train" else "")


@pytest.mark.parametrize("kind", Kind)
def test_what_was_never_published_is_not_marked(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path, kind: Kind
) -> None:
    desk.settled()
    export(runner, tmp_path / "out")
    refused(
        runner,
        f"No {kind} of version 9.9.9 was published here",
        *("mark-trained", "9.9.9", str(tmp_path / "out"), "--kind", kind.value),
    )


def test_publishing_marks_what_the_model_learnt_from(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    for _ in range(8):
        desk.settled()
    export(runner, tmp_path / "out")
    trained = sum(row["split"] == "train" for row in rows(tmp_path / "out"))
    publish = ["publish-model", str(FIRST_BUNDLE), "--trained-on", str(tmp_path / "out")]

    planned = runner.invoke(args=[*publish, "--dry-run"])
    assert f"mark the {trained} training photos" in planned.output
    export(runner, tmp_path / "out")
    assert {row["trained_versions"] for row in rows(tmp_path / "out")} == {""}, "a plan changes nothing"

    published = runner.invoke(args=publish)
    assert published.exit_code == 0, published.output
    assert f"marked as what 1.0.0 learnt from: {trained} of the photos" in published.output
    assert runner.invoke(args=publish).exit_code == 0, "again, for a run that was interrupted"
    export(runner, tmp_path / "out")
    assert {row["trained_versions"] for row in rows(tmp_path / "out") if row["split"] == "train"} == {"1.0.0"}


def test_nothing_is_published_when_the_folder_is_no_export(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(
        runner,
        "flask export-feedback",
        *("publish-model", str(FIRST_BUNDLE), "--trained-on", str(tmp_path / "empty")),
    )
    assert "No model is published" in runner.invoke(args=["list-models"]).output


@pytest.mark.parametrize("version", ["latest", "1.0", "1.0.0/.."])
def test_a_version_that_is_none_is_refused(runner: FlaskCliRunner, tmp_path: Path, version: str) -> None:
    result = runner.invoke(args=["mark-trained", version, str(tmp_path)])
    assert result.exit_code == 2
    assert "is no version" in result.output


@pytest.mark.parametrize("content", ["file,sha256,class,split\na,b,c,train\n", None])
def test_a_folder_of_others_is_left_alone(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path, content: str | None
) -> None:
    desk.settled()
    (tmp_path / ("dataset.csv" if content else "letter.txt")).write_text(content or "Dear Sir")
    result = runner.invoke(args=["export-feedback", str(tmp_path), *CLASSES])
    assert result.exit_code == 1
    assert "Name a new folder" in result.output
    assert len(list(tmp_path.glob("*.*"))) == 1 + len(list(tmp_path.glob("*.sqlite3*")))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"file\n" + b"x" * 200_000])
def test_a_list_that_is_none_is_left_alone(runner: FlaskCliRunner, tmp_path: Path, content: bytes) -> None:
    listing = tmp_path / "dataset.csv"
    listing.write_bytes(content)
    refused(runner, "was not written by an export", "export-feedback", str(tmp_path), *CLASSES)
    refused(runner, "was not written by an export", "mark-trained", "1.0.0", str(tmp_path))
    assert listing.read_bytes() == content


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "a\\b", "..", ".hidden", " "])
def test_a_class_folder_lies_in_the_export(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path, name: str
) -> None:
    desk.settled("positive")
    dest = tmp_path / "out"
    refused(
        runner,
        "cannot name a class folder",
        *("export-feedback", str(dest), "--positive", name, "--negative", "not_hotdog"),
    )
    assert not dest.exists()
    assert not list(tmp_path.glob("elsewhere*"))


def test_the_two_labels_never_share_a_folder(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    desk.settled("positive")
    desk.settled("negative")
    dest = tmp_path / "out"
    options = ["--positive", "Hot dog", "--negative", "hot_dog"]
    refused(runner, "Both labels would go to the folder hot_dog", "export-feedback", str(dest), *options)
    assert not dest.exists()


def test_photos_that_were_there_before_are_left_alone(
    desk: Desk, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    desk.settled("positive")
    own = tmp_path / "out/hotdog/lunch.jpg"
    own.parent.mkdir(parents=True)
    own.write_bytes(photo(1))

    result = runner.invoke(args=["export-feedback", str(tmp_path / "out"), *CLASSES])
    assert result.exit_code == 1
    assert "holds other files, such as hotdog/lunch.jpg" in result.output

    own.rename(tmp_path / "lunch.jpg")
    export(runner, tmp_path / "out")
    (tmp_path / "lunch.jpg").rename(own)
    export(runner, tmp_path / "out")
    assert own.is_file(), "what somebody laid into an export is not the export's to remove"


def test_an_interrupted_first_export_goes_on(desk: Desk, runner: FlaskCliRunner, tmp_path: Path) -> None:
    desk.settled("positive")
    export(runner, tmp_path / "out")
    for listing in ("dataset.csv", "boxes.csv"):
        (tmp_path / "out" / listing).unlink()
    (tmp_path / "out/hotdog" / f".{'a' * 64}.jpg.4711.partial").write_bytes(b"half")
    (tmp_path / "out/sausage").mkdir()
    (tmp_path / "out/sausage" / f"{'b' * 64}.jpg").write_bytes(
        b"taken back, from when the class was called so"
    )
    assert "holds 1 photos" in export(runner, tmp_path / "out")
    assert len(list((tmp_path / "out").glob("*/*"))) == 1, (
        "nothing of what was taken back or half written stays"
    )


def test_a_store_that_is_gone_ends_the_export_and_leaves_the_list_as_it_was(
    desk: Desk, runner: FlaskCliRunner, services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.settled()
    export(runner, tmp_path / "out")
    before = (tmp_path / "out/dataset.csv").read_bytes()
    desk.settled()

    def unreachable(name: str) -> StoredObject:
        raise StoreError(f"the store cannot be reached for {name}")

    monkeypatch.setattr(type(services.store), "read", lambda _, name: unreachable(name))
    refused(runner, "the store cannot be reached", "export-feedback", str(tmp_path / "out"))
    assert (tmp_path / "out/dataset.csv").read_bytes() == before


def test_more_photos_than_a_statement_takes_parameters(
    runner: FlaskCliRunner, services: Services, tmp_path: Path
) -> None:
    runner.invoke(args=["publish-model", str(FIRST_BUNDLE)])
    here, taken_back = (
        [f"{number:064x}" for number in numbers] for numbers in (range(22_000), range(22_000, 66_000))
    )
    with services.database.writing() as session:
        values = [{"sha256": sha256, "size_bytes": 1, "width": 1, "height": 1} for sha256 in here]
        session.execute(insert(Photo), values)
    lines = [
        ",".join(
            {"sha256": sha256, "split": "train", "source_repo": SOURCE}.get(column, "") for column in COLUMNS
        )
        for sha256 in (*here, *taken_back)
    ]
    (tmp_path / "dataset.csv").write_text("\n".join([",".join(COLUMNS), *lines]), encoding="utf-8")
    assert mark_trained(services, Kind.CLASSIFIER, "1.0.0", tmp_path) == 22_000
