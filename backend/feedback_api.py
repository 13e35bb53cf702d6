"""The feedback resource of the HTTP API."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from backend import feedback, uploads
from backend.client_address import client_address
from backend.errors import InvalidInputError
from backend.photos import MAX_PHOTO_BYTES
from backend.quotas import feedback_quotas, upload_quotas, withdrawal_quotas
from backend.schemas import DeletionHeaders, FeedbackForm, FeedbackReceipt, UploadOffer, UploadRequest
from backend.services import services

MAX_BODY_BYTES = MAX_PHOTO_BYTES + 64 * 1024
"""The photo, the report, and the multipart framing around them."""
MAX_FORM_PARTS = 8
RECEIPT_HEADER = "Deletion-Receipt"

blueprint = APIBlueprint("feedback", __name__, url_prefix="/api/v1")


@blueprint.before_request
def limit_body() -> None:
    """Refuse more than a report can need, whether announced or found out while reading."""
    request.max_content_length = MAX_BODY_BYTES
    request.max_form_parts = MAX_FORM_PARTS


@blueprint.post("/feedback")
@blueprint.input(FeedbackForm, location="form_and_files", arg_name="form")
@blueprint.output(FeedbackReceipt, status_code=HTTPStatus.CREATED, description="Stored.")
@blueprint.doc(
    summary="Report a wrong verdict",
    responses={
        200: "Stored before; nothing changed.",
        409: "The id is taken by other content, or the photo named by photo_sha256 did not arrive (upload_missing).",
        410: "Deleted.",
    },
)
def submit_feedback(form: FeedbackForm) -> ResponseReturnValue:
    """Store a complaint once, however often it is sent."""
    _refuse_other_files()
    settings = services().settings
    address = client_address(request, settings.trusted_proxies)
    quotas = feedback_quotas(settings, form.report.install_id, address)
    if form.photo_sha256:
        submission = uploads.submit(services(), form.report, form.photo_sha256, quotas)
    else:
        upload = form.photo.read() if form.photo else None
        submission = feedback.submit(services(), form.report, upload, quotas)
    status = HTTPStatus.CREATED if submission.created else HTTPStatus.OK
    return submission.receipt.model_dump(), status


def _refuse_other_files() -> None:
    """Refuse files that no field takes, which APIFlask passes over in silence: a photo sent under another name would be lost."""
    for name in request.files:
        if name != "photo":
            raise InvalidInputError(f"{name}: no file of a report; its photo is sent as photo.", name)


@blueprint.post("/uploads")
@blueprint.input(UploadRequest, arg_name="wanted")
@blueprint.output(UploadOffer, description="Offered.")
@blueprint.doc(
    summary="Ask to send a report's photo straight to the bucket",
    responses={404: "Not offered here: the photo comes with the report."},
)
def offer_upload(wanted: UploadRequest) -> ResponseReturnValue:
    """Tell a phone where to send a photo before its report."""
    settings = services().settings
    quotas = upload_quotas(settings, client_address(request, settings.trusted_proxies))
    return uploads.offer(services(), wanted, quotas).model_dump()


@blueprint.delete("/feedback/<feedback_id>")
@blueprint.input(DeletionHeaders, location="headers", arg_name="headers")
@blueprint.output({}, status_code=HTTPStatus.NO_CONTENT, description="Gone, now or before.")
@blueprint.doc(
    summary="Take a report back",
    responses={
        403: "The header Deletion-Token is missing or wrong.",
        429: "Nothing was here, and a quota is used up.",
    },
)
def delete_feedback(feedback_id: str, headers: DeletionHeaders) -> ResponseReturnValue:
    """Delete a complaint and its photo with the token that only its sender has."""
    settings = services().settings
    quotas = withdrawal_quotas(settings, client_address(request, settings.trusted_proxies))
    deleted_at = feedback.forget(services(), feedback_id, headers.deletion_token, quotas)
    uploads.discard(services(), feedback_id)
    return "", HTTPStatus.NO_CONTENT, {RECEIPT_HEADER: f"{feedback_id} {deleted_at:%Y-%m-%dT%H:%M:%SZ}"}


@blueprint.delete("/installs/<install_id>/feedback")
@blueprint.input(DeletionHeaders, location="headers", arg_name="headers")
@blueprint.output({}, status_code=HTTPStatus.NO_CONTENT, description="Gone, now or before.")
@blueprint.doc(
    summary="Take everything back that was sent with one token",
    responses={403: "The header Deletion-Token is missing or wrong."},
)
def delete_feedback_of_install(install_id: str, headers: DeletionHeaders) -> ResponseReturnValue:
    """Delete all complaints of an install that came with the token's hash."""
    feedback.forget_install(services(), install_id, headers.deletion_token)
    return "", HTTPStatus.NO_CONTENT
