"""How much one phone, one network and everybody together may send, and whose address counts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask import Request
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from werkzeug.test import EnvironBuilder

from backend.client_address import client_address
from backend.config import Settings
from backend.models import Feedback, QuotaUse, now
from backend.quotas import feedback_quotas, forget_past_hours
from backend.services import EXTENSION, Services
from tests.backend.reports import TOKEN, jpeg, report, send

INSTALL = report()["install_id"]
PROXY = "10.0.0.2"
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings,
        feedback_per_install=2,
        feedback_per_address=4,
        feedback_in_total=6,
        trusted_proxies=Settings.from_environment(
            {"SECRET_KEY": "long enough for a test", "TRUSTED_PROXIES": f"{PROXY}, 10.1.0.0/16"}
        ).trusted_proxies,
    )


def send_from(app: APIFlask, address: str, **fields: Any) -> int:
    client = app.test_client()
    client.environ_base = {"REMOTE_ADDR": PROXY, "HTTP_X_FORWARDED_FOR": address}
    return send(client, report(**fields)).status_code


def stored(services: Services) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Feedback)) or 0


def test_taking_back_what_never_came_counts_as_a_report(app: APIFlask) -> None:
    client = app.test_client()

    def take_back(feedback_id: str) -> int:
        address = f"/api/v1/feedback/{feedback_id}"
        return client.delete(address, headers={"Deletion-Token": TOKEN}).status_code

    sent = report()
    assert send(client, sent).status_code == 201
    assert [take_back(report()["id"]) for _ in range(4)] == [204, 204, 204, 429]
    assert take_back(sent["id"]) == 204, "what is here can always be taken back"


def test_one_phone_that_spams_has_to_wait(client: FlaskClient, services: Services) -> None:
    for _ in range(2):
        assert send(client, report(install_id=INSTALL)).status_code == 201
    refused = send(client, report(install_id=INSTALL), jpeg())
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert refused.json is not None
    assert refused.json["error"]["code"] == "too_many_requests"
    assert "This phone" in refused.json["error"]["message"]
    assert send(client, report()).status_code == 201, "others are not held up"
    assert stored(services) == 3


def test_many_phones_at_one_address_have_to_wait(app: APIFlask) -> None:
    assert [send_from(app, "198.51.100.7") for _ in range(5)] == [201] * 4 + [429]
    assert send_from(app, "198.51.100.8") == 201


def test_many_addresses_have_to_wait(app: APIFlask) -> None:
    assert [send_from(app, f"198.51.100.{n}") for n in range(7)] == [201] * 6 + [429]


def test_at_once_no_more_get_through_than_one_after_the_other(app: APIFlask, services: Services) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: send_from(app, "198.51.100.7", install_id=INSTALL), range(6)))
    assert sorted(answers) == [201, 201, 429, 429, 429, 429]
    assert stored(services) == 2


def test_a_retry_is_answered_even_when_the_quota_is_used_up(client: FlaskClient) -> None:
    first = report(install_id=INSTALL)
    for document in (first, report(install_id=INSTALL)):
        send(client, document)
    assert send(client, first).status_code == 200


def test_the_next_hour_starts_anew(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def sent_after(elapsed: timedelta) -> int:
        monkeypatch.setattr("backend.quotas.now", lambda: NOON + elapsed)
        return send(client, report(install_id=INSTALL)).status_code

    minutes = (0, 1, 2, 59, 60, 61, 62)
    answers = [sent_after(timedelta(minutes=each)) for each in minutes]
    assert answers == [201, 201, 429, 429, 201, 201, 429]


def test_a_server_with_another_secret_has_other_keys_for_the_same_sender_and_hour(
    settings: Settings, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.quotas.now", lambda: NOON)

    def keys_under(secret: str) -> set[str]:
        quotas = feedback_quotas(replace(settings, secret_key=secret), INSTALL, "198.51.100.7")
        with services.database.writing() as session:
            session.execute(delete(QuotaUse))
        with services.database.writing_rows() as connection:
            quotas.use(connection)
        with services.database.reading() as session:
            return set(session.scalars(select(QuotaUse.key)))

    first = keys_under("the secret of one server")
    assert len(first) == 3
    assert first == keys_under("the secret of one server")
    assert first.isdisjoint(keys_under("the secret of another"))


def test_the_sweep_forgets_the_counters_of_past_hours(client: FlaskClient, services: Services) -> None:
    send(client, report())
    with services.database.writing() as session:
        session.execute(update(QuotaUse).values(hour=now() - timedelta(hours=3)))
    with services.database.writing() as session:
        forget_past_hours(session)
    with services.database.reading() as session:
        assert session.scalars(select(QuotaUse)).all() == []


def test_a_counter_tells_nobody_whose_it_is(client: FlaskClient, services: Services) -> None:
    send(client, report(install_id=INSTALL))
    with services.database.reading() as session:
        kept = " ".join(session.scalars(select(QuotaUse.key)))
    assert INSTALL not in kept
    assert "127.0.0.1" not in kept


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
        (PROXY, "198.51.100.7", "198.51.100.7"),
        (PROXY, "1.2.3.4, 198.51.100.7", "198.51.100.7"),
        (PROXY, "198.51.100.7, 10.1.2.3", "198.51.100.7"),
        (PROXY, "nonsense, 10.1.2.3", "10.1.2.3"),
        (PROXY, "", PROXY),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
        ("", "198.51.100.7", "unknown"),
    ],
)
def test_a_forwarded_address_is_believed_from_the_proxy_alone(
    peer: str, forwarded: str, address: str
) -> None:
    proxies = Settings.from_environment(
        {"SECRET_KEY": "long enough for a test", "TRUSTED_PROXIES": f"{PROXY}, 10.1.0.0/16"}
    ).trusted_proxies
    headers = [("X-Forwarded-For", forwarded)] if forwarded else []
    environ = EnvironBuilder(headers=headers, environ_base={"REMOTE_ADDR": peer}).get_environ()
    assert client_address(Request(environ), proxies) == address


def test_without_a_proxy_everybody_is_who_connects(app: APIFlask, settings: Settings) -> None:
    app.extensions[EXTENSION] = replace(
        app.extensions[EXTENSION], settings=replace(settings, trusted_proxies=())
    )
    assert [send_from(app, f"198.51.100.{n}") for n in range(5)] == [201] * 4 + [429]
