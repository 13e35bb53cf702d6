"""What has to be done again and again, and when it was last done: the channel renewed, old things forgotten, the store verified."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.channel import latest_publication
from backend.database import insert_for
from backend.errors import DeepDogError
from backend.kinds import Kind
from backend.models import MaintenanceRun, now
from backend.services import Services

ORPHAN_AGE = timedelta(hours=24)
"""Younger photos without a row are left alone: their feedback may be on its way."""
DAILY = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One thing to do. `run` returns how many things it found that should not have been."""

    name: str
    """That of the command that does the same."""
    every: timedelta
    run: Callable[[Services], int]


def last_runs(session: Session) -> dict[str, MaintenanceRun]:
    """Return by task when it last came to its end, and what it found."""
    return {run.task: run for run in session.scalars(select(MaintenanceRun))}


def record_run(services: Services, task: str, findings: int) -> None:
    """Remember that a task came to its end just now; `flask doctor` and the alerts ask for it."""
    with services.database.writing() as session:
        run = insert_for(session, MaintenanceRun).values(task=task, finished_at=now(), findings=findings)
        session.execute(
            run.on_conflict_do_update(
                index_elements=["task"],
                set_={"finished_at": run.excluded.finished_at, "findings": run.excluded.findings},
            )
        )


def run_due(services: Services) -> list[str]:
    """Run each task whose time has come, and return the names of those that failed: they are due still.

    Several servers may do so at once; nothing here minds being done twice.
    """
    failed = []
    for task in TASKS:
        try:
            if _is_due(services, task):
                findings = task.run(services)
                record_run(services, task.name, findings)
                log.info("%s done, findings: %d", task.name, findings)
        except Exception as error:
            # Whatever it is, a bug of ours included, the other tasks are due nevertheless, and nobody starts the service anew.
            is_known = isinstance(error, (DeepDogError, SQLAlchemyError))
            log.error("%s failed: %s", task.name, error, exc_info=not is_known)
            failed.append(task.name)
    return failed


def _is_due(services: Services, task: Task) -> bool:
    with services.database.reading() as session:
        run = last_runs(session).get(task.name)
    return run is None or run.finished_at <= now() - task.every


def _refresh_channel(services: Services) -> int:
    from backend.rollout import refresh_channels

    with services.database.reading() as session:
        published = any(latest_publication(session, kind) for kind in Kind)
    if published:
        refresh_channels(services, log.info)
    return 0


def _sweep(services: Services) -> int:
    from backend.retention import forget_what_is_past_retention
    from backend.store_checks import sweep_orphans

    forget_what_is_past_retention(services, dry_run=False)
    return len(sweep_orphans(services, ORPHAN_AGE, dry_run=False))


def _verify_store(services: Services) -> int:
    from backend.store_checks import verify_store

    flaws = verify_store(services).flaws
    for flaw in flaws:
        log.error("the store is not what the database says: %s", flaw)
    return len(flaws)


REFRESH_CHANNEL = Task("refresh-channel", DAILY, _refresh_channel)
SWEEP = Task("sweep", DAILY, _sweep)
VERIFY_STORE = Task("verify-store", DAILY, _verify_store)
TASKS = (REFRESH_CHANNEL, SWEEP, VERIFY_STORE)
