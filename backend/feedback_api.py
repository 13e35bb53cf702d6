"""The feedback resource of the HTTP API."""

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue

from backend import feedback
from backend.client_address import client_address
from backend.photos import MAX_PHOTO_BYTES
from backend.quotas import feedback_quotas
from backend.schemas import DeletionHeaders, FeedbackForm, FeedbackReceipt
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
        409: "The id is taken by other content.",
        410: "Deleted.",
    },
)
def submit_feedback(form: FeedbackForm) -> ResponseReturnValue:
    """Store a complaint once, however often it is sent."""
    upload = form.photo.read() if form.photo else None
    settings = services().settings
    address = client_address(request, settings.trusted_proxies)
    quotas = feedback_quotas(settings, form.report.install_id, address)
    submission = feedback.submit(services(), form.report, upload, quotas)
    status = HTTPStatus.CREATED if submission.created else HTTPStatus.OK
    return submission.receipt.model_dump(), status


@blueprint.delete("/feedback/<feedback_id>")
@blueprint.input(DeletionHeaders, location="headers", arg_name="headers")
@blueprint.output({}, status_code=HTTPStatus.NO_CONTENT, description="Gone, now or before.")
@blueprint.doc(
    summary="Take a report back", responses={403: "The header Deletion-Token is missing or wrong."}
)
def delete_feedback(feedback_id: str, headers: DeletionHeaders) -> ResponseReturnValue:
    """Delete a complaint and its photo with the token that only its sender has."""
    deleted_at = feedback.forget(services(), feedback_id, headers.deletion_token)
    receipt = {RECEIPT_HEADER: f"{feedback_id} {deleted_at:%Y-%m-%dT%H:%M:%SZ}"} if deleted_at else {}
    return "", HTTPStatus.NO_CONTENT, receipt


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
