"""The one module that reads the environment: every setting of the backend, its default and its check."""
# ruff: noqa: RUF009  (`setting` makes a dataclass field)

import ipaddress
import math
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any, Self
from urllib.parse import quote, urlsplit, urlunsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from backend.errors import ConfigurationError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MIN_SECRET_CHARACTERS = 16
MILLION = 1_000_000
DEFAULT_KEYS_DIR = "var/keys"
REMEDY_FOR_NO_KEY = (
    "Make one with `flask generate-keys` (it writes var/secret-key), "
    "or set SECRET_KEY, for example to the output of `openssl rand -hex 32`."
)


@dataclass(frozen=True)
class Variable:
    """The environment variable behind a field: docs/operating.md says what it is for, and a test holds that table complete."""

    name: str
    parse: Callable[[str], Any]
    """Raises ValueError with the words that follow "NAME is VALUE; "."""
    default: str | None
    """As one would write it into .env; `${KEYS_DIR}` stands for that setting's value."""
    secret: bool

    def read(self, environment: Mapping[str, str]) -> Any:
        """Return the variable's value, or its default's.

        Raises:
            ConfigurationError: it cannot be used; the message names the variable and the remedy, but no secret.
        """
        text = environment.get(self.name)
        if text is None:
            if self.default is None:
                return None
            keys_dir = environment.get("KEYS_DIR", DEFAULT_KEYS_DIR)
            text = Template(self.default).substitute(KEYS_DIR=keys_dir)
        try:
            return self.parse(text)
        except ValueError as error:
            value = "not usable" if self.secret else repr(text)
            raise ConfigurationError(f"{self.name} is {value}; {error}.") from error


def setting(
    name: str, parse: Callable[[str], Any], default: str | None = None, *, secret: bool = False
) -> Any:
    """Declare a field that an environment variable sets; the values of secret ones appear in no message."""
    variable = Variable(name, parse, default, secret)
    return field(default_factory=lambda: variable.read({}), repr=not secret, metadata={"variable": variable})


def variable_of(declared: "Field[Any]") -> Variable | None:
    """Return the environment variable behind a dataclass field, if there is one."""
    return declared.metadata.get("variable")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Accept whole numbers from `low` to `high`."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"it must be a whole number from {low} to {high}")
        return int(text)

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """Accept numbers from `low` to `high`."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise ValueError(f"it must be a number from {low} to {high}")
        return value

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """Accept any of `words`, in either case."""

    def parse(text: str) -> str:
        match = {word.lower(): word for word in words}.get(text.lower())
        if match is None:
            raise ValueError(f"choose {', '.join(words[:-1])} or {words[-1]}")
        return match

    return parse


def _retention_days(text: str) -> timedelta:
    return timedelta(days=whole_number(1, 36_500)(text))


def _days(text: str) -> timedelta:
    return timedelta(days=whole_number(1, 365)(text))


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError(
            "write addresses or networks such as 10.0.0.2 or 10.0.0.0/24, with commas between"
        ) from error


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("it must start with http:// or https://")
    parts = urlsplit(text)
    if not parts.hostname or parts.port == 0 or any(map(str.isspace, text)):
        raise ValueError("write http:// or https://, a host and perhaps a port")
    return text.rstrip("/")


def _store_url(text: str) -> str:
    parts = urlsplit(text)
    names_a_place = {"file": parts.path, "s3": parts.netloc}.get(parts.scheme)
    if not names_a_place or not text.startswith(("file:", "s3://")):
        raise ValueError("write file:FOLDER or s3://BUCKET/PREFIX")
    return text


def _database_url(text: str) -> str:
    """Name the driver where the URL leaves it open: PostgreSQL is spoken through psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            text = "postgresql+psycopg://" + text.removeprefix(prefix)
    if text.startswith(("sqlite:///", "postgresql+psycopg://")):
        # The words of these errors repeat parts of the address.
        with suppress(ArgumentError, ValueError):
            make_url(text)
            return text
    raise ValueError("write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")


def _secret(text: str) -> str:
    if len(text) < MIN_SECRET_CHARACTERS:
        raise ValueError(
            f"it has {len(text)} characters where {MIN_SECRET_CHARACTERS} are the least: "
            "use the output of `openssl rand -hex 32`"
        )
    return text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an operator can choose; docs/operating.md explains each."""

    database_url: str = setting("DATABASE_URL", _database_url, "sqlite:///var/deepdog.sqlite3", secret=True)
    database_password: str | None = setting("DATABASE_PASSWORD", str, secret=True)
    store_url: str = setting("STORE_URL", _store_url, "file:var/store")
    s3_endpoint_url: str | None = setting("AWS_ENDPOINT_URL", _web_address)
    s3_region: str | None = setting("AWS_REGION", str)
    direct_upload_url: str | None = setting("DIRECT_UPLOAD_URL", _web_address)
    s3_access_key_id: str | None = setting("AWS_ACCESS_KEY_ID", str, secret=True)
    s3_secret_access_key: str | None = setting("AWS_SECRET_ACCESS_KEY", str, secret=True)
    s3_session_token: str | None = setting("AWS_SESSION_TOKEN", str, secret=True)
    secret_key: str | None = setting("SECRET_KEY", _secret, secret=True)
    secret_key_file: Path = setting("SECRET_KEY_FILE", Path, "var/secret-key")
    keys_dir: Path = setting("KEYS_DIR", Path, DEFAULT_KEYS_DIR)
    release_key_file: Path = setting("RELEASE_KEY_FILE", Path, "${KEYS_DIR}/release-key.pem")
    release_key_pem: str | None = setting("RELEASE_KEY", str, secret=True)
    channel_key_file: Path = setting("CHANNEL_KEY_FILE", Path, "${KEYS_DIR}/channel-key.pem")
    web_root: Path = setting("WEB_ROOT", Path, "app/dist")
    public_url: str = setting("PUBLIC_URL", _web_address, "http://127.0.0.1:8000")
    channel_lifetime: timedelta = setting("CHANNEL_LIFETIME_DAYS", _days, "30")
    halt_rate_ratio: float = setting("HALT_RATE_RATIO", number(1.05, 10), "1.5")
    halt_error_rate: float = setting("HALT_ERROR_RATE", number(0.0001, 0.2), "0.01")
    halt_check_seconds: int = setting("HALT_CHECK_SECONDS", whole_number(0, 86_400), "60")
    metrics_token: str | None = setting("METRICS_TOKEN", _secret, secret=True)
    log_format: str = setting("LOG_FORMAT", one_of("console", "json"), "console")
    log_level: str = setting("LOG_LEVEL", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
    trusted_proxies: tuple[Network, ...] = setting("TRUSTED_PROXIES", _networks, "")
    feedback_per_install: int = setting("HOURLY_FEEDBACK_PER_INSTALL", whole_number(1, MILLION), "20")
    feedback_per_address: int = setting("HOURLY_FEEDBACK_PER_ADDRESS", whole_number(1, MILLION), "100")
    feedback_in_total: int = setting("HOURLY_FEEDBACK_IN_TOTAL", whole_number(1, MILLION), "2000")
    events_per_address: int = setting("HOURLY_EVENTS_PER_ADDRESS", whole_number(1, MILLION), "1000")
    events_in_total: int = setting("HOURLY_EVENTS_IN_TOTAL", whole_number(1, 100 * MILLION), "100000")
    sign_ins_per_address: int = setting("HOURLY_SIGN_INS_PER_ADDRESS", whole_number(1, MILLION), "100")
    feedback_retention: timedelta = setting("FEEDBACK_RETENTION_DAYS", _retention_days, "730")
    counts_retention: timedelta = setting("COUNTS_RETENTION_DAYS", _retention_days, "730")
    serving: bool = True
    """False under the `flask` command, which must be able to make the secret key that serving needs."""

    def __post_init__(self) -> None:
        if self.serving and self.secret_key is None:
            raise ConfigurationError(f"There is no SECRET_KEY. {REMEDY_FOR_NO_KEY}")
        if self.direct_upload_url and not self.store_url.startswith("s3://"):
            raise ConfigurationError(
                f"DIRECT_UPLOAD_URL is set, but STORE_URL is {self.store_url!r}: only a bucket takes photos from phones."
            )

    @property
    def trusted_keys_file(self) -> Path:
        """The public keys that an app is built with."""
        return self.keys_dir / "trusted-keys.json"

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach the server over TLS, so that cookies need never travel without it."""
        return self.public_url.startswith("https://")

    @property
    def upload_origin(self) -> str | None:
        """What a browser calls the place of DIRECT_UPLOAD_URL."""
        parts = urlsplit(self.direct_upload_url or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, *, serving: bool = True) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: values that cannot be used; a sentence for each names the variable and the remedy.
        """
        environment = _present(environment)
        secret_key_file = Path(environment.get("SECRET_KEY_FILE", "var/secret-key"))
        if "SECRET_KEY" not in environment and (secret_key := _content(secret_key_file)):
            environment["SECRET_KEY"] = secret_key
        _read_secrets_in_files(cls, environment)
        values = _values(cls, environment)
        if password := values["database_password"]:
            values["database_url"] = _with_password(values["database_url"], password)
        return cls(**values, serving=serving)


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """What gunicorn needs to know; read by gunicorn.conf.py."""

    host: str = setting("HOST", str, "127.0.0.1")
    port: int = setting("PORT", whole_number(1, 65535), "8000")
    workers: int = setting("WEB_CONCURRENCY", whole_number(1, 64), "2")
    threads: int = setting("THREADS", whole_number(1, 64), "4")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the settings.

        Raises:
            ConfigurationError: values that cannot be used; a sentence for each names the variable and the remedy.
        """
        return cls(**_values(cls, _present(environment)))


def _present(environment: Mapping[str, str] | None) -> dict[str, str]:
    """Return the variables that are set; an empty one counts as not set."""
    return {name: text for name, text in (environment or os.environ).items() if text}


def _read_secrets_in_files(settings: type, environment: dict[str, str]) -> None:
    """Let each secret NAME lie in a file that NAME_FILE names: container engines hand secrets over like that."""
    variables = [variable for declared in fields(settings) if (variable := variable_of(declared))]
    names = {variable.name for variable in variables}
    for variable in variables:
        name, file = variable.name, f"{variable.name}_FILE"
        if not variable.secret or name in environment or file in names or file not in environment:
            continue
        content = _content(Path(environment[file]))
        if content is None:
            raise ConfigurationError(
                f"{file} is {environment[file]!r}; there is no such file, or it is empty."
            )
        environment[name] = content


def _with_password(database_url: str, password: str) -> str:
    parts = urlsplit(database_url)
    if not parts.username or parts.password:
        raise ConfigurationError(
            "DATABASE_PASSWORD is set, but DATABASE_URL has no user, or a password of its own; "
            "write postgresql://USER@HOST/DATABASE."
        )
    user, _, host = parts.netloc.partition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def _values(settings: type, environment: Mapping[str, str]) -> dict[str, Any]:
    values, mistakes = {}, []
    for declared in fields(settings):
        variable = variable_of(declared)
        if variable is not None:
            try:
                values[declared.name] = variable.read(environment)
            except ConfigurationError as error:
                mistakes.append(str(error))
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return values


def _content(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path} holds bytes that are no text; for a secret use the output of `openssl rand -hex 32`."
        ) from error
