"""Logging: readable lines on a terminal, JSON in production, each with its request's id; never secrets or comments."""

import logging
import logging.config
import re
import secrets
import time

from apiflask import APIFlask
from flask import Response, g, request

from backend.config import Settings

REQUEST_ID_HEADER = "X-Request-ID"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What is taken over from a proxy; anything else gets an id of our own."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

log = logging.getLogger("backend.requests")


def configure_logging(settings: Settings) -> None:
    """Send every logger's records to standard error, in the format that the settings ask for."""
    if not settings.serving:
        return
    # structlog takes a tenth of a second to import, which every `flask` command would pay.
    import structlog

    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [
                        structlog.contextvars.merge_contextvars,
                        structlog.stdlib.add_log_level,
                        structlog.stdlib.add_logger_name,
                        structlog.stdlib.ExtraAdder(),
                        structlog.processors.TimeStamper(fmt="iso", utc=True),
                    ],
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        renderer,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": settings.log_level},
            "loggers": {
                "gunicorn.error": {"handlers": [], "level": "WARNING", "propagate": True},
                "alembic": {"level": "WARNING"},
                "botocore": {"level": "WARNING"},
            },
        }
    )


def request_id(given: str) -> str:
    """Return the id that a proxy gave, or one of our own."""
    return given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def register_request_log(app: APIFlask) -> None:
    """Give each request an id, which its log lines and its response carry, and log what it changed or failed at."""
    import structlog

    def begin() -> None:
        g.request_id = request_id(request.headers.get(REQUEST_ID_HEADER, ""))
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        level = _level(request.method, response.status_code)
        if log.isEnabledFor(level):
            # The route, not the address: an address may carry what a user typed.
            facts = {
                "method": request.method,
                "route": request.url_rule.rule if request.url_rule else None,
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - g.began) * 1000, 1),
            }
            log.log(level, "request", extra=facts)
        return response

    app.before_request(begin)
    app.after_request(end)


def _level(method: str, status: int) -> int:
    """Files and pages that were served are counted (backend/metrics.py); a line for each would drown the rest."""
    if status >= 500:
        return logging.ERROR
    return logging.DEBUG if method in SAFE_METHODS else logging.INFO
