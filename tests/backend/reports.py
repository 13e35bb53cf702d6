"""Reports and photos as a phone would send them."""

import hashlib
import io
import json
import uuid
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from urllib3.filepost import encode_multipart_formdata
from werkzeug.test import TestResponse

TOKEN = "a token that only the phone knows"


def report(**changes: Any) -> dict[str, Any]:
    """Return a sound report under a new id."""
    return {
        "id": str(uuid.uuid4()),
        "install_id": str(uuid.uuid4()),
        "deletion_token_hash": hashlib.sha256(TOKEN.encode()).hexdigest(),
        "model_version": "1.0.0",
        "score": 0.25,
        "verdict": "negative",
        "claimed_label": "positive",
        "app_version": "1.0.0",
        "platform": "web",
        "taken_at": "2026-11-24T12:00:00+01:00",
    } | changes


def jpeg(size: tuple[int, int] = (320, 240), mode: str = "RGB", **options: Any) -> bytes:
    """Return a gradient as a JPEG."""
    encoded = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(encoded, "JPEG", **options)
    return encoded.getvalue()


def form(document: Any, photo: bytes | None = None, filename: str = "photo.jpg") -> tuple[str, bytes]:
    """Return content type and body of a form with a report, a dictionary or JSON text, and a photo."""
    fields: dict[str, Any] = {"report": document if isinstance(document, str) else json.dumps(document)}
    if photo is not None:
        fields["photo"] = (filename, photo, "image/jpeg")
    # Not by the test client: for a large form it would leave a temporary file open, and an empty field it encodes wrongly.
    body, content_type = encode_multipart_formdata(fields)
    return content_type, body


def send(
    client: FlaskClient, document: Any, photo: bytes | None = None, filename: str = "photo.jpg"
) -> TestResponse:
    """POST a report and a photo."""
    content_type, body = form(document, photo, filename)
    return client.post("/api/v1/feedback", data=body, content_type=content_type)
