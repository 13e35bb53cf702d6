"""The list of complaints, and their photos."""

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from backend.errors import NotFoundError, ObjectNotFoundError
from backend.models import Feedback
from backend.objects import photo_key
from backend.operator_pages.access import signed_in
from backend.operator_pages.blueprint import blueprint
from backend.operator_pages.filters import arguments_of, complaint_in_request, filters_in_request
from backend.operator_pages.wording import PLATFORM_NAMES, STATE_NAMES, wording
from backend.review_queue import Order, known_versions, listing, sureness_of
from backend.services import services

PAGE_SIZE = 24


@blueprint.get("/complaints")
@signed_in
def complaints() -> ResponseReturnValue:
    """List the complaints; `?after=ID` goes on behind that one."""
    filters, after = filters_in_request(), complaint_in_request("after")
    order = Order.SUREST if request.args.get("order") == Order.SUREST else Order.NEWEST
    with services().database.reading() as session:
        total = session.scalar(select(func.count()).select_from(Feedback).where(*filters.conditions()))
        rows = list(session.scalars(listing(filters, order, after, PAGE_SIZE + 1)))
        words, versions = wording(session), known_versions(session)
    page, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    return render_template(
        "operator/complaints.html",
        complaints=page,
        total=total,
        filters=filters,
        arguments=arguments_of(filters),
        order=order,
        orders=Order,
        sureness_of=sureness_of,
        first_page=after is None,
        next_after=page[-1].id if more else None,
        words=words,
        versions=versions,
        platforms=PLATFORM_NAMES,
        states=STATE_NAMES,
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
