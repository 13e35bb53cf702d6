"""Reading datasets."""

import argparse
import hashlib
from pathlib import Path

import pytest

from ml.commands.arguments import unlabelled_of
from ml.dataset import DatasetError, load_datasets, unlabelled_pictures, words
from ml.files import ListError
from ml.prepare.sources import read_source


def folder_of(root: Path, **counts: int) -> Path:
    for name, count in counts.items():
        (root / name).mkdir(parents=True)
        for i in range(count):
            (root / name / f"{i}.jpg").write_bytes(f"{name} {i}".encode())
    return root


def write_list(folder: Path, *rows: str) -> None:
    """Write dataset.csv, and of each picture that it lists a file where there is none."""
    (folder / "dataset.csv").write_text("\n".join(rows))
    for row in rows[1:]:
        picture = folder / row.split(",")[0]
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.touch()


def test_two_class_folders_are_a_dataset(tmp_path: Path) -> None:
    dataset = load_datasets([folder_of(tmp_path, pizza=40, not_pizza=40)])
    assert (dataset.positive_name, dataset.negative_name) == ("pizza", "not_pizza")
    assert sum(e.positive for e in dataset.examples) == 40
    assert {e.split for e in dataset.examples} == {"train", "val", "test"}


def test_a_picture_keeps_its_split_whatever_joins_it(tmp_path: Path) -> None:
    before = {
        e.sha256: e.split for e in load_datasets([folder_of(tmp_path / "a", cat=20, not_cat=20)]).examples
    }
    after = {
        e.sha256: e.split for e in load_datasets([folder_of(tmp_path / "b", cat=60, not_cat=60)]).examples
    }
    assert before.items() <= after.items()


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, cat=2, not_cat=2)
    (folder / "cat/._0.jpg").write_bytes(b"what macOS keeps of 0.jpg")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints/0-checkpoint.jpg").write_bytes(b"cat 0")
    shown = {folder / name / f"{i}.jpg" for name in ("cat", "not_cat") for i in range(2)}
    assert {e.path for e in load_datasets([folder]).examples} == shown
    assert set(unlabelled_pictures([folder])) == shown


def test_the_hash_names_what_was_learnt_from(tmp_path: Path) -> None:
    one = load_datasets([folder_of(tmp_path / "a", cat=3, not_cat=3)])
    same = load_datasets([folder_of(tmp_path / "b", not_cat=3, cat=3)])
    more = load_datasets([folder_of(tmp_path / "c", cat=4, not_cat=3)])
    assert one.sha256 == same.sha256 != more.sha256


def test_a_list_decides_over_the_folders(tmp_path: Path) -> None:
    folder_of(tmp_path, cat=2, not_cat=1)
    (tmp_path / "dataset.csv").write_text(
        "file,sha256,class,split\ncat/0.jpg,a,cat,train\nnot_cat/0.jpg,b,not_cat,test\n"
    )
    assert [e.path.name for e in load_datasets([tmp_path]).split("train")] == ["0.jpg"]
    assert unlabelled_pictures([tmp_path]) == [tmp_path / "cat/0.jpg"]


def test_pictures_without_labels_are_left_out_by_their_list(tmp_path: Path) -> None:
    folder_of(tmp_path, cat=3)
    (tmp_path / "labels.csv").write_text("file,source_repo\ncat/0.jpg,alice/cats\ncat/1.jpg,bob/cats\n")
    assert unlabelled_pictures([tmp_path]) == [tmp_path / f"cat/{i}.jpg" for i in range(3)]
    assert unlabelled_pictures([tmp_path], ["alice/*"]) == [tmp_path / "cat/1.jpg", tmp_path / "cat/2.jpg"]


def test_sources_and_subclasses_come_from_the_list(tmp_path: Path) -> None:
    folder_of(tmp_path, cat=1, not_cat=1)
    (tmp_path / "dataset.csv").write_text(
        "file,sha256,class,subclass,split,source\ncat/0.jpg,a,cat,tabby,train,home\nnot_cat/0.jpg,b,not_cat,,train,\n"
    )
    cat, other = load_datasets([tmp_path]).examples
    assert (cat.source, cat.subclass) == ("home", "tabby")
    assert (other.source, other.subclass) == (tmp_path.name, "not_cat")


def test_extra_folders_are_trained_on_only(tmp_path: Path) -> None:
    photos, renders = (folder_of(tmp_path / name, cat=30, not_cat=30) for name in ("photos", "renders"))
    for picture in renders.glob("*/*"):
        picture.write_bytes(b"a render of " + picture.read_bytes())
    dataset = load_datasets([photos], extra=[renders])
    assert {e.split for e in dataset.examples if e.source == "renders"} == {"train"}
    assert {e.split for e in dataset.examples if e.source == "photos"} == {"train", "val", "test"}


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ({}, "no class folders with pictures"),
        ({"cat": 1}, "exactly two"),
        ({"cat": 1, "dog": 1}, "Say --positive"),
    ],
)
def test_what_is_no_dataset_is_refused_with_the_remedy(
    tmp_path: Path, counts: dict[str, int], message: str
) -> None:
    with pytest.raises(DatasetError, match=message):
        load_datasets([folder_of(tmp_path, **counts)])


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_list_may_have_been_through_a_spreadsheet(mark: str, end: str, tmp_path: Path) -> None:
    folder_of(tmp_path, cat=1, not_cat=1)
    lines = ["file,sha256,class,split", "cat/0.jpg,a,cat,train", "not_cat/0.jpg,b,not_cat,test", ""]
    (tmp_path / "dataset.csv").write_bytes((mark + end.join(lines)).encode())
    assert [e.split for e in load_datasets([tmp_path]).examples] == ["train", "test"]


@pytest.mark.parametrize(
    ("kind", "encoding", "message"),
    [
        ("crème", "cp1252", r"dataset\.csv is not in UTF-8; save it as CSV UTF-8"),
        ('"' + "cat " * 40_000, "utf-8", r"dataset\.csv is no CSV: .* quotation mark"),
    ],
    ids=["saved for Windows", "a quotation mark too many"],
)
def test_a_list_that_is_no_csv_is_named_with_the_remedy(
    kind: str, encoding: str, message: str, tmp_path: Path
) -> None:
    folder_of(tmp_path, cat=1)
    lines = f"file,sha256,class,split,subclass\ncat/0.jpg,a,cat,train,{kind}\n"
    (tmp_path / "dataset.csv").write_bytes(lines.encode(encoding))
    with pytest.raises(ListError, match=message):
        load_datasets([tmp_path])
    with pytest.raises(ListError, match=message):
        read_source(tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("train,cat/7.jpg,b,cat", r"dataset\.csv lists 1 pictures that are not there, such as cat/7\.jpg"),
        ("train,cat/0.jpg,b", r"dataset\.csv, line 3: it ends before"),
        ("training,cat/0.jpg,b,cat", r"dataset\.csv, line 3: the split is 'training'"),
    ],
)
def test_a_wrong_line_of_a_list_is_told_before_the_long_work(line: str, message: str, tmp_path: Path) -> None:
    folder_of(tmp_path, cat=1)
    (tmp_path / "dataset.csv").write_text(f"split,file,sha256,class\ntrain,cat/0.jpg,a,cat\n{line}\n")
    with pytest.raises(DatasetError, match=message):
        load_datasets([tmp_path])


def test_words_for_the_screen() -> None:
    assert words("not_hotdog") == "Not hotdog"


def test_a_left_out_source_is_all_that_is_tested_and_nothing_that_is_learnt(tmp_path: Path) -> None:
    rows = [
        f"cat/{i}.jpg,{i},cat,{split},{source}"
        for i, (split, source) in enumerate(
            (split, source) for split in ("train", "val", "test") for source in ("alice/cats", "bob/cats")
        )
    ]
    write_list(tmp_path, "file,sha256,class,split,source_repo", *rows, "x.jpg,x,not_cat,train,bob/cats")
    dataset = load_datasets([tmp_path])
    apart = dataset.leaving_out(["alice/*"])
    assert {(e.split, e.source) for e in apart.examples} == {
        ("train", "bob/cats"),
        ("val", "bob/cats"),
        ("test", "alice/cats"),
    }
    assert len(apart.split("test")) == 3
    assert apart.sha256 != dataset.sha256
    assert unlabelled_pictures([tmp_path], ["alice/*"]) == [tmp_path / "cat/1.jpg", tmp_path / "x.jpg"]
    with pytest.raises(DatasetError, match="there are: alice/cats, bob/cats"):
        dataset.leaving_out(["carol/*"])


def test_what_is_alike_a_left_out_picture_is_not_learnt_from(tmp_path: Path) -> None:
    folder_of(tmp_path, cat=6, not_cat=1)
    rows = [
        ("0", "train", "alice", "beach"),
        ("1", "train", "bob", "beach"),
        ("2", "val", "bob", "beach"),
        ("3", "train", "bob", "garden"),
        ("4", "val", "bob", ""),
        ("5", "test", "bob", "roof"),
    ]
    (tmp_path / "dataset.csv").write_text(
        "file,sha256,class,split,source,group\nnot_cat/0.jpg,x,not_cat,train,bob,street\n"
        + "".join(
            f"cat/{name}.jpg,{name},cat,{split},{source},{group}\n" for name, split, source, group in rows
        )
    )
    apart = load_datasets([tmp_path]).leaving_out(["alice"])
    assert {(e.path.name, e.split) for e in apart.examples if e.positive} == {
        ("0.jpg", "test"),
        ("3.jpg", "train"),
        ("4.jpg", "val"),
    }
    assert unlabelled_pictures([tmp_path], ["alice"]) == [tmp_path / "not_cat/0.jpg", tmp_path / "cat/3.jpg"]


def test_copies_of_a_left_out_picture_in_another_folder_are_not_learnt_from(tmp_path: Path) -> None:
    ours, theirs = (folder_of(tmp_path / name, cat=2, not_cat=2) for name in ("ours", "theirs"))
    for folder in (ours, theirs):
        rows = [
            f"{name}/{i}.jpg,{name}{i},{name},train,{folder.name}"
            for name in ("cat", "not_cat")
            for i in (0, 1)
        ]
        (folder / "dataset.csv").write_text(
            "\n".join(["file,sha256,class,split,source", *rows[: 3 + (folder == ours)]])
        )
    apart = load_datasets([ours, theirs]).leaving_out(["theirs"])
    assert [e.path for e in apart.split("train")] == [ours / "not_cat/1.jpg"]
    assert len(apart.split("test")) == 3


def test_extra_pictures_of_a_left_out_source_are_neither_learnt_from_nor_measured_on(tmp_path: Path) -> None:
    ours, extra = (folder_of(tmp_path / name, cat=2, not_cat=2) for name in ("ours", "extra"))
    for folder in (ours, extra):
        rows = [
            f"{name}/{i}.jpg,{folder.name}{name}{i},{name},train,{('alice', 'bob')[i]}"
            for name in ("cat", "not_cat")
            for i in (0, 1)
        ]
        (folder / "dataset.csv").write_text("\n".join(["file,sha256,class,split,source", *rows]))
    apart = load_datasets([ours], extra=[extra]).leaving_out(["alice"])
    assert {(e.split, e.source, e.extra) for e in apart.examples} == {
        ("test", "alice", False),
        ("train", "bob", False),
        ("train", "bob", True),
    }


def test_groups_leave_the_hash_of_the_photos_as_it_was(tmp_path: Path) -> None:
    folder_of(tmp_path, cat=1, not_cat=1)
    hashes = []
    for groups in (("", ""), ("one", "other")):
        rows = [
            f"{name}/0.jpg,{name},{name},train,{group}"
            for name, group in zip(("cat", "not_cat"), groups, strict=True)
        ]
        (tmp_path / "dataset.csv").write_text("\n".join(["file,sha256,class,split,group", *rows]))
        hashes.append(load_datasets([tmp_path]).sha256)
    assert hashes[0] == hashes[1]


def listed(folder: Path, *rows: str) -> Path:
    folder.mkdir()
    write_list(folder, "file,sha256,class,split", *rows, "x.jpg,,not_cat,train")
    return folder


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


PICTURE = sha256("a picture")
PREPARED = f"cat/{PICTURE[:20]}.jpg,{'0' * 64},cat"
"""The same, made smaller and named by what it was."""
EXPORTED = f"cat/{PICTURE}.jpg,{PICTURE},cat"
"""As `flask export-feedback` lists it."""


@pytest.mark.parametrize("again", [EXPORTED, PREPARED], ids=["by its hash", "by its name"])
def test_folders_that_hold_a_picture_in_two_splits_are_refused(again: str, tmp_path: Path) -> None:
    photos = listed(tmp_path / "photos", f"{PREPARED},test")
    feedback = listed(tmp_path / "feedback", f"{again},train")
    message = rf"photos/cat/{PICTURE[:20]}\.jpg \(test\) and .*feedback/cat/.* \(train\) are one picture .*name one of them, not both"
    with pytest.raises(DatasetError, match=message):
        load_datasets([photos, feedback])


def test_what_is_measured_on_is_no_extra_picture(tmp_path: Path) -> None:
    photos = folder_of(tmp_path / "photos", cat=30, not_cat=30)
    with pytest.raises(DatasetError, match=r"are one picture in two splits"):
        load_datasets([photos], extra=[folder_of(tmp_path / "extra", cat=30, not_cat=30)])


def test_folders_that_agree_on_a_pictures_split_are_joined(tmp_path: Path) -> None:
    photos = listed(tmp_path / "photos", f"{PREPARED},test", "cat/1.jpg,1,cat,train")
    feedback = listed(tmp_path / "feedback", f"{EXPORTED},test", "cat/2.jpg,2,cat,train")
    assert len(load_datasets([photos, feedback]).split("test")) == 2


def test_what_is_measured_on_is_not_learnt_without_its_label_either(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = load_datasets(
        [
            listed(tmp_path / "photos", f"{EXPORTED},val", f"cat/1.jpg,{sha256('seen')},cat,train"),
            listed(tmp_path / "prepared", f"cat/{sha256('large')[:20]}.jpg,{sha256('small')},cat,test"),
        ]
    )
    more = tmp_path / "more"
    more.mkdir()
    for name, content in (
        ("1.jpg", "new"),
        ("2.jpg", "a picture"),
        ("3.jpg", "seen"),
        ("4.jpg", "large"),
        ("5.jpg", "small"),
        (f"{PICTURE[:20]}.jpg", "a picture made smaller"),
    ):
        (more / name).write_text(content)
    learnt_from = unlabelled_of([more], argparse.Namespace(leave_out=[]), dataset)
    assert learnt_from == [more / "1.jpg", more / "3.jpg"]
    assert "4 of 6 pictures without labels are of the val or test split" in capsys.readouterr().out
