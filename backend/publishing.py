"""Publishing a bundle: the database's commit is the publication, all else can be repeated."""

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.channel import latest_publication
from backend.errors import (
    ConcurrentPublicationError,
    EnvelopeError,
    PreconditionFailedError,
    PublishError,
    StoreError,
    VersionConflictError,
)
from backend.key_rotation import refuse_replaced_keys
from backend.keys import channel_key, release_key, trusted_keys
from backend.kinds import Kind
from backend.models import Action, Publication, Release, ReleaseState
from backend.objects import CHANNELS, ObjectKey, manifest_key, model_key
from backend.publications import (
    FULL_ROLLOUT_PERCENT,
    Outcome,
    Say,
    append,
    one_at_a_time,
    outcome_of,
    tell_phones,
)
from backend.services import Services
from backend.signing import MANIFEST_TYPE, seal, unseal

if TYPE_CHECKING:
    # It brings NumPy and jsonschema, a fifth of a second that every other `flask` command would wait for.
    from ml.bundle import Bundle
    from ml.detect.bundle import DetectorBundle


def publish(
    services: Services,
    bundle: "Bundle | DetectorBundle",
    percent: int,
    operator: str,
    say: Say,
    *,
    compared_with: int | None,
    reason: str | None = None,
) -> Outcome:
    """Publish a bundle that has passed the gate and the comparison with the live model.

    Every step may be repeated: a run that was interrupted is resumed by running it again.

    Args:
        compared_with: sequence of the publication that the bundle was compared with, None before the first.
        reason: why it is published although it is worse.

    Raises:
        VersionConflictError: the version exists with other content, or was withdrawn.
        ConcurrentPublicationError: somebody moved the channel since the comparison.
        PublishError: a roll-out is under way.
        StoreError: the store does not hold what was written to it, or does not take the channel, which stays recorded.
        KeyMaterialError: the release key or the channel key is missing, or replaced by a new one.
    """
    check_publishable(services, bundle)
    kind = kind_of(bundle)
    release = _register(services, bundle)
    _upload(services, release, bundle.model_bytes, say)
    with one_at_a_time(services, kind) as session:
        current = latest_publication(session, kind)
        if current and current.version == release.version:
            outcome = outcome_of(current, moved=False)
        else:
            _refuse_unfinished_rollout(current)
            _refuse_moved_channel(current, compared_with)
            _refuse_withdrawn(session.get_one(Release, (kind, release.version)))
            outcome = append(
                session,
                services.settings,
                kind,
                Action.PUBLISH,
                version=release.version,
                previous=current.version if current else None,
                percent=percent,
                operator=operator,
                reason=reason,
            )
    tell_phones(services, outcome, say)
    return outcome


def kind_of(bundle: "Bundle | DetectorBundle") -> Kind:
    """Return which kind of model a bundle holds."""
    return Kind(bundle.description["kind"])


def check_publishable(services: Services, bundle: "Bundle | DetectorBundle") -> None:
    """Find out what would keep a bundle from being published before anything is written, or hours are spent on comparing it.

    Raises:
        VersionConflictError, PublishError, KeyMaterialError, StoreError: as `publish`.
    """
    release_key(services.settings)
    channel_key(services.settings)
    refuse_replaced_keys(services)
    kind = kind_of(bundle)
    with services.database.reading() as session:
        current = latest_publication(session, kind)
        release = session.get(Release, (kind, bundle.description["version"]))
    if release:
        _refuse_other_content(services, release, bundle)
        _refuse_withdrawn(release)
    if current and current.version != bundle.description["version"]:
        _refuse_unfinished_rollout(current)


def plan(services: Services, bundle: "Bundle | DetectorBundle", percent: int) -> list[str]:
    """Say what `publish` would do, step by step, without doing any of it.

    Raises:
        VersionConflictError, PublishError, KeyMaterialError, StoreError: as `publish`.
    """
    check_publishable(services, bundle)
    kind = kind_of(bundle)
    version, sha256 = bundle.description["version"], bundle.description["sha256"]
    with services.database.reading() as session:
        current = latest_publication(session, kind)
        release = session.get(Release, (kind, version))
    steps = []
    if release is None:
        steps.append(
            f"sign the manifest of {version} with the release key {release_key(services.settings).key_id}"
        )
    repair = ", and replace that if it was changed" if release and _was_stored(release) else ""
    for key, size in ((model_key(sha256), len(bundle.model_bytes)), (manifest_key(kind, version), None)):
        if services.store.exists(key.name):
            steps.append(f"compare {key} with what {services.store.describe()} holds already{repair}")
        else:
            bytes_told = f" ({size:,} bytes)" if size else ""
            steps.append(f"store {key}{bytes_told} in {services.store.describe()} and read it back")
    if current and current.version == version:
        what = f"{version} is what the channel says already, for {current.percent} % of phones"
        return [*steps, f"move nothing: {what}"]
    before = f"from sequence {current.sequence} ({current.version})" if current else "for the first time"
    sequence = current.sequence + 1 if current else 1
    steps.append(f"move the channel {before} to sequence {sequence}: {version} for {percent} % of phones")
    signer = channel_key(services.settings).key_id
    steps.append(f"write {CHANNELS[kind]}, signed with the channel key {signer}")
    return steps


def _register(services: Services, bundle: "Bundle | DetectorBundle") -> Release:
    """Write the release's row, or find it when an earlier run did."""
    kind, version = kind_of(bundle), bundle.description["version"]
    with services.database.reading() as session:
        known = session.get(Release, (kind, version))
        if known:
            return known
    manifest = seal(MANIFEST_TYPE, bundle.description_bytes, release_key(services.settings))
    release = Release(
        kind=kind,
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


def _refuse_other_content(services: Services, release: Release, bundle: "Bundle | DetectorBundle") -> None:
    try:
        payload = unseal(release.manifest, MANIFEST_TYPE, trusted_keys(services.settings, "release"))
    except EnvelopeError as error:
        raise VersionConflictError(
            f"Phones refuse the manifest of {release.version}: {error} Give the model a new version, publish that, and withdraw "
            f"{release.version}."
        ) from error
    if payload != bundle.description_bytes:
        raise VersionConflictError(
            f"{release.version} exists already with other content. Give the new model a new version: versions never change."
        )


def _upload(services: Services, release: Release, model: bytes, say: Say) -> None:
    """Store model and manifest, and believe the store only after reading them back."""
    with services.database.reading() as session:
        manifest = session.scalars(
            select(Release.manifest).where(Release.kind == release.kind, Release.version == release.version)
        ).one()
    for key, data in (
        (model_key(release.model_sha256), model),
        (manifest_key(release.kind, release.version), manifest),
    ):
        done = _store_verified(services, key, data, repair=_was_stored(release))
        say(f"{done}: {key}")
    with services.database.writing() as session:
        row = session.get_one(Release, (release.kind, release.version))
        if row.state is ReleaseState.UPLOADING:
            row.state = ReleaseState.READY


def _was_stored(release: Release) -> bool:
    """Tell whether the store held the release once: what differs there now was changed since, and is not somebody else's."""
    return release.state is not ReleaseState.UPLOADING


def _store_verified(services: Services, key: ObjectKey, data: bytes, *, repair: bool) -> str:
    """Store an object unless it is there, or, to repair it, unless it is there unchanged; return which of these it was."""
    stored = services.store.read_or_none(key.name)
    if stored and stored.data == data:
        return "found as it should be"
    if stored is None or repair:
        # Others may store it at this moment; what counts is what is read back.
        with suppress(PreconditionFailedError):
            services.store.put_if(key, data, stored.etag if stored else None)
    if services.store.read(key.name).data != data:
        raise StoreError(
            f"{key} in {services.store.describe()} is not what was written: somebody changed it, or the store lost it. "
            "Look at it, remove it, and run this again."
        )
    return "replaced, as it was changed, and read back" if stored else "stored and read back"


def _refuse_unfinished_rollout(current: Publication | None) -> None:
    if current and current.percent < FULL_ROLLOUT_PERCENT:
        option = "" if current.kind is Kind.CLASSIFIER else f" --kind {current.kind}"
        raise PublishError(
            f"{current.version} is rolled out to {current.percent} % only. Finish it with `flask rollout 100{option}` "
            f"or end it with `flask rollback{option}`, then publish the next."
        )


def _refuse_moved_channel(current: Publication | None, compared_with: int | None) -> None:
    found = current.sequence if current else None
    if found != compared_with:
        raise ConcurrentPublicationError(
            f"Somebody else moved the channel{f' to {current.version}' if current else ''} since this model was compared "
            "with the live one. Look at `flask list-models`, then run this again."
        )


def _refuse_withdrawn(release: Release) -> None:
    if release.state is ReleaseState.WITHDRAWN:
        raise VersionConflictError(
            f"{release.version} was withdrawn. Publish its successor under a new version."
        )
