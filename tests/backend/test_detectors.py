"""Detectors have a channel of their own: published, rolled out, taken back and looked after as classifiers are, and never in their way."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import update

from backend.keys import trusted_keys
from backend.kinds import Kind
from backend.models import Publication, Role, now
from backend.objects import CHANNELS
from backend.operator_accounts import create_operator
from backend.rollout_guard import examine_rollout
from backend.services import Services
from backend.signing import MANIFEST_TYPE, unseal
from tests.backend.commands import channel, refused, run
from tests.backend.test_metrics import sample
from tests.backend.test_models_page import MOVE, confirm
from tests.backend.test_operator_pages import PASSWORD, sign_in
from tests.bundles import FIRST_BUNDLE, PADDING, relabelled

pytestmark = pytest.mark.training

ADDRESS = "/api/v1/channels/detector.json"
DETECTOR = ("--kind", "detector")


@pytest.fixture
def first(detector_bundle: Path, tmp_path: Path) -> Path:
    return relabelled(detector_bundle, tmp_path / "first", "1.0.0")


@pytest.fixture
def second(detector_bundle: Path, tmp_path: Path) -> Path:
    return relabelled(detector_bundle, tmp_path / "second", "1.0.1", padding=PADDING)


def edited(bundle: Path, **changes: Any) -> Path:
    document = json.loads((bundle / "model.json").read_text())
    for name, value in changes.items():
        document[name] = document[name] | value if isinstance(value, dict) else value
    (bundle / "model.json").write_text(json.dumps(document))
    return bundle


def versions(services: Services, client: FlaskClient, kind: Kind) -> tuple[int, str, str | None, int]:
    document = channel(services, client, kind)
    previous = document["previous"] and document["previous"]["version"]
    return document["sequence"], document["manifest"]["version"], previous, document["rollout"]["percent"]


def test_a_published_detector_can_be_followed_beside_the_classifier_of_the_same_version(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, first: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    assert client.get(ADDRESS).status_code == 404
    before = channel(services, client)

    told = run(runner, "publish-model", str(first), "--dry-run")
    assert "move the channel for the first time to sequence 1" in told
    assert "manifests/detector/1.0.0.json" in told
    assert "comparing" not in told
    assert client.get(ADDRESS).status_code == 404
    assert "detector 1.0.0 for 100 % of phones (sequence 1)" in run(runner, "publish-model", str(first))

    current = channel(services, client, Kind.DETECTOR)
    assert (current["channel"], current["sequence"], current["previous"]) == ("detector", 1, None)
    envelope = client.get(f"/api/v1/manifests/detector/{current['manifest']['version']}.json")
    assert "immutable" in envelope.headers["Cache-Control"]
    assert hashlib.sha256(envelope.data).hexdigest() == current["manifest"]["sha256"]
    manifest = unseal(envelope.data, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
    assert manifest == (first / "model.json").read_bytes()
    weights = client.get(f"/api/v1/models/{json.loads(manifest)['sha256']}.tflite")
    assert weights.data == (first / "model.tflite").read_bytes()
    assert client.get(ADDRESS).headers["Cache-Control"] == "no-cache"
    assert client.get("/api/v1/manifests/oracle/1.0.0.json").status_code == 404
    assert channel(services, client) == before, "the classifier's channel is as it was"
    assert "Nothing to do" in run(runner, "publish-model", str(first))
    assert "All 6 objects" in run(runner, "verify-store")


def test_every_move_of_the_detector_leaves_the_classifier_alone(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, first: Path, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    before = channel(services, client)
    run(runner, "publish-model", str(first))
    run(runner, "publish-model", str(second), "--rollout", "10")
    assert examine_rollout(services) is None, "nobody complains of a detector"
    for command, expected in (
        (["rollout", "50"], (3, "1.0.1", "1.0.0", 50)),
        (["pause"], (4, "1.0.1", "1.0.0", 0)),
        (["rollback"], (5, "1.0.0", None, 100)),
        (["rollback", "1.0.1"], (6, "1.0.1", "1.0.0", 100)),
        (["withdraw", "1.0.1", "--reason", "test"], (7, "1.0.0", None, 100)),
    ):
        run(runner, *command, *DETECTOR)
        assert versions(services, client, Kind.DETECTOR) == expected, command
    assert channel(services, client) == before
    refused(runner, "1.0.1 was withdrawn", "publish-model", str(second))
    listed = run(runner, "list-models")
    assert "classifier 1.0.0        live" in listed
    assert "detector   1.0.1        withdrawn" in listed


def test_a_detector_that_finds_less_is_refused_with_a_table(
    runner: FlaskCliRunner, services: Services, client: FlaskClient, first: Path, second: Path
) -> None:
    run(runner, "publish-model", str(first))
    live = json.loads((first / "model.json").read_text())["metrics"]
    worse = edited(second, metrics={"ap": live["ap"] / 2})

    refused(
        runner,
        "has a lower average precision on the test split than the live 1.0.0",
        "publish-model",
        str(worse),
    )
    told = runner.invoke(args=["publish-model", str(worse)]).output
    assert ["test", "split,", "AP", f"{live['ap']:.3f}", f"{live['ap'] / 2:.3f}", "worse"] in [
        line.split() for line in told.splitlines()
    ]
    assert "golden set" in told

    run(runner, "publish-model", str(worse), "--force", "counts better")
    assert versions(services, client, Kind.DETECTOR)[:2] == (2, "1.0.1")
    assert "counts better" in run(runner, "list-models")


def test_a_detector_that_gets_golden_pictures_wrong_is_refused(
    runner: FlaskCliRunner, first: Path, second: Path
) -> None:
    run(runner, "publish-model", str(first))
    blind = edited(second, threshold=0.999, metrics={"boxes": 1})
    golden = json.loads((blind / "golden/expected.json").read_text())
    for case in golden["cases"]:
        case["boxes"] = []
    (blind / "golden/expected.json").write_text(json.dumps(golden))
    result = runner.invoke(args=["publish-model", str(blind)])
    assert result.exit_code == 1, result.output
    assert "1.0.1 gets fewer right than the live 1.0.0 on the golden set." in result.output
    assert "different test pictures" in result.output


def test_what_is_done_daily_and_when_keys_change_is_done_for_both_kinds(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, first: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(first))
    with services.database.writing() as session:
        session.execute(
            update(Publication)
            .where(Publication.kind == Kind.DETECTOR)
            .values(issued_at=Publication.issued_at, expires_at=now())
        )
    run(runner, "sync-channel")
    refused(runner, "channels/detector.json has expired", "verify-store")
    assert client.get("/readyz").get_json()["channel"] == "expired"
    assert "channels/detector.json has expired" in runner.invoke(args=["doctor"]).output

    run(runner, "refresh-channel")

    assert client.get("/readyz").get_json()["channel"] == "ok"
    assert "detector 1.0.0 for 100 %" in runner.invoke(args=["doctor"]).output
    assert sample(client, "deepdog_rollout_percent", kind="detector", version="1.0.0") == 100
    before = trusted_keys(services.settings, "channel")
    old_release = set(trusted_keys(services.settings, "release"))
    run(runner, "rotate-keys", "--yes")
    assert set(before).isdisjoint(trusted_keys(services.settings, "channel"))
    assert versions(services, client, Kind.DETECTOR) == (1, "1.0.0", None, 100)
    assert old_release <= set(trusted_keys(services.settings, "release"))
    run(runner, "verify-store")


def test_a_lost_detector_channel_is_written_again(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, first: Path
) -> None:
    run(runner, "publish-model", str(first))
    services.store.delete(CHANNELS[Kind.DETECTOR].name)
    refused(runner, "channels/detector.json is missing", "verify-store")
    assert "Channel written: channels/detector.json." in run(runner, "sync-channel")
    assert versions(services, client, Kind.DETECTOR) == (1, "1.0.0", None, 100)


def test_the_models_page_tells_the_kinds_apart_and_moves_the_one_that_was_meant(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, first: Path
) -> None:
    create_operator(services.database, "maria", PASSWORD, Role.PUBLISHER)
    sign_in(client)
    assert "No detector is published yet" in client.get("/operator/models").text
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(first))
    page = client.get("/operator/models").text
    for expected in ('id="classifier"', 'id="detector"', "draws the boxes and counts", "AP at 0.5"):
        assert expected in page

    form = confirm(client, kind="detector", action="rollout", percent="25")
    assert "Offer detector 1.0.0 to 25 %" in client.get(MOVE, query_string=form).text
    assert client.post(MOVE, data=form).status_code == 303

    assert versions(services, client, Kind.DETECTOR) == (2, "1.0.0", None, 25)
    assert versions(services, client, Kind.CLASSIFIER) == (1, "1.0.0", None, 100)


@pytest.mark.parametrize("spoil", ["kind", "grid"])
def test_a_bundle_that_is_no_detectors_is_refused(
    runner: FlaskCliRunner, client: FlaskClient, first: Path, tmp_path: Path, spoil: str
) -> None:
    broken = Path(shutil.copytree(first, tmp_path / "broken"))
    if spoil == "kind":
        edited(broken, kind="classifier")
    else:
        edited(broken, threshold=2.0)
    assert runner.invoke(args=["publish-model", str(broken)]).exit_code == 1
    assert client.get(ADDRESS).status_code == 404
