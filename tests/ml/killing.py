"""Kills `deepdog` while it works: a real process, and a signal that it cannot see coming."""

import signal
import subprocess
import sys
from collections.abc import Sequence


def kill_deepdog_after(line: str, arguments: Sequence[str]) -> None:
    """Start the command and kill it as soon as it has printed a line that begins so."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "ml.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as printed:
        assert any(said.startswith(line) for said in printed), f"it ended without saying {line!r}"
        process.kill()
    assert process.wait() == -signal.SIGKILL
