"""Prepared statements: compiled once, run by the driver, and otherwise as any other statement."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from backend.database import Database
from backend.models import Tombstone
from backend.prepared import Prepared
from tests.backend.conftest import postgres_database

ID = "0e8f5a5e-3d0a-4c5e-9f5b-0a1b2c3d4e5f"
TOKEN_HASH = "a" * 64
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
BURY = Prepared(insert(Tombstone.__table__), ["feedback_id", "deletion_token_hash", "deleted_at"])  # type: ignore[arg-type]
FIND = Prepared(select(Tombstone.deletion_token_hash).where(Tombstone.feedback_id == bindparam("id")))
TOMBSTONE = {"feedback_id": ID, "deletion_token_hash": TOKEN_HASH, "deleted_at": NOON}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


def test_what_one_writes_is_converted_as_its_columns_say(database: Database) -> None:
    with database.writing_rows() as connection:
        assert BURY.run(connection, TOMBSTONE) == []
    with database.reading() as session:
        tombstone = session.get_one(Tombstone, ID)
    assert tombstone.deleted_at == NOON
    with database.reading_rows() as connection:
        assert FIND.run(connection, {"id": ID}) == [(TOKEN_HASH,)]


def bury(database: Database, times: int) -> None:
    """Write the same tombstone in one transaction, which takes no more than one of them."""
    with database.writing_rows() as connection:
        for _ in range(times):
            BURY.run(connection, TOMBSTONE)


def test_a_constraint_that_fails_takes_the_transaction_back_and_shows_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        bury(database, times=2)
    assert TOKEN_HASH not in str(refused.value)
    with database.reading_rows() as connection:
        assert FIND.run(connection, {"id": ID}) == []
    bury(database, times=1)


def test_a_statement_that_is_wrong_is_an_error_of_the_database(database: Database) -> None:
    with (
        pytest.raises((OperationalError, ProgrammingError), match="nowhere"),
        database.reading_rows() as connection,
    ):
        Prepared(text("SELECT 1 FROM nowhere")).run(connection, {})
    with database.reading_rows() as connection:
        assert Prepared(text("SELECT 1")).run(connection, {}) == [(1,)]


def test_a_connection_that_was_lost_is_not_used_again(database: Database) -> None:
    with database.reading_rows() as connection:
        FIND.run(connection, {"id": ID})
        connection.connection.driver_connection.close()  # type: ignore[union-attr]
        with pytest.raises(DBAPIError):
            FIND.run(connection, {"id": ID})
        assert connection.invalidated
    with database.reading_rows() as connection:
        assert FIND.run(connection, {"id": ID}) == []


@pytest.fixture
def one_of_each_kind(
    migrated_sqlite: Path, migrated_postgres: str, postgres_url: str, tmp_path: Path
) -> Iterator[tuple[Database, Database]]:
    file = tmp_path / "deepdog.sqlite3"
    shutil.copyfile(migrated_sqlite, file)
    with contextmanager(postgres_database)(postgres_url, migrated_postgres) as url:
        databases = Database(f"sqlite:///{file}"), Database(url)
        yield databases
        for database in databases:
            database.dispose()


def test_one_statement_serves_both_kinds_of_database(one_of_each_kind: tuple[Database, Database]) -> None:
    """Compiled for SQLite, it must not be run on PostgreSQL, and the other way round."""
    assert [database.is_sqlite for database in one_of_each_kind] == [True, False]
    for database in one_of_each_kind:
        bury(database, times=1)
    for order in (one_of_each_kind, one_of_each_kind[::-1]):
        find = Prepared(select(Tombstone.deleted_at).where(Tombstone.deleted_at == bindparam("moment")))
        for database in order:
            with database.reading_rows() as connection:
                assert len(find.run(connection, {"moment": NOON})) == 1
