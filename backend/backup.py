"""Backs up database and store to a folder, and restores them from it, whichever kinds of database and store they are.

The folder holds `objects/`, as the store does, and `database.jsonl.gz`: a line that says what this is, a line for each row, and one
that says how many there were. The rows are of one moment and are read first; no row comes before one that it refers to. The file
appears last and whole, so a backup that was cut off leaves the one before as it was.
"""

import base64
import gzip
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Enum, LargeBinary, Table, func, insert, select, text

from backend.database import Database, UtcDateTime
from backend.errors import BackupError, ObjectNotFoundError
from backend.migrate import current_revision
from backend.models import Base, Photo, now
from backend.objects import MUTABLE, PHOTO_PREFIX, PREFIXES, photo_key, stored_key
from backend.services import Services
from backend.storage.local import LocalStorage

DATABASE_FILE = "database.jsonl.gz"
FORMAT = "deepdog-backup-1"
ROWS_AT_ONCE = 500
"""How many are held at a time: there may be more of them than memory."""
TABLES: list[Table] = Base.metadata.sorted_tables

Row = dict[str, Any]
Track = Callable[[list[str]], Iterable[str]]


@dataclass(frozen=True)
class Summary:
    """What a backup or a restoration moved."""

    rows: int
    objects: int
    left_out: int = 0
    """Rows that belong to a photo which the backup lacks: taken back while it was made, or lost by the store before."""
    lost: int = 0
    """Objects that the backup holds and the store does not any more, though nobody took them back."""


def back_up(services: Services, dest: Path, track: Track = iter) -> Summary:
    """Bring the backup in `dest` up to date: rows anew, objects that it lacks; photos that were taken back leave it.

    Raises:
        BackupError: `dest` holds something else, or the database has no tables.
    """
    revision = current_revision(services.database)
    if revision is None:
        raise BackupError("The database has no tables yet: there is nothing to back up.")
    if dest.exists() and any(dest.iterdir()) and not (dest / "objects").is_dir():
        raise BackupError(f"{dest} holds something that is no backup. Name an empty folder or a backup.")
    dest.mkdir(parents=True, exist_ok=True)
    dest.chmod(0o700)
    (dest / "objects").mkdir(exist_ok=True)
    partial = dest / f".partial-{DATABASE_FILE}"
    rows = _write_rows(services.database, partial, revision)
    objects, lost = _copy_objects(services, LocalStorage(dest / "objects"), track)
    partial.replace(dest / DATABASE_FILE)
    return Summary(rows, objects, lost=lost)


def restore(services: Services, source: Path, track: Track = iter) -> Summary:
    """Fill an empty database and an empty store from the backup in `source`.

    Raises:
        BackupError: `source` holds no whole backup or one of another revision, or database or store are not empty.
    """
    file = source / DATABASE_FILE
    rows = _check_whole(file, current_revision(services.database))
    _refuse_what_is_not_empty(services)
    backup = LocalStorage(source / "objects")
    names = [entry.name for prefix in PREFIXES for entry in backup.list(prefix)]
    for name in track(names):
        services.store.put(stored_key(name), backup.read(name).data)
    restored = 0
    with services.database.engine.begin() as connection:
        for table, of_table in groupby(_without_missing_photos(file, backup), key=lambda entry: entry[0]):
            while batch := [row for _, row in islice(of_table, ROWS_AT_ONCE)]:
                connection.execute(insert(table), batch)
                restored += len(batch)
        for table in TABLES:
            _go_on_counting(connection, table)
    return Summary(restored, len(names), rows - restored)


def _write_rows(database: Database, path: Path, revision: str) -> int:
    count = 0
    engine = database.engine
    if not database.is_sqlite:
        # All tables at one moment; SQLite's transactions are like that by themselves.
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.begin() as connection, gzip.open(path, "wt", encoding="utf-8") as file:
        _line(file.write, {"format": FORMAT, "revision": revision, "made_at": now().isoformat()})
        for table in TABLES:
            # Without `yield_per` PostgreSQL's driver would take in the whole table before its first row is seen.
            for row in connection.execute(select(table).execution_options(yield_per=ROWS_AT_ONCE)).mappings():
                _line(file.write, [table.name, {name: _plain(value) for name, value in row.items()}])
                count += 1
        _line(file.write, {"rows": count})
    return count


def _line(write: Callable[[str], object], document: object) -> None:
    write(json.dumps(document, separators=(",", ":")) + "\n")


def _check_whole(path: Path, revision: str | None) -> int:
    """Read the file to its end before anything is written, and return how many rows it holds.

    Raises:
        BackupError: it is missing, damaged, cut off, or of another revision.
    """
    lines = _read_lines(path)
    first = next(lines, None)
    end = deque(enumerate(lines), maxlen=1)
    rows, last = end.pop() if end else (0, None)
    if not isinstance(first, dict) or first.get("format") != FORMAT or last != {"rows": rows}:
        raise BackupError(f"{path} is not whole. Restore another backup, or make this one anew.")
    if first["revision"] != revision:
        raise BackupError(
            f"The backup's tables are at {first['revision']}, the database's at {revision}. "
            f"Run `flask db upgrade {first['revision']}` on an empty database, restore, then `flask db upgrade`."
        )
    return rows


def _read_rows(path: Path) -> Iterator[tuple[Table, Row]]:
    tables = {table.name: table for table in TABLES}
    for line in _read_lines(path):
        if isinstance(line, list):  # The first line and the last are objects.
            name, row = line
            table = tables[name]
            yield table, {column: _typed(table.columns[column].type, value) for column, value in row.items()}


def _read_lines(path: Path) -> Iterator[Any]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
    except FileNotFoundError as error:
        raise BackupError(f"{path} is missing: this is no backup, or its making was cut off.") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BackupError(f"{path} is damaged: {error}.") from error


def _plain(value: Any) -> Any:
    """Return a column's value as JSON can hold it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


def _typed(kind: Any, value: Any) -> Any:
    """Return a value of JSON as its column takes it."""
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    if isinstance(kind, Enum) and kind.enum_class:
        return kind.enum_class(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if kind.python_type is date:
        return date.fromisoformat(value)
    return value


def _copy_objects(services: Services, backup: LocalStorage, track: Track) -> tuple[int, int]:
    """Return how many objects the backup then holds, and how many of them the store has lost."""
    names = [entry.name for prefix in PREFIXES for entry in services.store.list(prefix)]
    for name in track(names):
        key = stored_key(name)
        if key.cache_control == MUTABLE or not backup.exists(name):
            try:
                backup.put(key, services.store.read(name).data)
            except ObjectNotFoundError:  # Its owner took it back just now.
                continue
    gone = {entry.name for prefix in PREFIXES for entry in backup.list(prefix)} - set(names)
    with services.database.reading() as session:
        known = {photo_key(sha256).name for sha256 in session.scalars(select(Photo.sha256))}
    # Photos alone are ever deleted, each with its row: anything else is lost, and may be nowhere but here.
    lost = {name for name in gone if name in known or not name.startswith(PHOTO_PREFIX)}
    for name in gone - lost:
        backup.delete(name)
    return len(names) + len(lost), len(lost)


def _refuse_what_is_not_empty(services: Services) -> None:
    with services.database.engine.connect() as connection:
        filled = [
            table.name for table in TABLES if connection.scalar(select(func.count()).select_from(table))
        ]
    if filled:
        raise BackupError(
            f"The database is not empty ({', '.join(filled)}): a backup is restored to a new one. "
            "Name a new DATABASE_URL and run `flask db upgrade` first."
        )
    for prefix in PREFIXES:
        if next(iter(services.store.list(prefix)), None):
            raise BackupError(
                f"{services.store.describe()} holds objects under {prefix}: a backup is restored to an empty store. "
                "Name a new STORE_URL."
            )


def _without_missing_photos(path: Path, backup: LocalStorage) -> Iterator[tuple[Table, Row]]:
    """Read the rows but for photos that the backup lacks, and whatever refers to them further on."""
    lost: dict[str, set[Any]] = {table.name: set() for table in TABLES}
    references = {
        table.name: [
            (column.name, foreign.column.table.name)
            for column in table.columns
            for foreign in column.foreign_keys
        ]
        for table in TABLES
    }
    for table, row in _read_rows(path):
        is_lost = any(row[column] in lost[other] for column, other in references[table.name])
        if is_lost or (table.name == "photos" and not backup.exists(photo_key(row["sha256"]).name)):
            lost[table.name].add(row[next(iter(table.primary_key.columns)).name])
        else:
            yield table, row


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows from above the restored ones; SQLite does so by itself."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    highest = connection.scalar(select(func.max(column)))
    if highest is not None:
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"),
            {"table": table.name, "column": column.name, "highest": highest},
        )
