"""The `flask …` commands."""

from apiflask import APIFlask

from backend.commands import accounts, backup, feedback, keys, maintenance, publishing, rollout, schema, store


def register_commands(app: APIFlask) -> None:
    """Add every command to `flask`."""
    for module in (publishing, rollout, feedback, store, maintenance, backup, accounts, keys):
        for command in module.COMMANDS:
            app.cli.add_command(command)
    app.cli.add_command(schema.group)
