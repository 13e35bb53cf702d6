"""What is too broken to become a request of the app: gunicorn answers that by itself, and so in the one envelope."""

import json
import socket
from http import HTTPStatus

from gunicorn import util  # type: ignore[import-untyped]

from backend.error_responses import MESSAGES


def use_the_envelope() -> None:
    """Take the place of the page of HTML that gunicorn would write."""
    util.write_error = _write_error


def _write_error(client: socket.socket, status_int: int, _reason: str, _message: str) -> None:
    status = HTTPStatus(status_int)
    message = MESSAGES.get(status, f"{status.phrase}.")
    body = json.dumps({"error": {"code": status.name.lower(), "message": message, "field": None}})
    head = (
        f"HTTP/1.1 {status_int} {status.phrase}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(client, (head + body).encode("latin-1"))
