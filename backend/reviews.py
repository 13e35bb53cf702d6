"""What reviewers decide about complaints, and what follows from it."""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.models import Decision, Feedback, Label, Operator, Review, ReviewState, now

VOICES_TO_SETTLE = 2
"""The user's claim is the first voice: a reviewer who agrees settles it, one who does not needs a second reviewer."""
VERDICTS_OF_ONE = (Decision.UNUSABLE, Decision.SPAM)
"""What no second reviewer is asked about."""


class Standing(NamedTuple):
    """How far a complaint's review has come."""

    state: ReviewState
    outcome: Decision | None


def standing(claimed: Label, decisions: Sequence[Decision], *, alone: bool = False) -> Standing:
    """Return what the decisions of different reviewers, oldest first, make of a complaint.

    Args:
        claimed: what the user says.
        decisions: those that stand, at most one of each reviewer.
        alone: one of them was made when there was no second reviewer to ask; it settles until another reviewer speaks.
    """
    for decision in decisions:
        if decision in VERDICTS_OF_ONE:
            return Standing(ReviewState.SETTLED, decision)
    if alone and len(decisions) == 1:
        return Standing(ReviewState.SETTLED, decisions[0])
    voices = Counter([Decision(claimed), *(each for each in decisions if each is not Decision.UNSURE)])
    (label, count), *others = voices.most_common()
    if count >= VOICES_TO_SETTLE and all(count > fewer for _, fewer in others):
        return Standing(ReviewState.SETTLED, label)
    return Standing(ReviewState.DISPUTED if decisions else ReviewState.OPEN, None)


def decide(session: Session, operator: str, feedback_ids: Sequence[str], decision: Decision) -> int:
    """Record one operator's decision on complaints that belong together; return how many of them were still there.

    A decision takes the place of the same operator's earlier one, which stays in the history as undone. Where there is no other
    operator, one against the user's claim settles the complaint alone, and is marked so.
    """
    batch_id, moment = str(uuid.uuid4()), now()
    nobody_else = not session.scalar(select(func.count()).where(Operator.name != operator))
    complaints = _locked(session, feedback_ids)
    for complaint in complaints:
        for earlier in _standing_reviews(session, complaint.id):
            if earlier.operator == operator:
                earlier.undone_at = moment
        session.add(
            Review(
                feedback_id=complaint.id,
                operator=operator,
                decision=decision,
                settled_alone=nobody_else and decision in _labels_against(complaint.claimed_label),
                batch_id=batch_id,
                decided_at=moment,
            )
        )
        _settle(session, complaint)
    return len(complaints)


def undo(session: Session, operator: str) -> list[str]:
    """Take the operator's latest decision back, on all complaints that it was made for, and return their ids."""
    latest = session.scalar(
        select(Review.batch_id)
        .where(Review.operator == operator, Review.undone_at.is_(None))
        .order_by(Review.decided_at.desc(), Review.id.desc())
        .limit(1)
    )
    if latest is None:
        return []
    ids = session.scalars(
        select(Review.feedback_id).where(Review.batch_id == latest, Review.undone_at.is_(None))
    ).all()
    for complaint in _locked(session, ids):
        for review in _standing_reviews(session, complaint.id):
            if review.batch_id == latest:
                review.undone_at = now()
        _settle(session, complaint)
    return list(ids)


def history(session: Session, feedback_id: str) -> Sequence[Review]:
    """Return every decision on a complaint, oldest first, the undone ones too."""
    return session.scalars(
        select(Review).where(Review.feedback_id == feedback_id).order_by(Review.decided_at, Review.id)
    ).all()


def _locked(session: Session, feedback_ids: Sequence[str]) -> Sequence[Feedback]:
    """Return the complaints that are still there, for this transaction alone; in one order, so that nobody waits in a circle."""
    query = select(Feedback).where(Feedback.id.in_(feedback_ids)).order_by(Feedback.id)
    return session.scalars(query.with_for_update()).all()


def _standing_reviews(session: Session, feedback_id: str) -> list[Review]:
    return [review for review in history(session, feedback_id) if review.undone_at is None]


def _settle(session: Session, complaint: Feedback) -> None:
    session.flush()
    reviews = _standing_reviews(session, complaint.id)
    complaint.review_state, complaint.outcome = standing(
        complaint.claimed_label,
        [review.decision for review in reviews],
        alone=any(review.settled_alone for review in reviews),
    )
    complaint.settled_at = now() if complaint.review_state is ReviewState.SETTLED else None


def _labels_against(claimed: Label) -> set[Decision]:
    return {Decision(label) for label in Label if label is not claimed}
