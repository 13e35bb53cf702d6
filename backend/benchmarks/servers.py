"""Servers to measure, ours and what it is measured against, each as a gunicorn process of its own on the loopback address."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
SERVER = (sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4")
QUIET = ("--log-level", "warning", "--no-control-socket", "--keep-alive", "30")


@contextmanager
def serving(application: str, environment: dict[str, str], workers: int = 1) -> Iterator[int]:
    """Serve a WSGI application by processes of four threads each, and yield its port."""
    port = free_port()
    command = (*SERVER, "--workers", str(workers), *QUIET, "--bind", f"127.0.0.1:{port}", application)
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | environment) as process:
        try:
            _wait_until_it_answers(port, process)
            yield port
        finally:
            process.terminate()


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the server did not start") from error
            time.sleep(0.05)
        else:
            return
