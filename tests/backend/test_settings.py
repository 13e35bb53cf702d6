"""Every setting: read from the environment, checked at the start, documented in one table."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from backend.config import ServerSettings, Settings, Variable, variable_of
from backend.errors import ConfigurationError

ROOT = Path(__file__).parents[2]
SECRET = {"SECRET_KEY": "long enough for a test"}
VARIABLES: list[Variable] = [
    variable
    for settings in (Settings, ServerSettings)
    for declared in fields(settings)
    if (variable := variable_of(declared))
]
DEFAULTS = {variable.name: variable.default or "" for variable in VARIABLES}


def test_the_table_names_every_setting_with_its_default() -> None:
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.+) \|$", text, re.MULTILINE)
    assert {name: default for name, default, _meaning in rows} == DEFAULTS


def test_the_example_shows_every_setting_with_its_default() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert dict(re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE)) == DEFAULTS


def test_no_other_module_reads_the_environment() -> None:
    readers = {
        path.name
        for path in (ROOT / "backend").rglob("*.py")
        if path.parent.name != "benchmarks"  # They start servers with settings of their own.
        and re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    }
    # The other two hand a folder to prometheus_client, which is told of it in this way only.
    assert readers == {"config.py", "gunicorn.conf.py", "metrics.py"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STORE_URL", "ftp://x"),
        ("STORE_URL", "file:"),
        ("STORE_URL", "s3:///prefix"),
        ("DATABASE_URL", "mysql://x"),
        ("DATABASE_URL", "postgresql://maria@db:port/deepdog"),
        ("CHANNEL_LIFETIME_DAYS", "0"),
        ("CHANNEL_LIFETIME_DAYS", "a week"),
        ("PUBLIC_URL", "example.org"),
        ("PUBLIC_URL", "http://"),
        ("PUBLIC_URL", "https://deepdog.example:port"),
        ("PUBLIC_URL", "https://deepdog example"),
        ("AWS_ENDPOINT_URL", "https:///path"),
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "too short"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is "):
        Settings.from_environment(SECRET | {name: value})


def test_all_mistakes_are_told_at_once_in_a_sentence_each() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment(SECRET | {"LOG_LEVEL": "LOUD", "CHANNEL_LIFETIME_DAYS": "366"})
    assert str(caught.value).splitlines() == [
        "CHANNEL_LIFETIME_DAYS is '366'; it must be a whole number from 1 to 365.",
        "LOG_LEVEL is 'LOUD'; choose DEBUG, INFO, WARNING or ERROR.",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hunter2"),
        ("DATABASE_URL", "mysql://maria:hunter2@db/deepdog"),
        ("DATABASE_URL", "postgresql://maria@db:hunter2/deepdog"),
    ],
)
def test_no_secret_is_repeated_in_a_message(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment(SECRET | {name: value})
    assert "hunter2" not in str(caught.value)


def test_keys_lie_together_unless_told_otherwise() -> None:
    settings = Settings.from_environment(SECRET | {"KEYS_DIR": "safe", "CHANNEL_KEY_FILE": "elsewhere.pem"})
    assert settings.release_key_file == Path("safe/release-key.pem")
    assert settings.channel_key_file == Path("elsewhere.pem")


@pytest.mark.parametrize(
    "name", ["DATABASE_URL", "METRICS_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
)
def test_a_secret_may_lie_in_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text("sqlite:///elsewhere/deepdog.sqlite3\n", encoding="utf-8")
    found = Settings.from_environment(SECRET | {f"{name}_FILE": str(file)})
    (field,) = (each.name for each in fields(Settings) if (v := variable_of(each)) and v.name == name)
    assert getattr(found, field) == "sqlite:///elsewhere/deepdog.sqlite3"
    assert "elsewhere" not in repr(found)


def test_a_variable_goes_before_the_file(tmp_path: Path) -> None:
    token = {"METRICS_TOKEN": "a token of some length", "METRICS_TOKEN_FILE": str(tmp_path / "missing")}
    assert Settings.from_environment(SECRET | token).metrics_token == "a token of some length"


def test_a_file_that_is_named_must_hold_the_secret(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    for path in (empty, tmp_path / "missing"):
        with pytest.raises(
            ConfigurationError, match=r"METRICS_TOKEN_FILE is .*there is no such file, or it is empty"
        ):
            Settings.from_environment(SECRET | {"METRICS_TOKEN_FILE": str(path)})


def test_a_secret_that_is_no_text_is_refused_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(bytes(range(128, 160)))
    for environment in ({"SECRET_KEY_FILE": str(file)}, SECRET | {"METRICS_TOKEN_FILE": str(file)}):
        with pytest.raises(
            ConfigurationError, match=r"secret holds bytes that are no text.*openssl rand -hex"
        ):
            Settings.from_environment(environment)


def test_the_database_password_completes_its_address() -> None:
    address = {"DATABASE_URL": "postgresql://deepdog@db:5432/deepdog", "DATABASE_PASSWORD": "p@ss/word:%"}
    url = make_url(Settings.from_environment(SECRET | address).database_url)
    assert (url.username, url.password, url.host, url.port) == ("deepdog", "p@ss/word:%", "db", 5432)


@pytest.mark.parametrize("url", ["postgresql://db/deepdog", "postgresql://maria:hunter2@db/deepdog"])
def test_a_database_password_without_its_place_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^DATABASE_PASSWORD is set, but") as caught:
        Settings.from_environment(SECRET | {"DATABASE_URL": url, "DATABASE_PASSWORD": "swordfish"})
    assert "hunter2" not in str(caught.value)
    assert "swordfish" not in str(caught.value)


def test_no_server_without_a_secret_key() -> None:
    with pytest.raises(ConfigurationError, match="flask generate-keys"):
        Settings.from_environment({"SECRET_KEY_FILE": "/nowhere"})


@pytest.mark.parametrize("command", [["generate-keys"], ["--help"]])
def test_a_command_answers_a_mistake_with_its_sentence_and_no_traceback(
    tmp_path: Path, command: list[str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "backend.cli", *command],
        cwd=tmp_path,
        env=os.environ | {"SECRET_KEY": "hunter2", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: SECRET_KEY is not usable; it has 7 characters")
    assert "Traceback" not in ended.stderr
