"""Splits PostgreSQL's feedback table into partitions, for installations that keep hundreds of millions of complaints.

By the hash of the id, not by month: a report is recognised by its id alone, however late a phone sends it again, and PostgreSQL holds ids unique only
within what they are split by. Each partition has indexes of its own, small enough to stay in memory, and is vacuumed alone.
"""

from typing import NamedTuple

from sqlalchemy import Connection, text

from backend.database import Database
from backend.errors import MigrationError
from backend.models import Feedback

TABLE = Feedback.__tablename__
WHOLE = f"{TABLE}_whole"
MOST = 256

PARTITIONS = text("SELECT count(*) FROM pg_inherits WHERE inhparent = CAST(:table AS regclass)").bindparams(
    table=TABLE
)
CONSTRAINTS = text(
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' AND confrelid = CAST(:table AS regclass) "
    "FROM pg_constraint WHERE CAST(:table AS regclass) IN (conrelid, confrelid) AND contype IN ('p', 'u', 'c', 'f') "
    "ORDER BY contype = 'f'"
).bindparams(table=TABLE)
INDEXES = text(
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = CAST(:table AS regclass) "
    "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))"
).bindparams(table=TABLE)


class Constraint(NamedTuple):
    """A constraint of the table, or one of another table that refers to it."""

    table: str
    name: str
    definition: str
    refers_here: bool


def partitions(database: Database) -> int:
    """Return into how many partitions the feedback table is split; 0 while it is whole."""
    if database.is_sqlite:
        return 0
    with database.reading_rows() as connection:
        return int(connection.scalar(PARTITIONS) or 0)


def split_feedback(database: Database, number: int) -> None:
    """Split the feedback table into `number` partitions, in one transaction: what fails leaves it whole.

    Nothing is read from or written to the table meanwhile. Names of indexes and constraints stay, so migrations find them.

    Raises:
        MigrationError: the database is SQLite, the number is none that makes sense, or the table is split already.
    """
    if database.is_sqlite:
        raise MigrationError(
            "SQLite has no partitions; flask back-up and flask restore move everything to PostgreSQL."
        )
    if not 2 <= number <= MOST:
        raise MigrationError(
            f"{number} partitions make no sense; choose a number from 2 to {MOST}, such as 16."
        )
    with database.writing_rows() as connection:
        connection.execute(text(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE"))
        if connection.scalar(PARTITIONS):
            raise MigrationError("The feedback table is split already.")
        _split(connection, number)


def _split(connection: Connection, number: int) -> None:
    constraints = [Constraint(*row) for row in connection.execute(CONSTRAINTS)]
    indexes = connection.execute(INDEXES).all()
    statements = [
        *(
            f"ALTER TABLE {each.table} DROP CONSTRAINT {each.name}"
            for each in constraints
            if each.refers_here
        ),
        *(f"ALTER TABLE {TABLE} DROP CONSTRAINT {each.name}" for each in constraints if not each.refers_here),
        *(f"DROP INDEX {name}" for name, _ in indexes),
        f"ALTER TABLE {TABLE} RENAME TO {WHOLE}",
        f"CREATE TABLE {TABLE} (LIKE {WHOLE} INCLUDING DEFAULTS) PARTITION BY HASH (id)",
        *(
            f"CREATE TABLE {TABLE}_{n} PARTITION OF {TABLE} FOR VALUES WITH (MODULUS {number}, REMAINDER {n})"
            for n in range(number)
        ),
        f"INSERT INTO {TABLE} SELECT * FROM {WHOLE}",  # noqa: S608  # nosec B608  # names of our own
        f"DROP TABLE {WHOLE}",
        *(definition for _, definition in indexes),
        *(f"ALTER TABLE {each.table} ADD CONSTRAINT {each.name} {each.definition}" for each in constraints),
    ]
    for statement in statements:
        connection.exec_driver_sql(statement)
