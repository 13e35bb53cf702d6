"""Every connection to an SQLite file is set up so that what was answered is kept, and what belongs together."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from backend.database import Database

FULL = 2
KEPT_SAFE = {"journal_mode": "wal", "synchronous": FULL, "foreign_keys": 1}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'deepdog.sqlite3'}")
    yield database
    database.dispose()


def settings_of(connection: Connection) -> dict[str, object]:
    return {name: connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in KEPT_SAFE}


def in_reading(database: Database) -> dict[str, object]:
    with database.reading() as session:
        return settings_of(session.connection())


def in_reading_rows(database: Database) -> dict[str, object]:
    with database.reading_rows() as connection:
        return settings_of(connection)


def in_writing(database: Database) -> dict[str, object]:
    with database.writing() as session:
        return settings_of(session.connection())


def in_writing_rows(database: Database) -> dict[str, object]:
    with database.writing_rows() as connection:
        return settings_of(connection)


def in_a_shared_transaction(database: Database) -> dict[str, object]:
    return database.write(settings_of)


@pytest.mark.parametrize(
    "seen", [in_reading, in_reading_rows, in_writing, in_writing_rows, in_a_shared_transaction]
)
def test_a_connection_to_a_file_logs_ahead_syncs_each_commit_and_heeds_foreign_keys(
    database: Database, seen: Callable[[Database], dict[str, object]]
) -> None:
    assert seen(database) == KEPT_SAFE


def test_connections_that_are_open_at_once_are_all_set_up(database: Database) -> None:
    with (
        database.reading_rows() as first,
        database.reading_rows() as second,
        database.writing_rows() as third,
    ):
        assert [settings_of(each) for each in (first, second, third)] == [KEPT_SAFE] * 3
