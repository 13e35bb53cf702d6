"""What cron and a careful operator run: sweep, verify-store, check-store, refresh-channel, and the migrations."""

import errno
import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import boto3
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import delete, update

from backend import maintenance
from backend.channel import open_channel, sync_channel
from backend.errors import PreconditionFailedError, StoreError
from backend.kinds import Kind
from backend.maintenance import DAILY, Task, last_runs
from backend.migrate import current_revision, downgrade
from backend.models import Feedback, Photo, Publication
from backend.objects import PHOTO_PREFIX, PRIVATE, ObjectKey, photo_key
from backend.services import Services
from backend.storage import Storage, open_storage
from backend.storage.local import LocalStorage
from backend.store_checks import probe_store, sweep_orphans, verify_store
from tests.backend.commands import CHANNEL, refused, run
from tests.backend.reports import TOKEN, jpeg, report, send
from tests.bundles import FIRST_BUNDLE, republished

ORPHAN = photo_key("0" * 64)


def age(services: Services, name: str, hours: float) -> None:
    path = Path(services.settings.store_url.removeprefix("file:")) / name
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def photos(services: Services) -> list[str]:
    return [entry.name for entry in services.store.list(PHOTO_PREFIX)]


def test_the_sweep_removes_old_orphans_and_nothing_else(
    client: FlaskClient, services: Services, runner: FlaskCliRunner
) -> None:
    send(client, report(), jpeg())
    (kept,) = photos(services)
    services.store.put(ORPHAN, b"its process was killed before the row was written")
    copy = ObjectKey(f"{ORPHAN.name}.bak", "image/jpeg", PRIVATE)
    services.store.put(copy, b"somebody's copy")
    age(services, kept, hours=48)
    age(services, copy.name, hours=48)

    runner.invoke(args=["sweep"])
    assert sorted(photos(services)) == sorted([kept, ORPHAN.name]), "a young orphan may be on its way"

    age(services, ORPHAN.name, hours=48)
    assert "Would remove 1" in runner.invoke(args=["sweep", "--dry-run"]).output
    assert ORPHAN.name in photos(services)
    assert "Removed 1" in runner.invoke(args=["sweep"]).output
    assert photos(services) == [kept]


def test_the_sweep_keeps_nobody_waiting_for_photos_that_stay(client: FlaskClient, services: Services) -> None:
    send(client, report(), jpeg())
    (kept,) = photos(services)
    age(services, kept, hours=48)
    with services.database.writing() as session:
        session.connection()
        assert sweep_orphans(services, timedelta(hours=24), dry_run=False) == []
    assert photos(services) == [kept]


def test_what_comes_again_while_the_sweep_removes_it_is_kept(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, first := report(), jpeg())
    (name,) = photos(services)
    with services.database.writing() as session:
        session.execute(delete(Feedback).where(Feedback.id == first["id"]))
        session.execute(delete(Photo))
    age(services, name, hours=48)
    answers: list[int] = []
    phone = Thread(
        target=lambda: answers.append(send(client.application.test_client(), report(), jpeg()).status_code)
    )
    really_delete = services.store.delete

    def delete_while_a_phone_sends_it_again(name: str) -> None:
        if not phone.ident:
            phone.start()
            phone.join(1)
        really_delete(name)

    monkeypatch.setattr(services.store, "delete", delete_while_a_phone_sends_it_again)
    sweep_orphans(services, timedelta(hours=24), dry_run=False)
    phone.join()
    assert answers == [201]
    assert photos(services) == [name]
    assert not verify_store(services).flaws


def test_the_sweep_removes_what_a_killed_writer_left_half_written(services: Services) -> None:
    services.store.put(ORPHAN, b"whole")
    folder = Path(services.settings.store_url.removeprefix("file:")) / "photos"
    (folder / ".partial-abc").write_bytes(b"ha")
    age(services, "photos/.partial-abc", hours=48)
    assert photos(services) == [ORPHAN.name], "half-written files are in no listing"
    sweep_orphans(services, timedelta(hours=24), dry_run=False)
    assert not (folder / ".partial-abc").exists()


def test_a_task_that_breaks_ends_neither_the_service_nor_the_other_tasks(
    services: Services,
    runner: FlaskCliRunner,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def burst(_: Services) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(maintenance, "TASKS", (Task("broken", DAILY, burst), *maintenance.TASKS))
    refused(runner, "broken failed; the log says why", "maintain", "--once")
    with services.database.reading() as session:
        assert set(last_runs(session)) == {"refresh-channel", "sweep", "verify-store"}
    assert "Traceback" in caplog.text, "nobody expected it"


def test_a_photo_that_is_taken_back_while_the_store_is_verified_is_no_flaw(
    client: FlaskClient, services: Services
) -> None:
    document = report()
    send(client, document, jpeg())
    send(client, report(), jpeg((200, 300)))

    def meanwhile(objects: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        client.delete(f"/api/v1/feedback/{document['id']}", headers={"Deletion-Token": TOKEN})
        (kept,) = photos(services)
        services.store.delete(kept)
        yield from objects

    (flaw,) = verify_store(services, meanwhile).flaws
    assert flaw.endswith("is missing"), "a photo whose report is still there is one"


def test_an_honest_store_passes_the_check(store: Storage) -> None:
    steps: list[str] = []
    warnings: list[str] = []
    probe_store(store, steps.append, warnings.append)
    assert len(steps) == 8
    assert warnings == []
    assert list(store.list("probe/")) == list(store.list("photos/")) == []


def test_a_store_that_shows_photos_to_strangers_is_refused(tmp_path: Path) -> None:
    class Open(LocalStorage):
        def is_public(self, name: str) -> bool:
            (self.root / name).chmod(0o644)
            return super().is_public(name)

    with pytest.raises(StoreError, match="lets strangers read photos"):
        probe_store(Open(tmp_path), lambda _: None, lambda _: None)
    assert list(LocalStorage(tmp_path).list("photos/")) == []


def test_a_public_bucket_is_found_out(s3_url: str, s3_endpoint: str) -> None:
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    bucket = s3_url.removeprefix("s3://").split("/")[0]
    store = open_storage(s3_url, s3_endpoint)
    store.put(ORPHAN, b"a photo")
    assert not store.is_public(ORPHAN.name)
    client.put_object_acl(Bucket=bucket, Key=f"some/prefix/{ORPHAN.name}", ACL="public-read")
    assert store.is_public(ORPHAN.name)
    client.close()


def test_a_bucket_that_keeps_deleted_photos_is_a_warning(s3_url: str, s3_endpoint: str) -> None:
    client = boto3.client("s3", endpoint_url=s3_endpoint)
    bucket = s3_url.removeprefix("s3://").split("/")[0]
    for status in ("Enabled", "Suspended"):
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        warnings: list[str] = []
        probe_store(open_storage(s3_url, s3_endpoint), lambda _: None, warnings.append)
        (warning,) = warnings
        assert "photos that users take back stay behind" in warning, status
    client.close()


class _Careless(LocalStorage):
    """Ignores conditions, as some S3 servers did."""

    def put_if(self, key: ObjectKey, data: bytes, expected_etag: str | None) -> None:
        del expected_etag
        self.put(key, data)


class _OnlyAbsent(_Careless):
    """Knows If-None-Match but not If-Match."""

    def put_if(self, key: ObjectKey, data: bytes, expected_etag: str | None) -> None:
        if expected_etag is None and self.exists(key.name):
            raise PreconditionFailedError(key.name)
        self.put(key, data)


@pytest.mark.parametrize(("kind", "broken"), [(_Careless, "If-None-Match"), (_OnlyAbsent, "If-Match")])
def test_a_careless_store_is_found_out(tmp_path: Path, kind: type[LocalStorage], broken: str) -> None:
    with pytest.raises(StoreError, match=broken):
        probe_store(kind(tmp_path), lambda _: None, lambda _: None)


def test_a_store_that_can_only_be_read_is_told_by_what_it_refused_first(tmp_path: Path) -> None:
    class ReadOnly(LocalStorage):
        def put(self, key: ObjectKey, data: bytes) -> None:
            del data
            raise StoreError(f"writing {key} is refused")

        def delete(self, name: str) -> None:
            raise StoreError(f"removing {name} is refused")

    with pytest.raises(StoreError, match="writing probe/"):
        probe_store(ReadOnly(tmp_path), lambda _: None, lambda _: None)


def test_the_commands_work_over_s3(
    app: APIFlask, services: Services, s3_url: str, s3_endpoint: str, runner: FlaskCliRunner
) -> None:
    services.__dict__["store"] = open_storage(s3_url, s3_endpoint)
    for command in (["publish-model", str(FIRST_BUNDLE)], ["verify-store"], ["check-store"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 0, result.output
    client = app.test_client()
    assert client.get("/api/v1/channels/stable.json").status_code == 200
    assert send(client, report(), jpeg()).status_code == 201
    assert len(photos(services)) == 1


def test_refreshing_renews_the_dates_and_keeps_the_sequence(
    runner: FlaskCliRunner, services: Services
) -> None:
    runner.invoke(args=["publish-model", str(FIRST_BUNDLE)])
    with services.database.writing() as session:
        session.execute(update(Publication).values(expires_at=Publication.published_at))
    assert sync_channel(services, Kind.CLASSIFIER)
    assert "has expired; `flask refresh-channel`" in runner.invoke(args=["verify-store"]).output
    before = open_channel(services, services.store.read(CHANNEL.name).data)
    assert "Valid until" in runner.invoke(args=["refresh-channel"]).output
    after = open_channel(services, services.store.read(CHANNEL.name).data)
    assert after["sequence"] == before["sequence"]
    assert after["expires_at"] > before["expires_at"]


def test_a_database_from_an_old_backup_does_not_pull_phones_back(
    runner: FlaskCliRunner, services: Services, tmp_path: Path
) -> None:
    runner.invoke(args=["publish-model", str(FIRST_BUNDLE)])
    runner.invoke(args=["publish-model", str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1"))])
    newest = services.store.read(CHANNEL.name).data
    with services.database.writing() as session:
        session.delete(session.get_one(Publication, (Kind.CLASSIFIER, 2)))

    result = runner.invoke(args=["sync-channel"])

    assert result.exit_code == 1
    assert "old backup" in result.output
    assert services.store.read(CHANNEL.name).data == newest


def test_a_channel_that_nobody_trusts_is_replaced(runner: FlaskCliRunner, services: Services) -> None:
    runner.invoke(args=["publish-model", str(FIRST_BUNDLE)])
    services.store.put(CHANNEL, json.dumps({"payload": "AAAA"}).encode())
    assert "was changed" in runner.invoke(args=["verify-store"]).output
    assert "Channel written" in runner.invoke(args=["sync-channel"]).output
    assert runner.invoke(args=["verify-store"]).exit_code == 0


def test_the_tables_go_a_step_down_and_it_is_told_where_they_are(
    runner: FlaskCliRunner, services: Services
) -> None:
    newest = current_revision(services.database)
    told = run(runner, "db", "downgrade", "-1")
    assert current_revision(services.database) != newest
    assert told == f"The database is at {current_revision(services.database)}.\n"
    assert run(runner, "db", "upgrade", str(newest)) == f"The database is at {newest}.\n"


def test_a_revision_that_there_is_not_is_refused(runner: FlaskCliRunner) -> None:
    refused(runner, "Can't locate revision identified by 'newer'", "db", "upgrade", "newer")
    refused(runner, "`flask db current` tells", "db", "downgrade", "newer")


def test_a_database_without_tables_says_what_to_do(runner: FlaskCliRunner, services: Services) -> None:
    downgrade(services.database, "base")
    result = runner.invoke(args=["list-models"])
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output
