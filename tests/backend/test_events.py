"""POST /api/v1/events: counts from phones, added up, and nothing kept that tells phones apart."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from backend.database import utc_midnight
from backend.events import BATCH_MEMORY, forget_old_counts
from backend.models import CheckCount, EventBatch, UpdateCount, now
from backend.schemas import MAX_EVENT_AGE
from backend.services import EXTENSION, Services

TODAY = now().date()


def batch(**changes: Any) -> dict[str, Any]:
    """Return a sound batch under a new id."""
    return {
        "id": str(uuid.uuid4()),
        "day": TODAY.isoformat(),
        "app_version": "1.0.0",
        "platform": "ios",
        "checks": [{"model_version": "1.0.0", "count": 12}],
        "updates": [
            {"model_version": "1.0.1", "outcome": "installed", "count": 1},
            {"model_version": None, "outcome": "failed", "reason": "bad_signature", "count": 2},
        ],
    } | changes


def post(client: FlaskClient, document: object) -> int:
    return client.post("/api/v1/events", json=document).status_code


def checks(services: Services) -> dict[str, int]:
    with services.database.reading() as session:
        return {row.model_version: row.count for row in session.scalars(select(CheckCount))}


def updates(services: Services) -> set[tuple[str, str, str, int]]:
    with services.database.reading() as session:
        rows = session.scalars(select(UpdateCount))
        return {(row.model_version, row.outcome, row.reason, row.count) for row in rows}


def test_counts_add_up_by_version_and_reason(client: FlaskClient, services: Services) -> None:
    assert post(client, batch()) == 204
    assert post(client, batch(updates=[], checks=[{"model_version": "1.0.0", "count": 3}] * 2)) == 204
    assert checks(services) == {"1.0.0": 18}
    assert updates(services) == {("1.0.1", "installed", "", 1), ("", "failed", "bad_signature", 2)}


def test_a_batch_counts_once_however_often_it_is_sent(client: FlaskClient, services: Services) -> None:
    document = batch()
    assert [post(client, document) for _ in range(3)] == [204] * 3
    assert checks(services) == {"1.0.0": 12}


def test_batches_that_come_at_once_all_count_once(app: APIFlask, services: Services) -> None:
    documents = [batch() for _ in range(6)] * 2
    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(lambda document: post(app.test_client(), document), documents))
    assert answers == {204}
    assert checks(services) == {"1.0.0": 72}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "x"}, "id"),
        ({"day": (TODAY - MAX_EVENT_AGE - timedelta(days=1)).isoformat()}, "day"),
        ({"day": (TODAY + timedelta(days=2)).isoformat()}, "day"),
        ({"day": 20_000}, "day"),
        ({"platform": "windows"}, "platform"),
        ({"install_id": str(uuid.uuid4())}, "install_id"),
        ({"checks": [{"model_version": "1.0.0", "count": 0}]}, "checks.0.count"),
        ({"checks": [{"model_version": "1.0.0", "count": True}]}, "checks.0.count"),
        ({"checks": [{"model_version": "1.0.0", "count": 10_001}]}, "checks.0.count"),
        ({"checks": [{"model_version": "1.0.0", "count": 1}] * 51}, "checks"),
        ({"updates": [{"model_version": "1.0.1", "outcome": "failed", "count": 1}]}, "updates.0"),
        (
            {
                "updates": [
                    {"model_version": "1.0.1", "outcome": "installed", "reason": "storage", "count": 1}
                ]
            },
            "updates.0",
        ),
        (
            {"updates": [{"model_version": "1.0.1", "outcome": "failed", "reason": "mood", "count": 1}]},
            "updates.0.reason",
        ),
    ],
)
def test_a_flaw_is_refused_by_the_name_of_its_field(
    client: FlaskClient, services: Services, change: dict[str, Any], field: str
) -> None:
    answer = client.post("/api/v1/events", json=batch(**change))
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == field
    assert checks(services) == {}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"[" * 5_000])
def test_a_body_that_is_no_json_object_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/events", data=body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer.json is not None
    assert set(answer.json["error"]) == {"code", "message", "field"}


def test_a_batch_of_nothing_is_refused(client: FlaskClient) -> None:
    assert post(client, batch(checks=[], updates=[])) == 422


def test_one_network_that_spams_has_to_wait(app: APIFlask, services: Services) -> None:
    tight = replace(services.settings, events_per_address=2)
    app.extensions[EXTENSION] = replace(services, settings=tight)
    client = app.test_client()
    assert [post(client, batch()) for _ in range(3)] == [204, 204, 429]
    assert checks(services) == {"1.0.0": 24}, "what was refused does not count"


def test_of_a_batch_its_id_and_its_day_are_kept(client: FlaskClient, services: Services) -> None:
    post(client, document := batch())
    with services.database.reading() as session:
        (kept,) = session.scalars(select(EventBatch))
    assert (kept.id, kept.received_at) == (document["id"], utc_midnight(TODAY))


def test_what_is_past_retention_is_forgotten(client: FlaskClient, services: Services) -> None:
    post(client, batch())
    post(client, batch(checks=[{"model_version": "0.9.0", "count": 5}], updates=[]))
    with services.database.writing() as session:
        old = TODAY - timedelta(days=800)
        session.execute(update(CheckCount).where(CheckCount.model_version == "0.9.0").values(day=old))
        session.execute(update(EventBatch).values(received_at=now() - BATCH_MEMORY - timedelta(days=1)))
    assert forget_old_counts(services, timedelta(days=730)) == 1
    assert checks(services) == {"1.0.0": 12}
    with services.database.reading() as session:
        assert session.scalars(select(EventBatch)).all() == []
