"""Halts a roll-out of the classifier by itself when its users complain significantly more often than those of the model before.

The test is Wald's sequential probability ratio test (1945), so it may look at the counts as often as it likes. Within a day,
each complaint is about the new model with probability share = checks by it / checks by both if the models are equally
good, and ratio * share / (ratio * share + 1 - share) if it is `ratio` times as bad. Taking days apart keeps a weekend, or a
growing roll-out, from looking like a difference. The likelihood ratio of the two exceeds 1 / error_rate at some moment with
a probability of at most error_rate while the new model is no worse (Ville's inequality).
"""

import logging
import math
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.channel import latest_publication, sync_channel
from backend.errors import ConcurrentPublicationError, DeepDogError
from backend.kinds import Kind
from backend.models import Action, CheckCount, Decision, Feedback, Publication
from backend.objects import CHANNELS
from backend.publications import FULL_ROLLOUT_PERCENT
from backend.rollout import pause
from backend.services import Services

AUTOMATIC = "automatic halt"
"""The operator's name under which a roll-out halts itself."""
MIN_DAILY_CHECKS = 50
"""Checks by each model below which a day tells too little of its share."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Use:
    """How often a model was used, and by how many installs it was complained about."""

    checks: int = 0
    complaints: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(self.checks + other.checks, self.complaints + other.complaints)

    @property
    def complaints_per_thousand(self) -> float:
        """Complaints per 1,000 checks; not a number before the first check."""
        return 1000 * self.complaints / self.checks if self.checks else math.nan


@dataclass(frozen=True)
class Day:
    """One UTC day of both models."""

    new: Use
    old: Use


@dataclass(frozen=True)
class Finding:
    """What the counts say of a roll-out so far."""

    sequence: int
    new_version: str
    old_version: str
    new: Use
    old: Use
    log_likelihood_ratio: float
    limit: float

    @property
    def halts(self) -> bool:
        """Whether the roll-out must not go on."""
        return self.log_likelihood_ratio >= self.limit

    def __str__(self) -> str:
        return (
            f"{self.new_version} gets {self.new.complaints_per_thousand:.1f} complaints per 1,000 checks "
            f"({self.new.complaints:,} of {self.new.checks:,}), {self.old_version} {self.old.complaints_per_thousand:.1f} "
            f"({self.old.complaints:,} of {self.old.checks:,}); evidence {self.log_likelihood_ratio:.1f} "
            f"where {self.limit:.1f} halts"
        )


def log_likelihood_ratio(days: Iterable[Day], ratio: float) -> float:
    """Return how much better "`ratio` times as bad" explains the complaints than "no worse", in natural logarithms."""
    total = 0.0
    for day in days:
        if min(day.new.checks, day.old.checks) >= MIN_DAILY_CHECKS:
            checks = day.new.checks + day.old.checks
            complaints = day.new.complaints + day.old.complaints
            total += day.new.complaints * math.log(ratio)
            total -= complaints * math.log((ratio * day.new.checks + day.old.checks) / checks)
    return total


def examine_rollout(services: Services) -> Finding | None:
    """Return what the counts say of the roll-out under way, or None when there is none to compare."""
    with services.database.reading() as session:
        current = latest_publication(session, Kind.CLASSIFIER)
        if current is None or current.previous_version is None:
            return None
        if not 0 < current.percent < FULL_ROLLOUT_PERCENT:
            return None
        days = _days(session, current.version, current.previous_version, _began(session, current))
    return Finding(
        current.sequence,
        current.version,
        current.previous_version,
        sum((day.new for day in days), Use()),
        sum((day.old for day in days), Use()),
        log_likelihood_ratio(days, services.settings.halt_rate_ratio),
        -math.log(services.settings.halt_error_rate),
    )


def halt_if_worse(services: Services) -> Finding | None:
    """Pause the roll-out under way if its users complain significantly more often; return what was found.

    A move that did not reach the store, this one or an operator's, is written there at the next call.

    Raises:
        DeepDogError: it must be halted, but cannot be, or phones cannot be told.
    """
    finding = examine_rollout(services)
    if finding is None or not finding.halts:
        _tell_of_moves(services)
    else:
        # Another process may have seen it first, or an operator moved the channel.
        with suppress(ConcurrentPublicationError):
            pause(
                services,
                Kind.CLASSIFIER,
                AUTOMATIC,
                log.info,
                reason=f"{finding}.",
                expected_sequence=finding.sequence,
            )
            log.warning("the roll-out was halted: %s", finding)
    return finding


def _tell_of_moves(services: Services) -> None:
    with services.database.reading() as session:
        published = [kind for kind in Kind if latest_publication(session, kind)]
    for kind in published:
        if sync_channel(services, kind):
            log.warning("phones had not been told of the last move of %s; now they are", CHANNELS[kind])


def watch(services: Services) -> None:
    """Look at the roll-out every HALT_CHECK_SECONDS, in a thread that ends with its process."""
    if services.settings.halt_check_seconds:
        threading.Thread(target=_watch, args=(services,), name="rollout-guard", daemon=True).start()


def _watch(services: Services) -> None:
    pause_between = threading.Event()
    while not pause_between.wait(services.settings.halt_check_seconds):
        try:
            halt_if_worse(services)
        except Exception as error:
            # Whatever it is, a bug of ours included: without this thread no roll-out halts until the process is started anew.
            is_known = isinstance(error, (DeepDogError, SQLAlchemyError))
            log.error("the look at the roll-out failed: %s", error, exc_info=not is_known)


def _began(session: Session, current: Publication) -> date:
    """Return the first day that counts: that of the live model's publication, or the one after its last pause.

    Whoever goes on after a halt has judged what was counted until then.
    """
    other = (
        select(func.coalesce(func.max(Publication.sequence), 0))
        .where(Publication.kind == current.kind, Publication.version != current.version)
        .scalar_subquery()
    )
    stretch = session.scalars(
        select(Publication)
        .where(Publication.kind == current.kind, Publication.sequence > other)
        .order_by(Publication.sequence)
    ).all()
    pauses = [publication for publication in stretch if publication.action is Action.PAUSE]
    if pauses:
        return pauses[-1].published_at.date() + timedelta(days=1)
    return stretch[0].published_at.date()


def _days(session: Session, new: str, old: str, began: date) -> list[Day]:
    checks = {
        (day, version): count
        for day, version, count in session.execute(
            select(CheckCount.day, CheckCount.model_version, func.sum(CheckCount.count))
            .where(CheckCount.model_version.in_((new, old)), CheckCount.day >= began)
            .group_by(CheckCount.day, CheckCount.model_version)
        )
    }
    days = sorted({day for day, _version in checks})
    return [
        Day(
            *(
                Use(int(checks.get((day, version), 0)), _complainers(session, version, day))
                for version in (new, old)
            )
        )
        for day in days
    ]


def _complainers(session: Session, version: str, day: date) -> int:
    """Count the installs that complained on a day: one that complains all day counts once, spam not at all."""
    midnight = datetime.combine(day, time(), UTC)
    return (
        session.scalar(
            select(func.count(Feedback.install_id.distinct())).where(
                Feedback.model_version == version,
                Feedback.received_at >= midnight,
                Feedback.received_at < midnight + timedelta(days=1),
                or_(Feedback.outcome.is_(None), Feedback.outcome != Decision.SPAM),
            )
        )
        or 0
    )
