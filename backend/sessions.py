"""The operators' sessions: a signed cookie that scripts cannot read, and a token against forged forms."""

import hmac
import secrets
from datetime import timedelta

from apiflask import APIFlask
from flask import request, session

from backend.config import Settings
from backend.errors import ApiError

SESSION_LIFETIME = timedelta(hours=12)
CSRF_FIELD = "csrf_token"


def configure_sessions(app: APIFlask, settings: Settings) -> None:
    """Set the cookie's key and attributes. Commands, which serve nobody, get a key for the moment."""
    app.secret_key = settings.secret_key or secrets.token_bytes(32)
    app.config.update(
        SESSION_COOKIE_NAME="deepdog_operator",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_PATH="/operator",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
    )


def csrf_token() -> str:
    """Return the token that every form of this session must carry."""
    if CSRF_FIELD not in session:
        session[CSRF_FIELD] = secrets.token_urlsafe(32)
    return str(session[CSRF_FIELD])


def check_csrf_token() -> None:
    """Refuse a form that this session did not issue.

    Raises:
        ApiError: 400, the token is missing or another's.
    """
    sent = request.form.get(CSRF_FIELD, "")
    if CSRF_FIELD not in session or not hmac.compare_digest(sent.encode(), str(session[CSRF_FIELD]).encode()):
        raise ApiError("This form is out of date. Go back, reload the page, and send it again.", CSRF_FIELD)
