"""What the counts and the complaints say together: how often each model version is called wrong, and which versions phones run."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from backend.database import utc_day, utc_midnight
from backend.kinds import Kind
from backend.models import (
    CheckCount,
    Decision,
    Feedback,
    Label,
    PhotoScore,
    Platform,
    Release,
    UpdateCount,
)
from backend.server_scores import SCORE_BUDGET

SMOOTHING = timedelta(days=7)
"""A day alone has too few complaints to tell anything: a rate is that of the seven days that end with it."""
LEAST_CHECKS = 100
"""Below this a single complaint would look like a catastrophe."""
NOT_COMPLAINTS = (Decision.SPAM, Decision.UNUSABLE)
OTHER_VERSIONS = 10
"""Of versions that were never published here, such as those that apps brought along, the most used: senders can make up any number."""
OUTCOMES_SHOWN = 50


@dataclass
class Tally:
    """Checks and complaints of one version on one day, or over several."""

    checks: int = 0
    complaints: int = 0

    @property
    def per_thousand(self) -> float | None:
        """Complaints per 1,000 checks; None without checks."""
        return 1000 * self.complaints / self.checks if self.checks else None


Tallies = dict[str, dict[date, Tally]]
"""By version, then by UTC day; days without either are left out."""


@dataclass(frozen=True)
class Mistakes:
    """What users of one version complained of, and how much of it the reviewers confirmed."""

    version: str
    false_alarms: int
    misses: int
    confirmed_false_alarms: int
    confirmed_misses: int


@dataclass(frozen=True)
class UpdateOutcomes:
    """How often updates to one version, or to one not known yet, ended in one way."""

    version: str
    reason: str
    count: int


@dataclass(frozen=True)
class Drift:
    """How many phones of one platform gave scores that their own model does not give here."""

    platform: Platform
    compared: int
    drifting: int


def tallies(session: Session, first: date, last: date) -> Tallies:
    """Return checks and complaints by version and day, both days included. Spam and unusable photos are no complaints."""
    versions = _versions(session, first, last)
    found: Tallies = defaultdict(lambda: defaultdict(Tally))
    checks = (
        select(CheckCount.model_version, CheckCount.day, func.sum(CheckCount.count))
        .where(_counted_between(first, last), CheckCount.model_version.in_(versions))
        .group_by(CheckCount.model_version, CheckCount.day)
    )
    for version, day, count in session.execute(checks):
        found[version][day].checks += int(count)
    day_received = utc_day(session, Feedback.received_at)
    complaints = (
        select(Feedback.model_version, day_received, func.count())
        .where(
            _received_between(first, last),
            Feedback.model_version.in_(versions),
            Feedback.outcome.is_(None) | Feedback.outcome.not_in(NOT_COMPLAINTS),
        )
        .group_by(Feedback.model_version, day_received)
    )
    for version, day, count in session.execute(complaints):
        found[version][date.fromisoformat(str(day))].complaints += count
    return {version: dict(days) for version, days in found.items()}


def over(days: dict[date, Tally], first: date, last: date) -> Tally:
    """Add up one version's days from `first` to `last`."""
    within = [tally for day, tally in days.items() if first <= day <= last]
    return Tally(sum(tally.checks for tally in within), sum(tally.complaints for tally in within))


def smoothed_rates(days: dict[date, Tally], wanted: Sequence[date]) -> list[float | None]:
    """Return complaints per 1,000 checks for each wanted day, over the SMOOTHING that ends with it; None below LEAST_CHECKS."""
    weeks = [over(days, day - SMOOTHING + timedelta(days=1), day) for day in wanted]
    return [week.per_thousand if week.checks >= LEAST_CHECKS else None for week in weeks]


def mistakes(session: Session, first: date, last: date, versions: Collection[str]) -> list[Mistakes]:
    """Return the complaints about some versions, by version and kind, newest version first."""
    kinds = (
        select(Feedback.model_version, Feedback.claimed_label, Feedback.outcome, func.count())
        .where(
            _received_between(first, last),
            Feedback.model_version.in_(versions),
            Feedback.outcome.is_(None) | Feedback.outcome.not_in(NOT_COMPLAINTS),
        )
        .group_by(Feedback.model_version, Feedback.claimed_label, Feedback.outcome)
    )
    claimed: dict[tuple[str, Label], int] = defaultdict(int)
    confirmed: dict[tuple[str, Label], int] = defaultdict(int)
    for version, label, outcome, count in session.execute(kinds):
        claimed[version, label] += count
        if outcome == Decision(label):
            confirmed[version, label] += count
    return [
        Mistakes(
            version,
            claimed[version, Label.NEGATIVE],
            claimed[version, Label.POSITIVE],
            confirmed[version, Label.NEGATIVE],
            confirmed[version, Label.POSITIVE],
        )
        for version in newest_first({version for version, _ in claimed})
    ]


def update_outcomes(session: Session, first: date) -> list[UpdateOutcomes]:
    """Return how updates ended since `first`, the most frequent endings first; an installed one has no reason."""
    query = (
        select(UpdateCount.model_version, UpdateCount.reason, func.sum(UpdateCount.count).label("times"))
        .where(UpdateCount.day >= first)
        .group_by(UpdateCount.model_version, UpdateCount.reason)
        .order_by(func.sum(UpdateCount.count).desc(), UpdateCount.model_version, UpdateCount.reason)
        .limit(OUTCOMES_SHOWN)
    )
    return [UpdateOutcomes(version, reason, int(count)) for version, reason, count in session.execute(query)]


def drifting_platforms(session: Session, first: date) -> list[Drift]:
    """Return by platform how many scores of phones were compared with ours, and how many lay outside the contract's budget."""
    outside = func.abs(Feedback.score - PhotoScore.score) > SCORE_BUDGET
    query = (
        select(Feedback.platform, func.count(), func.count().filter(outside))
        .join(
            PhotoScore,
            (PhotoScore.photo_sha256 == Feedback.photo_sha256)
            & (PhotoScore.model_version == Feedback.model_version),
        )
        .where(Feedback.received_at >= utc_midnight(first))
        .group_by(Feedback.platform)
        .order_by(Feedback.platform)
    )
    return [Drift(platform, compared, drifting) for platform, compared, drifting in session.execute(query)]


def newest_first(versions: set[str]) -> list[str]:
    """Sort version strings, the highest first."""
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def _versions(session: Session, first: date, last: date) -> set[str]:
    """Return the versions that are told apart: those published here, and of the others the most used and the most complained of."""
    published = select(Release.version).where(Release.kind == Kind.CLASSIFIER)
    found = set(session.scalars(published))
    for version, use, between in (
        (CheckCount.model_version, func.sum(CheckCount.count), _counted_between(first, last)),
        (Feedback.model_version, func.count(), _received_between(first, last)),
    ):
        others = select(version).where(between, version.not_in(published)).group_by(version)
        found.update(session.scalars(others.order_by(use.desc(), version).limit(OTHER_VERSIONS)))
    return found


def _counted_between(first: date, last: date) -> ColumnElement[bool]:
    return (CheckCount.day >= first) & (CheckCount.day <= last)


def _received_between(first: date, last: date) -> ColumnElement[bool]:
    end = utc_midnight(last + timedelta(days=1))
    return (Feedback.received_at >= utc_midnight(first)) & (Feedback.received_at < end)
