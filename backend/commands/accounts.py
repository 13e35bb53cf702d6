"""Commands for the operators' accounts."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from backend.commands.base import Command
from backend.models import Role
from backend.services import services

ROLE = click.Choice([role.value for role in Role])


@click.command("create-operator", cls=Command)
@click.argument("name")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the password from the file's first line instead of asking for it.",
)
@click.option("--reset-password", is_flag=True, help="Give NAME, who exists, a new password.")
@click.option(
    "--role",
    type=ROLE,
    show_default=Role.REVIEWER.value,
    help="reviewer judges complaints; publisher also moves the channel.",
)
@with_appcontext
def create(name: str, password_file: Path | None, reset_password: bool, role: str | None) -> None:
    """Let NAME sign in at /operator.

    A new password ends the sessions that began under the old one.

    \b
    Examples:
      flask create-operator maria
      flask create-operator paul --role publisher
      flask create-operator maria --reset-password
    """
    from backend.operator_accounts import create_operator, reset_password_of

    if reset_password and role:
        raise click.UsageError(
            f"--reset-password changes no role: leave --role out; `flask change-role {name} {role}` changes it."
        )
    if password_file:
        try:
            password = (password_file.read_text(encoding="utf-8").splitlines() or [""])[0]
        except UnicodeDecodeError as error:
            raise click.BadParameter("the file is no text.", param_hint="--password-file") from error
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if reset_password:
        reset_password_of(services().database, name, password)
        click.echo(f"{name} has a new password.")
    else:
        create_operator(services().database, name, password, Role(role or Role.REVIEWER))
        click.echo(f"{name} can sign in at {services().settings.public_url}/operator")


@click.command("change-role", cls=Command)
@click.argument("name")
@click.argument("role", type=ROLE)
@with_appcontext
def role(name: str, role: str) -> None:
    """Make the operator NAME a reviewer or a publisher.

    \b
    Example:
      flask change-role maria publisher
    """
    from backend.operator_accounts import change_role

    change_role(services().database, name, Role(role))
    click.echo(f"{name} is a {role} now.")


@click.command("remove-operator", cls=Command)
@click.argument("name")
@with_appcontext
def remove(name: str) -> None:
    """Take NAME's account away, and with it the sessions that are open.

    What NAME decided and published stays, with the name.

    \b
    Example:
      flask remove-operator maria
    """
    from backend.operator_accounts import remove_operator

    remove_operator(services().database, name)
    click.echo(f"{name} can no longer sign in.")


COMMANDS = (create, role, remove)
