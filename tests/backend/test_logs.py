"""What the log says of requests, and what it must never say."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from backend.app import create_app
from backend.config import Settings
from backend.database import Database
from backend.keys import generate_keys
from backend.migrate import downgrade, upgrade
from backend.prepared import Prepared
from backend.services import Services
from tests.backend.conftest import services_of
from tests.backend.reports import TOKEN, jpeg, report, send


@pytest.fixture
def app(settings: Settings) -> Iterator[APIFlask]:
    """An app that logs as in production."""
    settings = replace(settings, log_format="json")
    generate_keys(settings, say=lambda _: None)
    app = create_app(settings)
    upgrade(services_of(app).database)
    yield app
    services_of(app).database.dispose()


@pytest.fixture
def written(app: APIFlask) -> io.StringIO:
    """What the app writes to its log from now on."""
    del app
    (handler,) = (found for found in logging.getLogger().handlers if type(found) is logging.StreamHandler)
    stream = io.StringIO()
    handler.setStream(stream)
    return stream


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_request_that_changes_something_is_a_line_of_json_with_its_id(
    client: FlaskClient, written: io.StringIO
) -> None:
    answer = send(client, report(), jpeg())

    (line,) = lines(written)
    assert line["event"] == "request"
    assert (line["method"], line["route"], line["status"]) == ("POST", "/api/v1/feedback", 201)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert isinstance(line["milliseconds"], float)


def test_an_id_that_a_proxy_gave_is_kept_unless_it_is_strange(client: FlaskClient) -> None:
    for given, kept in (("f3b1-22aa", True), ("short", False), ("a b\\nc" * 4, False), ("x" * 65, False)):
        answered = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        assert (answered == given) is kept


def test_files_that_were_served_are_no_lines(client: FlaskClient, written: io.StringIO) -> None:
    client.get("/healthz")
    client.get("/api/v1/channels/stable.json")
    assert lines(written) == []


def test_neither_comment_nor_token_nor_database_parameters_are_logged(
    client: FlaskClient, services: Services, written: io.StringIO
) -> None:
    document = report(comment="my secret comment")
    send(client, document, jpeg())
    client.delete(f"/api/v1/feedback/{document['id']}", headers={"Deletion-Token": TOKEN})
    client.post("/operator/sign-in", data={"name": "maria", "password": "hunter2hunter2"})
    downgrade(services.database, "base")
    failed = send(client, document, jpeg())

    text = written.getvalue()

    assert failed.status_code == 500
    assert failed.headers["X-Request-ID"] in text, "a user who quotes the id leads us to the traceback"
    assert "Traceback" in text
    for secret in ("my secret comment", TOKEN, "hunter2", document["id"], document["install_id"]):
        assert secret not in text


def test_an_error_of_the_database_shows_no_parameters(services: Services) -> None:
    with services.database.reading_rows() as connection, pytest.raises(SQLAlchemyError) as refused:
        connection.execute(
            text("SELECT * FROM nowhere WHERE remark = :remark"), {"remark": "my secret comment"}
        )
    assert "nowhere" in str(refused.value)
    assert "my secret comment" not in str(refused.value)


def test_an_error_of_the_database_shows_no_row_that_it_refused(services: Services) -> None:
    """However it is logged: PostgreSQL shows the whole row beside its message."""
    with services.database.writing_rows() as connection:
        connection.execute(text("CREATE TABLE remarks (remark TEXT, mood INTEGER CHECK (mood IS NOT NULL))"))
    insert = "INSERT INTO remarks (remark) VALUES (:remark)"
    for run in (lambda c, p: c.execute(text(insert), p), Prepared(text(insert)).run):
        with services.database.reading_rows() as connection, pytest.raises(IntegrityError) as refused:
            run(connection, {"remark": "my secret comment"})
        assert "remarks" in str(refused.value)
        assert "my secret comment" not in str(refused.value) + str(refused.value.orig)


def test_what_the_driver_says_by_itself_is_kept() -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(OperationalError, match="refused"):
        nowhere.engine.connect()


def test_a_row_that_the_database_refuses_is_not_logged(
    client: FlaskClient, services: Services, written: io.StringIO
) -> None:
    """PostgreSQL shows the whole of it beside its message."""
    with services.database.writing_rows() as connection:
        connection.execute(text("ALTER TABLE feedback ADD COLUMN future INTEGER CHECK (future IS NOT NULL)"))
    document = report(comment="my secret comment")

    failed = send(client, document, jpeg())

    logged = written.getvalue()
    assert failed.status_code == 500
    assert "IntegrityError" in logged
    assert "Traceback" in logged
    assert "feedback" in logged, "the message itself says which table it was"
    for secret in (
        "my secret comment",
        document["id"],
        document["install_id"],
        document["deletion_token_hash"],
    ):
        assert secret not in logged
