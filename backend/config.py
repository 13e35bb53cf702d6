"""The one module that reads the environment: every setting of the backend, its default and its check."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from backend.errors import ConfigurationError

MIN_SECRET_KEY_BYTES = 16
MAX_CHANNEL_LIFETIME_DAYS = 365
REMEDY_FOR_NO_KEY = (
    "Make one with `flask generate-keys` (it writes var/secret-key), "
    "or set SECRET_KEY, for example to the output of `openssl rand -hex 32`."
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an operator can choose; `.env.example` explains each."""

    database_url: str = "sqlite:///var/deepdog.sqlite3"
    store_url: str = "file:var/store"
    s3_endpoint_url: str | None = None
    secret_key: str | None = None
    secret_key_file: Path = Path("var/secret-key")
    keys_dir: Path = Path("var/keys")
    release_key_file: Path = Path("var/keys/release-key.pem")
    release_key_pem: str | None = None
    channel_key_file: Path = Path("var/keys/channel-key.pem")
    web_root: Path = Path("app/dist")
    public_url: str = "http://127.0.0.1:8000"
    channel_lifetime: timedelta = timedelta(days=30)
    log_format: str = "console"
    log_level: str = "INFO"
    serving: bool = True
    """False under the `flask` command, which must be able to make the secret key that serving needs."""

    def __post_init__(self) -> None:
        if self.log_format not in ("console", "json"):
            raise ConfigurationError(f"LOG_FORMAT is {self.log_format!r}; choose console or json.")
        if self.log_level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ConfigurationError(
                f"LOG_LEVEL is {self.log_level!r}; choose DEBUG, INFO, WARNING or ERROR."
            )
        if not self.public_url.startswith(("http://", "https://")):
            raise ConfigurationError(
                f"PUBLIC_URL is {self.public_url!r}; it must start with http:// or https://."
            )
        if not self.store_url.startswith(("file:", "s3://")):
            raise ConfigurationError(
                f"STORE_URL is {self.store_url!r}; write file:FOLDER or s3://BUCKET/PREFIX."
            )
        if self.secret_key is not None and len(self.secret_key) < MIN_SECRET_KEY_BYTES:
            raise ConfigurationError(
                f"SECRET_KEY is shorter than {MIN_SECRET_KEY_BYTES} characters. {REMEDY_FOR_NO_KEY}"
            )
        if self.serving and self.secret_key is None:
            raise ConfigurationError(f"There is no SECRET_KEY. {REMEDY_FOR_NO_KEY}")

    @property
    def trusted_keys_file(self) -> Path:
        """The public keys that an app is built with."""
        return self.keys_dir / "trusted-keys.json"

    @property
    def secure_cookies(self) -> bool:
        """Whether browsers reach the server over TLS, so that cookies need never travel without it."""
        return self.public_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises:
            ConfigurationError: a value cannot be used; the message names the variable and the remedy.
        """
        env = {name: value for name, value in (environment or os.environ).items() if value}
        keys_dir = Path(env.get("KEYS_DIR", "var/keys"))
        secret_key_file = Path(env.get("SECRET_KEY_FILE", "var/secret-key"))
        return cls(
            database_url=_database_url(env.get("DATABASE_URL", cls.database_url)),
            store_url=env.get("STORE_URL", cls.store_url),
            s3_endpoint_url=env.get("AWS_ENDPOINT_URL"),
            secret_key=env.get("SECRET_KEY") or _content(secret_key_file),
            secret_key_file=secret_key_file,
            keys_dir=keys_dir,
            release_key_file=Path(env.get("RELEASE_KEY_FILE", keys_dir / "release-key.pem")),
            release_key_pem=env.get("RELEASE_KEY"),
            channel_key_file=Path(env.get("CHANNEL_KEY_FILE", keys_dir / "channel-key.pem")),
            web_root=Path(env.get("WEB_ROOT", "app/dist")),
            public_url=env.get("PUBLIC_URL", cls.public_url).rstrip("/"),
            channel_lifetime=timedelta(days=_days(env.get("CHANNEL_LIFETIME_DAYS", "30"))),
            log_format=env.get("LOG_FORMAT", cls.log_format),
            log_level=env.get("LOG_LEVEL", cls.log_level).upper(),
            serving=env.get("FLASK_RUN_FROM_CLI") != "true",
        )


@dataclass(frozen=True)
class ServerSettings:
    """What gunicorn needs to know; read by gunicorn.conf.py."""

    host: str
    port: int
    workers: int
    threads: int

    @classmethod
    def from_environment(cls) -> "ServerSettings":
        """Read HOST, PORT, WEB_CONCURRENCY and THREADS.

        Raises:
            ConfigurationError: one of the numbers is not a whole number in its range.
        """
        return cls(
            host=os.environ.get("HOST") or "127.0.0.1",
            port=_integer("PORT", os.environ.get("PORT") or "8000", 1, 65535),
            workers=_integer("WEB_CONCURRENCY", os.environ.get("WEB_CONCURRENCY") or "2", 1, 64),
            threads=_integer("THREADS", os.environ.get("THREADS") or "4", 1, 64),
        )


def _database_url(url: str) -> str:
    """Name the driver where the URL leaves it open: PostgreSQL is spoken through psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigurationError(
            "DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE."
        )
    return url


def _days(text: str) -> int:
    return _integer("CHANNEL_LIFETIME_DAYS", text, 1, MAX_CHANNEL_LIFETIME_DAYS)


def _integer(name: str, text: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise ConfigurationError(f"{name} is {text!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def _content(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
