"""What ours is measured against: a bare WSGI callable, and bare Flask views that return bytes of the same lengths."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

SIZES = {name: int(os.environ.get(f"BENCHMARK_{name.upper()}_BYTES", "13")) for name in ("channel", "model")}
BODIES = {name: b"x" * size for name, size in SIZES.items()}


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer as little as a server can."""
    body = BODIES[environ["PATH_INFO"].strip("/")]
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


def flask_app() -> Flask:
    """Return an app whose views do nothing but return their bytes."""
    app = Flask(__name__)
    for name, body in BODIES.items():
        app.add_url_rule(f"/{name}", name, lambda body=body: body)
    return app
