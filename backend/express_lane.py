"""Answers the plain requests of phones from memory, before Flask has built a request, a session and a response for each.

Whatever is not on the shelf already, and whatever is not plain (a range, a debug log that wants its line), goes on to the views
of backend/delivery.py. A test holds both to the same answers.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from backend.delivery import URL_PREFIX
from backend.headers import APP_HEADERS
from backend.logs import REQUEST_ID_HEADER, request_id
from backend.services import Services
from backend.shelf import Copy

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = f"{URL_PREFIX}/"
ROUTES = {
    "channels": f"{PREFIX}channels/<name>.json",
    "keys": f"{PREFIX}keys/<key_set:number>.json",
    "manifests": f"{PREFIX}manifests/<version:version>.json",
    "manifests/detector": f"{PREFIX}manifests/detector/<version:version>.json",
    "models": f"{PREFIX}models/<sha256:sha256>.tflite",
}
"""The views' rules by the folder of an object's name, for the metrics."""

Observe = Callable[[str, str, int, float], Any]
"""Takes method, route, status and seconds."""


class ExpressLane:
    """A WSGI application in front of another."""

    def __init__(self, application: "WSGIApplication", services: Services, observe: Observe) -> None:
        self.application = application
        self._services = services
        self._observe = observe
        self._bypassed = logging.getLogger("backend.requests").isEnabledFor(logging.DEBUG)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer from the shelf, or let the application answer."""
        began = time.perf_counter()
        copy = self._find(environ)
        if copy is None:
            return self.application(environ, start_response)
        tag = f'"{copy.etag}"'
        headers = [
            (REQUEST_ID_HEADER, request_id(environ.get("HTTP_X_REQUEST_ID", ""))),
            ("ETag", tag),
            ("Cache-Control", copy.key.cache_control),
            ("Accept-Ranges", "bytes"),
            *APP_HEADERS,
        ]
        method = environ["REQUEST_METHOD"]
        if environ.get("HTTP_IF_NONE_MATCH") == tag:
            status, body = 304, b""
            start_response("304 NOT MODIFIED", headers)
        else:
            status, body = 200, copy.data
            headers += [
                ("Content-Type", copy.key.content_type),
                ("Content-Length", str(len(body))),
            ]
            start_response("200 OK", headers)
        self._observe(method, ROUTES[copy.key.name.rpartition("/")[0]], status, time.perf_counter() - began)
        return [] if method == "HEAD" else [body]

    def _find(self, environ: "WSGIEnvironment") -> Copy | None:
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        conditions = environ.get("HTTP_IF_NONE_MATCH")
        plain = conditions is None or (conditions.startswith('"') and "," not in conditions)
        if not plain or "HTTP_RANGE" in environ or self._bypassed:
            return None
        return self._services.shelf.peek(path.removeprefix(PREFIX))
