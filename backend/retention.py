"""Forgets what is past its time: old feedback with its photos, old counts, counters of past hours, failed attempts to sign in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from backend.events import forget_old_counts
from backend.feedback import remove
from backend.models import Feedback, now
from backend.operator_accounts import forget_old_failures
from backend.quotas import forget_past_hours
from backend.services import Services

BATCH = 100
"""Feedback removed in one transaction: phones that send something meanwhile wait for no longer than that takes."""


@dataclass(frozen=True)
class Forgotten:
    """How much was past its time."""

    feedback: int
    counts: int


def forget_what_is_past_retention(services: Services, *, dry_run: bool) -> Forgotten:
    """Remove everything older than the settings' retention; without a tombstone, since nobody asked for it to stay away."""
    limit = now() - services.settings.feedback_retention
    if dry_run:
        with services.database.reading() as session:
            old = session.scalar(select(func.count()).where(Feedback.received_at < limit))
        return Forgotten(old or 0, 0)
    feedback = 0
    while removed := _remove_some(services, limit):
        feedback += removed
    counts = forget_old_counts(services, services.settings.counts_retention)
    with services.database.writing() as session:
        forget_past_hours(session)
        forget_old_failures(session)
    return Forgotten(feedback, counts)


def _remove_some(services: Services, limit: datetime) -> int:
    with services.database.reading() as session:
        query = select(Feedback).where(Feedback.received_at < limit).order_by(Feedback.received_at)
        old = session.scalars(query.limit(BATCH)).all()
    # Photos are locked in this order wherever there are several, so that nobody waits in a circle.
    ids = [feedback.id for feedback in sorted(old, key=lambda each: each.photo_sha256 or "")]
    with services.database.writing() as session:
        return sum(remove(services, session, feedback_id) for feedback_id in ids)
