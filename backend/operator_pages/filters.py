"""The filters of the complaints' pages, read from an address and written into one."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import request

from backend.models import Feedback, Label, Platform, ReviewState
from backend.review_queue import Filters
from backend.services import services

T = TypeVar("T")


def filters_in_request() -> Filters:
    """Return what the address asks for; a value that cannot be is as good as none."""
    return Filters(
        version=_argument("version", str),
        platform=_argument("platform", Platform),
        verdict=_argument("verdict", Label),
        state=_argument("state", ReviewState),
        since=_argument("since", date.fromisoformat),
        until=_argument("until", _last_day),
    )


def arguments_of(filters: Filters) -> dict[str, Any]:
    """Return the arguments that bring these filters back."""
    return {name: str(value) for name, value in vars(filters).items() if value is not None}


def complaint_in_request(name: str) -> Feedback | None:
    """Return the complaint whose id is the argument `name`, or None."""
    feedback_id = _argument(name, UUID)
    if feedback_id is None:
        return None
    with services().database.reading() as session:
        return session.get(Feedback, str(feedback_id))


def _last_day(text: str) -> date:
    day = date.fromisoformat(text)
    if day == date.max:
        raise ValueError("no day comes after it, and the last day is included")
    return day


def _argument(name: str, parse: Callable[[str], T]) -> T | None:
    text = request.args.get(name, "").replace("\0", "")
    try:
        return parse(text) if text else None
    except ValueError:
        return None
