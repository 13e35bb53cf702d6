"""Those who write to SQLite at once share a transaction, and only what they did themselves fails them."""

import fcntl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from backend.database import Database
from backend.group_commit import GroupCommit

PATIENCE = 30
WRITERS = 4


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'deepdog.sqlite3'}")
    with database.writing_rows() as connection:
        connection.execute(text("CREATE TABLE reports (id INTEGER PRIMARY KEY)"))
    return database


@pytest.fixture
def commits(database: Database) -> list[int]:
    """One entry for each transaction that was committed."""
    seen: list[int] = []
    event.listen(database.engine, "commit", lambda _connection: seen.append(1))
    return seen


def storing(number: int) -> Callable[[Connection], int]:
    def store(connection: Connection) -> int:
        connection.execute(text("INSERT INTO reports VALUES (:id)"), {"id": number})
        return number

    return store


def stored(database: Database) -> list[int]:
    with database.reading_rows() as connection:
        return list(connection.scalars(text("SELECT id FROM reports ORDER BY id")))


@contextmanager
def all_at_once(
    database: Database, tmp_path: Path, works: list[Callable[[Connection], int]]
) -> Iterator[list[Future[int]]]:
    """Have all of them queue up while another process has its turn, in their order."""
    began = [threading.Event() for _ in works]

    def write(place: int) -> int:
        began[place].set()
        return database.write(works[place])

    with ThreadPoolExecutor(len(works)) as threads:
        with (tmp_path / "deepdog.sqlite3.turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            writes = []
            for place, event_ in enumerate(began):
                writes.append(threads.submit(write, place))
                assert event_.wait(PATIENCE)
            threading.Event().wait(0.2)
            assert stored(database) == []
        yield writes


def test_those_who_come_at_once_are_committed_together(
    database: Database, commits: list[int], tmp_path: Path
) -> None:
    with all_at_once(database, tmp_path, [storing(number) for number in range(WRITERS)]) as writes:
        assert [write.result(PATIENCE) for write in writes] == [0, 1, 2, 3]
    assert stored(database) == [0, 1, 2, 3]
    assert len(commits) == 1


def test_who_fails_takes_nobody_else_back(database: Database, commits: list[int], tmp_path: Path) -> None:
    rolled_back: list[int] = []
    event.listen(database.engine, "rollback", lambda _connection: rolled_back.append(1))

    def refuse(connection: Connection) -> int:
        storing(9)(connection)
        raise ValueError("too many of them")

    with all_at_once(database, tmp_path, [storing(1), refuse, storing(1), storing(2)]) as writes:
        outcomes = [write.exception(PATIENCE) for write in writes]
    assert [type(outcome) for outcome in outcomes].count(type(None)) == 2
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)
    assert any(isinstance(outcome, ValueError) for outcome in outcomes)
    assert len(rolled_back) == 1 + 3, (
        "a look at what is stored; the group, and the two that failed by themselves"
    )
    assert len(commits) == 2
    assert stored(database) == [1, 2]


def test_after_a_failure_each_is_answered_once_it_is_committed_itself(
    database: Database, tmp_path: Path
) -> None:
    first_was_answered = threading.Event()

    def refuse(_: Connection) -> int:
        raise ValueError("too many of them")

    def be_slow(connection: Connection) -> int:
        if stored(database) == [1]:
            assert first_was_answered.wait(PATIENCE)
        return storing(2)(connection)

    with all_at_once(database, tmp_path, [refuse, storing(1), be_slow]) as (refused, first, slow):
        assert first.result(PATIENCE) == 1
        first_was_answered.set()
        assert slow.result(PATIENCE) == 2
        assert isinstance(refused.exception(PATIENCE), ValueError)


def test_where_the_database_takes_a_transaction_back_nobody_is_told_that_it_is_stored_who_is_not(
    database: Database, tmp_path: Path
) -> None:
    """SQLite may take back the whole transaction then, and would commit what comes after by itself."""

    def fill_the_disk(connection: Connection) -> int:
        connection.connection.driver_connection.execute("ROLLBACK")  # type: ignore[union-attr]
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    with all_at_once(database, tmp_path, [storing(1), fill_the_disk, storing(2)]) as writes:
        outcomes = [write.exception(PATIENCE) for write in writes]
    assert [type(outcome) for outcome in outcomes] == [type(None), OperationalError, type(None)]
    assert stored(database) == [1, 2]
    assert database.write(storing(3)) == 3


def test_a_transaction_that_cannot_be_had_fails_all_who_wait_for_it() -> None:
    locked, unlocked = threading.Event(), threading.Event()

    @contextmanager
    def begin() -> Iterator[Connection]:
        locked.set()
        assert unlocked.wait(PATIENCE)
        raise OperationalError("BEGIN IMMEDIATE", None, Exception("database is locked"))
        yield

    group = GroupCommit(begin, PATIENCE)
    with ThreadPoolExecutor(2) as threads:
        writes = [threads.submit(group.run, storing(number)) for number in range(2)]
        assert locked.wait(PATIENCE)
        unlocked.set()
        assert all(isinstance(write.exception(PATIENCE), OperationalError) for write in writes)


def test_whoever_is_not_taken_along_in_time_goes_alone(database: Database) -> None:
    stuck, freed = threading.Event(), threading.Event()

    @contextmanager
    def begin() -> Iterator[Connection]:
        if not stuck.is_set():
            stuck.set()
            assert freed.wait(PATIENCE)
        with database.writing_rows() as connection:
            yield connection

    group = GroupCommit(begin, patience=0.1)
    with ThreadPoolExecutor(2) as threads:
        leader = threads.submit(group.run, storing(1))
        assert stuck.wait(PATIENCE)
        assert threads.submit(group.run, storing(2)).result(PATIENCE) == 2
        assert stored(database) == [2]
        freed.set()
        assert leader.result(PATIENCE) == 1
    assert stored(database) == [1, 2]


def test_nobody_is_told_that_it_is_stored_when_the_leading_thread_ends_before_the_commit(
    database: Database, tmp_path: Path
) -> None:
    def end_the_thread(_: Connection) -> int:
        raise SystemExit

    with all_at_once(database, tmp_path, [storing(1), end_the_thread]) as writes:
        outcomes = [write.exception(PATIENCE) for write in writes]
    assert all(outcomes)
    assert stored(database) == []
