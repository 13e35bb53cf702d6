"""Forgetting: receipts for those who ask, `flask forget` for those without a token, and retention."""

import time
import uuid
from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select, text, update

from backend.models import Feedback, Photo, Tombstone, now
from backend.objects import PHOTO_PREFIX
from backend.retention import forget_what_is_past_retention
from backend.services import Services
from tests.backend.reports import TOKEN, jpeg, report, send

INSTALL = report()["install_id"]


def stored(services: Services) -> tuple[int, int, int]:
    """Return how many reports, rows of photos and photos there are."""
    with services.database.reading() as session:
        rows = [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Feedback, Photo)]
    return rows[0], rows[1], len(list(services.store.list(PHOTO_PREFIX)))


def delete(client: FlaskClient, address: str, token: str = TOKEN) -> tuple[int, str | None]:
    answer = client.delete(f"/api/v1/{address}", headers={"Deletion-Token": token})
    return answer.status_code, answer.headers.get("Deletion-Receipt")


def test_who_deletes_gets_a_receipt_and_the_same_one_again(client: FlaskClient) -> None:
    document = report()
    send(client, document, jpeg())
    first = delete(client, f"feedback/{document['id']}")
    assert first[0] == 204
    assert first[1] is not None
    feedback_id, moment = first[1].split()
    assert feedback_id == document["id"]
    assert abs(datetime.fromisoformat(moment) - now()) < timedelta(minutes=1)
    assert delete(client, f"feedback/{document['id']}") == first


def test_what_was_never_here_has_been_gone_since_it_was_asked_for(client: FlaskClient) -> None:
    address = f"feedback/{uuid.uuid4()}"
    first = delete(client, address)
    assert first[0] == 204
    assert first[1] is not None
    assert delete(client, address) == first


def test_an_install_takes_back_everything_that_it_sent_with_one_token(
    client: FlaskClient, services: Services
) -> None:
    others = "0" * 64
    for document in (
        report(install_id=INSTALL),
        report(install_id=INSTALL),
        report(install_id=INSTALL, deletion_token_hash=others),
        report(),
    ):
        send(client, document, jpeg())
    assert delete(client, f"installs/{INSTALL}/feedback", "a guess")[0] == 403
    assert delete(client, f"installs/{INSTALL}/feedback", "")[0] == 403
    assert stored(services)[0] == 4
    assert delete(client, f"installs/{INSTALL}/feedback")[0] == 204
    assert stored(services) == (2, 1, 1)
    assert delete(client, f"installs/{uuid.uuid4()}/feedback")[0] == 204
    assert delete(client, "installs/all/feedback")[0] == 422


def test_an_operator_forgets_reports_for_who_has_no_token(
    client: FlaskClient, services: Services, runner: FlaskCliRunner
) -> None:
    document, never = report(), str(uuid.uuid4())
    send(client, document, jpeg())
    planned = runner.invoke(args=["forget", document["id"], "--dry-run"])
    assert "report and photo would be deleted" in planned.output
    assert "Would delete 1 report." in planned.output
    assert stored(services) == (1, 1, 1)
    result = runner.invoke(args=["forget", document["id"], never])
    assert result.exit_code == 0, result.output
    assert f"{document['id']}  report and photo deleted" in result.output
    assert f"{never}  never received" in result.output
    assert "Deleted 1 report." in result.output
    assert stored(services) == (0, 0, 0)
    assert send(client, document, jpeg()).status_code == 410, "the phone's retry does not bring it back"
    again = runner.invoke(args=["forget", document["id"]]).output
    assert "gone already since" in again
    assert "Deleted 0 reports." in again


def test_an_operator_forgets_an_install(
    client: FlaskClient, services: Services, runner: FlaskCliRunner
) -> None:
    for document in (report(install_id=INSTALL), report(install_id=INSTALL), report()):
        send(client, document, jpeg())
    assert "Deleted 2 reports" in runner.invoke(args=["forget", "--install", INSTALL]).output
    assert stored(services) == (1, 1, 1)
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Tombstone)) == 2


def test_forgetting_nothing_says_how(runner: FlaskCliRunner) -> None:
    assert "--install" in runner.invoke(args=["forget"]).output
    assert runner.invoke(args=["forget", "x"]).exit_code == 2


def test_the_sweep_forgets_what_is_past_retention(
    client: FlaskClient, services: Services, runner: FlaskCliRunner
) -> None:
    old, young = report(), report()
    send(client, old, jpeg((64, 48)))
    send(client, young, jpeg())
    with services.database.writing() as session:
        past = now() - services.settings.feedback_retention - timedelta(days=1)
        session.execute(update(Feedback).where(Feedback.id == old["id"]).values(received_at=past))
    assert "Would remove 1 reports" in runner.invoke(args=["sweep", "--dry-run"]).output
    assert stored(services)[0] == 2
    assert "Removed 1 reports" in runner.invoke(args=["sweep"]).output
    assert stored(services) == (1, 1, 1)
    with services.database.reading() as session:
        assert session.get(Feedback, young["id"])
        assert session.get(Tombstone, old["id"]) is None


@pytest.mark.parametrize("kind_of_database", ["postgresql"])
def test_the_sweep_and_whoever_else_locks_photos_do_not_wait_in_a_circle(
    client: FlaskClient, services: Services
) -> None:
    for size in ((64, 48), (48, 64)):
        send(client, report(), jpeg(size))
    with services.database.writing() as session:
        first, second = session.scalars(select(Photo.sha256).order_by(Photo.sha256))
        for days, photo in ((1, first), (2, second)):
            past = now() - services.settings.feedback_retention - timedelta(days=days)
            session.execute(update(Feedback).where(Feedback.photo_sha256 == photo).values(received_at=past))
    sweep = Thread(target=lambda: forget_what_is_past_retention(services, dry_run=False))
    with services.database.writing() as session:
        session.get(Photo, first, with_for_update=True)
        sweep.start()
        deadline = time.monotonic() + 30
        while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
            assert time.monotonic() < deadline, "the sweep does not wait"
        session.get(Photo, second, with_for_update=True)
    sweep.join()
    assert stored(services) == (0, 0, 0)
