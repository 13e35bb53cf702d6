"""The history that decides what phones have: one row per move of a channel, added by one operator at a time."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.channel import latest_publication, sync_channel
from backend.config import Settings
from backend.errors import ConcurrentPublicationError, PublishError, StoreError
from backend.keys import channel_key
from backend.kinds import Kind
from backend.models import Action, Publication, Release, ReleaseState, now
from backend.services import Services

SALT_BYTES = 16
FULL_ROLLOUT_PERCENT = 100
MAX_REASON_CHARACTERS = 1000
PUBLICATION_LOCK = 0xDEE9D07
"""Any number of our own: makes operators wait for one another."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """Where the channel of a kind points after a command, and whether the command moved it."""

    kind: Kind
    sequence: int
    version: str
    previous_version: str | None
    percent: int
    moved: bool

    @property
    def warning(self) -> str | None:
        """What becomes of the phones that are not offered the version, where there is no model before it for them."""
        if self.percent == FULL_ROLLOUT_PERCENT or self.previous_version:
            return None
        return (
            f"Phones that are not offered {self.version} keep what they have, even a withdrawn model, and new ones use what "
            "the app came with: there is no usable model before it, to offer them or to compare it with."
        )


@contextmanager
def one_at_a_time(services: Services, kind: Kind, expected_sequence: int | None = None) -> Iterator[Session]:
    """Open a writing transaction in which nobody else moves a channel.

    Raises:
        KeyMaterialError: there is no channel key, so what would be committed could never be told to phones.
        ConcurrentPublicationError: the channel of this kind was moved on from `expected_sequence`, if that is given.
    """
    channel_key(services.settings)
    with services.database.writing_alone(PUBLICATION_LOCK) as session:
        if expected_sequence is not None:
            current = latest_publication(session, kind)
            if current is None or current.sequence != expected_sequence:
                raise ConcurrentPublicationError(
                    "Somebody moved the channel in the meantime. Look at where it points now, then decide again."
                )
        yield session


def current_publication(session: Session, kind: Kind) -> Publication:
    """Return the latest publication of a kind.

    Raises:
        PublishError: nothing is published.
    """
    current = latest_publication(session, kind)
    if current is None:
        raise PublishError(f"No {kind} is published yet. `flask publish-model BUNDLE` does that.")
    return current


def history(session: Session, kind: Kind, limit: int | None = None) -> list[tuple[Publication, str | None]]:
    """Return a kind's publications, the latest first, each with the version that it withdrew, if any."""
    publications = session.scalars(
        select(Publication)
        .where(Publication.kind == kind)
        .order_by(Publication.sequence.desc())
        .limit(None if limit is None else limit + 1)
    ).all()
    pairs = zip_longest(publications, publications[1:])
    return [(publication, _withdrawn(publication, before)) for publication, before in pairs][:limit]


def append(
    session: Session,
    settings: Settings,
    kind: Kind,
    action: Action,
    *,
    version: str,
    previous: str | None,
    percent: int,
    operator: str,
    salt: str | None = None,
    reason: str | None = None,
) -> Outcome:
    """Add the next publication of a kind and move its releases' states along with it. Without a salt, phones are drawn anew."""
    moment = now()
    latest = session.scalar(select(func.max(Publication.sequence)).where(Publication.kind == kind))
    publication = Publication(
        kind=kind,
        sequence=(latest or 0) + 1,
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
    for live in session.scalars(
        select(Release).where(Release.kind == kind, Release.state == ReleaseState.LIVE)
    ):
        live.state = ReleaseState.RETIRED
    session.get_one(Release, (kind, version)).state = ReleaseState.LIVE
    return outcome_of(publication, moved=True)


def predecessor(session: Session, kind: Kind, version: str) -> str | None:
    """Return what was live before a version was first published, so that rolling back again goes further back.

    Withdrawn versions are passed over.
    """
    before: str | None = version
    while before is not None:
        before = session.scalars(
            select(Publication.previous_version)
            .where(Publication.kind == kind, Publication.version == before)
            .order_by(Publication.sequence)
            .limit(1)
        ).first()
        if before is None or session.get_one(Release, (kind, before)).state is not ReleaseState.WITHDRAWN:
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
        publication.kind,
        publication.sequence,
        publication.version,
        publication.previous_version,
        publication.percent,
        moved,
    )


def tell_phones(services: Services, outcome: Outcome, say: Say) -> None:
    """Bring a kind's channel in the store up to the database, which holds the outcome by now.

    Raises:
        StoreError: it cannot be written; the move stays recorded.
    """
    try:
        if sync_channel(services, outcome.kind):
            say("channel written")
    except StoreError as error:
        raise StoreError(
            f"Recorded as sequence {outcome.sequence} ({outcome.version}), but phones are not told yet: run "
            f"`flask sync-channel` once the store can be written. {error}"
        ) from error


def _withdrawn(publication: Publication, before: Publication | None) -> str | None:
    """Tell what a withdrawal withdrew. Its own row names what is live after it: either that changed, or the model behind it."""
    if publication.action is not Action.WITHDRAW or before is None:
        return None
    return before.version if before.version != publication.version else before.previous_version
