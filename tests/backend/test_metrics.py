"""/metrics: what Prometheus sees, and who may look."""

from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from prometheus_client.parser import text_string_to_metric_families

from backend.complaint_statistics import OTHER_VERSIONS
from backend.maintenance import TASKS, record_run
from backend.models import CheckCount, Platform, now
from backend.services import EXTENSION, Services
from tests.backend.commands import run
from tests.backend.reports import report, send
from tests.bundles import FIRST_BUNDLE

DURATION = "deepdog_http_request_duration_seconds_count"


def sample(client: FlaskClient, name: str, **labels: str) -> float | None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    for family in text_string_to_metric_families(answer.text):
        for found in family.samples:
            if found.name == name and labels.items() <= found.labels.items():
                return found.value
    return None


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    labels = {"method": "POST", "route": "/api/v1/feedback", "status": "201"}
    before = sample(client, DURATION, **labels) or 0
    send(client, report())
    assert sample(client, DURATION, **labels) == before + 1


def test_what_strangers_make_up_becomes_no_label(client: FlaskClient) -> None:
    client.open("/operator/made-up", method="GET")
    client.open("/healthz", method="BREW")
    text = client.get("/metrics").text
    assert "made-up" not in text
    assert "BREW" not in text


def test_versions_that_strangers_make_up_do_not_become_labels_without_end(
    client: FlaskClient, services: Services
) -> None:
    with services.database.writing() as session:
        for number in range(200):
            session.add(
                CheckCount(
                    day=now().date(),
                    model_version=f"9.9.{number}",
                    platform=Platform.WEB,
                    count=1000 + number,
                )
            )
    text = client.get("/metrics").text
    assert text.count('version="9.9.') == OTHER_VERSIONS
    assert 'version="9.9.199"' in text


def test_a_task_that_never_came_to_its_end_is_seen(client: FlaskClient, services: Services) -> None:
    name = "deepdog_maintenance_last_run_timestamp_seconds"
    assert {sample(client, name, task=task.name) for task in TASKS} == {0}
    record_run(services, TASKS[0].name, findings=0)
    assert (sample(client, name, task=TASKS[0].name) or 0) > 1_700_000_000


def test_channel_rollout_and_complaints_can_be_watched(
    client: FlaskClient, runner: FlaskCliRunner, tmp_path: object
) -> None:
    del tmp_path
    run(runner, "publish-model", str(FIRST_BUNDLE))
    send(client, report())
    assert sample(client, "deepdog_channel_sequence", kind="classifier") == 1
    assert sample(client, "deepdog_rollout_percent", kind="classifier", version="1.0.0") == 100
    assert sample(client, "deepdog_complaints", state="open") == 1
    assert (
        sample(client, "deepdog_channel_expires_timestamp_seconds", kind="classifier") or 0
    ) > 1_700_000_000


@pytest.mark.parametrize(
    ("environment", "headers"),
    [
        ({"REMOTE_ADDR": "203.0.113.7"}, {}),
        ({"REMOTE_ADDR": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.7"}),
        ({"REMOTE_ADDR": "not an address"}, {}),
    ],
    ids=["from elsewhere", "through a proxy on this machine", "from nowhere"],
)
def test_strangers_do_not_see_them(
    client: FlaskClient, environment: dict[str, str], headers: dict[str, str]
) -> None:
    assert client.get("/metrics", environ_base=environment, headers=headers).status_code == 403


def test_a_token_opens_them_to_whoever_has_it_and_to_nobody_else(app: APIFlask, services: Services) -> None:
    token = "a token of some length"
    app.extensions[EXTENSION] = Services(replace(services.settings, metrics_token=token), services.database)
    client = app.test_client()
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    right = {"Authorization": f"Bearer {token}"}
    assert (
        client.get("/metrics", headers=right, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200
    )
