"""Deletes reports at the request of somebody who has no token any more, and says what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.feedback import bury, lock
from backend.kinds import qualified
from backend.models import ExportedPhoto, Feedback, Tombstone, Training
from backend.services import Services


@dataclass(frozen=True)
class Receipt:
    """What became of one report."""

    feedback_id: str
    found: bool
    deleted_at: datetime | None
    had_photo: bool = False
    exported: bool = False
    learnt_by: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = "report and photo" if self.had_photo else "report"
        if self.found:
            when = (
                f"deleted {self.deleted_at:%Y-%m-%d %H:%M:%S} UTC" if self.deleted_at else "would be deleted"
            )
            return f"{self.feedback_id}  {what} {when}"
        if self.deleted_at:
            return f"{self.feedback_id}  gone already since {self.deleted_at:%Y-%m-%d %H:%M:%S} UTC"
        return f"{self.feedback_id}  never received"


def forget_reports(
    services: Services, feedback_ids: Sequence[str], install_id: str | None, *, dry_run: bool
) -> list[Receipt]:
    """Delete reports by their ids, and all of an install, each in a transaction of its own; return a receipt for each."""
    ids = list(dict.fromkeys(feedback_ids))
    if install_id:
        with services.database.reading() as session:
            query = (
                select(Feedback.id).where(Feedback.install_id == install_id).order_by(Feedback.received_at)
            )
            ids += [each for each in session.scalars(query) if each not in ids]
    receipts = []
    for feedback_id in ids:
        if dry_run:
            with services.database.reading() as session:
                receipts.append(_receipt(session, feedback_id, session.get(Feedback, feedback_id)))
        else:
            with services.database.writing() as session:
                receipts.append(_forget(services, session, feedback_id))
    return receipts


def _forget(services: Services, session: Session, feedback_id: str) -> Receipt:
    feedback = lock(session, feedback_id)
    receipt = _receipt(session, feedback_id, feedback)
    if feedback is None:
        return receipt
    return Receipt(**vars(receipt) | {"deleted_at": bury(services, session, feedback)})


def _receipt(session: Session, feedback_id: str, feedback: Feedback | None) -> Receipt:
    if feedback is None:
        tombstone = session.get(Tombstone, feedback_id)
        return Receipt(feedback_id, found=False, deleted_at=tombstone.deleted_at if tombstone else None)
    photo = feedback.photo_sha256
    trainings = session.scalars(select(Training).where(Training.photo_sha256 == photo))
    return Receipt(
        feedback_id,
        found=True,
        deleted_at=None,
        had_photo=photo is not None,
        exported=photo is not None and session.get(ExportedPhoto, photo) is not None,
        learnt_by=tuple(qualified(training.kind, training.model_version) for training in trainings),
    )
