"""Drawing boxes on photos that reviewers settled as positive: a step of its own, for whoever has the time."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from backend.drawn_boxes import (
    checked,
    corners_of,
    count_without,
    history,
    lock_report,
    next_without,
    replace,
    standing,
)
from backend.errors import InvalidInputError, NotFoundError
from backend.models import DrawnBox, Feedback
from backend.operator_pages.access import signed_in
from backend.operator_pages.blueprint import blueprint
from backend.operator_pages.filters import arguments_of, complaint_in_request, filters_in_request
from backend.operator_pages.wording import wording
from backend.services import services
from backend.sessions import check_csrf_token

EDGES = {"x0": "Left", "y0": "Top", "x1": "Right", "y1": "Bottom"}
"""What each field of a box is called."""

Row = list[str]
"""The four fields of a box as they are typed, in percent."""


@blueprint.get("/review/boxes")
@signed_in
def review_boxes() -> ResponseReturnValue:
    """Show the next photo that lacks boxes; `?after=ID` goes on behind that one."""
    with services().database.reading() as session:
        complaint = next_without(session, complaint_in_request("after"))
    return _page(complaint)


@blueprint.get("/review/<uuid:feedback_id>/boxes")
@signed_in
def review_boxes_of(feedback_id: UUID) -> ResponseReturnValue:
    """Show one photo with its boxes; `?then=review` goes back to the review afterwards."""
    return _page(_complaint(feedback_id))


@blueprint.post("/review/<uuid:feedback_id>/boxes")
@signed_in
def review_boxes_save(feedback_id: UUID) -> ResponseReturnValue:
    """Store the boxes, unless somebody else drew on the same photo meanwhile, and go on."""
    check_csrf_token()
    rows = [list(row) for row in zip(*(request.form.getlist(edge) for edge in EDGES), strict=False)]
    rows = [row for row in rows if any(text.strip() for text in row)]
    failure, status = None, HTTPStatus.OK
    with services().database.writing() as session:
        found = lock_report(session, str(feedback_id))
        if found and request.form.get("seen", "") != _seen(standing(session, str(feedback_id))):
            failure, status = (
                "Somebody else drew on this photo meanwhile; saving again puts yours in their place.",
                HTTPStatus.CONFLICT,
            )
        elif found:
            try:
                replace(session, g.operator.name, str(feedback_id), checked(map(_fractions, rows)))
            except InvalidInputError as error:
                failure, status = str(error), HTTPStatus.UNPROCESSABLE_ENTITY
    if failure:
        return _page(_complaint(feedback_id), rows, failure), status
    if not found:
        flash("This complaint was deleted by whoever sent it.", "gone")
    else:
        flash("No box" if not rows else "1 box" if len(rows) == 1 else f"{len(rows)} boxes", "decided")
    return redirect(_next(feedback_id), HTTPStatus.SEE_OTHER)


def _page(complaint: Feedback | None, rows: list[Row] | None = None, failure: str | None = None) -> str:
    with services().database.reading() as session:
        boxes = standing(session, complaint.id) if complaint else []
        context: dict[str, Any] = {
            "words": wording(session),
            "left": count_without(session),
            "history": history(session, complaint.id) if complaint else [],
        }
    return render_template(
        "operator/boxes.html",
        **context,
        complaint=complaint,
        edges=EDGES.items(),
        rows=[_percent(box) for box in boxes] if rows is None else rows,
        seen=_seen(boxes),
        failure=failure,
        then=request.args.get("then"),
        arguments=arguments_of(filters_in_request()),
        onward=_next(UUID(complaint.id)) if complaint else None,
    )


def _complaint(feedback_id: UUID) -> Feedback:
    with services().database.reading() as session:
        complaint = session.get(Feedback, str(feedback_id), options=[joinedload(Feedback.photo)])
    if complaint is None or complaint.photo_sha256 is None:
        raise NotFoundError("There is no such photo. It may have been deleted by whoever sent it.")
    return complaint


def _next(feedback_id: UUID) -> str:
    if request.args.get("then") == "review":
        return url_for("operator.review", **arguments_of(filters_in_request()))
    return url_for("operator.review_boxes", after=feedback_id)


def _seen(boxes: list[DrawnBox]) -> str:
    """Name the boxes that a page shows, to notice when others have taken their place."""
    return " ".join(str(box.id) for box in boxes)


def _percent(box: DrawnBox) -> Row:
    return [f"{100 * edge:.2f}" for edge in corners_of(box)]


def _fractions(row: Row) -> list[float]:
    try:
        return [float(text.replace(",", ".")) / 100 for text in row]
    except ValueError as error:
        raise InvalidInputError("A box has four edges, each a number from 0 to 100.") from error
