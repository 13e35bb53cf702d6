"""What the `flask` command loads (FLASK_APP in .flaskenv): the app, or a sentence per setting that cannot be used."""

import sys

from apiflask import APIFlask

from backend import app
from backend.config import Settings
from backend.errors import ConfigurationError


def create_app() -> APIFlask:
    """Build the app for commands, which need no secret key; one of them makes it."""
    try:
        return app.create_app(Settings.from_environment(serving=False))
    except ConfigurationError as error:
        sys.exit(f"Error: {error}")
