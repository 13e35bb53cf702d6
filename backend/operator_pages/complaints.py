"""The list of complaints, and their photos."""

import base64
import json
from uuid import UUID

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload

from backend.channel import latest_publication
from backend.errors import NotFoundError, ObjectNotFoundError
from backend.models import Feedback, Platform, Publication
from backend.objects import photo_key
from backend.operator_pages.access import signed_in
from backend.operator_pages.blueprint import blueprint
from backend.services import services

PAGE_SIZE = 24
PLATFORM_NAMES = {Platform.WEB: "the web", Platform.IOS: "iOS", Platform.ANDROID: "Android"}


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
