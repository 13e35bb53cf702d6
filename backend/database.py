"""The database: SQLite or PostgreSQL behind two kinds of transaction, reading and writing."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    ExceptionContext,
    create_engine,
    event,
    func,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import TypeDecorator

from backend.group_commit import GroupCommit, Result

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
    from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

SQLITE_BUSY_TIMEOUT_SECONDS = 15
POSTGRES_CONNECT_TIMEOUT_SECONDS = 10
"""Unless the URL has one. A server that is gone without a word would else be waited for as long as the kernel likes, two minutes and more."""


class Turn:
    """Lets those who write to SQLite do so one after another, threads and processes alike: `with turn():`.

    SQLite itself lets whoever comes too early sleep and ask again, up to 100 ms at a time and in no order, so that some wait long
    after the lock is free. Whoever gets no turn, for want of time or of the file, asks SQLite all the same, which says what is the
    matter; and whoever knows of no turns, such as the sqlite3 shell, is still kept apart by SQLite's own lock.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._of_threads = threading.Lock()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Wait for it, and hold it for the block."""
        with ExitStack() as held:
            if self._of_threads.acquire(timeout=SQLITE_BUSY_TIMEOUT_SECONDS):
                held.callback(self._of_threads.release)
                with suppress(OSError):
                    # Opened each time: a file that was open before the server forked would be locked for all its processes at once.
                    descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o666)
                    held.callback(os.close, descriptor)
                    fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield


class Database:
    """An engine and the two ways of using it.

    SQLite has one writer at a time. A transaction that reads first and writes later would fail when another writer came
    between, so writing transactions take the lock at once (BEGIN IMMEDIATE) and wait their turn. Errors show no parameters:
    they end in logs, and a comment may be among them.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = create_engine(
                parsed,
                hide_parameters=True,
                paramstyle="named",  # as PostgreSQL's driver has them, for backend/prepared.py
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            if "connect_timeout" not in parsed.query:
                parsed = parsed.update_query_dict({"connect_timeout": str(POSTGRES_CONNECT_TIMEOUT_SECONDS)})
            self.engine = create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
            event.listen(self.engine, "handle_error", _hide_row)
        self._writing_engine = self.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._group = GroupCommit(self.writing_rows, SQLITE_BUSY_TIMEOUT_SECONDS) if self.is_sqlite else None
        self._in_turn = Turn(Path(f"{parsed.database}.turn")) if self.is_sqlite else nullcontext

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; objects stay usable after it."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that commits at the end of the block, or rolls back when the block raises."""
        with (
            self._in_turn(),
            Session(self._writing_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def writing_alone(self, key: int) -> Iterator[Session]:
        """As `writing`, while nobody else is in such a block with this key. SQLite has one writer anyway."""
        with self.writing() as session:
            if not self.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
            yield session

    @contextmanager
    def reading_rows(self) -> Iterator[Connection]:
        """As `reading`, for statements that load no objects: a session would take half as long again over each."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing_rows(self) -> Iterator[Connection]:
        """As `writing`, for statements that load no objects."""
        with self._in_turn(), self._writing_engine.begin() as connection:
            yield connection

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in a writing transaction and return what it returned; with SQLite those who come at once share one."""
        if self._group:
            return self._group.run(work)
        with self.writing_rows() as connection:
            return work(connection)

    def make_folder(self) -> None:
        """Create the folder that an SQLite file is to lie in."""
        if self.is_sqlite and self.engine.url.database:
            Path(self.engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def insert_for(session: Session, table: type[DeclarativeBase]) -> "SqliteInsert | PostgresInsert":
    """Return an INSERT into `table` that can be told what to do on a conflict, which both databases write alike."""
    # Both dialects together take a twelfth of the start of every `flask` command.
    from sqlalchemy.dialects import postgresql, sqlite

    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def utc_midnight(day: date) -> datetime:
    """Return the moment at which a UTC day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def utc_day(session: Session, moment: InstrumentedAttribute[datetime]) -> ColumnElement[Any]:
    """Return the UTC day of a moment as SQL: a date, or with SQLite its ISO text."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(moment)
    return func.date(func.timezone("UTC", moment))


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database (SQLite keeps no time zone of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments and store the rest as UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware moment, whatever the database made of it."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def hide_row(error: Exception) -> str | None:
    """Cut what PostgreSQL adds to its message, DETAIL above all, which may be the row that it refused, comment and ids and all.

    Return the message, or None where there is nothing to cut: what the driver says by itself has no details.
    """
    message: str | None = getattr(getattr(error, "diag", None), "message_primary", None)
    if message is not None:
        error.args = (message,)
    return message


def _hide_row(context: ExceptionContext) -> None:
    message = (
        hide_row(context.original_exception) if isinstance(context.original_exception, Exception) else None
    )
    if message is not None and context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (message,)  # which repeated the driver's


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    # sqlite3 would otherwise open transactions by itself, later than SQLAlchemy believes.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
