"""A backup brings everything back, also to another kind of database and store."""

import gzip
import tracemalloc
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import event, func, insert, select

from backend.app import create_app
from backend.backup import DATABASE_FILE, ROWS_AT_ONCE, TABLES
from backend.channel import open_channel
from backend.config import Settings
from backend.feedback import forget
from backend.migrate import downgrade
from backend.models import Decision, Feedback, Tombstone
from backend.objects import PHOTO_PREFIX, PREFIXES, photo_key, stored_key
from backend.operator_accounts import create_operator
from backend.quotas import withdrawal_quotas
from backend.reviews import decide
from backend.services import Services
from tests.backend.commands import CHANNEL, refused, run
from tests.backend.conftest import postgres_database, services_of
from tests.backend.reports import TOKEN, jpeg, report, send
from tests.bundles import FIRST_BUNDLE


@pytest.fixture
def new(
    kind_of_database: str, services: Services, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[APIFlask]:
    """A new installation with the keys of the old one, on the other kind of database."""
    with ExitStack() as stack:
        if kind_of_database == "postgresql":
            (tmp_path / "new.sqlite3").write_bytes(request.getfixturevalue("migrated_sqlite").read_bytes())
            url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
        else:
            server, template = map(request.getfixturevalue, ("postgres_url", "migrated_postgres"))
            url = stack.enter_context(contextmanager(postgres_database)(server, template))
        settings = replace(services.settings, database_url=url, store_url=f"file:{tmp_path / 'new-store'}")
        app = create_app(settings)
        stack.callback(services_of(app).database.dispose)
        yield app


@pytest.fixture
def backup(client: FlaskClient, services: Services, runner: FlaskCliRunner, tmp_path: Path) -> Path:
    """A backup of an installation with something of everything."""
    run(runner, "publish-model", str(FIRST_BUNDLE))
    create_operator(services.database, "maria", "correct horse battery staple")
    for size in ((320, 240), (200, 300)):
        send(client, report(comment="Würstchen"), jpeg(size))
    send(client, last := report())
    with services.database.writing() as session:
        decide(session, "maria", [last["id"]], Decision.SPAM)
    run(runner, "maintain", "--once")
    run(runner, "back-up", str(tmp_path / "backup"))
    return tmp_path / "backup"


def contents(services: Services) -> dict[str, object]:
    """Return every row of every table, and every object."""
    with services.database.engine.connect() as connection:
        rows: dict[str, object] = {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in TABLES
        }
    objects = [
        (entry.name, services.store.read(entry.name).data)
        for prefix in PREFIXES
        for entry in services.store.list(prefix)
    ]
    return rows | {"objects": sorted(objects)}


def test_reports_photos_and_channel_survive(backup: Path, services: Services, new: APIFlask) -> None:
    output = run(new.test_cli_runner(), "restore", str(backup))
    assert "Database and store agree." in output
    restored = services_of(new)
    assert contents(restored) == contents(services)
    assert open_channel(restored, restored.store.read(CHANNEL.name).data)["sequence"] == 1
    client = new.test_client()
    assert client.get("/readyz").status_code == 200
    later = report()
    assert send(client, later, jpeg()).status_code == 201
    with restored.database.writing() as session:
        decide(session, "paul", [later["id"]], Decision.SPAM)  # Under a number that no restored review has.


def test_what_users_took_back_leaves_the_backup(
    backup: Path, services: Services, runner: FlaskCliRunner, new: APIFlask
) -> None:
    with services.database.reading() as session:
        with_photo = select(Feedback.id, Feedback.photo_sha256).where(Feedback.photo_sha256.is_not(None))
        feedback_id, sha256 = session.execute(with_photo.limit(1)).one()
    assert sha256
    copy = backup / "objects" / photo_key(sha256).name
    assert copy.is_file()
    forget(services, feedback_id, TOKEN, withdrawal_quotas(services.settings, "127.0.0.1"))
    run(runner, "back-up", str(backup))
    assert not copy.exists()
    run(new.test_cli_runner(), "restore", str(backup))
    assert contents(services_of(new)) == contents(services)


def test_what_the_store_lost_stays_in_the_backup(
    backup: Path, services: Services, runner: FlaskCliRunner, new: APIFlask
) -> None:
    before = contents(services)
    (model,) = services.store.list("models/")
    photo = next(iter(services.store.list(PHOTO_PREFIX)))
    for lost in (model, photo):
        services.store.delete(lost.name)
    assert "2 of the objects are in the store no more" in run(runner, "back-up", str(backup))
    run(new.test_cli_runner(), "restore", str(backup))
    assert contents(services_of(new)) == before


def test_a_photo_that_the_backup_lacks_takes_its_report_along(backup: Path, new: APIFlask) -> None:
    photo = next((backup / "objects/photos").glob("*.jpg"))
    photo.unlink()
    told = run(new.test_cli_runner(), "restore", str(backup))
    assert "Left out 2 rows of photos that the backup lacks" in told
    assert "taken back while it was made, or the store had lost them before" in told
    with services_of(new).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Feedback)) == 2


def test_neither_backup_nor_restoration_holds_all_rows_at_once(
    services: Services, runner: FlaskCliRunner, new: APIFlask, tmp_path: Path
) -> None:
    rows = 10_000
    with services.database.writing_rows() as connection:
        connection.execute(
            insert(Tombstone),
            [{"feedback_id": str(uuid.uuid4()), "deletion_token_hash": "0" * 64} for _ in range(rows)],
        )
    taken_at_once: list[int] = []

    @event.listens_for(services.database.engine, "after_cursor_execute")
    def note(_connection: object, cursor: Any, *_: object) -> None:
        # What PostgreSQL's driver holds in memory of its own; SQLite's takes rows as they are asked for, and says -1.
        taken_at_once.append(cursor.rowcount)

    def peak_bytes(*command: str) -> int:
        tracemalloc.start()
        run(runner if command[0] == "back-up" else new.test_cli_runner(), *command)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    folder = str(tmp_path / "backup")
    limit = 3_000_000  # Held all at once, they took 11 MB.
    assert peak_bytes("back-up", folder) < limit
    assert max(taken_at_once) <= ROWS_AT_ONCE
    assert peak_bytes("restore", folder) < limit
    with services_of(new).database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Tombstone)) == rows


def test_only_what_is_empty_is_filled(backup: Path, runner: FlaskCliRunner, new: APIFlask) -> None:
    refused(runner, "The database is not empty", "restore", str(backup))
    services_of(new).store.put(stored_key("models/abc.tflite"), b"somebody's")
    refused(new.test_cli_runner(), "holds objects under models/", "restore", str(backup))


def test_a_backup_that_is_not_whole_is_refused(backup: Path, new: APIFlask, tmp_path: Path) -> None:
    runner = new.test_cli_runner()
    refused(runner, "is missing: this is no backup", "restore", str(tmp_path / "elsewhere"))
    file = backup / DATABASE_FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    refused(runner, "is damaged", "restore", str(backup))
    lines = gzip.decompress(whole).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(lines[:-2] + lines[-1:])))
    refused(runner, "is not whole", "restore", str(backup))
    file.write_bytes(whole)
    downgrade(services_of(new).database, "-1")
    refused(runner, "flask db upgrade", "restore", str(backup))


def test_no_other_folder_is_taken_for_a_backup(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/love.txt").write_text("dear", encoding="utf-8")
    refused(runner, "holds something that is no backup", "back-up", str(tmp_path / "letters"))


def test_a_folder_that_cannot_be_made_is_named(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "letter").touch()
    refused(runner, "letter/backup: Not a directory.", "back-up", str(tmp_path / "letter/backup"))


def test_a_damaged_database_is_told_with_the_way_back(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "damaged.sqlite3"
    file.write_bytes(b"no database at all" * 1000)
    app = create_app(replace(settings, database_url=f"sqlite:///{file}"))
    refused(app.test_cli_runner(), "`flask restore` fills a new one from a backup", "list-models")
    services_of(app).database.dispose()
