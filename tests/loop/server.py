"""The real backend as its operator runs it: `flask` commands and gunicorn as processes, over a database and a store of their own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
STARTUP_SECONDS = 120
STOP_SECONDS = 90
"""Longer than the time that gunicorn gives to open requests, on a busy machine as well."""


class Server:
    """DeepDog's backend below `folder`, with the keys that the built web app trusts."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.port = free_port()
        self.database = folder / "deepdog.sqlite3"
        self.store = folder / "store"
        self._log = (folder / "gunicorn.log").open("wb")
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "STORE_URL": f"file:{self.store}",
            "KEYS_DIR": str(keys),
            "SECRET_KEY": "for this test alone",
            "PORT": str(self.port),
        }

    def flask(self, *arguments: str) -> str:
        """Run a `flask` command and return what it printed; an exit code other than 0 is an error that shows it."""
        done = subprocess.run(
            [BIN / "flask", *arguments],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start(self) -> None:
        """Start gunicorn and wait until it answers."""
        self._process = subprocess.Popen(
            [BIN / "gunicorn", "--config", "backend/gunicorn.conf.py"],
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self._answers():
            assert self._process.poll() is None, f"gunicorn ended: {Path(self._log.name).read_text()}"
            assert time.monotonic() < deadline, "gunicorn does not answer"
            time.sleep(0.1)

    def stop(self) -> None:
        """End gunicorn."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=STOP_SECONDS)
        self._log.close()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False


def free_port() -> int:
    """Return a TCP port of the loopback address that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
