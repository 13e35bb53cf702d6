"""Moves a kind's channel among published models: roll out, pause, roll back, withdraw, refresh.

Each move takes the `expected_sequence` that whoever decided on it saw, and raises ConcurrentPublicationError when the channel
was moved since; None stands for "whatever it is now". Where the store does not take the channel it raises StoreError; the move
stays recorded, and running it again, or `flask sync-channel`, tells phones.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from backend.channel import latest_publication, stored_sequence
from backend.errors import PublishError
from backend.kinds import Kind
from backend.models import Action, Publication, Release, ReleaseState, now
from backend.publications import (
    FULL_ROLLOUT_PERCENT,
    Outcome,
    Say,
    append,
    checked_reason,
    current_publication,
    one_at_a_time,
    outcome_of,
    predecessor,
    tell_phones,
)
from backend.services import Services


def roll_out(
    services: Services,
    kind: Kind,
    percent: int,
    operator: str,
    say: Say,
    *,
    reason: str | None = None,
    expected_sequence: int | None = None,
) -> Outcome:
    """Offer the live model to another share of the phones. The salt stays, so a higher share only adds phones.

    Raises:
        PublishError: nothing is published.
    """
    return _offer(services, kind, Action.ROLLOUT, percent, operator, reason, say, expected_sequence)


def pause(
    services: Services,
    kind: Kind,
    operator: str,
    say: Say,
    *,
    reason: str | None = None,
    expected_sequence: int | None = None,
) -> Outcome:
    """Offer the live model to nobody, until it is rolled out again: phones go back to the model before it.

    Raises:
        PublishError: nothing is published.
    """
    return _offer(services, kind, Action.PAUSE, 0, operator, reason, say, expected_sequence)


def roll_back(
    services: Services,
    kind: Kind,
    version: str | None,
    operator: str,
    say: Say,
    *,
    reason: str | None = None,
    expected_sequence: int | None = None,
) -> Outcome:
    """Point the channel at an older model, by default the one before, for every phone.

    By default it finishes a rollback that phones were not told of yet: another would take them one model further back.

    Raises:
        PublishError: there is no such model, or it cannot be used.
    """
    with one_at_a_time(services, kind, expected_sequence) as session:
        current = current_publication(session, kind)
        if version is None and _is_untold_rollback(services, current):
            say(f"recorded already, as sequence {current.sequence}")
            outcome = outcome_of(current, moved=True)
        else:
            outcome = _move_back(session, services, current, version, operator, reason)
    tell_phones(services, outcome, say)
    return outcome


def withdraw(
    services: Services,
    kind: Kind,
    version: str,
    operator: str,
    say: Say,
    *,
    reason: str,
    expected_sequence: int | None = None,
) -> Outcome:
    """Take a version out of use for good. Where the channel names it, it moves to the model before it.

    Raises:
        PublishError: there is no such version, no reason, or no model to fall back to.
    """
    if not checked_reason(reason):
        raise PublishError("Withdrawing a version is for good: give the reason, it is recorded.")
    with one_at_a_time(services, kind, expected_sequence) as session:
        release = session.get(Release, (kind, version))
        if release is None:
            raise PublishError(f"There is no {kind} of version {version}. See `flask list-models`.")
        current = current_publication(session, kind)
        outcome = outcome_of(current, moved=False)
        if release.state is not ReleaseState.WITHDRAWN:
            release.state = ReleaseState.WITHDRAWN
            release.withdrawn_at, release.withdrawn_by = now(), operator
            release.withdrawal_reason = checked_reason(reason)
            session.flush()
            if version in (current.version, current.previous_version):
                outcome = _move_off(session, services, current, operator, reason)
    tell_phones(services, outcome, say)
    return outcome


def refresh_channels(services: Services, say: Say) -> list[datetime]:
    """Renew the dates of the channel of each kind that is published, and return until when each is valid.

    Raises:
        PublishError: nothing is published.
    """
    with services.database.reading() as session:
        published = [kind for kind in Kind if latest_publication(session, kind)]
    if not published:
        raise PublishError("Nothing is published yet. `flask publish-model BUNDLE` does that.")
    return [_refresh(services, kind, say) for kind in published]


def _offer(
    services: Services,
    kind: Kind,
    action: Action,
    percent: int,
    operator: str,
    reason: str | None,
    say: Say,
    expected_sequence: int | None,
) -> Outcome:
    with one_at_a_time(services, kind, expected_sequence) as session:
        current = current_publication(session, kind)
        if current.percent == percent:
            outcome = outcome_of(current, moved=False)
        else:
            outcome = append(
                session,
                services.settings,
                kind,
                action,
                version=current.version,
                previous=current.previous_version,
                percent=percent,
                salt=current.salt,
                operator=operator,
                reason=reason,
            )
    tell_phones(services, outcome, say)
    return outcome


def _is_untold_rollback(services: Services, current: Publication) -> bool:
    return current.action is Action.ROLLBACK and stored_sequence(services, current.kind) < current.sequence


def _move_back(
    session: Session,
    services: Services,
    current: Publication,
    version: str | None,
    operator: str,
    reason: str | None,
) -> Outcome:
    kind, target = current.kind, version or current.previous_version
    if target is None:
        raise PublishError(
            f"There is no usable model before {current.version}. Name a version: `flask list-models`."
        )
    release = session.get(Release, (kind, target))
    if release is None or release.state not in (ReleaseState.LIVE, ReleaseState.RETIRED):
        state = release.state if release else "unknown here"
        raise PublishError(f"{target} cannot be rolled back to: it is {state}. See `flask list-models`.")
    if target == current.version:
        return outcome_of(current, moved=False)
    return append(
        session,
        services.settings,
        kind,
        Action.ROLLBACK,
        version=target,
        previous=predecessor(session, kind, target),
        percent=FULL_ROLLOUT_PERCENT,
        operator=operator,
        reason=reason,
    )


def _refresh(services: Services, kind: Kind, say: Say) -> datetime:
    """Renew a channel's dates before phones find it expired; the sequence stays.

    Raises:
        PublishError: nothing is published.
    """
    with one_at_a_time(services, kind) as session:
        current = current_publication(session, kind)
        current.issued_at = max(now(), current.issued_at)
        current.expires_at = current.issued_at + services.settings.channel_lifetime
        valid_until, outcome = current.expires_at, outcome_of(current, moved=False)
    tell_phones(services, outcome, say)
    return valid_until


def _move_off(
    session: Session, services: Services, current: Publication, operator: str, reason: str
) -> Outcome:
    """Let the channel name usable versions only, after one of those it names was withdrawn."""
    kind, before = current.kind, current.previous_version
    if before is None:
        raise PublishError(
            f"There is no usable model before {current.version} for phones to go to. Publish another, or roll back to one of "
            "`flask list-models`, first; until then `flask pause` keeps it from further phones."
        )
    if session.get_one(Release, (kind, before)).state is ReleaseState.WITHDRAWN:
        version, percent, salt = current.version, current.percent, current.salt
    else:
        version, percent, salt = before, FULL_ROLLOUT_PERCENT, None
    previous = predecessor(session, kind, before)
    if previous == version:  # An old model that was published anew is no way back from itself.
        previous = predecessor(session, kind, version)
    return append(
        session,
        services.settings,
        kind,
        Action.WITHDRAW,
        version=version,
        previous=previous,
        percent=percent,
        salt=salt,
        operator=operator,
        reason=reason,
    )
