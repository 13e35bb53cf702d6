"""Tells a supervisor whether the process lives, and a load balancer whether it can serve."""

import logging

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from backend.channel import latest_publication
from backend.errors import StoreError
from backend.kinds import Kind
from backend.models import Release, now
from backend.objects import CHANNELS
from backend.services import services

log = logging.getLogger(__name__)

READY_STATES = frozenset({"ok", "none"})

blueprint = APIBlueprint("health", __name__, enable_openapi=False)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database and store answer and phones would accept the channel; 503 with the failing part otherwise."""
    database = _database_answers()
    checks = {
        "database": "ok" if database else "unavailable",
        "store": "ok" if _store_answers() else "unavailable",
        "channel": _channel_state() if database else "unknown",
    }
    is_ready = all(state in READY_STATES for state in checks.values())
    return {"status": "ok" if is_ready else "unavailable"} | checks, 200 if is_ready else 503


def _database_answers() -> bool:
    try:
        with services().database.reading() as session:
            session.execute(select(Release.version).limit(1))
    except SQLAlchemyError as error:
        log.warning("the database is not ready: %s", error)
        return False
    return True


def _store_answers() -> bool:
    try:
        # Read, not asked for: a HEAD of S3 says the same of a missing bucket as of a missing object.
        services().store.read_or_none(CHANNELS[Kind.CLASSIFIER].name)
    except StoreError as error:
        log.warning("the store is not ready: %s", error)
        return False
    return True


def _channel_state() -> str:
    """Tell whether phones would accept what is published; before the first publication there is nothing to accept."""
    with services().database.reading() as session:
        latest = [latest_publication(session, kind) for kind in Kind]
    published = [publication for publication in latest if publication]
    if not published:
        return "none"
    expired = [publication.kind for publication in published if publication.expires_at <= now()]
    for kind in expired:
        log.warning(
            "the channel of the %s has expired: phones refuse it until `flask refresh-channel` renews it",
            kind,
        )
    return "expired" if expired else "ok"
