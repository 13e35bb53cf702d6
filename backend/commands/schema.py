"""Commands that bring the database's tables up to date."""

import click
from flask.cli import AppGroup

from backend.commands.base import Command
from backend.services import services

group = AppGroup("db", help="Create and migrate the database's tables.")


@group.command("upgrade", cls=Command)
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the tables to REVISION, by default the newest. Safe to run when they are already."""
    from backend.migrate import upgrade

    upgrade(services().database, revision)
    click.echo("The database is up to date." if revision == "head" else _where())


# As an option, -1 is unknown.
@group.command("downgrade", cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION (-1 for one step, base for none). Data in dropped columns is lost."""
    from backend.migrate import downgrade

    downgrade(services().database, revision)
    click.echo(_where())


@group.command("current", cls=Command)
def current() -> None:
    """Show which revision the database is at."""
    from backend.migrate import current_revision

    click.echo(
        current_revision(services().database)
        or "The database has no tables yet. `flask db upgrade` makes them."
    )


@group.command("revision", cls=Command)
@click.argument("message")
def revision(message: str) -> None:
    """Write a new migration from what differs between backend/models.py and the database (for developers)."""
    from backend.migrate import write_revision

    write_revision(services().database, message)


@group.command("split-feedback", cls=Command)
@click.argument("partitions", type=int)
def split_feedback(partitions: int) -> None:
    """Split PostgreSQL's feedback table into PARTITIONS, once it holds hundreds of millions of rows.

    All in one transaction, during which no complaint is stored (phones send again): reckon with a minute for ten million rows, and with free space for
    a second copy of the table. There is no way back but `flask back-up` and `flask restore`.
    """
    from backend.partitioning import split_feedback

    split_feedback(services().database, partitions)
    click.echo(f"The feedback table lies in {partitions} partitions.")


def _where() -> str:
    from backend.migrate import current_revision

    return f"The database is at {current_revision(services().database) or 'base'}."
