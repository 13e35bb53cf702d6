"""The automatic halt: a roll-out that is complained about more often pauses itself, and a good one is left alone."""

import errno
import math
import random
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient, FlaskCliRunner

from backend import rollout_guard
from backend.errors import StoreError
from backend.models import CheckCount, Decision, Feedback, Label, Platform, now
from backend.rollout_guard import AUTOMATIC, Day, Use, examine_rollout, halt_if_worse, log_likelihood_ratio
from backend.services import Services
from tests.backend.commands import CHANNEL, channel, run
from tests.bundles import FIRST_BUNDLE, republished

LIMIT = math.log(1 / 0.01)


@pytest.fixture
def rolled_out(runner: FlaskCliRunner, tmp_path: Path) -> None:
    """1.0.1, offered to a tenth of the phones that have 1.0.0."""
    run(runner, "publish-model", str(FIRST_BUNDLE))
    run(
        runner,
        "publish-model",
        str(republished(FIRST_BUNDLE, tmp_path / "second", "1.0.1")),
        "--rollout",
        "10",
    )


def count_checks(services: Services, **by_version: int) -> None:
    with services.database.writing() as session:
        for name, count in by_version.items():
            version = name.removeprefix("v").replace("_", ".")
            session.add(
                CheckCount(day=now().date(), model_version=version, platform=Platform.WEB, count=count)
            )


def complain(
    services: Services, version: str, times: int, install: str | None = None, outcome: Decision | None = None
) -> None:
    with services.database.writing() as session:
        for _ in range(times):
            session.add(
                Feedback(
                    id=str(uuid.uuid4()),
                    install_id=install or str(uuid.uuid4()),
                    deletion_token_hash="0" * 64,
                    model_version=version,
                    score=0.5,
                    verdict=Label.NEGATIVE,
                    claimed_label=Label.POSITIVE,
                    app_version="1.0.0",
                    platform=Platform.WEB,
                    taken_at=now(),
                    content_sha256="0" * 64,
                    outcome=outcome,
                )
            )


@pytest.mark.usefixtures("rolled_out")
def test_a_rollout_that_is_complained_about_more_pauses_itself_and_says_why(
    runner: FlaskCliRunner, client: FlaskClient, services: Services
) -> None:
    count_checks(services, v1_0_0=9000, v1_0_1=1000)
    complain(services, "1.0.0", 45)
    complain(services, "1.0.1", 25)

    finding = halt_if_worse(services)

    assert finding is not None
    assert finding.halts
    current = channel(services, client)
    assert (current["sequence"], current["rollout"]["percent"]) == (3, 0)
    assert current["previous"]["version"] == "1.0.0"
    history = run(runner, "list-models")
    assert AUTOMATIC in history
    assert "1.0.1 gets 25.0 complaints per 1,000 checks (25 of 1,000), 1.0.0 5.0 (45 of 9,000)" in history
    assert halt_if_worse(services) is None, "a paused roll-out is not examined"


@pytest.mark.usefixtures("rolled_out")
def test_a_halt_that_the_store_did_not_take_reaches_the_phones_later(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_checks(services, v1_0_0=9000, v1_0_1=1000)
    complain(services, "1.0.1", 25)

    def out_of_order(*_: object) -> None:
        raise StoreError("the bucket is out of order")

    with monkeypatch.context() as outage:
        outage.setattr(services.store, "put_if", out_of_order)
        with pytest.raises(StoreError, match="out of order"):
            halt_if_worse(services)
    assert channel(services, client)["rollout"]["percent"] == 10

    assert halt_if_worse(services) is None
    assert channel(services, client)["rollout"]["percent"] == 0


@pytest.mark.usefixtures("rolled_out")
@pytest.mark.parametrize(
    ("command", "percent"), [(["rollout", "50"], 50), (["rollback"], 100)], ids=["rollout", "rollback"]
)
def test_what_an_operator_could_not_tell_the_phones_the_next_look_does(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, command: list[str], percent: int
) -> None:
    old = services.store.read(CHANNEL.name).data
    run(runner, *command)
    services.store.put(CHANNEL, old)  # as if the store had not taken it
    assert channel(services, client)["sequence"] == 2

    halt_if_worse(services)

    current = channel(services, client)
    assert (current["sequence"], current["rollout"]["percent"]) == (3, percent)


@pytest.mark.usefixtures("rolled_out")
def test_whoever_goes_on_after_a_halt_is_not_halted_by_the_same_counts(
    runner: FlaskCliRunner, client: FlaskClient, services: Services
) -> None:
    count_checks(services, v1_0_0=9000, v1_0_1=1000)
    complain(services, "1.0.1", 25)
    halt_if_worse(services)
    run(runner, "rollout", "10", "--reason", "a single prankster")
    halt_if_worse(services)
    assert channel(services, client)["rollout"]["percent"] == 10


@pytest.mark.usefixtures("rolled_out")
def test_a_rollout_that_is_no_worse_goes_on(services: Services, client: FlaskClient) -> None:
    count_checks(services, v1_0_0=9000, v1_0_1=1000)
    complain(services, "1.0.0", 45)
    complain(services, "1.0.1", 5)
    finding = halt_if_worse(services)
    assert finding is not None
    assert not finding.halts
    assert channel(services, client)["rollout"]["percent"] == 10


@pytest.mark.usefixtures("rolled_out")
@pytest.mark.parametrize("how", ["one install", "spam", "too few checks"])
def test_neither_one_angry_phone_nor_spam_nor_a_quiet_day_halts_anything(
    services: Services, client: FlaskClient, how: str
) -> None:
    count_checks(services, v1_0_0=9000, v1_0_1=20 if how == "too few checks" else 1000)
    complain(
        services,
        "1.0.1",
        40,
        install=str(uuid.uuid4()) if how == "one install" else None,
        outcome=Decision.SPAM if how == "spam" else None,
    )
    halt_if_worse(services)
    assert channel(services, client)["rollout"]["percent"] == 10


def test_a_look_that_fails_in_whatever_way_is_not_the_last(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks = iter([OSError(errno.EROFS, "Read-only file system"), KeyboardInterrupt()])

    def look(_: Services) -> None:
        raise next(looks)

    monkeypatch.setattr(rollout_guard, "halt_if_worse", look)
    often = replace(services.settings, halt_check_seconds=0.01)  # type: ignore[arg-type]  # no test waits for whole seconds
    with pytest.raises(KeyboardInterrupt):
        rollout_guard._watch(replace(services, settings=often))
    assert "Traceback" in caplog.text, "nobody expected it"


def test_without_a_rollout_there_is_nothing_to_examine(services: Services, runner: FlaskCliRunner) -> None:
    assert examine_rollout(services) is None
    run(runner, "publish-model", str(FIRST_BUNDLE), "--rollout", "10")
    assert examine_rollout(services) is None, "the first model has none before it"
    assert "No roll-out" in run(runner, "check-rollout")


@pytest.mark.usefixtures("rolled_out")
def test_the_command_tells_and_with_dry_run_only_tells(
    services: Services, runner: FlaskCliRunner, client: FlaskClient
) -> None:
    count_checks(services, v1_0_0=9000, v1_0_1=1000)
    complain(services, "1.0.1", 25)
    assert "would be halted" in run(runner, "check-rollout", "--dry-run")
    assert channel(services, client)["rollout"]["percent"] == 10
    assert "Halted" in run(runner, "check-rollout")
    assert channel(services, client)["rollout"]["percent"] == 0


def test_equally_good_models_are_halted_no_more_often_than_promised() -> None:
    """200 roll-outs of 30 days, looked at every day; the share grows, and weekends bring twice the complaints of both."""
    draw = random.Random(4711)
    halted = sum(_ever_exceeds(draw, rate_old=0.01, rate_new=0.01) for _ in range(200))
    assert halted <= 200 * 0.01 + 4, "the promise is 1 %; 4 more is three standard deviations"


def test_a_model_twice_as_bad_is_nearly_always_halted() -> None:
    draw = random.Random(4711)
    assert sum(_ever_exceeds(draw, rate_old=0.01, rate_new=0.02) for _ in range(100)) >= 95


def _ever_exceeds(draw: random.Random, rate_old: float, rate_new: float) -> bool:
    days: list[Day] = []
    for number in range(30):
        weekend = 2 if number % 7 >= 5 else 1
        new, old = (100, 900) if number < 10 else (500, 500)
        days.append(
            Day(
                Use(new, sum(draw.random() < rate_new * weekend for _ in range(new))),
                Use(old, sum(draw.random() < rate_old * weekend for _ in range(old))),
            )
        )
        if log_likelihood_ratio(days, ratio=1.5) >= LIMIT:
            return True
    return False


@pytest.mark.usefixtures("rolled_out")
def test_what_came_before_the_rollout_does_not_count(services: Services) -> None:
    with services.database.writing() as session:
        session.add(
            CheckCount(
                day=(now() - timedelta(days=2)).date(),
                model_version="1.0.0",
                platform=Platform.WEB,
                count=9000,
            )
        )
    finding = examine_rollout(services)
    assert finding is not None
    assert finding.old.checks == 0
