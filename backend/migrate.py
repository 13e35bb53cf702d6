"""Runs the migrations in backend/migrations with Alembic."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from backend.database import Database
from backend.errors import MigrationError

MIGRATIONS = Path(__file__).with_name("migrations")
UPGRADE_LOCK = 0xDEE9D06
"""Any number of our own: PostgreSQL's advisory lock that keeps two migrations from running at once."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up to a revision; two processes may do so at once.

    Raises:
        MigrationError: there is no such revision, or the tables are at one that this code does not know.
    """
    database.make_folder()
    with _migrating(database) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to a revision.

    Raises:
        MigrationError: as `upgrade`.
    """
    with _migrating(database) as connection:
        command.downgrade(_config(connection), revision)


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, or None before the first migration."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the revision that `upgrade` leads to."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def write_revision(database: Database, message: str) -> None:
    """Write a migration that turns the database's tables into those of backend/models.py."""
    with database.engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    """Open a connection on which tables can be altered, by one process at a time.

    SQLite alters a table by copying it and dropping the first, which rows that refer to it would forbid. Foreign keys are
    therefore checked once at the end instead of row by row; the switch works only outside a transaction, hence the driver's own
    connection.
    """
    with _named_errors(), database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
            connection.commit()
            try:
                yield connection
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})
                connection.commit()
            return
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
            if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
                raise MigrationError(f"The migration left rows that refer to nothing: {broken[:5]}.")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


@contextmanager
def _named_errors() -> Iterator[None]:
    """Turn Alembic's own error into the one that commands know."""
    try:
        yield
    except CommandError as error:
        raise MigrationError(
            f"{error}. `flask db current` tells which revision the tables are at; one that is not known here is newer code's."
        ) from error


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config
