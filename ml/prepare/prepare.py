"""Photos of sources in, a dataset folder out: class folders, dataset.csv, rejected.csv, boxes.csv."""

import csv
import hashlib
import io
import multiprocessing
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ml.dataset import PREPARED_NAME, Split
from ml.detect.boxes import CORNERS, LIST_NAME, read_boxes
from ml.files import open_list, write_whole
from ml.prepare.duplicates import ALIKE_BITS, SAME_BITS, groups, neighbours, parse_hashes
from ml.prepare.journal import Entry, Journal, JournalError, stamp
from ml.prepare.labels import spelling
from ml.prepare.pictures import Rejected, prepare_picture
from ml.prepare.sources import NO_OBJECT, SPLIT_NAMES, Box, Photo
from ml.ray_workers import look_on_cluster

COLUMNS = ("file", "sha256", "class", "subclass", "split", "source", "original", "width", "height", "group")
REJECTED_COLUMNS = ("original", "source", "class", "reason")
BOX_COLUMNS = ("file", "label", *CORNERS, "crowd")
IN_BOTH_CLASSES = "stands in both classes"
WAITING_PER_JOB = 8
"""Pictures handed out ahead, so that memory does not grow with their number."""


@dataclass(frozen=True)
class Settings:
    """All that decides what becomes of a photo."""

    positive: str
    """Name of the class to find."""
    aliases: tuple[str, ...] = ()
    """More labels that mean it."""
    shorter_side: int = 256
    smallest_side: int = 64
    val_share: float = 0.1
    test_share: float = 0.1
    seed: int = 2017
    keep_splits: bool = False
    """Whether a source's own split counts."""
    jobs: int = 1
    """Processes of this machine."""
    ray: str | None = None
    """Address of a Ray cluster that looks at the photos instead of this machine, or `local`."""
    drop_others: bool = False
    """Whether the pictures of sources that the folder lists and that are not given now may go."""

    @property
    def negative(self) -> str:
        """Name of the other class."""
        return f"not_{self.positive}"

    @property
    def classes(self) -> tuple[str, str]:
        """Names of both, the one to find first."""
        return self.positive, self.negative

    def class_of(self, photo: Photo) -> str:
        """Return the class's name."""
        return self.positive if any(map(self.is_positive, photo.labels)) else self.negative

    def is_positive(self, label: str) -> bool:
        """Whether a label means the class to find, however it is spelt: `Hot dog`, `hot_dog`, `hotdog`."""
        return spelling(label) in map(spelling, (self.positive, *self.aliases))


@dataclass(frozen=True)
class Row:
    """A photo that was looked at: what its source says, and what was found."""

    photo: Photo
    entry: Entry
    class_name: str

    @property
    def file(self) -> str:
        """Path below the dataset's folder."""
        return f"{self.class_name}/{self.entry.name}"


@dataclass(frozen=True)
class Outcome:
    """What the folder holds now."""

    kept: Counter[tuple[str, Split]]
    """Pictures by class and split."""
    rejected: Counter[str]
    """By the reason, without its details."""
    in_both_classes: list[str]
    """Paths of the sources' pictures."""
    new: int
    """Pictures that this run looked at."""
    removed: int
    """Pictures that the folder listed before, and lists no more."""


def prepare(
    photos: Sequence[Photo],
    out: Path,
    settings: Settings,
    done: Callable[[], object] = lambda: None,
    comparing: Callable[[int], object] = lambda _: None,
) -> Outcome:
    """Prepare every photo that the folder lacks, sort out duplicates, split, and write the lists.

    The same photos and settings give the same folder, whether the run was killed in between or not. A picture that the folder lists already keeps its split,
    and its rows of boxes.csv where no source boxes it, since they may have been drawn by hand.

    Args:
        photos: of all sources.
        out: the dataset's folder.
        settings: what decides.
        done: called after each photo, those of an earlier run too.
        comparing: told the number of pictures compared with all others.

    Raises:
        JournalError: the folder holds other things, or pictures of sources that are not among these.
        BoxesError: its boxes.csv cannot be read.
        ListError: one of its lists is no CSV in UTF-8.
        OSError: it cannot be written, or a source's picture not be read.
    """
    photos = _each_named_once(photos)
    how = {"shorter_side": settings.shorter_side, "smallest_side": settings.smallest_side}
    with Journal(out, how) as journal:
        listed = _listed(out / "dataset.csv")
        boxed = _listed_boxes(out / LIST_NAME)
        if not settings.drop_others:
            _check_sources(listed, photos, out)
        todo = [photo for photo in photos if not _is_known(photo, journal)]
        for _ in range(len(photos) - len(todo)):
            done()
        _look_at(todo, out, settings, journal, done)
        rows = [
            Row(photo, journal.entries[str(photo.path.resolve())], settings.class_of(photo))
            for photo in photos
        ]
        usable = [row for row in rows if row.entry.reason is None]
        pairs = neighbours(parse_hashes([row.entry.perceptual_hash for row in usable]), ALIKE_BITS, comparing)
        same = pairs[pairs[:, 2] <= SAME_BITS]
        kept, refused = _each_once(usable, groups(len(usable), same[:, :2]))
        refused |= {row.entry.path: row.entry.reason for row in rows if row.entry.reason}
        # A picture that an earlier run removed as the copy of one that is gone now.
        _look_at(
            [row.photo for row in kept if not (out / row.file).exists()], out, settings, journal, lambda: None
        )
        alike = dict(
            zip(
                (row.entry.path for row in usable),
                groups(len(usable), pairs[:, :2]),
                strict=True,
            )
        )
        before = {Path(row["file"]).name: SPLIT_NAMES.get(row["split"]) for row in listed}
        splits = _splits(usable, alike, settings, before)
        _write(out, settings, rows, kept, refused, alike, splits, boxed)
        files = {row.file for row in kept}
        _remove_others(out, {*settings.classes, *(row["class"] for row in listed)}, files)
    return Outcome(
        Counter((row.class_name, splits[alike[row.entry.path]]) for row in kept),
        Counter(re.split(r"[:,]| of ", reason)[0] for reason in refused.values()),
        sorted(path for path, reason in refused.items() if reason.startswith(IN_BOTH_CLASSES)),
        len(todo),
        sum(row["file"] not in files for row in listed),
    )


def _each_named_once(photos: Iterable[Photo]) -> list[Photo]:
    """Join what sources, or documents of one, say of the same picture: one that looked for people does not say that there is no hotdog."""
    named: dict[Path, Photo] = {}
    for photo in photos:
        path = photo.path.resolve()
        named[path] = _joined(named[path], photo) if path in named else photo
    return list(named.values())


def _joined(first: Photo, other: Photo) -> Photo:
    labels = dict.fromkeys(label for label in (*first.labels, *other.labels) if label != NO_OBJECT)
    return replace(
        first,
        labels=tuple(labels) or (NO_OBJECT,),
        subclass=first.subclass or other.subclass,
        split=_strictest({split for split in (first.split, other.split) if split}),
        boxes=tuple(dict.fromkeys((*first.boxes, *other.boxes))),
    )


def _listed(path: Path) -> list[dict[str, str]]:
    """Return the rows of a list that an earlier run wrote, none where there was none."""
    if not path.exists():
        return []
    with open_list(path) as file:
        return list(csv.DictReader(file))


def _listed_boxes(path: Path) -> list[dict[str, str]]:
    """Return the rows of the list of boxes, which people write to as well, none where there is none.

    Raises:
        BoxesError: it cannot be read.
    """
    if path.exists():
        read_boxes(path)  # before the long work, it tells the line that is wrong
    return _listed(path)


def _check_sources(listed: Sequence[dict[str, str]], photos: Sequence[Photo], out: Path) -> None:
    """Refuse to lose a source that the folder lists. A picture may go from its source; whoever adds a source means to keep the others.

    Raises:
        JournalError: no picture of a listed source is among the photos.
    """
    given = {str(photo.path.resolve()) for photo in photos}
    named = {row["source"] for row in listed if row["original"] in given}
    lost = [row for row in listed if row["source"] not in named]
    if lost:
        sources = sorted({row["source"] for row in lost})
        raise JournalError(
            f"{out} lists {len(lost)} pictures of sources that are not named now: {', '.join(sources[:12])}{' …' if len(sources) > 12 else ''} "
            f"(such as {lost[0]['original']}); name these as well, or say --drop-others to remove their pictures"
        )


def _is_known(photo: Photo, journal: Journal) -> bool:
    entry = journal.entries.get(str(photo.path.resolve()))
    return entry is not None and photo.path.exists() and entry.stamp == stamp(photo.path)


def _look_at(
    photos: Iterable[Photo], out: Path, settings: Settings, journal: Journal, done: Callable[[], object]
) -> None:
    for name in settings.classes:
        (out / name).mkdir(exist_ok=True)
    look = partial(_look, shorter_side=settings.shorter_side, smallest_side=settings.smallest_side)
    tasks = ((photo.path.resolve(), out / settings.class_of(photo)) for photo in photos)
    looked = (
        look_on_cluster(settings.ray, look, tasks)
        if settings.ray
        else _on_all_cores(look, tasks, settings.jobs)
    )
    for entry in looked:
        journal.add(entry)
        done()


def _look(task: tuple[Path, Path], shorter_side: int, smallest_side: int) -> Entry:
    """Prepare one picture and save it in its class folder."""
    path, folder = task
    if not path.is_file():
        return Entry(str(path), "", "", reason="missing: the source lists it, but it is not there")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    prepared = prepare_picture(content, shorter_side, smallest_side)
    if isinstance(prepared, Rejected):
        return Entry(str(path), stamp(path), digest, reason=prepared.reason)
    entry = Entry(
        str(path),
        stamp(path),
        digest,
        None,
        hashlib.sha256(prepared.jpeg).hexdigest(),
        prepared.width,
        prepared.height,
        prepared.original_pixels,
        prepared.turned,
        prepared.perceptual_hash,
    )
    write_whole(folder / entry.name, prepared.jpeg)
    return entry


def _on_all_cores(
    look: Callable[[tuple[Path, Path]], Entry], tasks: Iterable[tuple[Path, Path]], jobs: int
) -> Iterator[Entry]:
    """Yield results as they come, with a few tasks handed out ahead."""
    if jobs == 1:
        yield from map(look, tasks)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        waiting: set[Future[Entry]] = set()
        try:
            for task in tasks:
                waiting.add(pool.submit(look, task))
                if len(waiting) >= jobs * WAITING_PER_JOB:
                    finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in finished)
            for future in waiting:
                yield future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _each_once(rows: Sequence[Row], same: Sequence[int]) -> tuple[list[Row], dict[str, str]]:
    """Keep the largest copy of each picture, and none of one that stands in both classes; return (kept, reason by path of the others)."""
    copies: dict[int, list[Row]] = defaultdict(list)
    for row, group in zip(rows, same, strict=True):
        copies[group].append(row)
    kept, refused = [], {}
    for members in copies.values():
        best = max(members, key=lambda row: (row.entry.original_pixels, row.entry.sha256, row.entry.path))
        if len({row.class_name for row in members}) > 1:
            for row in members:
                others = [r.entry.path for r in members if r.class_name != row.class_name]
                refused[row.entry.path] = f"{IN_BOTH_CLASSES}: the other way in {others[0]}"
            continue
        kept.append(best)
        refused |= {row.entry.path: f"copy of {best.entry.path}" for row in members if row is not best}
    return kept, refused


def _splits(
    rows: Sequence[Row], alike: dict[str, int], settings: Settings, before: Mapping[str, Split | None]
) -> dict[int, Split]:
    """Return the split of each group of alike pictures: the one that its source gives or that it had `before`, by name, so that no new picture moves it;
    else by lot of seed and its own pictures."""
    names: dict[int, str] = {}
    given: dict[int, set[Split]] = defaultdict(set)
    for row in rows:
        group = alike[row.entry.path]
        names[group] = min(names.get(group, row.entry.sha256), row.entry.sha256)
        split = (row.photo.split if settings.keep_splits else None) or before.get(row.entry.name)
        if split:
            given[group].add(split)
    return {group: _strictest(given[group]) or _by_lot(name, settings) for group, name in names.items()}


def _strictest(given: set[Split]) -> Split | None:
    """What is tested on must not be trained on, whatever another source or an earlier run says of a copy."""
    order: tuple[Split, ...] = ("test", "val", "train")
    return next((split for split in order if split in given), None)


def _by_lot(name: str, settings: Settings) -> Split:
    lot = int(hashlib.sha256(f"{settings.seed} {name}".encode()).hexdigest()[:12], 16) / 16**12
    if lot < settings.test_share:
        return "test"
    return "val" if lot < settings.test_share + settings.val_share else "train"


def _write(
    out: Path,
    settings: Settings,
    rows: Sequence[Row],
    kept: Sequence[Row],
    refused: dict[str, str],
    alike: dict[str, int],
    splits: dict[int, Split],
    boxed: Sequence[dict[str, str]],
) -> None:
    kept = sorted(kept, key=lambda row: row.file)
    first = {alike[row.entry.path]: row.entry.name.removesuffix(".jpg") for row in reversed(kept)}
    _write_table(
        out / "dataset.csv",
        COLUMNS,
        (
            (
                row.file,
                row.entry.file_sha256,
                row.class_name,
                row.photo.subclass or row.photo.labels[0],
                splits[alike[row.entry.path]],
                row.photo.source,
                row.entry.path,
                row.entry.width,
                row.entry.height,
                first[alike[row.entry.path]],
            )
            for row in kept
        ),
    )
    _write_table(
        out / "rejected.csv",
        REJECTED_COLUMNS,
        (
            (row.entry.path, row.photo.source, row.class_name, refused[row.entry.path])
            for row in sorted(rows, key=lambda row: row.entry.path)
            if row.entry.path in refused
        ),
    )
    boxes: list[tuple[object, ...]] = [
        (row.file, row.class_name, *(f"{edge:.5f}" for edge in edges), int(box.crowd))
        for row in kept
        if not row.entry.turned
        for box in row.photo.boxes
        if settings.is_positive(box.label) and (edges := _edges_inside(box))
    ]
    unboxed = {row.file for row in kept} - {file for file, *_ in boxes}
    boxes += [
        (row["file"], row["label"], *(row[edge] for edge in CORNERS), row.get("crowd", 0))
        for row in boxed
        if row["file"] in unboxed
    ]
    if boxes:
        _write_table(out / LIST_NAME, BOX_COLUMNS, sorted(boxes, key=lambda row: str(row[0])))
    else:
        (out / LIST_NAME).unlink(missing_ok=True)


def _edges_inside(box: Box) -> tuple[float, ...]:
    """Return left, top, right and bottom edge of a box within its picture, none where it has no area: of COCO's, some have none and some end outside."""
    x0, y0, x1, y1 = (round(min(max(edge, 0), 1), 5) for edge in (box.x0, box.y0, box.x1, box.y1))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else ()


def _write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    write_whole(path, text.getvalue())


def _remove_others(out: Path, classes: set[str], kept: set[str]) -> None:
    """Remove pictures that this or an earlier run wrote and the list does not name, such as one as it was before it changed.

    Args:
        out: the dataset's folder.
        classes: of this run and of the one before, which may have looked for another thing; only folders of the dataset's own are looked into.
        kept: files that the list names.
    """
    for folder in [path for path in out.iterdir() if path.is_dir() and path.name in classes]:
        for picture in folder.glob("*.jpg"):
            if PREPARED_NAME.fullmatch(picture.stem) and f"{folder.name}/{picture.name}" not in kept:
                picture.unlink()
        for partial_file in folder.glob(".*.partial"):
            partial_file.unlink(missing_ok=True)
