"""Publishing, rolling out and rolling back: the database's commit is the publication, all else can be repeated."""

import hashlib
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.channel import latest_publication, sync_channel
from backend.config import Settings
from backend.errors import (
    ConcurrentPublicationError,
    PreconditionFailedError,
    PublishError,
    StoreError,
    VersionConflictError,
)
from backend.keys import release_key, trusted_keys
from backend.models import Publication, Release, ReleaseState, now
from backend.objects import ObjectKey, manifest_key, model_key
from backend.services import Services
from backend.signing import MANIFEST_TYPE, seal, unseal

if TYPE_CHECKING:
    # It brings NumPy and jsonschema, a fifth of a second that every other `flask` command would wait for.
    from ml.bundle import Bundle

SALT_BYTES = 16
FULL_ROLLOUT_PERCENT = 100

Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """Where the channel points after a command, and whether the command moved it."""

    sequence: int
    version: str
    previous_version: str | None
    percent: int
    moved: bool


def publish(services: Services, bundle: "Bundle", percent: int, operator: str, say: Say) -> Outcome:
    """Publish a bundle that has passed the gate.

    Every step may be repeated: a run that was interrupted is resumed by running it again.

    Raises:
        VersionConflictError: the version exists with other content, or was withdrawn.
        ConcurrentPublicationError: another publication was committed in the same moment.
        PublishError: a roll-out is under way.
        StoreError: the store does not hold what was written to it.
        KeyMaterialError: there is no release key.
    """
    release = _register(services, bundle)
    _upload(services, release, bundle.model_bytes, say)
    with _one_at_a_time(services) as session:
        current = latest_publication(session)
        if current and current.version == release.version:
            outcome = _outcome(current, moved=False)
        else:
            _refuse_unfinished_rollout(current)
            previous = current.version if current else None
            outcome = _append(session, services.settings, release.version, previous, percent, None, operator)
    _sync(services, say)
    return outcome


def roll_out(services: Services, percent: int, operator: str, say: Say) -> Outcome:
    """Offer the live model to another share of the phones. The salt stays, so a higher share only adds phones.

    Raises:
        PublishError: nothing is published.
    """
    with _one_at_a_time(services) as session:
        current = _current(session)
        if current.percent == percent:
            outcome = _outcome(current, moved=False)
        else:
            outcome = _append(
                session,
                services.settings,
                current.version,
                current.previous_version,
                percent,
                current.salt,
                operator,
            )
    _sync(services, say)
    return outcome


def roll_back(services: Services, version: str | None, operator: str, say: Say) -> Outcome:
    """Point the channel at an older model, by default the one before, for every phone.

    Raises:
        PublishError: there is no such model, or it cannot be used.
    """
    with _one_at_a_time(services) as session:
        current = _current(session)
        target = version or current.previous_version
        if target is None:
            raise PublishError(
                f"{current.version} is the first model; there is none before it. Name a version: `flask list-models`."
            )
        release = session.get(Release, target)
        if release is None or release.state in (ReleaseState.UPLOADING, ReleaseState.WITHDRAWN):
            state = release.state if release else "unknown here"
            raise PublishError(f"{target} cannot be rolled back to: it is {state}. See `flask list-models`.")
        if target == current.version:
            outcome = _outcome(current, moved=False)
        else:
            outcome = _append(
                session,
                services.settings,
                target,
                _predecessor(session, target),
                FULL_ROLLOUT_PERCENT,
                None,
                operator,
            )
    _sync(services, say)
    return outcome


def refresh_channel(services: Services, say: Say) -> Outcome:
    """Renew the channel's dates before phones find it expired; the sequence stays.

    Raises:
        PublishError: nothing is published.
    """
    with _one_at_a_time(services) as session:
        current = _current(session)
        current.issued_at = max(now(), current.issued_at)
        current.expires_at = current.issued_at + services.settings.channel_lifetime
        outcome = _outcome(current, moved=False)
    _sync(services, say)
    return outcome


def _register(services: Services, bundle: "Bundle") -> Release:
    """Write the release's row, or find it when an earlier run did."""
    version = bundle.description["version"]
    with services.database.reading() as session:
        known = session.get(Release, version)
        if known:
            _refuse_other_content(services, known, bundle)
            return known
    manifest = seal(MANIFEST_TYPE, bundle.description_bytes, release_key(services.settings))
    release = Release(
        version=version,
        model_sha256=bundle.description["sha256"],
        model_size_bytes=len(bundle.model_bytes),
        manifest=manifest,
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        min_app_version=bundle.description["min_app_version"],
        state=ReleaseState.UPLOADING,
    )
    try:
        with services.database.writing() as session:
            session.add(release)
    except IntegrityError as error:
        raise ConcurrentPublicationError(
            f"Somebody else is publishing {version} too; run this again."
        ) from error
    return release


def _refuse_other_content(services: Services, release: Release, bundle: "Bundle") -> None:
    payload = unseal(release.manifest, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
    if payload != bundle.description_bytes:
        raise VersionConflictError(
            f"{release.version} exists already with other content. Give the new model a new version: versions never change."
        )
    if release.state is ReleaseState.WITHDRAWN:
        raise VersionConflictError(
            f"{release.version} was withdrawn. Publish its successor under a new version."
        )


def _upload(services: Services, release: Release, model: bytes, say: Say) -> None:
    """Store model and manifest, and believe the store only after reading them back."""
    with services.database.reading() as session:
        manifest = session.scalars(select(Release.manifest).where(Release.version == release.version)).one()
    for key, data in ((model_key(release.model_sha256), model), (manifest_key(release.version), manifest)):
        _store_verified(services, key, data)
        say(f"stored and read back: {key}")
    with services.database.writing() as session:
        row = session.get_one(Release, release.version)
        if row.state is ReleaseState.UPLOADING:
            row.state = ReleaseState.READY


def _store_verified(services: Services, key: ObjectKey, data: bytes) -> None:
    # An earlier run may have stored it; what counts is what is read back.
    with suppress(PreconditionFailedError):
        services.store.put_if(key, data, None)
    if services.store.read(key.name).data != data:
        raise StoreError(
            f"{key} in {services.store.describe()} is not what was written: somebody changed it, or the store lost it. "
            "Look at it, remove it, and run this again."
        )


@contextmanager
def _one_at_a_time(services: Services) -> Iterator[Session]:
    """Open a writing transaction; two publishers in it at once would give two publications one sequence."""
    try:
        with services.database.writing() as session:
            yield session
    except IntegrityError as error:
        raise ConcurrentPublicationError(
            "Another publication was committed at the same moment. Look at `flask list-models`, then run this again."
        ) from error


def _current(session: Session) -> Publication:
    current = latest_publication(session)
    if current is None:
        raise PublishError("Nothing is published yet. `flask publish-model BUNDLE` does that.")
    return current


def _refuse_unfinished_rollout(current: Publication | None) -> None:
    if current and current.percent < FULL_ROLLOUT_PERCENT:
        raise PublishError(
            f"{current.version} is rolled out to {current.percent} % only. Finish it with `flask rollout 100` "
            "or end it with `flask rollback`, then publish the next."
        )


def _append(
    session: Session,
    settings: Settings,
    version: str,
    previous: str | None,
    percent: int,
    salt: str | None,
    operator: str,
) -> Outcome:
    """Add the next publication and move the releases' states along with it."""
    moment = now()
    sequence = (session.scalar(select(func.max(Publication.sequence))) or 0) + 1
    publication = Publication(
        sequence=sequence,
        version=version,
        previous_version=previous,
        percent=percent,
        salt=salt or secrets.token_hex(SALT_BYTES),
        operator=operator,
        published_at=moment,
        issued_at=moment,
        expires_at=moment + settings.channel_lifetime,
    )
    session.add(publication)
    for live in session.scalars(select(Release).where(Release.state == ReleaseState.LIVE)):
        live.state = ReleaseState.RETIRED
    session.get_one(Release, version).state = ReleaseState.LIVE
    return _outcome(publication, moved=True)


def _predecessor(session: Session, version: str) -> str | None:
    """Return what was live before a version was first published, so that rolling back again goes further back."""
    return session.scalars(
        select(Publication.previous_version)
        .where(Publication.version == version)
        .order_by(Publication.sequence)
        .limit(1)
    ).first()


def _sync(services: Services, say: Say) -> None:
    if sync_channel(services):
        say("channel written")


def _outcome(publication: Publication, *, moved: bool) -> Outcome:
    return Outcome(
        publication.sequence, publication.version, publication.previous_version, publication.percent, moved
    )
