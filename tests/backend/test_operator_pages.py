"""/operator: who may see the complaints, and what they see."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.objects import PHOTO_PREFIX
from backend.operator_accounts import MAX_FAILURES, save_operator
from backend.services import Services
from tests.backend.reports import jpeg, report, send

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def maria(services: Services) -> None:
    save_operator(services.database, "maria", PASSWORD)


def sign_in(client: FlaskClient, password: str = PASSWORD) -> TestResponse:
    form = client.get("/operator/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    return client.post(
        "/operator/sign-in", data={"name": "maria", "password": password, "csrf_token": token[1]}
    )


def test_complaints_are_for_operators(client: FlaskClient, services: Services) -> None:
    send(client, report(), jpeg())
    (photo,) = services.store.list(PHOTO_PREFIX)
    for address in ("/operator", "/operator/models", f"/operator/{photo.name}"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert answer.location.endswith("/operator/sign-in")


def test_an_operator_sees_complaint_and_photo(client: FlaskClient, services: Services) -> None:
    send(client, report(comment="<script>alert(1)</script>"), jpeg())
    (photo,) = services.store.list(PHOTO_PREFIX)
    assert sign_in(client).status_code == 303

    page = client.get("/operator").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert f"/operator/{photo.name}" in page
    assert client.get(f"/operator/{photo.name}").mimetype == "image/jpeg"


def test_a_wrong_password_is_refused_and_then_locks_the_name(client: FlaskClient) -> None:
    answers = [sign_in(client, "a wrong password").status_code for _ in range(MAX_FAILURES)]
    assert set(answers) == {401}
    locked = sign_in(client)
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/operator/sign-in", data={"name": "maria", "password": PASSWORD}).status_code == 400
