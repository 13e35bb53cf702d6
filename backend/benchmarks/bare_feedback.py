"""What storing feedback is measured against: a callable and a view that only take the body, and a view that parses and runs Pillow."""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, request

from backend.photos import JPEG_QUALITY


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Read the body and answer."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("201 Created", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def flask_app() -> Flask:
    """Return an app whose view reads the body and answers."""
    app = Flask(__name__)

    @app.post("/api/v1/feedback")
    def _take() -> tuple[str, int]:
        request.get_data()
        return "ok", 201

    return app


def pillow_app() -> Flask:
    """Return an app whose view parses form and JSON, decodes the photo and encodes it anew: what cannot be done without."""
    from PIL import Image

    app = Flask(__name__)

    @app.post("/api/v1/feedback")
    def _parse() -> tuple[str, int]:
        json.loads(request.form["report"])
        with Image.open(io.BytesIO(request.files["photo"].read()), formats=["JPEG"]) as picture:
            picture.convert("RGB").save(io.BytesIO(), "JPEG", quality=JPEG_QUALITY)
        return "ok", 201

    return app
