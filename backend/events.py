"""Counts that phones send with consent: added up by day, and forgotten as batches."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from backend.database import insert_for, utc_midnight
from backend.models import CheckCount, EventBatch, UpdateCount, now
from backend.quotas import Quotas
from backend.schemas import MAX_EVENT_AGE, EventCounts
from backend.services import Services

BATCH_MEMORY = MAX_EVENT_AGE + timedelta(days=9)
"""An id is remembered for longer than its day is accepted, so a batch can never count twice."""


def count_events(services: Services, batch: EventCounts, quotas: Quotas) -> None:
    """Add a batch of counts, once however often it is sent.

    Raises:
        TooManyRequestsError: a quota is used up.
    """
    today = utc_midnight(now().date())
    with services.database.writing() as session:
        new = insert_for(session, EventBatch).values(id=batch.id, received_at=today).on_conflict_do_nothing()
        if session.execute(new.returning(EventBatch.id)).first() is None:
            return
        _add(session, CheckCount, _check_rows(batch))
        _add(session, UpdateCount, _update_rows(batch))
        quotas.use(session.connection())


def forget_old_counts(services: Services, retention: timedelta) -> int:
    """Remove counts of days past retention, and ids of batches that can come no more; return how many rows of counts went."""
    first_kept = (now() - retention).date()
    with services.database.writing() as session:
        session.execute(delete(EventBatch).where(EventBatch.received_at < now() - BATCH_MEMORY))
        return sum(
            len(session.execute(delete(table).where(table.day < first_kept).returning(table.day)).all())
            for table in (CheckCount, UpdateCount)
        )


def _check_rows(batch: EventCounts) -> dict[tuple[Any, ...], int]:
    rows: dict[tuple[Any, ...], int] = {}
    for entry in batch.checks:
        key = (batch.day, entry.model_version, batch.platform)
        rows[key] = rows.get(key, 0) + entry.count
    return rows


def _update_rows(batch: EventCounts) -> dict[tuple[Any, ...], int]:
    rows: dict[tuple[Any, ...], int] = {}
    for entry in batch.updates:
        key = (batch.day, entry.model_version or "", batch.platform, entry.outcome, entry.reason or "")
        rows[key] = rows.get(key, 0) + entry.count
    return rows


def _add(
    session: Session, table: type[CheckCount] | type[UpdateCount], counts: dict[tuple[Any, ...], int]
) -> None:
    """Add to the counters, in one order everywhere, so that two batches never wait for one another."""
    if not counts:
        return
    key_columns = [column.name for column in table.__table__.primary_key]
    rows = [dict(zip(key_columns, key, strict=True)) | {"count": counts[key]} for key in sorted(counts)]
    statement = insert_for(session, table).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=key_columns, set_={"count": table.count + statement.excluded.count}
        )
    )
