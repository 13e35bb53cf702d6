"""POST and DELETE /api/v1/feedback."""

import io
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, func, select
from werkzeug.datastructures import MultiDict

from backend import quotas
from backend.feedback_api import MAX_BODY_BYTES
from backend.models import Feedback, Photo, Tombstone, now
from backend.objects import PHOTO_PREFIX, ObjectKey
from backend.quotas import HOUR
from backend.services import Services
from tests.backend.reports import TOKEN, jpeg, report, send


def stored_photos(services: Services) -> int:
    return sum(1 for _ in services.store.list(PHOTO_PREFIX))


def count(services: Services, table: type[Feedback] | type[Photo]) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def delete(app: APIFlask, document: dict[str, Any]) -> int:
    address = f"/api/v1/feedback/{document['id']}"
    return app.test_client().delete(address, headers={"Deletion-Token": TOKEN}).status_code


def delete_at_once(app: APIFlask, documents: list[dict[str, Any]]) -> list[int]:
    with ThreadPoolExecutor(len(documents)) as threads:
        return list(threads.map(lambda document: delete(app, document), documents))


def test_a_report_with_its_photo_is_stored_once_however_often_it_is_sent(
    client: FlaskClient, services: Services
) -> None:
    document, photo = report(comment="It is a hotdog."), jpeg()

    first, second = send(client, document, photo), send(client, document, photo)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json == {"id": document["id"], "has_photo": True}
    assert (count(services, Feedback), count(services, Photo), stored_photos(services)) == (1, 1, 1)


def test_a_report_without_a_photo(client: FlaskClient) -> None:
    document = report()
    assert send(client, document).json == {"id": document["id"], "has_photo": False}


def test_the_same_report_sent_ten_times_at_once_is_stored_once(app: APIFlask, services: Services) -> None:
    document, photo = report(), jpeg()
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda _: send(app.test_client(), document, photo).status_code, range(10)))
    assert sorted(set(answers)) in ([200, 201], [201])
    assert answers.count(201) == 1
    assert (count(services, Feedback), stored_photos(services)) == (1, 1)


def test_other_content_under_the_same_id_is_refused(client: FlaskClient) -> None:
    document = report()
    send(client, document)
    answer = send(client, document | {"claimed_label": "negative"})
    assert answer.status_code == 409
    assert answer.json == {
        "error": {
            "code": "conflict",
            "message": "Other feedback was stored under this id; use a new one.",
            "field": "id",
        }
    }


@pytest.mark.parametrize("other", [jpeg((64, 48)), None], ids=["another photo", "no photo"])
def test_another_photo_is_other_content(client: FlaskClient, other: bytes | None) -> None:
    document = report()
    send(client, document, jpeg())
    assert send(client, document, other).status_code == 409


def test_of_different_reports_under_one_id_at_once_the_first_is_stored(
    app: APIFlask, services: Services
) -> None:
    document = report()

    def attempt(comment: str) -> int:
        return send(app.test_client(), document | {"comment": comment}).status_code

    with ThreadPoolExecutor(6) as threads:
        answers = sorted(threads.map(attempt, "abcdef"))
    assert answers == [201, 409, 409, 409, 409, 409]
    assert count(services, Feedback) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "not a uuid"),
        ("id", "E3B0C442-98FC-4C14-9AFB-F4C8996FB924"),
        ("score", 1.5),
        ("score", "0.5"),
        ("verdict", "maybe"),
        ("comment", "a\0b"),
        ("comment", "a" * 10_000),
        ("model_version", "latest"),
        ("taken_at", "2026-11-24T12:00:00"),
        ("platform", "windows"),
        ("surprise", 1),
    ],
)
def test_a_flaw_is_refused_by_the_name_of_its_field(
    client: FlaskClient, services: Services, field: str, value: object
) -> None:
    answer = send(client, report(**{field: value}))
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == field
    assert count(services, Feedback) == 0


def test_a_comment_that_is_too_long_is_told_how_long_it_may_be(client: FlaskClient) -> None:
    answer = send(client, report(comment="a" * 1001))
    assert answer.json is not None
    assert answer.json["error"]["message"] == "comment: String should have at most 1000 characters."


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_score_that_is_no_number_is_refused(client: FlaskClient, number: str) -> None:
    answer = send(client, json.dumps(report()).replace("0.25", number))
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "score"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 5_000, '{"comment": "\\ud800"}'])
def test_a_report_that_is_no_json_object_is_refused(client: FlaskClient, text: str) -> None:
    answer = send(client, text)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "report"


def test_a_form_field_that_nobody_asked_for_is_refused(client: FlaskClient) -> None:
    form = {"report": json.dumps(report()), "surprise": "1"}
    answer = client.post("/api/v1/feedback", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "surprise"


def test_the_owner_deletes_report_and_photo_for_good(client: FlaskClient, services: Services) -> None:
    document = report()
    send(client, document, jpeg())
    address = f"/api/v1/feedback/{document['id']}"

    answers = [client.delete(address, headers={"Deletion-Token": TOKEN}).status_code for _ in range(2)]

    assert answers == [204, 204]
    assert (count(services, Feedback), stored_photos(services)) == (0, 0)
    assert send(client, document, jpeg()).status_code == 410


@pytest.mark.parametrize("headers", [{}, {"Deletion-Token": "a guess"}])
def test_nobody_else_deletes_it(client: FlaskClient, services: Services, headers: dict[str, str]) -> None:
    document = report()
    send(client, document)
    assert client.delete(f"/api/v1/feedback/{document['id']}", headers=headers).status_code == 403
    assert count(services, Feedback) == 1


def test_a_photo_that_two_reports_share_outlives_one_of_them(client: FlaskClient, services: Services) -> None:
    first, second, photo = report(), report(), jpeg()
    send(client, first, photo)
    send(client, second, photo)
    client.delete(f"/api/v1/feedback/{first['id']}", headers={"Deletion-Token": TOKEN})
    assert stored_photos(services) == 1


def test_what_is_deleted_before_it_comes_is_not_stored(client: FlaskClient, services: Services) -> None:
    document = report()
    address = f"/api/v1/feedback/{document['id']}"
    assert client.delete(address, headers={"Deletion-Token": TOKEN}).status_code == 204
    assert send(client, document, jpeg()).status_code == 410
    assert (count(services, Feedback), stored_photos(services)) == (0, 0)


def test_what_is_deleted_while_its_photo_is_held_up_is_not_stored(
    app: APIFlask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = report()
    store, stalled, recovered = services.store, threading.Event(), threading.Event()
    put = store.put

    def held_up(key: ObjectKey, data: bytes) -> None:
        stalled.set()
        assert recovered.wait(60)
        put(key, data)

    monkeypatch.setattr(store, "put", held_up)
    with ThreadPoolExecutor(1) as thread:
        late = thread.submit(send, app.test_client(), document, jpeg())
        assert stalled.wait(60)
        assert delete(app, document) == 204
        recovered.set()
        assert late.result().status_code == 410
    assert count(services, Feedback) == 0


def test_what_comes_while_it_is_deleted_is_gone_as_well(app: APIFlask, services: Services) -> None:
    documents = [report() for _ in range(40)]
    with ThreadPoolExecutor(8) as threads:
        sent = [threads.submit(send, app.test_client(), document) for document in documents]
        deleted = [threads.submit(delete, app, document) for document in documents]
    assert {answer.result() for answer in deleted} == {204}
    assert {answer.result().status_code for answer in sent} <= {201, 410}
    assert count(services, Feedback) == 0


def test_what_is_deleted_as_the_hour_changes_while_it_is_stored_is_gone_as_well(
    app: APIFlask, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = report()
    about_to_commit, deleted = threading.Event(), threading.Event()

    @event.listens_for(services.database.engine, "commit")
    def hold(_connection: Connection) -> None:
        if not about_to_commit.is_set():
            about_to_commit.set()
            deleted.wait(1)  # Whoever deletes may have to wait for this very commit.

    with ThreadPoolExecutor(1) as thread:
        last_hour = now() - HOUR
        monkeypatch.setattr(quotas, "now", lambda: last_hour)
        sent = thread.submit(send, app.test_client(), document)
        assert about_to_commit.wait(60)
        monkeypatch.undo()
        status = delete(app, document)
        deleted.set()
        assert (sent.result().status_code, status) == (201, 204)
    assert count(services, Feedback) == 0


def test_an_id_that_is_no_uuid_is_named(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/feedback/everything", headers={"Deletion-Token": TOKEN})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == "id"


def test_what_is_deleted_still_asks_for_its_own_token(client: FlaskClient) -> None:
    document = report()
    send(client, document)
    address = f"/api/v1/feedback/{document['id']}"
    client.delete(address, headers={"Deletion-Token": TOKEN})
    assert client.delete(address, headers={"Deletion-Token": "a guess"}).status_code == 403


def test_the_same_deletion_sent_at_once_succeeds_every_time(app: APIFlask, services: Services) -> None:
    for document in (report(), report(), report()):
        send(app.test_client(), document, jpeg())
        assert set(delete_at_once(app, [document] * 6)) == {204}
    assert (count(services, Feedback), stored_photos(services)) == (0, 0)


def test_reports_of_one_photo_come_and_go_at_once_and_nothing_stays_behind(
    app: APIFlask, services: Services
) -> None:
    photo = jpeg()

    def come_and_go(document: dict[str, Any]) -> tuple[int, int]:
        sent = send(app.test_client(), document, photo).status_code
        return sent, delete(app, document)

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(come_and_go, [report() for _ in range(60)]))
    assert answers == {(201, 204)}
    assert (count(services, Feedback), count(services, Photo), stored_photos(services)) == (0, 0, 0)


def test_what_is_deleted_while_it_is_sent_again_stays_deleted(app: APIFlask, services: Services) -> None:
    document, photo = report(), jpeg()
    send(app.test_client(), report(), photo)
    with ThreadPoolExecutor(1) as thread:
        with services.database.writing() as session:
            # Another process deletes it. Its locks hold the late copy up between its first look and its writing.
            session.scalars(select(Photo).with_for_update()).one()
            late = thread.submit(send, app.test_client(), document, photo)
            time.sleep(0.3)
            token_hash = document["deletion_token_hash"]
            session.add(Tombstone(feedback_id=document["id"], deletion_token_hash=token_hash))
        assert late.result().status_code == 410
    assert count(services, Feedback) == 1


def test_a_body_over_the_limit_is_refused_in_the_envelope(client: FlaskClient) -> None:
    answer = send(client, report(), bytes(MAX_BODY_BYTES))
    assert answer.status_code == 413
    assert answer.json == {
        "error": {
            "code": "too_large",
            "message": "The request is larger than this address accepts.",
            "field": None,
        }
    }


@pytest.mark.parametrize(("field", "filename"), [("image", "photo.jpg"), ("photo", "")])
def test_a_photo_is_not_lost_without_a_word(
    client: FlaskClient, services: Services, field: str, filename: str
) -> None:
    part = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\n\r\n'.encode()
    words = f'--b\r\nContent-Disposition: form-data; name="report"\r\n\r\n{json.dumps(report())}\r\n'.encode()
    body = words + part + jpeg() + b"\r\n--b--\r\n"
    answer = client.post("/api/v1/feedback", data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == field
    assert count(services, Feedback) == 0


@pytest.mark.parametrize("twice", ["report", "photo"])
def test_a_form_that_says_something_twice_is_refused(
    client: FlaskClient, services: Services, twice: str
) -> None:
    parts = [("report", json.dumps(report())), ("photo", (io.BytesIO(jpeg()), "photo.jpg"))]
    second = (
        ("report", json.dumps(report())) if twice == "report" else ("photo", (io.BytesIO(jpeg()), "b.jpg"))
    )
    answer = client.post("/api/v1/feedback", data=MultiDict([*parts, second]))
    assert answer.status_code == 422
    assert answer.json == {
        "error": {"code": "invalid", "message": f"{twice}: sent more than once.", "field": twice}
    }
    assert count(services, Feedback) == 0
