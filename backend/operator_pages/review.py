"""The review: one complaint after the other, a key for each decision, and a way back."""

from http import HTTPStatus
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from backend.drawn_boxes import count_without, standing
from backend.errors import InvalidInputError, NotFoundError
from backend.kinds import qualified
from backend.models import Decision, Feedback, Review, Training, now
from backend.operator_pages.access import signed_in
from backend.operator_pages.blueprint import blueprint
from backend.operator_pages.filters import arguments_of, complaint_in_request, filters_in_request
from backend.operator_pages.wording import PLATFORM_NAMES, STATE_NAMES, wording
from backend.review_queue import (
    Filters,
    known_versions,
    near_duplicates,
    next_for,
    sureness_of,
    waiting_for,
)
from backend.reviews import decide, history, undo
from backend.server_scores import SCORE_BUDGET, drifts, scores
from backend.services import services
from backend.sessions import check_csrf_token

KEYS = {
    Decision.POSITIVE: "y",
    Decision.NEGATIVE: "n",
    Decision.UNSURE: "u",
    Decision.UNUSABLE: "x",
    Decision.SPAM: "s",
}


@blueprint.get("/review")
@signed_in
def review() -> ResponseReturnValue:
    """Show the complaint that the operator should look at next; `?after=ID` goes on behind that one."""
    filters, after = filters_in_request(), complaint_in_request("after")
    with services().database.reading() as session:
        complaint = next_for(session, g.operator.name, filters, after)
    return _page(filters, complaint)


@blueprint.get("/review/<uuid:feedback_id>")
@signed_in
def review_one(feedback_id: UUID) -> ResponseReturnValue:
    """Show one complaint, whatever has been decided about it."""
    with services().database.reading() as session:
        complaint = session.get(Feedback, str(feedback_id), options=[joinedload(Feedback.photo)])
    if complaint is None:
        raise NotFoundError("There is no such complaint. It may have been deleted by whoever sent it.")
    return _page(filters_in_request(), complaint)


@blueprint.post("/review/<uuid:feedback_id>")
@signed_in
def record_decision(feedback_id: UUID) -> ResponseReturnValue:
    """Record a decision on a complaint and the near-duplicates that were ticked, and go on to the next."""
    check_csrf_token()
    try:
        decision = Decision(request.form.get("decision", ""))
        ids = [str(feedback_id), *(str(UUID(text)) for text in request.form.getlist("also"))]
    except ValueError as error:
        raise InvalidInputError("This is no decision that can be recorded. Go back and try again.") from error
    with services().database.writing() as session:
        decided = decide(session, g.operator.name, ids, decision)
        words = wording(session)
        wants_boxes = session.scalar(
            select(Feedback.photo_sha256.is_not(None)).where(
                Feedback.id == str(feedback_id), Feedback.outcome == Decision.POSITIVE
            )
        )
    if decided == 0:
        flash("This complaint was deleted by whoever sent it.", "gone")
    else:
        word = words.decisions[decision]
        if wants_boxes:
            flash(str(feedback_id), "draw")
        flash(word if decided == 1 else f"{word}, for {decided} photos that look alike", "decided")
    return redirect(url_for("operator.review", **arguments_of(filters_in_request())), HTTPStatus.SEE_OTHER)


@blueprint.post("/review/undo")
@signed_in
def undo_decision() -> ResponseReturnValue:
    """Take the operator's latest decision back, and show what it was about."""
    check_csrf_token()
    with services().database.writing() as session:
        ids = undo(session, g.operator.name)
    arguments = arguments_of(filters_in_request())
    if not ids:
        flash("There is nothing to undo.", "gone")
        return redirect(url_for("operator.review", **arguments), HTTPStatus.SEE_OTHER)
    flash("Taken back. Decide again.", "undone")
    return redirect(url_for("operator.review_one", feedback_id=ids[0], **arguments), HTTPStatus.SEE_OTHER)


def _page(filters: Filters, complaint: Feedback | None) -> str:
    name = g.operator.name
    with services().database.reading() as session:
        words = wording(session)
        common = {
            "complaint": complaint,
            "filters": filters,
            "arguments": arguments_of(filters),
            "words": words,
            "versions": known_versions(session),
            "platforms": PLATFORM_NAMES,
            "states": STATE_NAMES,
            "waiting": waiting_for(session, name, filters),
            "decided_today": _decided_today(session, name),
            "without_boxes": count_without(session),
        }
        if complaint is None:
            return render_template("operator/review_done.html", **common)
        alike = near_duplicates(session, name, complaint)
        reviews = history(session, complaint.id)
        boxes = standing(session, complaint.id)
        following = next_for(session, name, filters, complaint)
        learnt_by = [
            qualified(training.kind, training.model_version)
            for training in session.scalars(
                select(Training).where(Training.photo_sha256 == complaint.photo_sha256)
            )
        ]
    here = _scores(complaint, words.live_version)
    own = here.get(complaint.model_version)
    return render_template(
        "operator/review.html",
        **common,
        alike=alike,
        reviews=reviews,
        boxes=boxes,
        following=following,
        learnt_by=learnt_by,
        sureness=sureness_of(complaint),
        own_score=own,
        drifts=own is not None and drifts(complaint.score, own),
        live_score=here.get(words.live_version) if words.live_version else None,
        budget=SCORE_BUDGET,
        keys=KEYS,
    )


def _scores(complaint: Feedback, live_version: str | None) -> dict[str, float]:
    if complaint.photo_sha256 is None:
        return {}
    versions = {complaint.model_version} | ({live_version} if live_version else set())
    return scores(services(), complaint.photo_sha256, versions)


def _decided_today(session: Session, operator: str) -> int:
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(func.count()).where(
        Review.operator == operator, Review.undone_at.is_(None), Review.decided_at >= midnight
    )
    return session.scalar(query) or 0
