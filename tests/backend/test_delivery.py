"""What phones download: the same answer from memory as from the views, and never an old channel."""

import json
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient, FlaskCliRunner
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client, TestResponse

from backend import shelf
from backend.express_lane import ExpressLane
from backend.key_rotation import rotate_keys
from backend.kinds import Kind
from backend.objects import manifest_key, model_key
from backend.services import Services
from backend.storage import Storage
from tests.backend.commands import CHANNEL, channel, run
from tests.bundles import FIRST_BUNDLE, republished

SHA256 = json.loads((FIRST_BUNDLE / "model.json").read_text())["sha256"]
ADDRESSES = {
    key.name: f"/api/v1/{key.name}"
    for key in (CHANNEL, manifest_key(Kind.CLASSIFIER, "1.0.0"), model_key(SHA256))
}


@pytest.fixture(autouse=True)
def published(runner: FlaskCliRunner) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))


def seen(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    # The view writes the date itself; gunicorn does for both.
    headers = {name: value for name, value in answer.headers.items() if name not in ("X-Request-ID", "Date")}
    assert len(answer.headers["X-Request-ID"]) == 16
    return answer.status_code, headers, answer.data


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=["channel", "manifest", "model"])
def test_memory_and_view_give_the_same_answers(app: APIFlask, client: FlaskClient, address: str) -> None:
    etag = client.get(address).headers["ETag"]
    assert isinstance(app.wsgi_app, ExpressLane)
    views = Client(app.wsgi_app.application)
    for method, headers in (
        ("GET", {}),
        ("HEAD", {}),
        ("GET", {"If-None-Match": etag}),
        ("GET", {"If-None-Match": '"another"'}),
        ("GET", {"If-None-Match": f'W/"x", {etag}'}),
        ("GET", {"If-None-Match": "*"}),
        ("GET", {"Range": "bytes=10-19"}),
    ):
        fast = client.open(address, method=method, headers=headers)
        slow = views.open(address, method=method, headers=headers)
        assert seen(fast) == seen(slow), (method, headers)


@pytest.mark.parametrize("number", ["02", "1" * 300])
def test_what_cannot_be_a_key_set_is_not_looked_for(
    client: FlaskClient, services: Services, number: str
) -> None:
    rotate_keys(services, lambda _: None)
    assert client.get("/api/v1/keys/2.json").status_code == 200
    assert client.get(f"/api/v1/keys/{number}.json").status_code == 404


def test_a_channel_that_moved_is_served_at_once(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    for _ in range(3):
        assert channel(services, client)["sequence"] == 1
    run(runner, "publish-model", str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")))
    assert channel(services, client)["sequence"] == 2


def test_what_left_the_store_is_served_no_more(client: FlaskClient, services: Services) -> None:
    client.get(ADDRESSES[CHANNEL.name])
    services.store.delete(CHANNEL.name)
    assert client.get(ADDRESSES[CHANNEL.name]).status_code == 404


def test_answers_from_memory_are_counted_and_carry_the_id_of_a_proxy(client: FlaskClient) -> None:
    def counted() -> float:
        return sum(
            sample.value
            for family in text_string_to_metric_families(client.get("/metrics").text)
            for sample in family.samples
            if sample.name.endswith("_count") and sample.labels.get("route") == "/api/v1/channels/<name>.json"
        )

    before = counted()
    for _ in range(3):
        answer = client.get(ADDRESSES[CHANNEL.name], headers={"X-Request-ID": "f3b1-22aa"})
        assert answer.headers["X-Request-ID"] == "f3b1-22aa"
    assert counted() == before + 3


def test_the_shelf_keeps_what_the_store_holds_for_no_longer_than_it_may(
    store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = shelf.Shelf(store)
    store.put(CHANNEL, b"1")
    assert copies.get(CHANNEL).data == b"1"
    store.put(CHANNEL, b"2")
    monkeypatch.setattr(shelf, "MAX_AGE_SECONDS", 0.0)  # S3 is asked again after two seconds
    assert copies.get(CHANNEL).data == b"2"


def test_the_shelf_holds_no_more_than_a_few_objects(store: Storage) -> None:
    copies = shelf.Shelf(store)
    keys = [manifest_key(Kind.CLASSIFIER, f"1.0.{number}") for number in range(shelf.CAPACITY + 3)]
    for key in keys:
        store.put(key, b"{}")
        copies.get(key)
    assert [copies.peek(key.name) is None for key in keys] == [True] * 3 + [False] * shelf.CAPACITY
