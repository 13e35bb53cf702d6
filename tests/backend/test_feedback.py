"""POST and DELETE /api/v1/feedback."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from backend.models import Feedback, Photo
from backend.objects import PHOTO_PREFIX
from backend.services import Services
from tests.backend.reports import TOKEN, jpeg, report, send


def stored_photos(services: Services) -> int:
    return sum(1 for _ in services.store.list(PHOTO_PREFIX))


def count(services: Services, table: type[Feedback] | type[Photo]) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


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


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "not a uuid"),
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


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_score_that_is_no_number_is_refused(client: FlaskClient, number: str) -> None:
    assert send(client, json.dumps(report()).replace("0.25", number)).status_code == 422


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
