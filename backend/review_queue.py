"""The complaints in the order that reviewers take them: the surest mistakes first, like ones together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from backend.complaint_statistics import newest_first
from backend.database import utc_midnight
from backend.models import Feedback, Label, Photo, Platform, Review, ReviewState
from backend.near_duplicates import look_alike

DUPLICATES_SHOWN = 23
DUPLICATES_LOOKED_THROUGH = 5_000
UNSETTLED = (ReviewState.OPEN, ReviewState.DISPUTED)


class Order(StrEnum):
    """How complaints are sorted."""

    NEWEST = "newest"
    SUREST = "surest"


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which complaints are wanted; None wants all."""

    version: str | None = None
    platform: Platform | None = None
    verdict: Label | None = None
    """What the app said."""
    state: ReviewState | None = None
    since: date | None = None
    until: date | None = None
    """The last day, included."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return them as SQL."""
        wanted: list[ColumnElement[bool] | None] = [
            Feedback.model_version == self.version if self.version else None,
            Feedback.platform == self.platform if self.platform else None,
            Feedback.verdict == self.verdict if self.verdict else None,
            Feedback.review_state == self.state if self.state else None,
            Feedback.received_at >= utc_midnight(self.since) if self.since else None,
            Feedback.received_at < utc_midnight(self.until) + timedelta(days=1) if self.until else None,
        ]
        return [condition for condition in wanted if condition is not None]


def sureness() -> ColumnElement[float]:
    """How sure the model was of what the user says is wrong, in [0, 1]."""
    return case((Feedback.claimed_label == Label.POSITIVE, 1 - Feedback.score), else_=Feedback.score)


def sureness_of(complaint: Feedback) -> float:
    """Return the same for one complaint."""
    return 1 - complaint.score if complaint.claimed_label is Label.POSITIVE else complaint.score


def listing(filters: Filters, order: Order, after: Feedback | None, limit: int) -> Select[Feedback]:
    """Select complaints with their photos, `limit` of them, from the one behind `after` on."""
    query = select(Feedback).options(joinedload(Feedback.photo)).where(*filters.conditions()).limit(limit)
    columns: list[ColumnElement[Any]] = [Feedback.received_at.expression, Feedback.id.expression]
    values: list[Any] = [after.received_at, after.id] if after else []
    if order is Order.SUREST:
        columns.insert(0, sureness())
        values = [sureness_of(after), *values] if after else []
    if after:
        # As the columns' own types: PostgreSQL compares no UUID with text.
        query = query.where(tuple_(*columns) < tuple_(*values, types=[column.type for column in columns]))
    return query.order_by(*(column.desc() for column in columns))


def next_for(
    session: Session, operator: str, filters: Filters, after: Feedback | None = None
) -> Feedback | None:
    """Return the complaint that the operator should look at next, surest mistake first, or None when nothing is left."""
    query = listing(filters, Order.SUREST, after, 1).where(_awaits(operator))
    return session.scalar(query)


def waiting_for(session: Session, operator: str, filters: Filters) -> int:
    """Return how many complaints the operator has yet to look at."""
    query = select(func.count()).select_from(Feedback).where(*filters.conditions(), _awaits(operator))
    return session.scalar(query) or 0


def near_duplicates(session: Session, operator: str, complaint: Feedback) -> Sequence[Feedback]:
    """Return complaints with the same claim about a photo that looks like this one's, which the operator has yet to look at."""
    if complaint.photo is None or complaint.photo.difference_hash is None:
        return []
    others = session.execute(
        select(Feedback.id, Photo.difference_hash)
        .join(Feedback.photo)
        .where(
            Feedback.id != complaint.id,
            Feedback.claimed_label == complaint.claimed_label,
            Photo.difference_hash.is_not(None),
            _awaits(operator),
        )
        .order_by(Feedback.received_at)
        .limit(DUPLICATES_LOOKED_THROUGH)
    )
    alike = [other for other, seen in others if seen and look_alike(complaint.photo.difference_hash, seen)]
    query = select(Feedback).options(joinedload(Feedback.photo))
    return session.scalars(
        query.where(Feedback.id.in_(alike[:DUPLICATES_SHOWN])).order_by(Feedback.received_at, Feedback.id)
    ).all()


def known_versions(session: Session) -> list[str]:
    """Return the model versions that complaints are about, newest first."""
    return newest_first(set(session.scalars(select(Feedback.model_version).distinct())))


def _awaits(operator: str) -> ColumnElement[bool]:
    """Whatever has a photo to look at, is not settled, and has no standing decision of this operator."""
    decided = select(Review.id).where(
        Review.feedback_id == Feedback.id, Review.operator == operator, Review.undone_at.is_(None)
    )
    return and_(Feedback.photo_sha256.is_not(None), Feedback.review_state.in_(UNSETTLED), ~decided.exists())
