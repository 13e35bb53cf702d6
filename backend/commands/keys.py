"""The command that makes the keys."""

import click
from flask.cli import with_appcontext

from backend.commands.base import Command, say
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


@click.command("rotate-keys", cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def rotate(yes: bool) -> None:
    """Replace release key and channel key by new ones, signed by the old release key; phones follow by themselves.

    Run it where both private keys are, at once when one of them may have been seen, else every year or two. Afterwards give every
    server the new trusted-keys.json and channel key, build the app with the new trusted-keys.json, and destroy the old
    private keys, which are kept beside as *.old.pem.

    An old release key stays trusted as long as a version that it signed is not withdrawn. To be rid of a stolen one: rotate,
    publish the model anew under a new version, `flask withdraw` the versions that it signed, and rotate again.
    """
    from backend.key_rotation import rotate_keys

    if not yes:
        click.confirm("This cannot be taken back. Replace the keys?", abort=True)
    number = rotate_keys(services(), say)
    click.secho(f"Phones trust key set {number} from their next check on.", bold=True)


COMMANDS = (generate, rotate)
