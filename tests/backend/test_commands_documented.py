"""Every command of ours is explained: by its own --help, and in docs/operating.md."""

from pathlib import Path

import click
import pytest
from apiflask import APIFlask

from backend.app import create_app
from backend.config import Settings

OPERATING = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")


def our_commands() -> list[tuple[str, click.Command]]:
    """Return each command with its full name, without those that every APIFlask app has."""
    app = create_app(Settings.from_environment({"DATABASE_URL": "sqlite:///none"}, serving=False))
    commands: list[tuple[str, click.Command]] = []
    for name in sorted(set(app.cli.commands) - set(APIFlask(__name__).cli.commands)):
        command = app.cli.commands[name]
        within = command.commands.items() if isinstance(command, click.Group) else ()
        commands += [(f"{name} {sub}", each) for sub, each in within] or [(name, command)]
    return commands


@pytest.mark.parametrize(("name", "command"), our_commands(), ids=[name for name, _ in our_commands()])
def test_a_command_is_explained(name: str, command: click.Command) -> None:
    assert f"flask {name}" in OPERATING, "docs/operating.md does not mention it"
    assert command.help, "its --help does not say what it does"
    undescribed = [
        option.name for option in command.params if isinstance(option, click.Option) and not option.help
    ]
    assert undescribed == []
