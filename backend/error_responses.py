"""The one envelope in which clients see every failure, ours, the framework's or unforeseen."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from sqlite3 import SQLITE_ERROR
from typing import Any

from apiflask import APIFlask, HTTPError
from flask import Response, jsonify, make_response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError

from backend.errors import (
    ApiError,
    InvalidInputError,
    ObjectNotFoundError,
    PreconditionFailedError,
    StoreError,
    TooLargeError,
)

log = logging.getLogger(__name__)

MESSAGES = {
    400: "The request is malformed.",
    404: "There is nothing at this address.",
    405: "This address does not answer that method.",
    413: "The request is larger than this address accepts.",
    416: "The requested range lies outside the document.",
    500: "The server failed. The fault has been recorded; please try again later.",
    503: "The server cannot reach its {part} at the moment. Please send this again a little later.",
}
RETRY_SECONDS = 10
"""After which trying again is worth while when database or store do not answer."""


def register_error_handlers(app: APIFlask) -> None:
    """Answer every failure, ours, the framework's or unforeseen, in the one envelope."""
    app.error_processor(_framework_error)
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(OperationalError, _database_unavailable)
    app.register_error_handler(InterfaceError, _database_unavailable)
    app.register_error_handler(StoreError, _store_unavailable)
    app.register_error_handler(ObjectNotFoundError, _unforeseen)
    app.register_error_handler(PreconditionFailedError, _unforeseen)
    app.register_error_handler(Exception, _unforeseen)


def _api_error(error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _respond(error.status, error.code, error.message, error.field, error.headers)


def _framework_error(error: HTTPError) -> Response:
    status = HTTPStatus(error.status_code)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY and error.detail:
        field, message = _first_flaw(error.detail)
        return _respond(status, InvalidInputError.code, message, field)
    code = TooLargeError.code if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else status.name.lower()
    return _respond(status, code, MESSAGES.get(status, f"{status.phrase}."), headers=dict(error.headers))


def _unforeseen(error: Exception) -> Response:
    log.error("request failed: %s %s", request.method, _route(), exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _respond(status, status.name.lower(), MESSAGES[status])


def _database_unavailable(error: Exception) -> Response:
    assert isinstance(error, OperationalError | InterfaceError)
    if getattr(error.orig, "sqlite_errorcode", None) == SQLITE_ERROR:
        return _unforeseen(error)  # A statement that is wrong, such as one about a table that there is not.
    return _unavailable("database", error.orig)


def _store_unavailable(error: Exception) -> Response:
    return _unavailable("store", error)


def _unavailable(part: str, cause: BaseException | None) -> Response:
    """Say that it will pass. An outage fails every request, so each is a line in the log and no traceback."""
    reason = str(cause).partition("\n")[0]
    log.error("request failed: %s %s: the %s is unavailable: %s", request.method, _route(), part, reason)
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = MESSAGES[status].format(part=part)
    return _respond(status, "unavailable", message, headers={"Retry-After": RETRY_SECONDS})


def _route() -> str:
    """Return the route, not the address: an address may hold somebody's id."""
    return request.url_rule.rule if request.url_rule else "no route"


def _first_flaw(detail: dict[str, Any]) -> tuple[str | None, str]:
    """Take the first of a schema's complaints: {location: {"report.score": [message]}}."""
    (flaws,) = detail.values()
    path, messages = next(iter(flaws.items()))
    field = path.removeprefix("report.")
    return field, f"{field}: {messages[0]}."


def _respond(
    status: HTTPStatus,
    code: str,
    message: str,
    field: str | None = None,
    headers: Mapping[str, Any] | None = None,
) -> Response:
    if request.path.startswith("/operator"):
        response = make_response(render_template("operator/error.html", status=status, message=message))
    else:
        response = jsonify(error={"code": code, "message": message, "field": field})
    response.status_code = status
    for name, value in (headers or {}).items():
        # Those of the framework's own page.
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response
