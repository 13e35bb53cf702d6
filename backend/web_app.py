"""Serves the built web app, so that one address is all that a user needs."""

import re
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, current_app, request, send_file
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.security import safe_join

from backend.errors import NotFoundError
from backend.objects import IMMUTABLE, MUTABLE
from backend.services import services

HOW_TO_BUILD = "The web app is not built yet: run `make demo`, or `npm ci && npm run build` in app/."
RESERVED = ("api/", "operator/")
HASHED_NAME = re.compile(r"[.-][0-9a-f]{32}\.")
"""Expo puts the content's MD5 into the names of bundles and assets."""
CONTENT_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tflite": "application/octet-stream",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Spelled out, because Python's guesses depend on the machine's own tables."""

blueprint = APIBlueprint("web_app", __name__, enable_openapi=False)


@blueprint.get("/")
def home() -> Response:
    """Serve the app's page."""
    return _page(services().settings.web_root)


@blueprint.get("/<path:path>")
def file(path: str) -> Response:
    """Serve a file of the app, or its page for one of its own routes."""
    root = services().settings.web_root
    found = safe_join(str(root.absolute()), path)
    if found is not None and _is_file(Path(found)):
        return _file(Path(found), IMMUTABLE if HASHED_NAME.search(path) else MUTABLE)
    if path.startswith(RESERVED):
        _refuse_wrong_method()
    if path.startswith(RESERVED) or Path(path).suffix or found is None:
        raise NotFoundError("There is nothing at this address.")
    return _page(root)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # A name that is longer than the file system's names are.
        return False


def _refuse_wrong_method() -> None:
    """Answer 405 where an address exists for other methods: this blueprint's own route matches every GET."""
    adapter = current_app.create_url_adapter(request)
    others = set(adapter.allowed_methods() if adapter else ()) - {"GET", "HEAD", "OPTIONS"}
    if others:
        raise MethodNotAllowed(sorted(others))


def _page(root: Path) -> Response:
    page = root.absolute() / "index.html"
    if not page.is_file():
        return Response(f"{HOW_TO_BUILD}\n", 503, mimetype="text/plain")
    return _file(page, MUTABLE)


def _file(path: Path, cache_control: str) -> Response:
    kind = CONTENT_TYPES.get(path.suffix.lower(), "application/octet-stream")
    response = send_file(path, mimetype=kind, conditional=True)
    response.headers["Cache-Control"] = cache_control
    return response
