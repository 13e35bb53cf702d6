"""gunicorn's settings: `gunicorn -c backend/gunicorn.conf.py` serves the app, from the repository's root."""

import os
import shutil
import sys
import tempfile
from typing import Any

from dotenv import load_dotenv

import ml.pixels  # noqa: F401  (loaded once, before the workers fork, instead of at the first photo)
from backend.config import ServerSettings, Settings
from backend.errors import ConfigurationError
from backend.services import EXTENSION

# The flask command reads .env by itself; gunicorn is told to.
load_dotenv()
try:
    _public_url = Settings.from_environment().public_url
    _settings = ServerSettings.from_environment()
except ConfigurationError as error:
    sys.exit(f"Error: {error}")

# Where the workers add up their metrics; prometheus_client looks for it when it is imported.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = _metrics = tempfile.mkdtemp(prefix="deepdog-metrics-")
wsgi_app = "backend.app:create_app()"
bind = f"{_settings.host}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = _settings.threads
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
# Seldom: what an ended worker has counted stays a file of its own, which every scrape reads.
max_requests = 2_000_000
max_requests_jitter = 200_000
control_socket_disable = True
loglevel = "warning"


def when_ready(_server: object) -> None:
    """Say where to look, once there is something to see."""
    print(f"DeepDog is at {_public_url} and its operators' pages at {_public_url}/operator", flush=True)


def post_worker_init(worker: Any) -> None:
    """Answer what gunicorn answers as the app does, and look after the roll-out; which worker sees first that it must halt halts it."""
    from backend.malformed_requests import use_the_envelope
    from backend.rollout_guard import watch

    use_the_envelope()
    watch(worker.app.wsgi().extensions[EXTENSION])


def child_exit(_server: object, worker: Any) -> None:
    """Keep what a worker that ended has counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_exit(_server: object) -> None:
    """Leave no metrics behind."""
    shutil.rmtree(_metrics, ignore_errors=True)
