"""The `flask …` commands."""

from apiflask import APIFlask

from backend.commands import accounts, keys, publishing, schema, store


def register_commands(app: APIFlask) -> None:
    """Add every command to `flask`."""
    for command in (*publishing.COMMANDS, *store.COMMANDS, *accounts.COMMANDS, *keys.COMMANDS, schema.group):
        app.cli.add_command(command)
