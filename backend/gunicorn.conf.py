"""gunicorn's settings: `gunicorn -c backend/gunicorn.conf.py` serves the app, from the repository's root."""

import sys

from dotenv import load_dotenv

import ml.pixels  # noqa: F401  (loaded once, before the workers fork, instead of at the first photo)
from backend.config import ServerSettings, Settings
from backend.errors import ConfigurationError

# The flask command reads .env by itself; gunicorn is told to.
load_dotenv()
try:
    _public_url = Settings.from_environment().public_url
    _settings = ServerSettings.from_environment()
except ConfigurationError as error:
    sys.exit(f"Error: {error}")

wsgi_app = "backend.app:create_app()"
bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = _settings.threads
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
loglevel = "warning"


def when_ready(_server: object) -> None:
    """Say where to look, once there is something to see."""
    print(f"DeepDog is at {_public_url} and its operators' pages at {_public_url}/operator", flush=True)
