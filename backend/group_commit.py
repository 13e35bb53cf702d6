"""Group commit: those who write to SQLite at once share a transaction, and wait for one sync together instead of each for its own.

After DeWitt et al. 1984, "Implementation techniques for main memory database systems", section 5.2. PostgreSQL does it by itself.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection

Result = TypeVar("Result")


class GroupCommit:
    """Runs what several threads want written in one transaction; nobody is answered before it is committed.

    The first to come leads: while it waits for the database, others queue up behind it, and it takes them along. Where one of them
    fails, all is rolled back and each has a transaction of its own, so that it takes nobody else back; savepoints would do that too,
    but cost every write what only failures need. Whoever waited for `patience` seconds and was not taken along goes alone.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]], patience: float) -> None:
        self._begin = begin
        self._patience = patience
        self._queue: list[_Write] = []
        self._guard = threading.Lock()
        self._leading = threading.Lock()

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` in a transaction, in whichever thread leads, and return what it returned once that is committed.

        It may be run twice, the first time rolled back.

        Raises:
            Exception: what `work` raised, or why the transaction could not be had or committed.
        """
        own = _Write(work)
        with self._guard:
            self._queue.append(own)
        if self._leading.acquire(timeout=self._patience):
            try:
                if not own.over.is_set():
                    self._lead()
            finally:
                self._leading.release()
        elif self._leave(own):
            with self._begin() as connection:
                return work(connection)
        own.over.wait()
        if own.error:
            raise own.error
        if not own.committed:
            raise RuntimeError("the thread that was to commit this came to its end before it did")
        result: Result = own.result
        return result

    def _lead(self) -> None:
        group: list[_Write] = []
        try:
            with self._begin() as connection:
                group = self._take()
                for write in group:
                    write.perform(connection)
            for write in group:
                write.committed = True
        except Exception as error:
            if len(group) > 1:
                for write in group:
                    self._commit_alone(write)
            else:
                # Without a group the transaction could not be had at all, which is the same for all who wait for it.
                group = group or self._take()
                for write in group:
                    write.error = error
        finally:
            for write in group:
                write.over.set()

    def _commit_alone(self, write: "_Write") -> None:
        try:
            with self._begin() as connection:
                write.perform(connection)
            write.committed = True
        except Exception as error:
            write.error = error
        finally:
            write.over.set()

    def _take(self) -> "list[_Write]":
        with self._guard:
            queue, self._queue = self._queue, []
        return queue

    def _leave(self, write: "_Write") -> bool:
        """Take a write out of the queue; tell whether it was still there."""
        with self._guard:
            waits = write in self._queue
            if waits:
                self._queue.remove(write)
        return waits


class _Write:
    """What one thread wants written, and what became of it."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self._work = work
        self.over = threading.Event()
        self.committed = False
        self.result: Any = None
        self.error: Exception | None = None

    def perform(self, connection: Connection) -> None:
        self.result = self._work(connection)
