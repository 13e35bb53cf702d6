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
    click.echo("The database is up to date.")


@group.command("downgrade", cls=Command)
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION (-1 for one step, base for none). Data in dropped columns is lost."""
    from backend.migrate import downgrade

    downgrade(services().database, revision)
    click.echo(f"The database is at {revision}.")


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
