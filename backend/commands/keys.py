"""The command that makes the keys."""

import click
from flask.cli import with_appcontext

from backend.commands.base import Command
from backend.keys import generate_keys
from backend.services import services


@click.command("generate-keys", cls=Command)
@with_appcontext
def generate() -> None:
    """Make the secret key, the release key, the channel key and trusted-keys.json.

    Only what is missing is made; nothing is ever overwritten. Build the app with the content of trusted-keys.json as
    EXPO_PUBLIC_TRUSTED_KEYS. Keep the release key off the server: only `flask publish-model` needs it.
    """
    generate_keys(services().settings, click.echo)


COMMANDS = (generate,)
