"""The OpenAPI document: committed, true, and nothing that is sent by it breaks the server."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from backend.config import Settings
from backend.models import now

COMMITTED = Path(__file__).parents[2] / "backend/openapi.json"
PLENTY = 1_000_000
EXAMPLES = 30
DOCUMENT = json.loads(COMMITTED.read_text(encoding="utf-8"))
OPERATIONS = [(method, path) for path, operations in DOCUMENT["paths"].items() for method in operations]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(
        settings, feedback_per_install=PLENTY, feedback_per_address=PLENTY, feedback_in_total=PLENTY
    )


def test_the_committed_document_is_the_servers_own(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json")
    assert served.status_code == 200
    assert served.json == DOCUMENT, "`flask spec` writes it anew"


def test_every_error_is_documented_as_the_one_envelope() -> None:
    responses = {
        (path, method, status): response
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        for status, response in operation["responses"].items()
        if int(status) >= 400
    }
    assert {status for _, _, status in responses} == {
        "400",
        "403",
        "404",
        "409",
        "410",
        "413",
        "416",
        "422",
        "429",
        "500",
        "503",
    }
    for response in responses.values():
        assert response["content"]["application/json"]["schema"] == {
            "$ref": "#/components/schemas/ErrorEnvelope"
        }
    for (*_, status), response in responses.items():
        assert ("Retry-After" in response.get("headers", {})) == (status in ("429", "503"))


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_sent_gets_an_answer_that_the_document_knows(
    app: APIFlask, method: str, path: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)[path][method]

    @hypothesis_settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            _move_into_the_present(case.body)
        # A schema cannot say that a comment has no NUL and a photo is a JPEG, so not all that fits it is accepted.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    send()


def _move_into_the_present(body: dict[str, Any]) -> None:
    """Let a body through whose only flaw is a moment that a schema cannot know to be long past."""
    for part, name, moment in (
        (body.get("report"), "taken_at", now().isoformat()),
        (body, "day", now().date().isoformat()),
    ):
        if isinstance(part, dict) and name in part:
            part[name] = moment
