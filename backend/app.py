"""The application factory. Importing this module does nothing."""

from apiflask import APIFlask

from backend import delivery, events_api, feedback_api, health, operator_pages, web_app
from backend.addresses import register_converters
from backend.commands import register_commands
from backend.config import Settings
from backend.database import Database
from backend.error_responses import register_error_handlers
from backend.headers import register_security_headers
from backend.logs import configure_logging, register_request_log
from backend.openapi import configure_openapi
from backend.services import EXTENSION, Services
from backend.sessions import configure_sessions
from backend.strict_requests import StrictRequest

DEFAULT_MAX_BODY_BYTES = 64 * 1024


def create_app(settings: Settings | None = None) -> APIFlask:
    """Build the app from `settings`, by default those of the environment.

    Raises:
        ConfigurationError: a setting is missing or wrong; the message says how to mend it.
    """
    settings = settings or Settings.from_environment()
    app = APIFlask(
        __name__,
        title="DeepDog",
        version="1.0.0",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # APIFlask's annotation lacks the None that Flask takes
    )
    app.request_class = StrictRequest
    app.config["MAX_CONTENT_LENGTH"] = DEFAULT_MAX_BODY_BYTES
    app.extensions[EXTENSION] = Services(settings, Database(settings.database_url))
    configure_logging(settings)
    if settings.serving:
        _prepare_to_serve(app)
    configure_sessions(app, settings)
    configure_openapi(app)
    register_converters(app)
    register_error_handlers(app)
    register_security_headers(app, settings.upload_origin)
    for blueprint in (
        feedback_api.blueprint,
        events_api.blueprint,
        delivery.blueprint,
        health.blueprint,
        operator_pages.blueprint,
        web_app.blueprint,
    ):
        app.register_blueprint(blueprint)
    register_commands(app)
    return app


def _prepare_to_serve(app: APIFlask) -> None:
    # Commands answer no requests, and need not wait for these imports.
    from backend.express_lane import ExpressLane
    from backend.metrics import observe, register_metrics

    register_metrics(app)
    register_request_log(app)
    app.wsgi_app = ExpressLane(app.wsgi_app, app.extensions[EXTENSION], observe)  # type: ignore[method-assign]
