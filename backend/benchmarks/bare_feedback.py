"""What storing feedback is measured against: from a callable that only takes the body to a view that stores it safely, unchecked."""

import hashlib
import io
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from flask import Flask, request

from backend.objects import photo_key
from backend.photos import JPEG_QUALITY
from backend.storage.local import LocalStorage

ROWS = "rows.sqlite3"


def prepare_rows(folder: Path) -> dict[str, str]:
    """Make the table that `durable_app` writes to, and return its environment."""
    with closing(sqlite3.connect(folder / ROWS, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE feedback (id PRIMARY KEY, report, photo)")
    return {"BENCHMARK_FOLDER": str(folder)}


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
    from PIL import Image  # noqa: F401  (loaded before the first request)

    app = Flask(__name__)

    @app.post("/api/v1/feedback")
    def _parse() -> tuple[str, int]:
        _report_and_photo()
        return "ok", 201

    return app


def durable_app() -> Flask:
    """Return an app whose view also survives a power cut: the photo synced to its folder, then a row committed, and nothing else.

    No validation, no quotas, no retries recognised. What ours takes beyond this is ours to answer for.
    """
    from PIL import Image  # noqa: F401

    app, folder, local = Flask(__name__), Path(os.environ["BENCHMARK_FOLDER"]), threading.local()
    store = LocalStorage(folder / "store")

    def database() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(folder / ROWS, timeout=15, isolation_level=None)
            local.connection.execute("PRAGMA synchronous=FULL")
        return local.connection  # type: ignore[no-any-return]  # threading.local holds anything

    @app.post("/api/v1/feedback")
    def _store() -> tuple[str, int]:
        report, photo = _report_and_photo()
        sha256 = hashlib.sha256(photo).hexdigest()
        store.put(photo_key(sha256), photo)
        values = (report["id"], json.dumps(report), sha256)
        database().execute("INSERT INTO feedback VALUES (?, ?, ?)", values)
        return "ok", 201

    return app


def _report_and_photo() -> tuple[dict[str, Any], bytes]:
    from PIL import Image

    encoded = io.BytesIO()
    report: dict[str, Any] = json.loads(request.form["report"])
    with Image.open(io.BytesIO(request.files["photo"].read()), formats=["JPEG"]) as picture:
        picture.convert("RGB").save(encoded, "JPEG", quality=JPEG_QUALITY)
    return report, encoded.getvalue()
