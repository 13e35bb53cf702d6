"""From a bundle to what phones see, and back."""

import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from backend.channel import open_channel
from backend.errors import ConcurrentPublicationError
from backend.keys import trusted_keys
from backend.kinds import Kind
from backend.model_gate import examine
from backend.models import Publication, Release
from backend.objects import model_key, stored_key
from backend.publishing import publish
from backend.services import Services
from backend.signing import MANIFEST_TYPE, unseal
from backend.storage import Storage
from ml.bundle import Bundle
from tests.backend.commands import CHANNEL, channel, refused, run
from tests.bundles import FIRST_BUNDLE, republished


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return republished(FIRST_BUNDLE, tmp_path / "broken", "9.0.0")


def test_a_published_model_can_be_followed_from_channel_to_weights(
    runner: FlaskCliRunner, client: FlaskClient, services: Services
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))

    current = channel(services, client)
    assert (current["sequence"], current["previous"], current["rollout"]["percent"]) == (1, None, 100)
    envelope = client.get(f"/api/v1/manifests/{current['manifest']['version']}.json").data
    assert hashlib.sha256(envelope).hexdigest() == current["manifest"]["sha256"]
    manifest = unseal(envelope, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
    assert manifest == (FIRST_BUNDLE / "model.json").read_bytes()
    weights = client.get(f"/api/v1/models/{json.loads(manifest)['sha256']}.tflite")
    assert weights.data == (FIRST_BUNDLE / "model.tflite").read_bytes()


def test_files_are_served_for_caches_and_broken_downloads(
    runner: FlaskCliRunner, client: FlaskClient
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    model = json.loads((FIRST_BUNDLE / "model.json").read_text())
    address = f"/api/v1/models/{model['sha256']}.tflite"

    whole = client.get(address)
    assert whole.headers["ETag"] == f'"{model["sha256"]}"'
    assert "immutable" in whole.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304
    assert client.head(address).headers["Content-Length"] == str(model["size_bytes"])
    part = client.get(address, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.data) == (206, whole.data[1000:2000])
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_the_channel_is_asked_for_again_every_time_and_sent_when_it_changed(
    runner: FlaskCliRunner, client: FlaskClient, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    address = "/api/v1/channels/stable.json"
    seen = client.get(address).headers
    assert seen["Cache-Control"] == "no-cache"
    assert client.get(address, headers={"If-None-Match": seen["ETag"]}).status_code == 304
    run(runner, "publish-model", str(second))
    assert client.get(address, headers={"If-None-Match": seen["ETag"]}).status_code == 200


def test_publishing_the_live_model_again_changes_nothing(
    runner: FlaskCliRunner, client: FlaskClient, services: Services
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    before = channel(services, client)
    assert "Nothing to do" in run(runner, "publish-model", str(FIRST_BUNDLE))
    assert channel(services, client) == before


@pytest.mark.parametrize("damage", ["lost", "changed"])
def test_publishing_the_live_model_again_repairs_the_store(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, store: Storage, damage: str
) -> None:
    services.__dict__["store"] = store
    run(runner, "publish-model", str(FIRST_BUNDLE))
    before = channel(services, client)
    for prefix in ("models/", "manifests/"):
        (entry,) = store.list(prefix)
        if damage == "lost":
            store.delete(entry.name)
        else:
            store.put(stored_key(entry.name), b"somebody else's")
    refused(runner, "2 of 3 objects are not what they should be", "verify-store")
    assert "models/" in run(runner, "publish-model", str(FIRST_BUNDLE), "--dry-run")

    run(runner, "publish-model", str(FIRST_BUNDLE))

    assert "All 3 objects" in run(runner, "verify-store")
    assert channel(services, client) == before


def test_nothing_new_is_published_during_a_rollout(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path, tmp_path: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(second), "--rollout", "10")
    before = channel(services, client)
    third = republished(FIRST_BUNDLE, tmp_path / "third", "1.0.2")

    refused(runner, "rolled out to 10 % only", "publish-model", str(third))
    assert channel(services, client) == before

    run(runner, "rollout", "100")
    run(runner, "publish-model", str(third))
    assert channel(services, client)["previous"]["version"] == "1.0.1"


def test_a_crash_between_database_and_store_is_repaired(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    old_object = services.store.read(CHANNEL.name).data
    run(runner, "publish-model", str(second))
    services.store.put(CHANNEL, old_object)  # as if the last write had not happened
    assert channel(services, client)["sequence"] == 1

    assert "Channel written" in run(runner, "sync-channel")
    assert channel(services, client)["sequence"] == 2
    assert "up to date" in run(runner, "sync-channel")


@pytest.mark.parametrize(
    ("blocked", "command"),
    [
        ("models", ["publish-model", str(FIRST_BUNDLE)]),
        ("manifests/1.0.0.json", ["publish-model", str(FIRST_BUNDLE)]),
        (CHANNEL.name, ["publish-model", str(FIRST_BUNDLE)]),
        (CHANNEL.name, ["sync-channel"]),
    ],
    ids=["before the model", "between model and manifest", "before the channel", "repaired by itself"],
)
def test_an_interrupted_publication_is_finished_by_the_next_run(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, blocked: str, command: list[str]
) -> None:
    obstacle = Path(services.settings.store_url.removeprefix("file:")) / blocked
    if blocked == "models":
        obstacle.parent.mkdir(parents=True)
        obstacle.write_text("a file where a folder should be")
    else:
        obstacle.mkdir(parents=True)
    refused(runner, str(obstacle), "publish-model", str(FIRST_BUNDLE))
    assert client.get("/api/v1/channels/stable.json").status_code != 200
    obstacle.unlink() if blocked == "models" else obstacle.rmdir()

    run(runner, *command)

    current = channel(services, client)
    assert (current["sequence"], current["manifest"]["version"]) == (1, "1.0.0")
    assert "All 3 objects" in run(runner, "verify-store")


def test_a_store_that_holds_other_bytes_under_the_same_key_is_not_believed(
    runner: FlaskCliRunner, client: FlaskClient, services: Services
) -> None:
    sha256 = json.loads((FIRST_BUNDLE / "model.json").read_text())["sha256"]
    services.store.put(model_key(sha256), b"somebody else's weights")
    refused(runner, "is not what was written", "publish-model", str(FIRST_BUNDLE))
    assert client.get("/api/v1/channels/stable.json").status_code == 404


def test_a_swapped_model_is_noticed(runner: FlaskCliRunner, services: Services) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    (model,) = services.store.list("models/")
    folder = Path(services.settings.store_url.removeprefix("file:"))
    (folder / model.name).write_bytes(b"something else")
    refused(runner, model.name, "verify-store")


def edit(bundle: Path, **changes: Any) -> None:
    description = json.loads((bundle / "model.json").read_text()) | changes
    (bundle / "model.json").write_text(json.dumps(description))


def wrong_hash(bundle: Path) -> None:
    model = bytearray((bundle / "model.tflite").read_bytes())
    model[-1] ^= 1
    (bundle / "model.tflite").write_bytes(model)


def other_resolution(bundle: Path) -> None:
    edit(bundle, input={"height": 96, "width": 96, "dtype": "uint8"})


def wrong_self_test(bundle: Path) -> None:
    edit(bundle, self_test={"seed": 1, "score": 0.999, "tolerance": 0.001})


def wrong_golden_score(bundle: Path) -> None:
    expected = json.loads((bundle / "golden/expected.json").read_text())
    expected["cases"][0]["score"] = abs(expected["cases"][0]["score"] - 0.5)
    (bundle / "golden/expected.json").write_text(json.dumps(expected))


def swapped_golden_picture(bundle: Path) -> None:
    first, second = sorted((bundle / "golden").glob("*.jpg"))[:2]
    shutil.copyfile(first, second)


def too_new_a_runtime(bundle: Path) -> None:
    edit(bundle, min_runtime_version="2.99.0")


def unknown_field(bundle: Path) -> None:
    edit(bundle, surprise=True)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (wrong_hash, "SHA-256 differs"),
        (other_resolution, "the input"),
        (wrong_self_test, "self-test"),
        (wrong_golden_score, "golden"),
        (swapped_golden_picture, "is not the picture"),
        (too_new_a_runtime, "LiteRT 2.99.0"),
        (unknown_field, "surprise"),
    ],
)
def test_a_bundle_that_proves_too_little_is_refused_and_nothing_changes(
    runner: FlaskCliRunner, client: FlaskClient, broken: Path, spoil: Any, message: str
) -> None:
    spoil(broken)
    refused(runner, message, "publish-model", str(broken))
    assert client.get("/api/v1/channels/stable.json").status_code == 404


def test_a_version_never_changes_its_content(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, broken: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    before = channel(services, client)
    edit(broken, version="1.0.0")
    refused(runner, "1.0.0 exists already with other content", "publish-model", str(broken))
    assert channel(services, client) == before


def test_without_the_release_key_nothing_is_published(runner: FlaskCliRunner, services: Services) -> None:
    services.settings.release_key_file.unlink()
    refused(runner, "release key is missing", "publish-model", str(FIRST_BUNDLE))


def test_of_two_publishers_at_once_one_is_told_that_the_channel_moved(
    services: Services, tmp_path: Path
) -> None:
    bundles = [
        examine(republished(FIRST_BUNDLE, tmp_path / v, v), lambda _: None) for v in ("2.0.0", "2.0.1")
    ]

    def attempt(bundle: Bundle) -> int | None:
        try:
            outcome = publish(services, bundle, 100, "somebody", lambda _: None, compared_with=None)
        except ConcurrentPublicationError:
            return None
        return outcome.sequence

    with ThreadPoolExecutor(len(bundles)) as pool:
        sequences = [sequence for sequence in pool.map(attempt, bundles) if sequence is not None]

    assert sequences == [1], "the other model was never compared with the one that is live now"
    stored = open_channel(services, services.store.read(CHANNEL.name).data)
    assert stored["sequence"] == 1


def test_two_operators_who_publish_the_same_model_at_once_publish_it_once(services: Services) -> None:
    bundle = examine(FIRST_BUNDLE, lambda _: None)

    def attempt(operator: str) -> str:
        try:
            outcome = publish(services, bundle, 100, operator, lambda _: None, compared_with=None)
        except ConcurrentPublicationError:
            return "told to run it again"
        return "published" if outcome.moved else "nothing to do"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, ["maria", "ada"]))

    assert answers in (["nothing to do", "published"], ["published", "told to run it again"])
    with services.database.reading() as session:
        assert len(session.scalars(select(Publication)).all()) == 1


def test_without_the_channel_key_nothing_is_committed(
    runner: FlaskCliRunner, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    hidden = services.settings.channel_key_file.rename(
        services.settings.channel_key_file.with_suffix(".away")
    )
    for command in (
        ["publish-model", str(second)],
        ["rollout", "50"],
        ["pause"],
        ["rollback", "1.0.0"],
        ["withdraw", "1.0.0", "--reason", "test"],
        ["refresh-channel"],
    ):
        refused(runner, "channel key is missing", *command)
    with services.database.reading() as session:
        assert [row.sequence for row in session.scalars(select(Publication))] == [1]
        assert session.get(Release, (Kind.CLASSIFIER, "1.0.1")) is None
    hidden.rename(services.settings.channel_key_file)
    run(runner, "publish-model", str(second))


def test_a_dry_run_tells_the_plan_and_changes_nothing(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    told = run(runner, "publish-model", str(FIRST_BUNDLE), "--dry-run")
    assert "move the channel for the first time to sequence 1: 1.0.0 for 100 % of phones" in told
    assert list(services.store.list("models/")) == []
    run(runner, "publish-model", str(FIRST_BUNDLE))
    before = channel(services, client)

    told = run(runner, "publish-model", str(second), "--rollout", "10", "--dry-run")

    assert "from sequence 1 (1.0.0) to sequence 2: 1.0.1 for 10 % of phones" in told
    assert channel(services, client) == before
    assert "1.0.1" not in run(runner, "list-models")
    assert "nothing: 1.0.0" in run(runner, "publish-model", str(FIRST_BUNDLE), "--dry-run")
