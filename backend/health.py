"""Tells a supervisor whether the process lives, and a load balancer whether it can serve."""

import logging

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from backend.errors import StoreError
from backend.models import Release
from backend.objects import CHANNEL
from backend.services import services

log = logging.getLogger(__name__)

blueprint = APIBlueprint("health", __name__, enable_openapi=False)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database and store answer; 503 with the failing part otherwise."""
    checks = {"database": _database_answers(), "store": _store_answers()}
    answer = {"status": "ok" if all(checks.values()) else "unavailable"} | {
        part: "ok" if answers else "unavailable" for part, answers in checks.items()
    }
    return answer, 200 if all(checks.values()) else 503


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
        services().store.exists(CHANNEL.name)
    except StoreError as error:
        log.warning("the store is not ready: %s", error)
        return False
    return True
