"""The operators' pages: complaints with their photos, and what is published."""

import base64
import json
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from backend.channel import latest_publication
from backend.errors import NotFoundError, ObjectNotFoundError
from backend.models import Feedback, Operator, Platform, Publication, Release
from backend.objects import photo_key
from backend.operator_accounts import authenticate, find_operator, mark_of
from backend.services import services
from backend.sessions import check_csrf_token, csrf_token

PAGE_SIZE = 24
PUBLICATIONS_SHOWN = 100
PLATFORM_NAMES = {Platform.WEB: "the web", Platform.IOS: "iOS", Platform.ANDROID: "Android"}

log = logging.getLogger(__name__)
blueprint = APIBlueprint(
    "operator",
    __name__,
    url_prefix="/operator",
    static_folder="static",
    static_url_path="/static",
    enable_openapi=False,
)
blueprint.add_app_template_global(csrf_token)

P = ParamSpec("P")


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Send whoever is not signed in to the sign-in page; `g.operator` is set for the view."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.operator = _current_operator()
        if g.operator is None:
            return redirect(url_for("operator.sign_in_form"), HTTPStatus.SEE_OTHER)
        return view(*args, **kwargs)

    return guarded


@blueprint.get("/sign-in")
def sign_in_form() -> ResponseReturnValue:
    """Ask for name and password."""
    if _current_operator():
        return redirect(url_for("operator.complaints"), HTTPStatus.SEE_OTHER)
    return render_template("operator/sign_in.html", name="", failed=False)


@blueprint.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Start a session, or ask again."""
    check_csrf_token()
    name = request.form.get("name", "").strip()
    operator = authenticate(services().database, name, request.form.get("password", ""))
    if operator is None:
        log.warning("an operator's sign-in failed, from %s", request.remote_addr)
        page = render_template("operator/sign_in.html", name=name, failed=True)
        return page, HTTPStatus.UNAUTHORIZED
    session.clear()
    session.permanent = True
    session.update(operator_id=operator.id, mark=mark_of(operator))
    return redirect(url_for("operator.complaints"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    check_csrf_token()
    session.clear()
    return redirect(url_for("operator.sign_in_form"), HTTPStatus.SEE_OTHER)


@blueprint.get("")
@signed_in
def complaints() -> ResponseReturnValue:
    """List the complaints, newest first; `?before=ID` goes on after that one."""
    query = (
        select(Feedback)
        .options(joinedload(Feedback.photo))
        .order_by(Feedback.received_at.desc(), Feedback.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    with services().database.reading() as db:
        total = db.scalar(select(func.count()).select_from(Feedback))
        before = request.args.get("before", type=_uuid)
        last = db.get(Feedback, before) if before else None
        if last:
            position = tuple_(Feedback.received_at, Feedback.id)
            # As the columns' own types: PostgreSQL compares no UUID with text.
            kinds = (Feedback.received_at.type, Feedback.id.type)
            query = query.where(position < tuple_(last.received_at, last.id, types=kinds))
        rows = list(db.scalars(query))
        words = _words(latest_publication(db))
    page, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    return render_template(
        "operator/complaints.html",
        complaints=page,
        total=total,
        first_page=last is None,
        next_before=page[-1].id if more else None,
        words=words,
        platforms=PLATFORM_NAMES,
    )


@blueprint.get("/models")
@signed_in
def models() -> ResponseReturnValue:
    """Show the models and the publications; changing them is for the command line."""
    with services().database.reading() as db:
        releases = db.scalars(select(Release).order_by(Release.created_at.desc())).all()
        publications = db.scalars(
            select(Publication).order_by(Publication.sequence.desc()).limit(PUBLICATIONS_SHOWN)
        ).all()
        current = latest_publication(db)
    return render_template(
        "operator/models.html", releases=releases, publications=publications, current=current
    )


@blueprint.get("/photos/<sha256:sha256>.jpg")
@signed_in
def photo(sha256: str) -> ResponseReturnValue:
    """Serve a photo, to operators only."""
    try:
        data = services().store.read(photo_key(sha256).name).data
    except ObjectNotFoundError as error:
        raise NotFoundError("This photo is not in the store.") from error
    response: Response = current_app.response_class(data, mimetype="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _current_operator() -> Operator | None:
    if "operator_id" not in session:
        return None
    return find_operator(services().database, session["operator_id"], session.get("mark", ""))


def _words(publication: Publication | None) -> dict[str, str]:
    """Return the live model's words for its two labels; before the first model the labels' own names."""
    if publication is None:
        return {"positive": "Positive", "negative": "Negative"}
    # The manifest was verified when it was stored; only its words are wanted here.
    envelope = json.loads(publication.release.manifest)
    labels: dict[str, str] = json.loads(base64.b64decode(envelope["payload"]))["labels"]
    return labels


def _uuid(text: str) -> str:
    return str(UUID(text))
