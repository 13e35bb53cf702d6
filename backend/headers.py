"""Security headers on every response."""

from apiflask import APIFlask
from flask import Response, request

APP_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self' blob: data:",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""For the web app: react-native-web injects its styles, LiteRT compiles WebAssembly."""

OPERATOR_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""For the operators' pages: no script but our own file, so a comment's markup could do nothing even if it were not escaped."""


COMMON = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
APP_HEADERS = (("Content-Security-Policy", APP_POLICY), ("Permissions-Policy", "camera=(self)"), *COMMON)
OPERATOR_HEADERS = (
    ("Content-Security-Policy", OPERATOR_POLICY),
    ("Permissions-Policy", "camera=()"),
    *COMMON,
)


def register_security_headers(app: APIFlask, upload_origin: str | None = None) -> None:
    """Add the headers after each request; the page may also send photos to `upload_origin`."""
    connect = "connect-src 'self' blob: data:"
    policy = APP_POLICY.replace(connect, f"{connect} {upload_origin}") if upload_origin else APP_POLICY

    def add(response: Response) -> Response:
        if not request.path.startswith("/operator"):
            response.headers.setdefault("Content-Security-Policy", policy)
        return _add(response)

    app.after_request(add)


def _add(response: Response) -> Response:
    operators = request.path.startswith("/operator")
    for name, value in OPERATOR_HEADERS if operators else APP_HEADERS:
        response.headers.setdefault(name, value)
    if operators and not request.path.startswith("/operator/static/"):
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response
