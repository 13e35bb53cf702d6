"""Every command that the documentation gives is one that exists, with these options, and that some test runs."""

import argparse
import ast
import importlib.metadata
import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from backend.app import create_app
from backend.config import Settings
from ml.cli import build_parser

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "ml").rglob("*.md"))]
RECIPES = [path for path in sorted((ROOT / "ml/recipes").glob("*.py")) if path.stem != "__init__"]
TOOLS = ("deepdog", "flask", "make", "npm run", "npx", "python -m", "pytest")
COMMAND = rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?((?:{'|'.join(TOOLS)}) [^`]*)"
IN_A_SENTENCE = re.compile(rf"(?<!`)`{COMMAND}`")
ON_A_LINE = re.compile(rf"^    \$? ?{COMMAND}")
RUN_BY_HAND = {
    "deepdog bench": "times one file; ml/bench.py is run by tests/ml/test_laboratory.py",
    "make demo": "a server that stays; tests/loop starts the same processes",
    "make test": "runs this",
    "make film": "drives the same pages as tests/loop",
    "make format": "changes the code; `make lint` checks it",
    "make lint": "part of `make test`",
    "make lock": "asks the package registry for newer versions",
    "flask spec": "writes backend/openapi.json, which tests/backend/test_openapi.py holds to what is served",
    "npx expo": "needs a Mac or Android Studio: docs/building-the-app.md",
}


class Mention(NamedTuple):
    """A command as a page has it."""

    page: str
    words: tuple[str, ...]
    whole: bool
    """Given on a line of its own, to be copied; in a sentence, arguments may be missing."""


def mentions() -> Iterator[Mention]:
    """Read the pages."""
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").splitlines():
            name = str(page.relative_to(ROOT))
            on_a_line = ON_A_LINE.match(line)
            for text in [on_a_line[1]] if on_a_line else IN_A_SENTENCE.findall(line):
                command = re.split(r"\s(?:#|&&|\||>|<)|  ", text)[0]
                yield Mention(name, tuple(shlex.split(command)), on_a_line is not None)


@cache
def flask_commands() -> click.Group:
    """Return ours and those that Flask's extensions bring along."""
    commands = create_app(Settings.from_environment({"DATABASE_URL": "sqlite:///none"}, serving=False)).cli
    for extension in importlib.metadata.entry_points(group="flask.commands"):
        commands.add_command(extension.load(), extension.name)
    return commands


@cache
def sources_of_tests() -> str:
    folders = (ROOT / "tests", ROOT / "app/src", ROOT / "app/package.json", ROOT / "Makefile")
    files = [file for folder in folders for file in ([folder] if folder.is_file() else folder.rglob("*.*"))]
    return "\n".join(
        file.read_text(encoding="utf-8")
        for file in files
        if file.suffix in {".py", ".ts", ".tsx", ".json", ""} and file != Path(__file__)
    )


def deepdog_command(words: tuple[str, ...]) -> tuple[argparse.ArgumentParser, list[str]]:
    """Return the parser of the subcommand that the words name, and the names."""
    parser, names = build_parser(), []
    for word in words:
        choices = [
            action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)
        ]
        if not choices:
            break
        assert word in choices[0], f"there is no `{word}`; there are {', '.join(choices[0])}"
        parser = choices[0][word]
        names.append(word)
    return parser, names


def flask_command(words: tuple[str, ...]) -> tuple[click.Command, list[str]]:
    """Return the command that the words name, and the names."""
    command: click.Command = flask_commands()
    names: list[str] = []
    for word in words:
        if not isinstance(command, click.Group) or word.startswith("-"):
            break
        assert word in command.commands, f"there is no `flask {' '.join([*names, word])}`"
        command = command.commands[word]
        names.append(word)
    return command, names


def check_deepdog(mention: Mention) -> list[str]:
    parser, names = deepdog_command(mention.words[1:])
    if mention.whole:
        build_parser().parse_args(mention.words[1:])
    unknown = options_of(mention) - set(parser._option_string_actions)
    assert not unknown, f"it has no {unknown}"
    return names


def check_flask(mention: Mention) -> list[str]:
    command, names = flask_command(mention.words[1:])
    known = {name for option in command.params for name in option.opts} | {"--help"}
    assert options_of(mention) <= known, f"it has no {options_of(mention) - known}"
    return names


def options_of(mention: Mention) -> set[str]:
    return {word.strip("[]").split("=")[0] for word in mention.words if word.startswith(("--", "[--"))}


def is_a_command(mention: Mention) -> bool:
    """Tell a command from a list of them, or from a network that is called like one."""
    first = mention.words[1]
    return not first.endswith(",") and not first.startswith("(")


COMMANDS = sorted({mention for mention in mentions() if is_a_command(mention)})


def test_the_pages_give_commands() -> None:
    assert {words[0] for _, words, _ in COMMANDS} == {tool.split()[0] for tool in TOOLS}
    assert len(COMMANDS) > 100


@pytest.mark.parametrize(
    "mention", COMMANDS, ids=lambda mention: f"{mention.page}: {' '.join(mention.words)}"[:90]
)
def test_a_command_is_as_the_page_says_and_run_by_a_test(mention: Mention) -> None:
    tool, first, *rest = mention.words
    if tool == "make":
        names = [first]
        assert re.search(rf"^{first}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    elif tool == "npm":
        names = [rest[0]]
        assert rest[0] in json.loads((ROOT / "app/package.json").read_text(encoding="utf-8"))["scripts"]
    elif tool == "npx":
        names = [first]
        assert first in json.loads((ROOT / "app/package.json").read_text(encoding="utf-8"))["dependencies"]
    elif tool == "python":
        names = [rest[0]]
        assert importlib.util.find_spec(rest[0])
        if ".benchmarks." in rest[0]:
            return  # one measures on a machine that does nothing else
    elif tool == "pytest":
        assert all((ROOT / word).exists() for word in mention.words if "/" in word)
        return
    else:
        names = check_deepdog(mention) if tool == "deepdog" else check_flask(mention)
    command = " ".join([tool, *names])
    if command not in RUN_BY_HAND and names:
        assert names[-1] in sources_of_tests(), f"no test runs `{command}`"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_headed_by_a_command_that_can_be_copied(recipe: Path) -> None:
    header = ast.get_docstring(ast.parse(recipe.read_text(encoding="utf-8"))) or ""
    lines = [line for line in header.splitlines() if line.startswith("deepdog ")]
    assert lines
    for command in (command for line in lines for command in line.split(" && ")):
        build_parser().parse_args(shlex.split(command)[1:])
