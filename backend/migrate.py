"""Runs the migrations in backend/migrations with Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import text

from backend.database import Database

MIGRATIONS = Path(__file__).with_name("migrations")
UPGRADE_LOCK = 0xDEE9D06
"""Any number of our own: PostgreSQL's advisory lock that keeps two migrations from running at once."""


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up to a revision; two processes may do so at once."""
    database.make_folder()
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
            connection.commit()
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down to a revision."""
    with database.engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, or None before the first migration."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def write_revision(database: Database, message: str) -> None:
    """Write a migration that turns the database's tables into those of backend/models.py."""
    with database.engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config
