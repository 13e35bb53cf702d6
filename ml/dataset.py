"""Datasets: which picture is of which class, split and source.

A dataset is a folder of two class folders. Where it holds a list (`dataset.csv`, or `SOURCES.csv`), the list decides; otherwise the folders do, and the split
follows from each file's hash, so that a picture stays in its split whatever is added later.
"""

import csv
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, get_args

from ml.files import open_list

Split = Literal["train", "val", "test"]

LIST_NAMES = ("dataset.csv", "SOURCES.csv")
UNSPLIT_LIST_NAME = "labels.csv"
"""A list of pictures that are in no split, of any number of classes."""
NEEDED_COLUMNS = {"file", "sha256", "class", "split"}
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
NAME_DIGITS = 20
"""Of its source's hash, which `deepdog prepare` names a picture by."""
PREPARED_NAME = re.compile(rf"[0-9a-f]{{{NAME_DIGITS}}}")


class DatasetError(ValueError):
    """The folder is no dataset; the message says what is missing."""


@dataclass(frozen=True)
class Example:
    """A picture and what is known of it."""

    path: Path
    sha256: str
    positive: bool
    split: Split
    subclass: str
    source: str
    group: str = ""
    """Of pictures that are alike, as `deepdog prepare` found them: the name of one of them; empty where the list says nothing of it."""
    extra: bool = False
    """Of a folder that is learnt from but not measured on."""

    @property
    def names(self) -> set[str]:
        """What the picture is known by, whichever folder it lies in: the first digits of its hash and, of a prepared one, those of its source's."""
        return _names(self.path, self.sha256)


@dataclass(frozen=True)
class Dataset:
    """Examples of two classes."""

    examples: tuple[Example, ...]
    positive_name: str
    negative_name: str

    def split(self, split: Split) -> list[Example]:
        """Return the examples of one split, in a fixed order."""
        return [example for example in self.examples if example.split == split]

    def leaving_out(self, patterns: Sequence[str]) -> "Dataset":
        """Return the same photos with all of some sources as the test split, and none of them in another: how a network does on photos from elsewhere.

        Pictures of other sources that are alike one of them, or copies, are left out too, since whoever learns those knows it; so are those of extra folders
        that come from such a source, on which nothing is measured.

        Args:
            patterns: names of sources, `*` standing for anything.

        Raises:
            DatasetError: a pattern matches no source.
        """
        sources = {example.source for example in self.examples}
        left_out = set()
        for pattern in patterns:
            matching = {source for source in sources if fnmatchcase(source, pattern)}
            if not matching:
                raise DatasetError(
                    f"no source is called {pattern!r}; there are: {', '.join(sorted(sources))}"
                )
            left_out |= matching
        alike = {
            name for example in self.examples if example.source in left_out for name in _kinship(example)
        }
        examples = tuple(
            replace(example, split="test") if example.source in left_out else example
            for example in self.examples
            if (
                not example.extra
                if example.source in left_out
                else example.split != "test" and alike.isdisjoint(_kinship(example))
            )
        )
        return replace(self, examples=examples)

    @property
    def sha256(self) -> str:
        """Hash of what was learnt from: each picture's hash, class and split, in any order of files."""
        return _hash_of(self.examples)

    def was_learnt_by(self, data_sha256: str) -> bool:
        """Tell by a run's hash whether it learnt from these photos, with or without those of extra folders: what is measured on is the same."""
        without_extra = [example for example in self.examples if not example.extra]
        return data_sha256 in (self.sha256, _hash_of(without_extra))


def _hash_of(examples: Sequence[Example]) -> str:
    lines = sorted(f"{e.sha256} {int(e.positive)} {e.split}" for e in examples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def load_datasets(
    folders: Sequence[Path], positive: str | None = None, extra: Sequence[Path] = ()
) -> Dataset:
    """Read one or more folders of the same two classes.

    Args:
        folders: dataset folders.
        positive: name of the positive class; may be left out where the other class is called `not_<positive>`.
        extra: more folders, to train on only, such as renders: nothing of them is measured on.

    Raises:
        DatasetError: a folder is missing or empty, its classes are not two or not those of the others, or a picture stands in two splits.
        ListError: a folder's list is no CSV in UTF-8.
    """
    examples: list[Example] = []
    names: set[str] = set()
    rows_of = {folder: _rows(folder) for folder in folders}
    rows_of |= {folder: [row | {"split": "train"} for row in _rows(folder)] for folder in extra}
    for folder, rows in rows_of.items():
        classes = {row["class"] for row in rows}
        if len(classes) != 2:
            raise DatasetError(f"{folder} holds the classes {sorted(classes)}; a dataset has exactly two")
        names |= classes
    if len(names) != 2:
        raise DatasetError(f"the folders hold different classes: {sorted(names)}")
    positive_name = positive or _guess_positive(names)
    if positive_name not in names:
        raise DatasetError(f"there is no class {positive_name!r}; the classes are {sorted(names)}")
    for folder, rows in rows_of.items():
        examples += [_example(folder, row, positive_name, folder in extra) for row in rows]
    _check_splits(examples)
    (negative_name,) = names - {positive_name}
    return Dataset(tuple(examples), positive_name, negative_name)


def _check_splits(examples: Sequence[Example]) -> None:
    """Refuse to learn from what is measured on, where folders hold the same picture.

    Raises:
        DatasetError: a picture stands in two splits.
    """
    first: dict[str, Example] = {}
    for example in examples:
        for name in example.names:
            other = first.setdefault(name, example)
            if other.split != example.split:
                raise DatasetError(
                    f"{other.path} ({other.split}) and {example.path} ({example.split}) are one picture in two splits; "
                    "bring their folders together by `deepdog prepare`, or name one of them, not both"
                )


def unlabelled_pictures(folders: Sequence[Path], left_out: Sequence[str] = ()) -> list[Path]:
    """Return pictures to learn from without labels: of a listed dataset the train split, else every picture below each folder.

    Args:
        folders: of pictures; a list in one, also one without splits (`labels.csv`), says where they come from.
        left_out: sources, as in `Dataset.leaving_out`, whose pictures are not to be learnt from.

    Raises:
        DatasetError: a folder holds none.
    """
    pictures: list[Path] = []
    for folder in folders:
        if any((folder / name).is_file() for name in LIST_NAMES):
            found = [folder / row["file"] for row in _rows(folder) if row["split"] == "train"]
        else:
            found = _visible_pictures(folder, "**/*")
        if not found:
            raise DatasetError(f"{folder} holds no pictures to learn from")
        of_left_out = _listed_under(folder, left_out)
        pictures += [picture for picture in found if picture not in of_left_out]
    return pictures


def not_measured_on(pictures: Sequence[Path], dataset: Dataset) -> list[Path]:
    """Return, in their order, the pictures without labels that are none of the dataset's val and test splits, by content or by the name of a prepared one."""
    measured_on = {name for example in dataset.examples if example.split != "train" for name in example.names}
    return [
        picture
        for picture in pictures
        if measured_on.isdisjoint(_names(picture, hashlib.sha256(picture.read_bytes()).hexdigest()))
    ]


def _names(path: Path, sha256: str) -> set[str]:
    prepared = {path.stem} if PREPARED_NAME.fullmatch(path.stem) else set()
    return ({sha256[:NAME_DIGITS]} | prepared) - {""}


def _kinship(example: Example) -> set[str]:
    """Return what a picture has in common with its copies and with those that are alike."""
    return (example.names | {example.group}) - {""}


def _listed_under(folder: Path, patterns: Sequence[str]) -> set[Path]:
    """Return the pictures that a list in the folder says are of such sources, or alike one of them."""
    found = set()
    for name in (*LIST_NAMES, UNSPLIT_LIST_NAME):
        if patterns and (folder / name).is_file():
            with open_list(folder / name) as file:
                rows = list(csv.DictReader(file))
            of_sources = [
                row
                for row in rows
                if any(fnmatchcase(_source(row) or folder.name, pattern) for pattern in patterns)
            ]
            groups = {row.get("group") for row in of_sources} - {None, ""}
            found |= {folder / row["file"] for row in of_sources}
            found |= {folder / row["file"] for row in rows if row.get("group") in groups}
    return found


def _source(row: dict[str, str]) -> str | None:
    return row.get("source") or row.get("source_repo")


def words(class_name: str) -> str:
    """Turn a class's folder name into the words that the app shows: `not_hotdog` becomes `Not hotdog`."""
    return class_name.replace("_", " ").strip().capitalize()


def _guess_positive(names: set[str]) -> str:
    for name in names:
        if f"not_{name}" in names:
            return name
    raise DatasetError(f"which of {sorted(names)} is the positive class? Say --positive NAME")


def _rows(folder: Path) -> list[dict[str, str]]:
    for name in LIST_NAMES:
        if (folder / name).is_file():
            with open_list(folder / name) as file:
                return _checked(list(csv.DictReader(file)), folder / name)
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder. `deepdog sample {folder}` renders one to start with")
    pictures = _visible_pictures(folder, "*/*")
    if not pictures:
        raise DatasetError(
            f"{folder} holds no class folders with pictures. `deepdog sample {folder}` renders some"
        )
    return [_row_of(picture, folder) for picture in pictures]


def _visible_pictures(folder: Path, pattern: str) -> list[Path]:
    """Return the pictures below a folder, in a fixed order, but for hidden ones: `._1.jpg` is what macOS keeps of `1.jpg`, and Jupyter makes copies."""
    return sorted(
        picture
        for picture in folder.glob(pattern)
        if picture.suffix.lower() in PICTURE_SUFFIXES
        and not any(part.startswith(".") for part in picture.relative_to(folder).parts)
    )


def _checked(rows: list[dict[str, str]], path: Path) -> list[dict[str, str]]:
    """Return the rows of a list, which people write to as well, when each is whole and its picture there.

    Raises:
        DatasetError: otherwise.
    """
    missing = NEEDED_COLUMNS - set(rows[0] if rows else [])
    if missing:
        raise DatasetError(f"{path} is empty or lacks the columns {sorted(missing)}")
    for number, row in enumerate(rows, start=2):
        if any(row[column] is None for column in NEEDED_COLUMNS):
            raise DatasetError(f"{path}, line {number}: it ends before the columns {sorted(NEEDED_COLUMNS)}")
        if row["split"] not in get_args(Split):
            raise DatasetError(
                f"{path}, line {number}: the split is {row['split']!r}; it must be train, val or test"
            )
    absent = [row["file"] for row in rows if not (path.parent / row["file"]).is_file()]
    if absent:
        raise DatasetError(
            f"{path} lists {len(absent)} pictures that are not there, such as {absent[0]}; put them back, or remove their lines"
        )
    return rows


def _row_of(picture: Path, folder: Path) -> dict[str, str]:
    digest = hashlib.sha256(picture.read_bytes()).hexdigest()
    tenth = int(digest[:8], 16) % 10
    return {
        "file": picture.relative_to(folder).as_posix(),
        "sha256": digest,
        "class": picture.parent.name,
        "split": "test" if tenth == 0 else "val" if tenth == 1 else "train",
    }


def _example(folder: Path, row: dict[str, str], positive_name: str, extra: bool) -> Example:
    split: Split = row["split"]  # type: ignore[assignment]  # checked when read
    return Example(
        folder / row["file"],
        row["sha256"],
        row["class"] == positive_name,
        split,
        row.get("subclass") or row["class"],
        _source(row) or folder.name,
        row.get("group") or "",
        extra,
    )
