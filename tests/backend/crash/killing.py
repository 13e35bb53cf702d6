"""Kills a process that does something, with SIGKILL, at a chosen step or moment: no cleanup of its own ever runs."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

BACKEND = str(Path(__file__).parents[3] / "backend")


def run_and_count(work: Callable[[], object]) -> tuple[int, float]:
    """Do the work in a process of its own; return how many lines of the backend it ran, and how long it took in seconds."""
    receiver, sender = os.pipe()

    def counted() -> None:
        lines = _Lines(kill_at=None)
        began = time.perf_counter()
        lines.trace(work)
        os.write(sender, f"{lines.count} {time.perf_counter() - began}".encode())

    _wait(_fork(counted), expected=0)
    os.close(sender)
    with os.fdopen(receiver) as told:
        count, seconds = told.read().split()
    return int(count), float(seconds)


def kill_at_line(work: Callable[[], object], line: int) -> None:
    """Do the work in a process that is killed just before the given line, counted as they are run."""
    _wait(_fork(lambda: _Lines(kill_at=line).trace(work)))


def kill_after(work: Callable[[], object], seconds: float) -> None:
    """Do the work in a process that is killed after a while, wherever it is: in the middle of a write, for one."""
    child = _fork(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _wait(child)


class _Lines:
    """Counts lines of the backend as they are run."""

    def __init__(self, kill_at: int | None) -> None:
        self.count = 0
        self._kill_at = kill_at

    def trace(self, work: Callable[[], object]) -> None:
        sys.settrace(self._call)
        work()
        sys.settrace(None)

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        return self._line if frame.f_code.co_filename.startswith(BACKEND) else None

    def _line(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line":
            if self.count == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.count += 1
        return self._line


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException as error:
            os.write(2, f"the process that was to be killed failed: {error!r}\n".encode())
            os._exit(1)
        os._exit(0)
    return child


def _wait(child: int, expected: int | None = None) -> None:
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    allowed = (0, -signal.SIGKILL) if expected is None else (expected,)
    assert code in allowed, f"the process ended with {code}"
