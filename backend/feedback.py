"""Keeps complaints: once each, photo before row, and gone for good when their owner says so."""

import hashlib
import hmac
import re
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, null, select, text, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.database import UtcDateTime
from backend.errors import ConflictError, ForbiddenError, GoneError, InvalidInputError
from backend.models import Feedback, Photo, ReviewState, Tombstone, now
from backend.objects import photo_key
from backend.photos import CleanPhoto, clean_photo
from backend.prepared import Prepared
from backend.quotas import Quotas
from backend.schemas import UUID_PATTERN, FeedbackReceipt, Report
from backend.services import Services

TOKEN_HEADER = "Deletion-Token"  # noqa: S105  (a header's name)

feedback_table, photo_table, tombstone_table = Feedback.__table__, Photo.__table__, Tombstone.__table__
RECOGNISE = Prepared(
    union_all(
        select(null().label("content_sha256"), null().label("photo_sha256")).where(
            tombstone_table.c.feedback_id == bindparam("id")
        ),
        select(feedback_table.c.content_sha256, feedback_table.c.photo_sha256).where(
            feedback_table.c.id == bindparam("id")
        ),
    )
)
"""What is known of an id: nothing, the content that was stored under it, or that it was deleted, which has no content."""
TOMBSTONE_OF = Prepared(
    select(tombstone_table.c.feedback_id).where(tombstone_table.c.feedback_id == bindparam("id"))
)
STORE = Prepared(
    insert(feedback_table),  # type: ignore[arg-type]  # a declarative class has a Table, whatever the annotation says
    feedback_table.columns.keys(),
)
STORE_PHOTO = Prepared(
    text(
        "INSERT INTO photos (sha256, size_bytes, width, height, difference_hash, stored_at) "
        "VALUES (:sha256, :size_bytes, :width, :height, :difference_hash, :stored_at) "
        "ON CONFLICT DO NOTHING RETURNING sha256"
    ).bindparams(bindparam("stored_at", type_=UtcDateTime))
)
LOCK_ID = Prepared(text("SELECT pg_advisory_xact_lock(hashtextextended(:id, 0))"))
LOCK_PHOTO = (
    select(photo_table.c.sha256)
    .where(photo_table.c.sha256 == bindparam("sha256"))
    .with_for_update(read=True, key_share=True)
)


class Submission(NamedTuple):
    """The receipt, and whether this request is the one that created the feedback."""

    receipt: FeedbackReceipt
    created: bool


def submit(services: Services, report: Report, upload: bytes | None, quotas: Quotas) -> Submission:
    """Store a report and its photo, or recognise them as stored already.

    The photo is safe in the store before the row is written, so a row never lacks its photo; a crash in between leaves an
    object without a row, which `flask sweep` removes.

    Raises:
        ConflictError: the id is taken by other content.
        GoneError: the feedback was deleted by its owner.
        InvalidInputError, TooLargeError: the photo is not acceptable.
        TooManyRequestsError: a quota is used up; what is stored already is answered all the same.
    """
    content_sha256 = _content_sha256(report, hashlib.sha256(upload).digest() if upload is not None else None)
    with services.database.reading_rows() as connection:
        known = _recognise(connection, report.id, content_sha256)
        if known:
            return known
        quotas.check(connection)
    photo = clean_photo(upload) if upload is not None else None
    if photo:
        services.store.put(photo_key(photo.sha256), photo.data)

    def store(connection: Connection) -> None:
        if photo:
            _keep_photo(services, connection, photo)
        STORE.run(connection, _row(report, content_sha256, photo))
        quotas.use(connection)
        # Only after this can nobody store and delete this id in between any more, nor keep it out.
        _lock_id(services, connection, report.id)
        if TOMBSTONE_OF.run(connection, {"id": report.id}):
            raise _gone()

    try:
        services.database.write(store)
    except IntegrityError:
        # The same id came twice at once and the other request was first.
        with services.database.reading_rows() as connection:
            known = _recognise(connection, report.id, content_sha256)
        if known:
            return known
        raise
    return Submission(FeedbackReceipt(id=report.id, has_photo=photo is not None), created=True)


def recognise(services: Services, report: Report, photo_sha256: str) -> Submission | None:
    """Recognise a report that was stored with a photo of this hash, without having the photo.

    Raises:
        ConflictError, GoneError: as `submit`.
    """
    content_sha256 = _content_sha256(report, bytes.fromhex(photo_sha256))
    with services.database.reading_rows() as connection:
        return _recognise(connection, report.id, content_sha256)


def forget(services: Services, feedback_id: str, token: str | None, quotas: Quotas) -> datetime:
    """Delete feedback and its photo, leaving a tombstone; return since when it has been gone.

    What was never here gets a tombstone too: the report may still be under way, held up on its way to the store.

    Raises:
        InvalidInputError: the id is no UUID.
        ForbiddenError: the token is missing, or not the one whose hash came with the report.
        TooManyRequestsError: a quota is used up, which only what was never here counts towards.
    """
    _check_uuid(feedback_id, "id")
    token_hash = _hash_of(token)
    gone_since = _forget_known(services, feedback_id, token_hash)
    if gone_since is None:
        _keep_out(services, feedback_id, token_hash, quotas)
        gone_since = _forget_known(services, feedback_id, token_hash)
        assert gone_since is not None, "what was kept out, or came just before, is known"
    return gone_since


def _forget_known(services: Services, feedback_id: str, token_hash: str) -> datetime | None:
    """Delete feedback that is here; return since when it has been gone, None for what never was here."""
    with services.database.writing() as session:
        owner = lock(session, feedback_id) or session.get(Tombstone, feedback_id)
        if owner is None:
            return None
        if not hmac.compare_digest(token_hash, owner.deletion_token_hash):
            raise ForbiddenError("The deletion token is not that of this feedback.", TOKEN_HEADER)
        if isinstance(owner, Tombstone):
            return owner.deleted_at
        return bury(services, session, owner)


def _keep_out(services: Services, feedback_id: str, token_hash: str, quotas: Quotas) -> None:
    """Leave a tombstone where nothing is, unless something has come meanwhile."""
    with services.database.writing() as session:
        connection = session.connection()
        quotas.use(connection)
        # A report that is being stored is there after this, or will find the tombstone.
        _lock_id(services, connection, feedback_id)
        if not RECOGNISE.run(connection, {"id": feedback_id}):
            session.add(Tombstone(feedback_id=feedback_id, deletion_token_hash=token_hash, deleted_at=now()))


def forget_install(services: Services, install_id: str, token: str | None) -> int:
    """Delete everything that an install sent under this token, leaving tombstones; return how many reports that were.

    Raises:
        InvalidInputError: the id is no UUID.
        ForbiddenError: the token is missing, or none of what the install sent came with its hash.
    """
    _check_uuid(install_id, "install_id")
    token_hash = _hash_of(token)
    with services.database.writing() as session:
        sent = session.execute(
            select(Feedback.id, Feedback.deletion_token_hash)
            .where(Feedback.install_id == install_id)
            .order_by(Feedback.photo_sha256, Feedback.id)
        ).all()
        own = [feedback_id for feedback_id, owner in sent if hmac.compare_digest(token_hash, owner)]
        if sent and not own:
            raise ForbiddenError("The deletion token is not that of this install's feedback.", TOKEN_HEADER)
        locked = [feedback for feedback_id in own if (feedback := lock(session, feedback_id))]
        for feedback in locked:
            bury(services, session, feedback)
        return len(locked)


def bury(services: Services, session: Session, feedback: Feedback) -> datetime:
    """Delete locked feedback and leave a tombstone; return its moment."""
    tombstone = Tombstone(
        feedback_id=feedback.id, deletion_token_hash=feedback.deletion_token_hash, deleted_at=now()
    )
    session.add(tombstone)
    _delete(services, session, feedback)
    return tombstone.deleted_at


def remove(services: Services, session: Session, feedback_id: str) -> bool:
    """Delete feedback without a tombstone; tell whether it was still there."""
    feedback = lock(session, feedback_id)
    if feedback is None:
        return False
    _delete(services, session, feedback)
    return True


def _delete(services: Services, session: Session, feedback: Feedback) -> None:
    photo_sha256 = feedback.photo_sha256
    session.delete(feedback)
    session.flush()
    if photo_sha256:
        _release_photo(services, session, photo_sha256)


def _check_uuid(text: str, field: str) -> None:
    if not re.fullmatch(UUID_PATTERN, text):
        raise InvalidInputError(f"{field}: not a lower-case UUID.", field)


def _hash_of(token: str | None) -> str:
    if not token:
        raise ForbiddenError(f"The header {TOKEN_HEADER} is missing.", TOKEN_HEADER)
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _gone() -> GoneError:
    return GoneError("This feedback was deleted by its owner and cannot be sent again.", "id")


def lock(session: Session, feedback_id: str) -> Feedback | None:
    """Return feedback that nobody else can delete meanwhile.

    Its photo is locked before it, as in `_keep_photo`: deleting a photo's row looks at every feedback that shares it, so two
    deletions that each held their own feedback first would wait for one another.
    """
    photo_sha256 = session.scalar(select(Feedback.photo_sha256).where(Feedback.id == feedback_id))
    if photo_sha256:
        session.get(Photo, photo_sha256, with_for_update=True)
    return session.get(Feedback, feedback_id, with_for_update=True)


def _lock_id(services: Services, connection: Connection, feedback_id: str) -> None:
    """Wait for whoever stores this id or keeps it out, and keep others from it until the transaction ends.

    There may be no row yet that could be locked. SQLite has one writer anyway.
    """
    if not services.database.is_sqlite:
        LOCK_ID.run(connection, {"id": feedback_id})


def _recognise(connection: Connection, feedback_id: str, content_sha256: str) -> Submission | None:
    rows = RECOGNISE.run(connection, {"id": feedback_id})
    if not rows:
        return None
    stored_sha256, photo_sha256 = rows[0]
    if stored_sha256 is None:
        raise _gone()
    if stored_sha256 != content_sha256:
        raise ConflictError("Other feedback was stored under this id; use a new one.", "id")
    receipt = FeedbackReceipt(id=feedback_id, has_photo=photo_sha256 is not None)
    return Submission(receipt, created=False)


def _keep_photo(services: Services, connection: Connection, photo: CleanPhoto) -> None:
    """Write the photo's row unless there is one, lock it, and make sure that the object is still there.

    Deleting the last feedback of the same picture removes its object while holding this row's lock. Whoever gets the
    lock second looks again.
    """
    row = {
        "sha256": photo.sha256,
        "size_bytes": len(photo.data),
        "width": photo.width,
        "height": photo.height,
        "difference_hash": photo.difference_hash,
        "stored_at": now(),
    }
    while not STORE_PHOTO.run(connection, row):
        if connection.scalar(LOCK_PHOTO, {"sha256": photo.sha256}):
            break
    key = photo_key(photo.sha256)
    if not services.store.exists(key.name):
        services.store.put(key, photo.data)


def _release_photo(services: Services, session: Session, sha256: str) -> None:
    """Remove a photo that no feedback refers to any more; the foreign key tells."""
    try:
        with session.begin_nested():
            session.execute(delete(Photo).where(Photo.sha256 == sha256))
    except IntegrityError:
        return
    services.store.delete(photo_key(sha256).name)


def _row(report: Report, content_sha256: str, photo: CleanPhoto | None) -> dict[str, Any]:
    return report.model_dump() | {
        "received_at": now(),
        "review_state": ReviewState.OPEN,
        "outcome": None,
        "settled_at": None,
        "content_sha256": content_sha256,
        "photo_sha256": photo.sha256 if photo else None,
    }


def _content_sha256(report: Report, photo_digest: bytes | None) -> str:
    digest = hashlib.sha256(report.model_dump_json().encode())
    digest.update(photo_digest if photo_digest is not None else b"no photo")
    return digest.hexdigest()
