"""Those who write to SQLite take turns, and need none to get their answer."""

import fcntl
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backend.database import Database

PATIENCE = 30


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'deepdog.sqlite3'}")
    with database.writing_rows() as connection:
        connection.execute(text("CREATE TABLE reports (id INTEGER)"))
    return database


def write(database: Database) -> None:
    with database.writing_rows() as connection:
        connection.execute(text("INSERT INTO reports VALUES (1)"))


def stored(database: Database) -> int:
    with database.reading_rows() as connection:
        return int(connection.execute(text("SELECT count(*) FROM reports")).scalar_one())


def test_whoever_writes_waits_for_another_process_to_end_its_turn(database: Database, tmp_path: Path) -> None:
    writer = threading.Thread(target=write, args=(database,))
    with (tmp_path / "deepdog.sqlite3.turn").open(
        "w"
    ) as turn:  # another open file, as another process has it
        fcntl.flock(turn, fcntl.LOCK_EX)
        writer.start()
        writer.join(0.2)
        assert writer.is_alive()
        assert stored(database) == 0
    writer.join(PATIENCE)
    assert stored(database) == 1


def test_a_turn_ends_with_a_transaction_that_failed(database: Database) -> None:
    with pytest.raises(OperationalError), database.writing_rows() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (1)"))
    write(database)
    assert stored(database) == 1


def test_a_locked_file_is_an_error_of_the_database(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As such it becomes a 503, and the guards that run in the background live on."""
    monkeypatch.setattr("backend.database.SQLITE_BUSY_TIMEOUT_SECONDS", 0.1)
    impatient = Database(f"sqlite:///{tmp_path / 'deepdog.sqlite3'}")
    with database.writing_rows():
        # Not in its turn, as the sqlite3 shell.
        (tmp_path / "deepdog.sqlite3.turn").unlink()
        with pytest.raises(OperationalError, match="locked"):
            write(impatient)
        with pytest.raises(OperationalError, match="locked"):
            impatient.write(lambda connection: connection.execute(text("INSERT INTO reports VALUES (1)")))
    assert stored(database) == 0


def test_where_no_turn_can_be_had_sqlite_is_asked_all_the_same(database: Database, tmp_path: Path) -> None:
    (tmp_path / "deepdog.sqlite3.turn").unlink()
    (tmp_path / "deepdog.sqlite3.turn").mkdir()
    write(database)
    assert stored(database) == 1
