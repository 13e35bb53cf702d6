"""A new model beside the live one, on the golden set and on what reviewers corrected."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import select, update

from backend.model_gate import examine
from backend.models import Decision, Feedback, Publication, ReviewState
from backend.objects import photo_key, stored_key
from backend.replay import CORRECTIONS, GOLDEN_SET, Comparison, compare_with_live, pictures_to_replay
from backend.services import Services
from tests.backend.commands import refused, run
from tests.backend.reports import jpeg, report, send
from tests.bundles import FIRST_BUNDLE, republished


def with_threshold(bundle: Path, threshold: float) -> Path:
    """Let a bundle's model say "hotdog" from another score on."""
    description: dict[str, Any] = json.loads((bundle / "model.json").read_text()) | {"threshold": threshold}
    (bundle / "model.json").write_text(json.dumps(description))
    return bundle


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    """A model that misses every hotdog."""
    return with_threshold(republished(FIRST_BUNDLE, tmp_path / "blind", "1.0.1"), 0.9999)


@pytest.fixture
def eager(tmp_path: Path) -> Path:
    """A model that sees a hotdog in everything."""
    return with_threshold(republished(FIRST_BUNDLE, tmp_path / "eager", "1.0.1"), 0.0001)


def settle(services: Services, feedback_id: str, decision: Decision) -> None:
    with services.database.writing() as session:
        session.execute(
            update(Feedback)
            .where(Feedback.id == feedback_id)
            .values(review_state=ReviewState.SETTLED, outcome=decision)
        )


def compare(services: Services, bundle: Path) -> Comparison:
    examined = examine(bundle, lambda _: None)
    return compare_with_live(services, examined, pictures_to_replay(services, examined), lambda: None)


def test_a_worse_model_is_refused_with_a_table_and_nothing_changes(
    runner: FlaskCliRunner, services: Services, blind: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))

    refused(
        runner, "1.0.1 gets fewer right than the live 1.0.0 on the golden set", "publish-model", str(blind)
    )

    result = runner.invoke(args=["publish-model", str(blind)])
    assert "newly wrong" in result.output
    assert "worse" in result.output
    with services.database.reading() as session:
        assert len(session.scalars(select(Publication)).all()) == 1


def test_a_worse_model_is_forced_through_with_a_reason_that_is_recorded(
    runner: FlaskCliRunner, blind: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    assert runner.invoke(args=["publish-model", str(blind), "--force", " "]).exit_code == 2
    run(runner, "publish-model", str(blind), "--force", "fewer false alarms matter more this week")
    assert "fewer false alarms matter more this week" in run(runner, "list-models")


def test_a_model_that_is_worse_on_corrections_alone_is_refused(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    run(
        runner,
        "publish-model",
        str(with_threshold(republished(FIRST_BUNDLE, tmp_path / "live", "1.0.0"), 0.0001)),
    )
    correction = report()
    send(client, correction, jpeg())
    settle(services, correction["id"], Decision.POSITIVE)
    blind = with_threshold(republished(FIRST_BUNDLE, tmp_path / "blind", "1.0.1"), 0.9999)

    comparison = compare(services, blind)

    (golden, corrections) = comparison.groups
    assert (golden.name, corrections.name) == (GOLDEN_SET, CORRECTIONS)
    assert (corrections.pictures, corrections.newly_wrong) == (1, 1)
    assert (corrections.live.right, corrections.new.right, corrections.new.misses) == (1, 0, 1)
    assert CORRECTIONS in comparison.fewer_right_in
    refused(runner, "corrections", "publish-model", str(blind))


@pytest.mark.parametrize("decision", [Decision.UNSURE, Decision.UNUSABLE, Decision.SPAM, None])
def test_what_reviewers_did_not_accept_is_not_replayed(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, eager: Path, decision: Decision | None
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    complaint = report()
    send(client, complaint, jpeg())
    if decision:
        settle(services, complaint["id"], decision)
    assert compare(services, eager).groups[1].pictures == 0


def test_one_photo_counts_once_and_one_with_two_labels_not_at_all(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, eager: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    for decision in (Decision.POSITIVE, Decision.POSITIVE):
        complaint = report()
        send(client, complaint, jpeg())
        settle(services, complaint["id"], decision)
    assert compare(services, eager).groups[1].pictures == 1
    settle(services, complaint["id"], Decision.NEGATIVE)
    assert compare(services, eager).groups[1].pictures == 0


def test_a_photo_that_the_store_lost_is_counted_as_unreadable(
    runner: FlaskCliRunner, client: FlaskClient, services: Services, eager: Path
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    complaint = report()
    send(client, complaint, jpeg())
    settle(services, complaint["id"], Decision.POSITIVE)
    (photo,) = services.store.list("photos/")
    services.store.delete(photo.name)
    assert photo_key(photo.name.removeprefix("photos/").removesuffix(".jpg")).name == photo.name
    corrections = compare(services, eager).groups[1]
    assert (corrections.pictures, corrections.unreadable) == (0, 1)


@pytest.mark.parametrize(("damage", "told"), [("swapped", "somebody changed it"), ("lost", "has no object")])
def test_a_live_model_that_was_swapped_or_lost_in_the_store_is_no_measure(
    runner: FlaskCliRunner, services: Services, eager: Path, damage: str, told: str
) -> None:
    run(runner, "publish-model", str(FIRST_BUNDLE))
    (model,) = services.store.list("models/")
    if damage == "swapped":
        services.store.put(stored_key(model.name), b"swapped")
    else:
        services.store.delete(model.name)
    refused(runner, told, "publish-model", str(eager))
    refused(runner, "Publish the bundle of 1.0.0 again, which repairs the store", "publish-model", str(eager))
    run(runner, "publish-model", str(eager), "--force", "the store burnt down")
    assert "the store burnt down" in run(runner, "list-models")
