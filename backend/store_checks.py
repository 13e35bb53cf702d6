"""Checks of the object store: does it keep its promises, and does it hold what the database says?"""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from sqlalchemy import delete, select

from backend.channel import channel_payload, latest_publication
from backend.database import insert_for
from backend.errors import (
    EnvelopeError,
    KeyMaterialError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
)
from backend.keys import keys_of, read_trusted_keys, trusted_keys
from backend.kinds import Kind
from backend.models import Photo, Release, ReleaseState, now
from backend.objects import (
    CHANNELS,
    INCOMING_PREFIX,
    MUTABLE,
    PHOTO_PREFIX,
    PRIVATE,
    ObjectKey,
    key_set_key,
    manifest_key,
    model_key,
    photo_key,
    photo_sha256,
)
from backend.services import Services
from backend.signing import CHANNEL_TYPE, KEYS_TYPE, MANIFEST_TYPE, PublicKeys, unseal, unverified_payload
from backend.storage import Storage
from backend.storage.base import StoredObject
from backend.storage.local import LocalStorage

CONTENDERS = 8

Track = Callable[[list[tuple[str, str]]], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class Verification:
    """How many objects were compared, and a sentence for each that is wrong."""

    checked: int
    flaws: list[str]


def probe_store(store: Storage, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
    """Exercise every promise that publishing and privacy rely on; `warn` of what an operator may have reasons for.

    Raises:
        StoreError: the store broke one; the message says which and what follows from it.
    """
    key = ObjectKey(f"probe/{secrets.token_hex(8)}.txt", "text/plain", MUTABLE)
    # Before the block: where nothing can be written, nothing has to be removed, whose failure would hide this one.
    store.put(key, b"first")
    try:
        _expect(store.read(key.name).data == b"first", "does not return what was just written")
        say("what is written is read back")
        _expect(
            any(entry.name == key.name for entry in store.list("probe/")), "does not list what was written"
        )
        say("objects are listed")
        stale = store.read(key.name).etag
        _expect(_refuses(store, key, b"second", None), "ignores If-None-Match: it would overwrite a release")
        say("writing only-if-absent is refused for an object that exists")
        store.put_if(key, b"second", stale)
        _expect(
            _refuses(store, key, b"third", stale),
            "ignores If-Match: an old channel could replace a newer one",
        )
        say("writing over a changed object is refused")
        _expect(
            _winners(store, key) == 1, f"let several of {CONTENDERS} simultaneous conditional writers win"
        )
        say(f"of {CONTENDERS} simultaneous conditional writers exactly one wins")
    finally:
        store.delete(key.name)
    _expect(not store.exists(key.name), "still shows what was deleted")
    say("what is deleted is gone")
    _probe_privacy(store, say, warn)


def verify_store(services: Services, track: Track = iter) -> Verification:
    """Hash every object again and compare it with the database; `track` sees the objects go by."""
    flaws = []
    expected = list(_expected(services))
    for name, sha256 in track(expected):
        flaw = _object_flaw(services, name, sha256)
        if flaw and name.startswith(PHOTO_PREFIX):
            # Its owner may have taken it back since the rows were read. Whoever does so just now is waited for: the object goes first.
            with services.database.writing() as session:
                is_kept = session.get(Photo, sha256, with_for_update=True) is not None
                flaw = _object_flaw(services, name, sha256) if is_kept else None
        if flaw:
            flaws.append(flaw)
    documents = (*_channel_flaws(services), *_key_set_flaws(services))
    flaws += [flaw for flaw in documents if flaw]
    flaws += _untrusted_manifests(services)
    return Verification(len(expected) + len(documents), flaws)


def sweep_orphans(services: Services, older_than: timedelta, *, dry_run: bool) -> list[str]:
    """Remove photos without a row, and uploads without a report, that are older than `older_than`, and return their names."""
    limit = now() - older_than
    removed = []
    for entry in chain(services.store.list(INCOMING_PREFIX), services.store.list(PHOTO_PREFIX)):
        if entry.modified_at >= limit:
            continue
        sha256 = photo_sha256(entry.name)
        if sha256:
            if not _remove_unless_kept(services, sha256, dry_run=dry_run):
                continue
        elif not dry_run:
            services.store.delete(entry.name)
        removed.append(entry.name)
    if isinstance(services.store, LocalStorage) and not dry_run:
        services.store.remove_partial_files(limit)
    return removed


def _remove_unless_kept(services: Services, sha256: str, *, dry_run: bool) -> bool:
    """Remove a photo that has no row; tell whether there was none.

    The row is made and taken away again: a phone that sends the same picture just now waits for it, then looks whether the object is
    still there (`backend/feedback.py`).
    """
    with services.database.reading() as session:
        if session.get(Photo, sha256):
            return False
    if dry_run:
        return True
    with services.database.writing() as session:
        row = {"sha256": sha256, "size_bytes": 0, "width": 0, "height": 0}
        statement = insert_for(session, Photo).values(row).on_conflict_do_nothing().returning(Photo.sha256)
        if session.scalar(statement) is None:
            return False
        services.store.delete(photo_key(sha256).name)
        session.execute(delete(Photo).where(Photo.sha256 == sha256))
    return True


def _probe_privacy(store: Storage, say: Callable[[str], None], warn: Callable[[str], None]) -> None:
    photo = ObjectKey(f"{PHOTO_PREFIX}probe-{secrets.token_hex(8)}.txt", "text/plain", PRIVATE)
    store.put(photo, b"nobody else's business")
    try:
        _expect(
            not store.is_public(photo.name),
            f"lets strangers read {PHOTO_PREFIX}: photos that users sent would be public. Let only models/, manifests/ and "
            "channels/ be read by everybody, if anything",
        )
        say("strangers cannot read photos")
    finally:
        store.delete(photo.name)
    try:
        keeps_deleted = store.keeps_deleted()
    except StoreError as error:
        warn(f"cannot tell whether deleted objects stay as old versions: {error}")
        return
    if keeps_deleted:
        warn(
            "the bucket keeps old versions: photos that users take back stay behind. Let a lifecycle rule remove noncurrent "
            "versions; suspending versioning leaves those that there are"
        )
    else:
        say("nothing stays behind as an old version")


def _expect(holds: bool, failure: str) -> None:
    if not holds:
        raise StoreError(f"The store {failure}.")


def _refuses(store: Storage, key: ObjectKey, data: bytes, etag: str | None) -> bool:
    try:
        store.put_if(key, data, etag)
    except PreconditionFailedError:
        return True
    return False


def _winners(store: Storage, key: ObjectKey) -> int:
    etag = store.read(key.name).etag
    with ThreadPoolExecutor(CONTENDERS) as pool:
        refused = pool.map(lambda i: _refuses(store, key, f"contender {i}".encode(), etag), range(CONTENDERS))
        return sum(not each for each in refused)


def _object_flaw(services: Services, name: str, sha256: str) -> str | None:
    try:
        found = hashlib.sha256(services.store.read(name).data).hexdigest()
    except ObjectNotFoundError:
        return f"{name} is missing"
    return None if found == sha256 else f"{name} was changed: its SHA-256 is {found}"


def _expected(services: Services) -> Iterator[tuple[str, str]]:
    """Yield the name and hash of each object that the database knows of."""
    with services.database.reading() as session:
        releases = session.scalars(select(Release).where(Release.state != ReleaseState.UPLOADING)).all()
        photos = session.scalars(select(Photo.sha256)).all()
    for release in releases:
        yield model_key(release.model_sha256).name, release.model_sha256
        yield manifest_key(release.kind, release.version).name, release.manifest_sha256
    for sha256 in photos:
        yield photo_key(sha256).name, sha256


def channel_flaw(services: Services, kind: Kind) -> str | None:
    """Say what is wrong with the stored channel of a kind, or None: it is the latest publication, signed and not expired."""
    channel = CHANNELS[kind]
    stored = services.store.read_or_none(channel.name)
    with services.database.reading() as session:
        publication = latest_publication(session, kind)
    if publication is None:
        return None if stored is None else f"{channel} exists although nothing is published"
    if stored is None:
        return f"{channel} is missing; `flask sync-channel` writes it"
    try:
        payload = unseal(stored.data, CHANNEL_TYPE, trusted_keys(services.settings, "channel"))
    except EnvelopeError as error:
        return f"{channel} was changed: {error}"
    if payload != channel_payload(publication):
        return f"{channel} is not the latest publication; `flask sync-channel` writes it"
    if publication.expires_at <= now():
        return f"{channel} has expired; `flask refresh-channel` renews it"
    return None


def _channel_flaws(services: Services) -> Iterator[str | None]:
    """Examine the channel of each kind that there is, or that there should be."""
    for kind in Kind:
        flaw = channel_flaw(services, kind)
        if flaw or services.store.exists(CHANNELS[kind].name):
            yield flaw


def _untrusted_manifests(services: Services) -> Iterator[str]:
    """Name each version that phones could be offered and would refuse."""
    if not services.settings.trusted_keys_file.exists():
        return  # As below.
    trusted = trusted_keys(services.settings, "release")
    usable = Release.state.not_in([ReleaseState.UPLOADING, ReleaseState.WITHDRAWN])
    with services.database.reading() as session:
        releases = session.scalars(select(Release).where(usable)).all()
    for release in releases:
        try:
            unseal(release.manifest, MANIFEST_TYPE, trusted)
        except EnvelopeError as error:
            yield (
                f"{manifest_key(release.kind, release.version)} is refused by phones: {error} Publish the model under a new "
                f"version, and withdraw {release.version}"
            )


def _key_set_flaws(services: Services) -> list[str | None]:
    """Follow the sets as phones do, from the first, which is built into apps alone, to the keys that are trusted now."""
    if not services.settings.trusted_keys_file.exists():
        # Feedback alone needs no keys; where something is published, the channel's check has missed them already.
        return []
    trusted = read_trusted_keys(services.settings)
    last = json.loads(trusted).get("number", 1)
    flaws: list[str | None] = []
    before: PublicKeys | None = None
    for number in range(2, last + 1):
        stored = services.store.read_or_none(key_set_key(number).name)
        flaw, before = _key_set_flaw(number, stored, before, trusted if number == last else None)
        flaws.append(flaw)
    return flaws


def _key_set_flaw(
    number: int, stored: StoredObject | None, before: PublicKeys | None, expected: bytes | None
) -> tuple[str | None, PublicKeys | None]:
    """Say what is wrong with one set, and which release keys it claims, which the set after it bears out.

    Args:
        number: the set's.
        stored: what lies where it should.
        before: the release keys that the set before it claims, one of which must have signed this one; None where there is no such set or it is not sound.
        expected: what it must hold, where that is known.
    """
    key = key_set_key(number)
    if stored is None:
        return f"{key} is missing: phones with older keys take no updates", None
    try:
        # A set is signed by its own release key as well.
        own = keys_of(unverified_payload(stored.data), "release", str(key))
        payload = unseal(stored.data, KEYS_TYPE, own)
    except (EnvelopeError, KeyMaterialError) as error:
        return f"{key} was changed: {error}", None
    if json.loads(payload).get("number") != number:
        return f"{key} is not set {number}", None
    try:
        if before is not None:
            unseal(stored.data, KEYS_TYPE, before)
    except EnvelopeError:
        return (
            f"{key} is not signed by {key_set_key(number - 1)}: one of the two was changed; restore both",
            own,
        )
    if expected not in (None, payload):
        return f"{key} does not hold the keys of trusted-keys.json", None
    return None, own
