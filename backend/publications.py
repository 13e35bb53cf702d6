"""The history that decides what phones have: one row per move of the channel, added by one operator at a time."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from backend.channel import latest_publication, sync_channel
from backend.config import Settings
from backend.errors import ConcurrentPublicationError, PublishError
from backend.keys import channel_key
from backend.models import Action, Publication, Release, ReleaseState, now
from backend.services import Services

SALT_BYTES = 16
FULL_ROLLOUT_PERCENT = 100
MAX_REASON_CHARACTERS = 1000
PUBLICATION_LOCK = 0xDEE9D07
"""Any number of our own: PostgreSQL's advisory lock that makes operators wait for one another (SQLite has one writer anyway)."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """Where the channel points after a command, and whether the command moved it."""

    sequence: int
    version: str
    previous_version: str | None
    percent: int
    moved: bool


@contextmanager
def one_at_a_time(services: Services, expected_sequence: int | None = None) -> Iterator[Session]:
    """Open a writing transaction in which nobody else moves the channel.

    Raises:
        KeyMaterialError: there is no channel key, so what would be committed could never be told to phones.
        ConcurrentPublicationError: the channel was moved on from `expected_sequence`, if that is given.
    """
    channel_key(services.settings)
    with services.database.writing() as session:
        if not services.database.is_sqlite:
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLICATION_LOCK})
        if expected_sequence is not None:
            current = latest_publication(session)
            if current is None or current.sequence != expected_sequence:
                raise ConcurrentPublicationError(
                    "Somebody moved the channel in the meantime. Look at where it points now, then decide again."
                )
        yield session


def current_publication(session: Session) -> Publication:
    """Return the latest publication.

    Raises:
        PublishError: nothing is published.
    """
    current = latest_publication(session)
    if current is None:
        raise PublishError("Nothing is published yet. `flask publish-model BUNDLE` does that.")
    return current


def append(
    session: Session,
    settings: Settings,
    action: Action,
    *,
    version: str,
    previous: str | None,
    percent: int,
    operator: str,
    salt: str | None = None,
    reason: str | None = None,
) -> Outcome:
    """Add the next publication and move the releases' states along with it. Without a salt, phones are drawn anew."""
    moment = now()
    publication = Publication(
        sequence=(session.scalar(select(func.max(Publication.sequence))) or 0) + 1,
        version=version,
        previous_version=previous,
        percent=percent,
        salt=salt or secrets.token_hex(SALT_BYTES),
        action=action,
        reason=checked_reason(reason),
        operator=operator,
        published_at=moment,
        issued_at=moment,
        expires_at=moment + settings.channel_lifetime,
    )
    session.add(publication)
    for live in session.scalars(select(Release).where(Release.state == ReleaseState.LIVE)):
        live.state = ReleaseState.RETIRED
    session.get_one(Release, version).state = ReleaseState.LIVE
    return outcome_of(publication, moved=True)


def predecessor(session: Session, version: str) -> str | None:
    """Return what was live before a version was first published, so that rolling back again goes further back.

    Withdrawn versions are passed over.
    """
    before: str | None = version
    while before is not None:
        before = session.scalars(
            select(Publication.previous_version)
            .where(Publication.version == before)
            .order_by(Publication.sequence)
            .limit(1)
        ).first()
        if before is None or session.get_one(Release, before).state is not ReleaseState.WITHDRAWN:
            break
    return before


def checked_reason(reason: str | None) -> str | None:
    """Return the reason without space around it.

    Raises:
        PublishError: it is longer than anybody would read.
    """
    reason = (reason or "").strip()
    if len(reason) > MAX_REASON_CHARACTERS or "\0" in reason:
        raise PublishError(f"A reason has at most {MAX_REASON_CHARACTERS:,} characters and no NUL.")
    return reason or None


def outcome_of(publication: Publication, *, moved: bool) -> Outcome:
    """Return what a publication says."""
    return Outcome(
        publication.sequence, publication.version, publication.previous_version, publication.percent, moved
    )


def tell_phones(services: Services, say: Say) -> None:
    """Bring the channel in the store up to the database."""
    if sync_channel(services):
        say("channel written")
