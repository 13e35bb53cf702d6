"""Quotas: how much one phone, one address and everybody together may send within an hour, counted in the database."""

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, bindparam, delete, text
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.database import UtcDateTime
from backend.errors import TooManyRequestsError
from backend.models import QuotaUse, now
from backend.prepared import Prepared

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

    def check(self, connection: Connection) -> None:
        """Look whether one is used up, before any work is done.

        Raises:
            TooManyRequestsError: one is; it says for how long.
        """
        counts = _look(len(self._by_key)).run(connection, self._parameters())
        self._refuse({key: count + 1 for key, count in counts})

    def use(self, connection: Connection) -> None:
        """Count one use of each, as part of the transaction that stores what they are for.

        Raises:
            TooManyRequestsError: one is used up; rolling back takes the use back as well.
        """
        parameters = self._parameters() | {"hour": self._hour}
        counts = _count(len(self._by_key)).run(connection, parameters)
        self._refuse(dict(counts))

    def _parameters(self) -> dict[str, str]:
        return {f"key{n}": key for n, key in enumerate(self._by_key)}

    def _refuse(self, counts: dict[str, int]) -> None:
        for key, quota in self._by_key.items():
            if counts.get(key, 0) > quota.limit:
                seconds = max(1, math.ceil((self._hour + HOUR - now()).total_seconds()))
                raise TooManyRequestsError(
                    f"{quota.refusal} Try again in {math.ceil(seconds / 60)} minutes.", seconds
                )


def feedback_quotas(settings: Settings, install_id: str, address: str) -> Quotas:
    """Return the quotas of a report."""
    phone = Quota("install", install_id, settings.feedback_per_install, "This phone sent many reports.")
    return Quotas(settings, (phone, *_report_quotas(settings, address)))


def withdrawal_quotas(settings: Settings, address: str) -> Quotas:
    """Return the quotas of taking back what never came: it counts as a report, in the same rows."""
    return Quotas(settings, _report_quotas(settings, address))


def _report_quotas(settings: Settings, address: str) -> tuple[Quota, Quota]:
    return (
        Quota("address", address, settings.feedback_per_address, "Your network sent many reports."),
        Quota("total", "", settings.feedback_in_total, "Very many reports are coming in."),
    )


def upload_quotas(settings: Settings, address: str) -> Quotas:
    """Return the quotas of photos that are sent to the bucket: as many as reports."""
    return Quotas(
        settings,
        (
            Quota(
                "uploads/address", address, settings.feedback_per_address, "Your network sent many photos."
            ),
            Quota("uploads/total", "", settings.feedback_in_total, "Very many photos are coming in."),
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


def sign_in_quotas(settings: Settings, address: str) -> Quotas:
    """Return the quota of attempts to sign in: each costs a slow hash, whatever name it is for."""
    limit = settings.sign_ins_per_address
    return Quotas(
        settings, (Quota("sign-ins/address", address, limit, "Your network tried to sign in often."),)
    )


def forget_past_hours(session: Session) -> None:
    """Remove the counters of hours that are over."""
    session.execute(delete(QuotaUse).where(QuotaUse.hour < now() - HOUR))


@cache
def _look(quotas: int) -> Prepared:
    """Return the statement that reads some counters."""
    keys = ", ".join(f":key{n}" for n in range(quotas))
    return Prepared(text(f"SELECT key, count FROM quota_uses WHERE key IN ({keys})"))  # noqa: S608  # nosec B608  # numbered parameters


@cache
def _count(quotas: int) -> Prepared:
    """Return the statement that counts one use of each, and tells the new counts."""
    rows = ", ".join(f"(:key{n}, :hour, 1)" for n in range(quotas))
    statement = (
        f"INSERT INTO quota_uses (key, hour, count) VALUES {rows} "  # noqa: S608  # nosec B608  # numbered parameters
        "ON CONFLICT (key) DO UPDATE SET count = quota_uses.count + 1 RETURNING key, count"
    )
    return Prepared(text(statement).bindparams(bindparam("hour", type_=UtcDateTime)))


def _key(settings: Settings, quota: Quota, hour: datetime) -> str:
    """Return the counter's key. Salted with the server's secret and the hour: nobody is recognised in the next one."""
    assert settings.secret_key is not None, "quotas are for a server, which has a secret key"
    message = f"{quota.name}\0{hour.isoformat()}\0{quota.sender}"
    return hmac.digest(settings.secret_key.encode(), message.encode(), "sha256").hex()
