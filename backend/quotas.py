"""Quotas: how much one phone, one address and everybody together may send within an hour, counted in the database."""

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.database import insert_for
from backend.errors import TooManyRequestsError
from backend.models import QuotaUse, now

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Quota:
    """A limit on what one sender may do within an hour."""

    name: str
    sender: str
    """An install's id, an address, or nothing for everybody. Never stored: see `_key`."""
    limit: int
    refusal: str


class Quotas:
    """The quotas that one request falls under, at one moment."""

    def __init__(self, settings: Settings, quotas: Sequence[Quota]) -> None:
        self._hour = now().replace(minute=0, second=0, microsecond=0)
        # In this order also in the database: two requests that share counters lock them in the same order.
        self._by_key = {_key(settings, quota, self._hour): quota for quota in quotas}

    def check(self, session: Session) -> None:
        """Look whether one is used up, before any work is done.

        Raises:
            TooManyRequestsError: one is; it says for how long.
        """
        rows = session.execute(select(QuotaUse.key, QuotaUse.count).where(QuotaUse.key.in_(self._by_key)))
        self._refuse({key: count + 1 for key, count in rows})

    def use(self, session: Session) -> None:
        """Count one use of each, as part of the transaction that stores what they are for.

        Raises:
            TooManyRequestsError: one is used up; rolling back takes the use back as well.
        """
        rows = [{"key": key, "hour": self._hour, "count": 1} for key in self._by_key]
        statement = insert_for(session, QuotaUse).values(rows)
        counted = statement.on_conflict_do_update(
            index_elements=[QuotaUse.key], set_={"count": QuotaUse.count + 1}
        ).returning(QuotaUse.key, QuotaUse.count)
        self._refuse(dict(session.execute(counted).all()))

    def _refuse(self, counts: dict[str, int]) -> None:
        for key, quota in self._by_key.items():
            if counts.get(key, 0) > quota.limit:
                seconds = max(1, math.ceil((self._hour + HOUR - now()).total_seconds()))
                raise TooManyRequestsError(
                    f"{quota.refusal} Try again in {math.ceil(seconds / 60)} minutes.", seconds
                )


def feedback_quotas(settings: Settings, install_id: str, address: str) -> Quotas:
    """Return the quotas of a report."""
    return Quotas(
        settings,
        (
            Quota("install", install_id, settings.feedback_per_install, "This phone sent many reports."),
            Quota("address", address, settings.feedback_per_address, "Your network sent many reports."),
            Quota("total", "", settings.feedback_in_total, "Very many reports are coming in."),
        ),
    )


def event_quotas(settings: Settings, address: str) -> Quotas:
    """Return the quotas of a batch of counts."""
    return Quotas(
        settings,
        (
            Quota("events/address", address, settings.events_per_address, "Your network sent many counts."),
            Quota("events/total", "", settings.events_in_total, "Very many counts are coming in."),
        ),
    )


def forget_past_hours(session: Session) -> None:
    """Remove the counters of hours that are over."""
    session.execute(delete(QuotaUse).where(QuotaUse.hour < now() - HOUR))


def _key(settings: Settings, quota: Quota, hour: datetime) -> str:
    """Return the counter's key. Salted with the server's secret and the hour: nobody is recognised in the next one."""
    assert settings.secret_key is not None, "quotas are for a server, which has a secret key"
    message = f"{quota.name}\0{hour.isoformat()}\0{quota.sender}"
    return hmac.new(settings.secret_key.encode(), message.encode(), hashlib.sha256).hexdigest()
