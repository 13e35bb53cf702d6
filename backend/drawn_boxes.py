"""Boxes that reviewers draw around what a photo shows: kept with who drew them, replaced but never changed, and deleted with the report."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.errors import InvalidInputError
from backend.models import Decision, DrawnBox, Feedback, Label, ReviewState, now

DECIMALS = 4
"""Of an edge in fractions: finer than anybody draws, and what the exported list keeps."""
LEAST_SIDE = 0.005
MOST_BOXES = 100
"""On one photo; whoever draws more draws a crowd."""


class Corners(NamedTuple):
    """Left, top, right and bottom edge in fractions of the photo's width and height."""

    x0: float
    y0: float
    x1: float
    y1: float


def checked(corners: Iterable[Sequence[float]]) -> list[Corners]:
    """Return boxes as they are stored, each once.

    Raises:
        InvalidInputError: one lies outside the photo or is too small to hold anything, or there are too many.
    """
    boxes: dict[Corners, None] = {}
    for number, edges in enumerate(corners, start=1):
        box = Corners(*(round(edge, DECIMALS) for edge in edges))
        if not all(0 <= edge <= 1 for edge in box):
            raise InvalidInputError(f"Box {number} reaches out of the photo: edges lie between 0 and 100 %.")
        if box.x1 - box.x0 < LEAST_SIDE or box.y1 - box.y0 < LEAST_SIDE:
            raise InvalidInputError(
                f"Box {number} is too small: its right edge lies right of its left one, its bottom below its top, "
                f"by {LEAST_SIDE:.1%} of the photo at least."
            )
        boxes[box] = None
    if len(boxes) > MOST_BOXES:
        raise InvalidInputError(f"A photo has at most {MOST_BOXES} boxes.")
    return list(boxes)


def corners_of(box: DrawnBox) -> Corners:
    """Return where a stored box lies."""
    return Corners(box.x0, box.y0, box.x1, box.y1)


def standing(session: Session, feedback_id: str) -> list[DrawnBox]:
    """Return the boxes on a report's photo, in the order in which they were drawn."""
    return [box for box in history(session, feedback_id) if box.removed_at is None]


def history(session: Session, feedback_id: str) -> Sequence[DrawnBox]:
    """Return every box that was ever drawn on a report's photo, those that were removed too."""
    return session.scalars(
        select(DrawnBox).where(DrawnBox.feedback_id == feedback_id).order_by(DrawnBox.id)
    ).all()


def lock_report(session: Session, feedback_id: str) -> bool:
    """Let nobody else draw on a report's photo until the transaction ends; tell whether the report is still there."""
    return session.scalar(select(Feedback.id).where(Feedback.id == feedback_id).with_for_update()) is not None


def replace(session: Session, operator: str, feedback_id: str, wanted: Sequence[Corners]) -> None:
    """Make these the boxes on the photo of a locked report: what is there already stays as it is."""
    present = {corners_of(box): box for box in standing(session, feedback_id)}
    moment = now()
    for corners, box in present.items():
        if corners not in wanted:
            box.removed_at, box.removed_by = moment, operator
    session.add_all(
        DrawnBox(
            feedback_id=feedback_id,
            label=Label.POSITIVE,
            operator=operator,
            drawn_at=moment,
            **corners._asdict(),
        )
        for corners in wanted
        if corners not in present
    )


def next_without(session: Session, after: Feedback | None) -> Feedback | None:
    """Return the next report that reviewers settled as positive and whose photo nobody has boxed yet."""
    query = (
        select(Feedback)
        .options(joinedload(Feedback.photo))
        .where(*_unboxed())
        .order_by(Feedback.received_at, Feedback.id)
    )
    if after is not None:
        query = query.where(
            or_(
                Feedback.received_at > after.received_at,
                and_(Feedback.received_at == after.received_at, Feedback.id > after.id),
            )
        )
    return session.scalars(query.limit(1)).first()


def count_without(session: Session) -> int:
    """Count what `next_without` goes through."""
    return session.scalar(select(func.count()).select_from(Feedback).where(*_unboxed())) or 0


def boxes_by_photo(session: Session) -> dict[str, list[Corners]]:
    """Return the boxes of each photo that has some. Where several reports sent the same photo, those that were drawn last count."""
    rows = session.execute(
        select(Feedback.photo_sha256, DrawnBox)
        .join(Feedback, Feedback.id == DrawnBox.feedback_id)
        .where(DrawnBox.removed_at.is_(None), Feedback.photo_sha256.is_not(None))
        .order_by(DrawnBox.id)
    )
    of_photo: dict[str, dict[str, list[Corners]]] = defaultdict(dict)
    for sha256, box in rows:
        reports = of_photo[str(sha256)]
        # The report of the latest box comes last.
        reports[box.feedback_id] = [*reports.pop(box.feedback_id, []), corners_of(box)]
    return {sha256: list(reports.values())[-1] for sha256, reports in of_photo.items()}


def _unboxed() -> tuple[ColumnElement[bool], ...]:
    boxed = (
        select(DrawnBox.id).where(DrawnBox.feedback_id == Feedback.id, DrawnBox.removed_at.is_(None)).exists()
    )
    return (
        Feedback.review_state == ReviewState.SETTLED,
        Feedback.outcome == Decision.POSITIVE,
        Feedback.photo_sha256.is_not(None),
        ~boxed,
    )
