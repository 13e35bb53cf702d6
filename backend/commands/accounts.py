"""Commands for the operators' accounts."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from backend.commands.base import Command
from backend.services import services


@click.command("create-operator", cls=Command)
@click.argument("name")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from the file's first line instead of asking for it.",
)
@with_appcontext
def create(name: str, password_file: Path | None) -> None:
    """Let NAME sign in at /operator, or give NAME a new password.

    \b
    Example:
      flask create-operator maria
    """
    from backend.operator_accounts import save_operator

    if password_file:
        password = (password_file.read_text(encoding="utf-8").splitlines() or [""])[0]
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    created = save_operator(services().database, name, password)
    click.echo(
        f"{name} can sign in at {services().settings.public_url}/operator"
        if created
        else f"{name} has a new password."
    )


COMMANDS = (create,)
