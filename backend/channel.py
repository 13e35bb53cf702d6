"""The channel document: the signed answer to "which model of this kind should a phone have?", made from the database alone."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.errors import EnvelopeError, PreconditionFailedError, StoreError
from backend.keys import channel_key, trusted_keys
from backend.kinds import Kind
from backend.models import Publication, Release
from backend.objects import CHANNEL_NAMES, CHANNELS
from backend.services import Services
from backend.signing import CHANNEL_TYPE, seal, unseal

SCHEMA_VERSION = 1
MAX_SYNC_ATTEMPTS = 5


def latest_publication(session: Session, kind: Kind) -> Publication | None:
    """Return the publication of a kind that phones should see, with its releases loaded."""
    return session.scalars(
        select(Publication)
        .options(joinedload(Publication.release), joinedload(Publication.previous))
        .where(Publication.kind == kind)
        .order_by(Publication.sequence.desc())
        .limit(1)
    ).first()


def channel_payload(publication: Publication) -> bytes:
    """Return the document that a publication stands for; the same publication gives the same bytes."""
    release = publication.release
    document = {
        "schema_version": SCHEMA_VERSION,
        "channel": CHANNEL_NAMES[publication.kind],
        "sequence": publication.sequence,
        "manifest": _reference(release),
        "previous": _reference(publication.previous) if publication.previous else None,
        "rollout": {"percent": publication.percent, "salt": publication.salt},
        "min_app_version": release.min_app_version,
        "issued_at": _timestamp(publication.issued_at),
        "expires_at": _timestamp(publication.expires_at),
    }
    return json.dumps(document, separators=(",", ":")).encode()


def sync_channel(services: Services, kind: Kind) -> bool:
    """Bring the stored channel of a kind up to the database's latest publication; tell whether anything was written.

    The database decides; the conditional write only keeps a slower process from putting an older document over a newer one.

    Raises:
        StoreError: others kept writing in between, or the store is ahead of the database.
        KeyMaterialError: the channel key is missing.
    """
    key = channel_key(services.settings)
    for _ in range(MAX_SYNC_ATTEMPTS):
        # Reading the store before the database: whatever is committed after the read is newer than what is stored.
        stored = services.store.read_or_none(CHANNELS[kind].name)
        with services.database.reading() as session:
            publication = latest_publication(session, kind)
        if publication is None:
            return False
        document = seal(CHANNEL_TYPE, channel_payload(publication), key)
        if stored and stored.data == document:
            return False
        if stored and _age(services, stored.data) > _age_of(publication):
            raise StoreError(
                f"{CHANNELS[kind]} in the store is newer than the database's latest publication ({publication.sequence}). "
                "Was the database restored from an old backup? Phones refuse to go back: restore a newer one."
            )
        try:
            services.store.put_if(CHANNELS[kind], document, stored.etag if stored else None)
        except PreconditionFailedError:
            continue
        return True
    raise StoreError("Others kept writing the channel. Run `flask sync-channel` again in a moment.")


def stored_sequence(services: Services, kind: Kind) -> int:
    """Return the sequence that phones are told of, that of the stored channel; -1 where there is none that they would believe."""
    stored = services.store.read_or_none(CHANNELS[kind].name)
    return _age(services, stored.data)[0] if stored else -1


def open_channel(services: Services, document: bytes) -> dict[str, Any]:
    """Return the payload of a channel document.

    Raises:
        EnvelopeError: malformed or not signed by the trusted channel key.
    """
    payload = json.loads(unseal(document, CHANNEL_TYPE, trusted_keys(services.settings, "channel")))
    if not isinstance(payload, dict):
        raise EnvelopeError("The channel's payload is no object.")
    return payload


def _age(services: Services, document: bytes) -> tuple[int, str]:
    """Return what orders channel documents; one that nobody trusts is older than any."""
    try:
        payload = open_channel(services, document)
        return int(payload["sequence"]), str(payload["issued_at"])
    except (EnvelopeError, ValueError, KeyError, TypeError):
        return -1, ""


def _age_of(publication: Publication) -> tuple[int, str]:
    return publication.sequence, _timestamp(publication.issued_at)


def _reference(release: Release) -> dict[str, str]:
    return {"version": release.version, "sha256": release.manifest_sha256}


def _timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
