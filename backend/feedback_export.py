"""Hands reviewed photos to training: class folders with a dataset.csv, which `deepdog prepare` and `deepdog train` read.

The database decides what belongs there. What its owner took back meanwhile, or what a reviewer decided otherwise, leaves the folder at the next export.
"""

import csv
import hashlib
import io
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.database import insert_for
from backend.drawn_boxes import Corners, boxes_by_photo
from backend.errors import DeepDogError, ObjectNotFoundError, PublishError
from backend.kinds import Kind, qualified
from backend.models import (
    Decision,
    ExportedPhoto,
    Feedback,
    Label,
    Photo,
    Release,
    ReviewState,
    Training,
    now,
)
from backend.near_duplicates import look_alike
from backend.objects import photo_key
from backend.services import Services
from ml.detect.boxes import Boxed, write_boxes

LIST_NAME = "dataset.csv"
BOXES_NAME = "boxes.csv"
SOURCE = "deepdog feedback"
COLUMNS = (
    "file",
    "sha256",
    "class",
    "subclass",
    "split",
    "source_repo",
    "feedback_id",
    "model_version",
    "score",
    "platform",
    "settled_at",
    "trained_versions",
)
LABELS = (Decision.POSITIVE, Decision.NEGATIVE)
HASHES_AT_ONCE = 500
_OWN_FILE = re.compile(r"[0-9a-f]{64}\.jpg|\.[0-9a-f]{64}\.jpg\.\d+\.partial")
"""The names of the files that an export, ended or interrupted, leaves in a class folder."""

Row = dict[str, str]


class ExportError(DeepDogError):
    """The folder cannot take the photos, or is no export."""


@dataclass(frozen=True)
class ClassNames:
    """What the two class folders are called."""

    positive: str
    negative: str

    def __post_init__(self) -> None:
        """Refuse names that are no two folders of the export.

        Raises:
            ExportError: a name leads elsewhere or is hidden, or both are the same.
        """
        for name in (self.positive, self.negative):
            if not name or name.startswith(".") or set(name) & set("/\\\0"):
                raise ExportError(
                    f"{name!r} cannot name a class folder. Choose other words with --positive and --negative."
                )
        if self.positive == self.negative:
            raise ExportError(
                f"Both labels would go to the folder {self.positive}, where nobody could tell them apart any more. "
                "Choose two words with --positive and --negative."
            )

    def of(self, decision: Decision) -> str:
        """Return the folder of a decision."""
        return self.positive if decision is Decision.POSITIVE else self.negative


@dataclass
class ExportReport:
    """What an export did."""

    by_class: Counter[str] = field(default_factory=Counter)
    new: int = 0
    removed: int = 0
    over_cap: int = 0
    contradictory: int = 0
    missing: int = 0
    boxes: int = 0


def export_feedback(
    services: Services,
    dest: Path,
    names: ClassNames,
    *,
    only_new: bool,
    per_install: int,
    watched: Callable[[Sequence[Feedback]], Iterator[Feedback]] = iter,
) -> ExportReport:
    """Write the reviewed photos below `dest`; running it again continues and corrects.

    Args:
        services: the database and the store.
        dest: a new or empty folder, or one that an earlier export wrote.
        names: the class folders.
        only_new: leave out what any earlier export handed over, except what lies in `dest` already.
        per_install: how many photos one install may contribute at most, so that nobody teaches the model alone.
        watched: goes through the photos while showing how far it is.

    Raises:
        ExportError: `dest` holds something else, or a file cannot be written.
        StoreError: the store cannot be reached; what was written so far stays, and the list is as it was.
    """
    earlier = _rows_in(dest)
    report = ExportReport()
    with services.database.reading() as session:
        chosen = _choose(session, per_install, report)
        splits = {row.photo_sha256: row.split for row in session.scalars(select(ExportedPhoto))}
        learnt = _trained_versions(session)
        new = [each for each in chosen if each.photo_sha256 not in splits]
        _split(session, new, splits)
    kept = {row["sha256"] for row in earlier}
    if only_new:
        wanted = kept | {str(each.photo_sha256) for each in new}
        chosen = [each for each in chosen if each.photo_sha256 in wanted]
    rows: dict[str, Row] = {}
    for complaint in watched(chosen):
        row = _row(complaint, names, splits, learnt)
        if _write_photo(services, dest, row):
            rows[row["sha256"]] = row
        else:
            report.missing += 1
    with services.database.writing() as session:
        # Whoever took a photo back while it was being written must not find it in the folder.
        there = _present(session, rows, locked=True)
        rows = {sha256: row for sha256, row in rows.items() if sha256 in there}
        _write_list(dest, rows.values())
        report.boxes = _write_boxes(dest, rows.values(), names, boxes_by_photo(session))
        report.removed = _remove_others(dest, rows.values())
        _remember(session, rows.values())
    report.by_class = Counter(row["class"] for row in rows.values())
    report.new = sum(row["sha256"] not in kept for row in rows.values())
    return report


def mark_trained(services: Services, kind: Kind, version: str, dest: Path) -> int:
    """Record that a published model learnt from the train split of an exported folder; return from how many photos.

    Raises:
        ExportError: the folder is no export.
        PublishError: no such model was published here.
    """
    learnt = trained_photos(dest)
    with services.database.writing() as session:
        if session.get(Release, (kind, version)) is None:
            raise PublishError(
                f"No {kind} of version {version} was published here, so no user was ever given one. Publish it with "
                f"`flask publish-model BUNDLE --trained-on {dest}`; `flask list-models` shows what there is."
            )
        present = _present(session, learnt, locked=False)
        values = [{"photo_sha256": sha256, "kind": kind, "model_version": version} for sha256 in present]
        if values:
            session.execute(insert_for(session, Training).on_conflict_do_nothing(), values)
    return len(present)


def trained_photos(dest: Path) -> set[str]:
    """Return the hashes of the photos in an exported folder's train split.

    Raises:
        ExportError: the folder is no export.
    """
    rows = _rows_in(dest)
    if not rows:
        raise ExportError(
            f"{dest} holds no {LIST_NAME} of an export. `flask export-feedback {dest}` writes one."
        )
    return {row["sha256"] for row in rows if row["split"] == "train"}


def _choose(session: Session, per_install: int, report: ExportReport) -> list[Feedback]:
    """Return one complaint for each photo that may be learnt from; what was handed over before comes before the cap."""
    query = (
        select(Feedback)
        .options(joinedload(Feedback.photo))
        .where(
            Feedback.review_state == ReviewState.SETTLED,
            Feedback.outcome.in_(LABELS),
            Feedback.photo_sha256.is_not(None),
        )
        .order_by(Feedback.received_at, Feedback.id)
    )
    by_photo: dict[str, list[Feedback]] = defaultdict(list)
    for complaint in session.scalars(query):
        by_photo[str(complaint.photo_sha256)].append(complaint)
    exported = set(session.scalars(select(ExportedPhoto.photo_sha256)))
    contributed: Counter[str] = Counter()
    chosen = []
    for sha256 in sorted(by_photo, key=lambda sha256: sha256 not in exported):
        complaints = by_photo[sha256]
        first = complaints[0]
        if len({each.outcome for each in complaints}) > 1:
            report.contradictory += 1
        elif contributed[first.install_id] >= per_install:
            report.over_cap += 1
        else:
            contributed[first.install_id] += 1
            chosen.append(first)
    return chosen


def _split(session: Session, new: Sequence[Feedback], splits: dict[str, str]) -> None:
    """Add a split for each new photo: that of a near-duplicate, so that no test picture has a twin in training, else by lot."""
    hashes = select(Photo.difference_hash, Photo.sha256).join(
        ExportedPhoto, ExportedPhoto.photo_sha256 == Photo.sha256
    )
    known = [(seen, splits[sha256]) for seen, sha256 in session.execute(hashes) if seen]
    for complaint in new:
        sha256, seen = str(complaint.photo_sha256), complaint.photo and complaint.photo.difference_hash
        twin = next((split for other, split in known if seen and look_alike(seen, other)), None)
        splits[sha256] = twin or _split_of(sha256)
        if seen:
            known.append((seen, splits[sha256]))


def _split_of(sha256: str) -> str:
    """Return the split that ml/dataset.py gives a picture that no list names."""
    tenth = int(sha256[:8], 16) % 10
    return "test" if tenth == 0 else "val" if tenth == 1 else "train"


def _trained_versions(session: Session) -> dict[str, list[str]]:
    learnt: dict[str, list[str]] = defaultdict(list)
    for row in session.scalars(select(Training).order_by(Training.kind, Training.model_version)):
        learnt[row.photo_sha256].append(qualified(row.kind, row.model_version))
    return learnt


def _row(complaint: Feedback, names: ClassNames, splits: dict[str, str], learnt: dict[str, list[str]]) -> Row:
    assert complaint.photo_sha256 is not None
    assert complaint.outcome is not None
    assert complaint.settled_at is not None
    sha256, folder = complaint.photo_sha256, names.of(complaint.outcome)
    kind = "missed" if complaint.claimed_label is Label.POSITIVE else "false alarm"
    confirmed = complaint.outcome == Decision(complaint.claimed_label)
    values = (
        f"{folder}/{sha256}.jpg",
        sha256,
        folder,
        f"feedback:{kind if confirmed else 'right after all'}",
        splits[sha256],
        SOURCE,
        complaint.id,
        complaint.model_version,
        f"{complaint.score:.6f}",
        complaint.platform.value,
        f"{complaint.settled_at:%Y-%m-%dT%H:%M:%SZ}",
        " ".join(learnt.get(sha256, ())),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _write_photo(services: Services, dest: Path, row: Row) -> bool:
    """Write one photo unless it is there; tell whether the store has it as it was.

    Raises:
        StoreError: the store cannot be reached, which says nothing about the photo.
        ExportError: the file cannot be written.
    """
    path = dest / row["file"]
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]:
        return True
    try:
        data = services.store.read(photo_key(row["sha256"]).name).data
    except ObjectNotFoundError:
        return False
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        return False
    _replace(path, data)
    return True


def _rows_in(dest: Path) -> list[Row]:
    """Return what an earlier export listed.

    Raises:
        ExportError: the folder holds something else.
    """
    listing = dest / LIST_NAME
    if dest.exists() and not dest.is_dir():
        raise ExportError(f"{dest} is a file; name a folder that exists or can be made.")
    if not listing.exists():
        # A first export that was interrupted left class folders, and in them nothing but its own files.
        for path in dest.glob("*") if dest.exists() else ():
            inside = path.iterdir() if path.is_dir() else (path,)
            stranger = next((file for file in inside if not _OWN_FILE.fullmatch(file.name)), None)
            if stranger:
                raise ExportError(
                    f"{dest} holds other files, such as {stranger.relative_to(dest)}. Name a new folder, or one that an "
                    "earlier export wrote."
                )
        return []
    try:
        with listing.open(newline="", encoding="utf-8") as file:
            table = csv.DictReader(file)
            rows = list(table)
        is_ours = tuple(table.fieldnames or ()) == COLUMNS and all(
            row["source_repo"] == SOURCE for row in rows
        )
    except (UnicodeDecodeError, csv.Error):
        is_ours = False
    if not is_ours:
        raise ExportError(
            f"{listing} was not written by an export. Name a new folder, or one that an earlier export wrote."
        )
    return rows


def _write_list(dest: Path, rows: Iterable[Row]) -> None:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(sorted(rows, key=lambda row: row["file"]))
    _replace(dest / LIST_NAME, text.getvalue().encode())


def _write_boxes(
    dest: Path, rows: Iterable[Row], names: ClassNames, boxes: Mapping[str, Sequence[Corners]]
) -> int:
    """List what reviewers boxed, and return how many boxes there are.

    A positive photo that nobody boxed is not listed: nobody said that it holds nothing. Negatives need none.
    """
    pictures = [
        Boxed(
            row["file"],
            row["sha256"],
            names.positive,
            np.array(boxes[row["sha256"]], np.float32),
            np.zeros(len(boxes[row["sha256"]]), np.bool_),
        )
        for row in sorted(rows, key=lambda row: row["file"])
        if row["class"] == names.positive and row["sha256"] in boxes
    ]
    write_boxes(dest / BOXES_NAME, pictures)
    return sum(len(picture.boxes) for picture in pictures)


def _remove_others(dest: Path, rows: Iterable[Row]) -> int:
    """Remove files of ours that are in a class folder, of whatever name, but not in the list; return how many were photos."""
    wanted = {row["file"] for row in rows}
    unwanted = [
        path
        for path in dest.glob("*/*")
        if _OWN_FILE.fullmatch(path.name) and path.relative_to(dest).as_posix() not in wanted
    ]
    for path in unwanted:
        path.unlink()
    return sum(path.suffix == ".jpg" for path in unwanted)


def _remember(session: Session, rows: Iterable[Row]) -> None:
    exported_at = now()
    values = [
        {"photo_sha256": row["sha256"], "split": row["split"], "exported_at": exported_at} for row in rows
    ]
    if values:
        session.execute(insert_for(session, ExportedPhoto).on_conflict_do_nothing(), values)


def _present(session: Session, hashes: Iterable[str], *, locked: bool) -> set[str]:
    """Return those of the photos that are still here; `locked` keeps them so until the transaction ends."""
    # In this order wherever several photos are locked, and in batches: PostgreSQL takes 65,535 parameters a statement.
    ordered = sorted(hashes)
    present: set[str] = set()
    for first in range(0, len(ordered), HASHES_AT_ONCE):
        query = select(Photo.sha256).where(Photo.sha256.in_(ordered[first : first + HASHES_AT_ONCE]))
        if locked:
            query = query.order_by(Photo.sha256).with_for_update(read=True)
        present.update(session.scalars(query))
    return present


def _replace(path: Path, content: bytes) -> None:
    """Write under a temporary name, then rename, so that the file is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)
