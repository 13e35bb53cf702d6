"""Commands that back up everything, and restore it."""

from collections.abc import Iterator
from pathlib import Path

import click
from flask.cli import with_appcontext

from backend.commands.base import Command
from backend.services import services

FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("back-up", cls=Command)
@click.argument("dest", type=FOLDER)
@with_appcontext
def back_up(dest: Path) -> None:
    """Copy database and store to the folder DEST, while the server runs.

    Run it again for the same DEST to bring it up to date: only new objects are copied, and what users took back leaves it.
    DEST holds users' photos and operators' password hashes: keep it as safe as the server. The keys are not in it.

    \b
    Example:
      flask back-up /mnt/backup/deepdog
    """
    from backend.backup import back_up

    made = back_up(services(), dest, _with_progress)
    click.echo(f"{dest} holds {made.rows:,} rows and {made.objects:,} objects.")
    if made.lost:
        click.secho(
            f"{made.lost:,} of the objects are in the store no more, and kept here: `flask verify-store` names them.",
            fg="yellow",
        )


@click.command("restore", cls=Command)
@click.argument("source", type=FOLDER)
@with_appcontext
def restore(source: Path) -> None:
    """Fill an empty database and an empty store from the backup in SOURCE, then verify them.

    The kinds of both may be others than those that were backed up. Name the new ones in DATABASE_URL and STORE_URL first.

    \b
    Example:
      flask db upgrade
      flask restore /mnt/backup/deepdog
    """
    from backend.backup import restore
    from backend.store_checks import verify_store

    done = restore(services(), source, _with_progress)
    click.echo(f"Restored {done.rows:,} rows and {done.objects:,} objects.")
    if done.left_out:
        click.echo(
            f"Left out {done.left_out:,} rows of photos that the backup lacks: they were taken back while it was made, or the "
            "store had lost them before."
        )
    flaws = verify_store(services()).flaws
    for flaw in flaws:
        click.secho(f"  ✗ {flaw}", fg="red")
    if flaws:
        raise click.ClickException("The store is not what the database says.")
    click.secho("Database and store agree.", bold=True)


def _with_progress(names: list[str]) -> Iterator[str]:
    with click.progressbar(names, label="Copying") as bar:
        yield from bar


COMMANDS = (back_up, restore)
