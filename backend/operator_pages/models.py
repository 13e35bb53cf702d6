"""The page of models and publications, and the moves of the channel that publishers make there."""

import logging
from http import HTTPStatus
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.channel import latest_publication
from backend.errors import ConcurrentPublicationError, DeepDogError, InvalidInputError
from backend.kinds import Kind
from backend.models import Action, Release, ReleaseState, Role, now
from backend.operator_pages.access import role_required, signed_in
from backend.operator_pages.blueprint import blueprint
from backend.operator_pages.wording import description_of, share_of_phones
from backend.publications import (
    FULL_ROLLOUT_PERCENT,
    MAX_REASON_CHARACTERS,
    Outcome,
    history,
    outcome_of,
)
from backend.rollout import pause, roll_back, roll_out, withdraw
from backend.rollout_guard import AUTOMATIC, examine_rollout
from backend.services import services
from backend.sessions import check_csrf_token

PUBLICATIONS_SHOWN = 100
ROLLOUT_STEPS = (1, 5, 10, 25, 50, 100)
"""Shares that are offered, in percent; the command line takes any."""
SOON_DAYS = 7
"""Days before its end from which on the channel's date is a warning."""
PURPOSES = {
    Kind.CLASSIFIER: "gives the verdict",
    Kind.DETECTOR: "draws the boxes and counts",
}
DONE = {
    Action.PUBLISH: "Published",
    Action.ROLLOUT: "Rolled out",
    Action.PAUSE: "Paused",
    Action.ROLLBACK: "Rolled back",
}
"""What is said of a move; of a withdrawal that the withdrawn version is."""

log = logging.getLogger(__name__)


@blueprint.get("/models")
@signed_in
def models() -> ResponseReturnValue:
    """Show what is live, what was, and what can be done about it."""
    with services().database.reading() as session:
        channels = [_channel(session, kind) for kind in Kind]
    return render_template(
        "operator/models.html",
        channels=channels,
        purposes=PURPOSES,
        automatic=AUTOMATIC,
        done=DONE,
        share=share_of_phones,
        soon_days=SOON_DAYS,
        may_publish=g.operator.may_act_as(Role.PUBLISHER),
    )


@blueprint.get("/models/move")
@role_required(Role.PUBLISHER)
def models_move_form() -> ResponseReturnValue:
    """Show what a move would mean, and ask for the reason."""
    return _confirmation(request.args)


@blueprint.post("/models/move")
@role_required(Role.PUBLISHER)
def models_move() -> ResponseReturnValue:
    """Move the channel, unless somebody else moved it since this operator looked."""
    check_csrf_token()
    try:
        outcome = _carry_out(request.form)
    except DeepDogError as error:
        if isinstance(error, InvalidInputError):
            raise
        log.warning("a move of the channel failed: %s", error)
        return _confirmation(request.form, str(error)), HTTPStatus.CONFLICT
    flash(f"{_named(outcome)} is now offered to {share_of_phones(outcome.percent)}.", "decided")
    return redirect(url_for("operator.models"), HTTPStatus.SEE_OTHER)


def _channel(session: Session, kind: Kind) -> dict[str, Any]:
    """Return what the page says of one kind of model."""
    releases = session.scalars(
        select(Release).where(Release.kind == kind).order_by(Release.created_at.desc())
    ).all()
    moves = history(session, kind, PUBLICATIONS_SHOWN)
    current = moves[0][0] if moves else None
    return {
        "kind": kind,
        "current": current,
        "warning": outcome_of(current, moved=False).warning if current else None,
        "releases": releases,
        "moves": moves,
        "descriptions": {release.version: description_of(release) for release in releases},
        # Nobody complains of a detector.
        "finding": examine_rollout(services()) if kind is Kind.CLASSIFIER else None,
        "steps": [step for step in ROLLOUT_STEPS if current and step != current.percent],
        "ways_back": [
            release
            for release in releases
            if release.state is ReleaseState.RETIRED and current and release.version != current.version
        ],
        "days_left": (current.expires_at - now()).days if current else 0,
    }


def _confirmation(values: Any, failure: str | None = None) -> str:
    kind, action, version = _kind(values), _action(values), _version(values)
    percent = _percent(values) if action is Action.ROLLOUT else None
    with services().database.reading() as session:
        current = latest_publication(session, kind)
        release = session.get(Release, (kind, version)) if version else None
    if current is None or (action is Action.WITHDRAW and release is None):
        raise InvalidInputError("There is no such model. Go back to the models and choose again.")
    return render_template(
        "operator/move.html",
        kind=kind,
        action=action,
        percent=percent,
        version=version,
        current=current,
        reason=values.get("reason", ""),
        failure=failure,
        max_reason=MAX_REASON_CHARACTERS,
        full=FULL_ROLLOUT_PERCENT,
    )


def _carry_out(form: Any) -> Outcome:
    kind, action, operator, reason = _kind(form), _action(form), g.operator.name, form.get("reason", "")
    options: dict[str, Any] = {"reason": reason, "expected_sequence": form.get("sequence", type=int)}
    if options["expected_sequence"] is None:
        raise ConcurrentPublicationError("This form is incomplete. Go back to the models and choose again.")
    if action is Action.ROLLOUT:
        return roll_out(services(), kind, _percent(form), operator, log.info, **options)
    if action is Action.PAUSE:
        return pause(services(), kind, operator, log.info, **options)
    if action is Action.ROLLBACK:
        return roll_back(services(), kind, _version(form) or None, operator, log.info, **options)
    return withdraw(services(), kind, _version(form), operator, log.info, **options)


def _named(outcome: Outcome) -> str:
    return outcome.version if outcome.kind is Kind.CLASSIFIER else f"{outcome.kind} {outcome.version}"


def _action(values: Any) -> Action:
    try:
        action = Action(values.get("action", ""))
    except ValueError:
        action = Action.PUBLISH
    if action is Action.PUBLISH:
        raise InvalidInputError(
            "This is nothing that can be done here. Go back to the models and choose again."
        )
    return action


def _kind(values: Any) -> Kind:
    try:
        return Kind(values.get("kind", ""))
    except ValueError as error:
        raise InvalidInputError(
            "There is no such kind of model. Go back to the models and choose again."
        ) from error


def _version(values: Any) -> str:
    """Return the version that is named, without NUL, at which PostgreSQL fails."""
    version: str = values.get("version", "").replace("\0", "")
    return version


def _percent(values: Any) -> int:
    percent: int = values.get("percent", -1, type=int)
    if not 0 <= percent <= FULL_ROLLOUT_PERCENT:
        raise InvalidInputError("A share of phones lies between 0 and 100 percent.", "percent")
    return percent
