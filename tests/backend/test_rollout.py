"""Moving the channel among published models: roll out, pause, roll back, withdraw."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select

from backend.errors import StoreError
from backend.kinds import Kind
from backend.models import Publication
from backend.publications import history
from backend.services import Services
from tests.backend.commands import channel, refused, run
from tests.bundles import FIRST_BUNDLE, republished


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")


@pytest.fixture
def third(tmp_path: Path) -> Path:
    return republished(FIRST_BUNDLE, tmp_path / "third", "1.0.2")


def test_rolling_back_is_a_new_sequence_that_points_at_the_old_manifest(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    first = channel(services, client)
    run(runner, "publish-model", str(second))
    assert channel(services, client)["previous"] == first["manifest"]

    run(runner, "rollback")

    current = channel(services, client)
    assert current["sequence"] == 3
    assert current["manifest"] == first["manifest"]


def test_rolling_back_again_walks_further_back(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    for version in ("1.0.1", "1.0.2"):
        run(runner, "publish-model", str(republished(FIRST_BUNDLE, tmp_path / version, version)))

    live = []
    for _ in range(2):
        run(runner, "rollback")
        live.append(channel(services, client)["manifest"]["version"])

    assert live == ["1.0.1", "1.0.0"]
    assert channel(services, client)["previous"] is None
    refused(runner, "no usable model before 1.0.0", "rollback")
    assert channel(services, client)["sequence"] == 5


def test_rolling_back_again_after_the_store_failed_finishes_that_rollback(
    runner: FlaskCliRunner,
    client: FlaskClient,
    services: Services,
    second: Path,
    third: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for bundle in (FIRST_BUNDLE, second, third):
        run(runner, "publish-model", str(bundle))

    def out_of_order(*_: object) -> None:
        raise StoreError("the bucket is out of order")

    told = "Recorded as sequence 4 (1.0.1), but phones are not told yet: run `flask sync-channel`"
    with monkeypatch.context() as outage:
        outage.setattr(services.store, "put_if", out_of_order)
        for _ in range(2):
            refused(runner, told, "rollback")
    assert channel(services, client)["manifest"]["version"] == "1.0.2"

    assert "Rolled back: 1.0.1 for 100 % of phones (sequence 4)" in run(runner, "rollback")
    assert channel(services, client)["manifest"]["version"] == "1.0.1"
    run(runner, "rollback")
    assert channel(services, client)["manifest"]["version"] == "1.0.0"


@pytest.mark.parametrize("version", ["1.0.9", "nonsense"])
def test_there_is_no_way_back_to_what_was_never_published(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, version: str
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    refused(runner, f"{version} cannot be rolled back to", "rollback", version)
    assert channel(services, client)["sequence"] == 1


def test_before_the_first_model_there_is_nothing_to_move(runner: FlaskCliRunner) -> None:
    for command in (["rollout", "50"], ["rollback"]):
        for kind in Kind:
            refused(runner, f"No {kind} is published yet", *command, "--kind", kind.value)
    refused(runner, "Nothing is published yet", "refresh-channel")


@pytest.mark.parametrize("name", ["", " ", "x" * 65])
def test_whoever_does_it_has_a_name_that_the_history_can_hold(runner: FlaskCliRunner, name: str) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    result = runner.invoke(args=["rollout", "50", "--operator", name])
    assert result.exit_code == 2, result.output
    assert "a name has 1 to 64 characters" in result.output


def test_a_rollout_keeps_its_salt_so_that_it_only_adds_phones(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(second), "--rollout", "10")
    tenth = channel(services, client)
    run(runner, "rollout", "50")
    half = channel(services, client)
    assert (tenth["rollout"]["percent"], half["rollout"]["percent"]) == (10, 50)
    assert half["rollout"]["salt"] == tenth["rollout"]["salt"]
    assert half["sequence"] > tenth["sequence"]


def test_a_pause_offers_the_model_to_nobody_until_it_is_rolled_out_again(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(second), "--rollout", "10")
    tenth = channel(services, client)

    run(runner, "pause", "--reason", "complaints about burgers")
    paused = channel(services, client)
    assert paused["sequence"] == 3
    assert (paused["manifest"], paused["previous"]) == (tenth["manifest"], tenth["previous"])
    assert paused["rollout"] == {"percent": 0, "salt": tenth["rollout"]["salt"]}
    assert "Nothing to do" in run(runner, "pause")
    assert "complaints about burgers" in run(runner, "list-models")

    run(runner, "rollout", "10")
    assert channel(services, client)["rollout"] == tenth["rollout"]


def test_nothing_new_is_published_during_a_pause(runner: FlaskCliRunner, second: Path, third: Path) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(second), "--rollout", "10")
    run(runner, "pause")
    refused(runner, "rolled out to 0 % only", "publish-model", str(third))


def test_withdrawing_the_live_model_sends_every_phone_to_the_one_before(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    first = channel(services, client)
    run(runner, "publish-model", str(second), "--rollout", "10")

    run(runner, "withdraw", "1.0.1", "--reason", "sees hotdogs in clouds", "--operator", "maria")

    current = channel(services, client)
    assert (current["sequence"], current["manifest"], current["previous"]) == (3, first["manifest"], None)
    assert current["rollout"]["percent"] == 100
    refused(runner, "withdrawn", "rollback", "1.0.1")
    refused(runner, "was withdrawn", "publish-model", str(second))
    listed = run(runner, "list-models")
    assert "by maria: sees hotdogs in clouds" in listed
    run(runner, "withdraw", "1.0.1", "--reason", "again")
    assert channel(services, client) == current


def test_a_withdrawn_model_is_no_way_back(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path, third: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(runner, "publish-model", str(second))
    run(runner, "publish-model", str(third), "--rollout", "25")
    before = channel(services, client)

    run(runner, "withdraw", "1.0.1", "--reason", "test")

    after = channel(services, client)
    assert (after["manifest"], after["rollout"]) == (before["manifest"], before["rollout"])
    assert after["previous"]["version"] == "1.0.0"
    run(runner, "rollback")
    assert channel(services, client)["manifest"]["version"] == "1.0.0"


def test_an_old_model_is_withdrawn_without_moving_the_channel(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path, third: Path
) -> None:
    for bundle in (FIRST_BUNDLE, second, third):
        run(runner, "publish-model", str(bundle))
    before = channel(services, client)
    run(runner, "withdraw", "1.0.0", "--reason", "test")
    assert channel(services, client) == before
    run(runner, "rollback")
    assert channel(services, client)["previous"] is None


def test_the_history_tells_what_was_withdrawn_and_what_is_live_after_it(
    runner: FlaskCliRunner, services: Services, second: Path, third: Path
) -> None:
    for bundle in (FIRST_BUNDLE, second, third):
        run(runner, "publish-model", str(bundle), "--operator", "ada")
    run(runner, "withdraw", "1.0.2", "--reason", "sees hotdogs in clouds", "--operator", "ada")
    run(runner, "withdraw", "1.0.0", "--reason", "too old", "--operator", "ada")

    listed = run(runner, "list-models")
    assert "withdraw 1.0.2    1.0.1        100 %  ada" in listed
    assert "withdraw 1.0.0    1.0.1        100 %  ada" in listed
    with services.database.reading() as session:
        moves = [(move.version, withdrawn) for move, withdrawn in history(session, Kind.CLASSIFIER)]
        assert moves == [
            ("1.0.1", "1.0.0"),
            ("1.0.1", "1.0.2"),
            ("1.0.2", None),
            ("1.0.1", None),
            ("1.0.0", None),
        ]
        for limit in range(1, 6):
            shown = history(session, Kind.CLASSIFIER, limit)
            assert [(move.version, withdrawn) for move, withdrawn in shown] == moves[:limit]


def test_a_withdrawal_warns_where_phones_outside_the_rollout_have_no_other_model(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path, third: Path
) -> None:
    warning = "Phones that are not offered 1.0.2 keep what they have, even a withdrawn model"
    for bundle in (FIRST_BUNDLE, second):
        run(runner, "publish-model", str(bundle))
    assert warning not in run(runner, "publish-model", str(third), "--rollout", "10")

    assert warning not in run(runner, "withdraw", "1.0.1", "--reason", "test")
    assert channel(services, client)["previous"]["version"] == "1.0.0"
    assert warning in run(runner, "withdraw", "1.0.0", "--reason", "test")
    assert channel(services, client)["previous"] is None
    assert warning not in run(runner, "rollout", "100")


def test_with_an_old_model_published_anew_phones_go_back_to_what_they_had_last(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path, third: Path
) -> None:
    for bundle in (FIRST_BUNDLE, second, third):
        run(runner, "publish-model", str(bundle))
    run(runner, "publish-model", str(FIRST_BUNDLE), "--rollout", "10")

    run(runner, "withdraw", "1.0.2", "--reason", "test")
    current = channel(services, client)
    assert (current["manifest"]["version"], current["previous"]["version"]) == ("1.0.0", "1.0.1")

    run(runner, "withdraw", "1.0.0", "--reason", "test")
    current = channel(services, client)
    assert (current["manifest"]["version"], current["previous"]) == ("1.0.1", None)
    assert current["rollout"]["percent"] == 100


def test_an_old_model_published_anew_is_no_way_back_from_itself(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    for bundle in (FIRST_BUNDLE, second):
        run(runner, "publish-model", str(bundle))
    run(runner, "publish-model", str(FIRST_BUNDLE), "--rollout", "10")
    run(runner, "withdraw", "1.0.1", "--reason", "test")
    current = channel(services, client)
    assert (current["manifest"]["version"], current["previous"]) == ("1.0.0", None)


def test_the_only_model_cannot_be_withdrawn(
    runner: FlaskCliRunner, client: FlaskClient, services: Services
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    refused(runner, "Publish another", "withdraw", "1.0.0", "--reason", "test")
    refused(runner, "There is no classifier of version 9.9.9", "withdraw", "9.9.9", "--reason", "test")
    refused(runner, "give the reason", "withdraw", "1.0.0", "--reason", " ")
    run(runner, "rollout", "50")
    assert channel(services, client)["sequence"] == 2


def test_after_a_rollback_to_the_first_model_the_way_on_is_named(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, second: Path
) -> None:
    for bundle in (FIRST_BUNDLE, second):
        run(runner, "publish-model", str(bundle))
    run(runner, "rollback")
    refused(runner, "roll back to one of", "withdraw", "1.0.0", "--reason", "test")
    run(runner, "rollback", "1.0.1")
    run(runner, "withdraw", "1.0.0", "--reason", "test")
    current = channel(services, client)
    assert (current["manifest"]["version"], current["previous"]) == ("1.0.1", None)


def test_the_history_stays_a_table_with_long_versions(runner: FlaskCliRunner, tmp_path: Path) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    longest = "999999.999999.999999"
    run(runner, "publish-model", str(republished(FIRST_BUNDLE, tmp_path / "longest", longest)))
    run(runner, "withdraw", longest, "--reason", "too long")
    history = run(runner, "list-models").split("\n\n")[1].splitlines()
    assert f"withdraw {longest}" in history[1]
    assert len({line.index(" %") for line in history if " %" in line}) == 1


def test_the_history_tells_what_happened_when_by_whom_and_why(
    runner: FlaskCliRunner, services: Services, second: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE), "--operator", "maria")
    run(runner, "publish-model", str(second), "--rollout", "10", "--operator", "ada")
    run(runner, "rollout", "100", "--operator", "ada", "--reason", "a quiet week")
    run(runner, "rollback", "--operator", "maria")
    with services.database.reading() as session:
        rows = session.scalars(select(Publication).order_by(Publication.sequence)).all()
    assert [(row.action, row.version, row.percent, row.operator, row.reason) for row in rows] == [
        ("publish", "1.0.0", 100, "maria", None),
        ("publish", "1.0.1", 10, "ada", None),
        ("rollout", "1.0.1", 100, "ada", "a quiet week"),
        ("rollback", "1.0.0", 100, "maria", None),
    ]
    listed = run(runner, "list-models")
    assert "rollout           1.0.1        100 %  ada" in listed
    assert "a quiet week" in listed
