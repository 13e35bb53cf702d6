"""Photos that phones send straight to the bucket: offered, fetched when the report comes, and gone from there after it."""

import hashlib

from backend import feedback
from backend.errors import (
    GoneError,
    InvalidInputError,
    NotFoundError,
    ObjectNotFoundError,
    UploadMissingError,
)
from backend.feedback import Submission
from backend.objects import incoming_folder, incoming_key
from backend.photos import MAX_PHOTO_BYTES
from backend.quotas import Quotas
from backend.schemas import Report, UploadOffer, UploadRequest
from backend.services import Services

VALID_SECONDS = 15 * 60
"""For how long an offer can be taken up."""


def offer(services: Services, wanted: UploadRequest, quotas: Quotas) -> UploadOffer:
    """Return a presigned POST that takes this one photo: its name, type and size are bound by the signature.

    Raises:
        NotFoundError: photos come with the report here.
        StoreError: there are no credentials to sign it with.
        TooManyRequestsError: a quota is used up.
    """
    address = services.settings.direct_upload_url
    if address is None:
        raise NotFoundError("Photos come with the report here.")
    key = incoming_key(wanted.id, wanted.photo_sha256)
    fields = services.store.presigned_upload(key, wanted.size_bytes, VALID_SECONDS)
    with services.database.writing() as session:
        quotas.use(session.connection())
    return UploadOffer(url=address, fields=fields)


def submit(services: Services, report: Report, photo_sha256: str, quotas: Quotas) -> Submission:
    """Store a report whose photo was sent to the bucket, as if the photo had come with it.

    Raises:
        UploadMissingError: the photo is not there, or not what was announced; sending it along is the way on.
        Besides, whatever `feedback.submit` raises.
    """
    photo = _fetch(services, report.id, photo_sha256)
    if photo is None:
        # A report that is sent again after it was stored has no photo there any more.
        known = feedback.recognise(services, report, photo_sha256)
        if known is None:
            raise UploadMissingError("The photo did not arrive; send it with the report.", "photo_sha256")
        return known
    try:
        submission = feedback.submit(services, report, photo, quotas)
    except (GoneError, InvalidInputError):
        # It is refused for good: nobody comes back for the photo.
        discard(services, report.id)
        raise
    discard(services, report.id)
    return submission


def discard(services: Services, feedback_id: str) -> None:
    """Delete what was sent to the bucket for a report; nothing being there is fine."""
    if services.settings.direct_upload_url is not None:
        for entry in list(services.store.list(incoming_folder(feedback_id))):
            services.store.delete(entry.name)


def _fetch(services: Services, feedback_id: str, photo_sha256: str) -> bytes | None:
    """Return the photo, or None where there is none of that hash. Never more than one byte over the limit is read."""
    if services.settings.direct_upload_url is None:
        return None
    try:
        data = services.store.read_start(incoming_key(feedback_id, photo_sha256).name, MAX_PHOTO_BYTES + 1)
    except ObjectNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == photo_sha256 else None
