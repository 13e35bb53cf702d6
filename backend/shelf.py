"""What channel, manifests and models are served from: copies in memory, which phones ask for again and again."""

import hashlib
import threading
import time
from dataclasses import dataclass

from backend.errors import ObjectNotFoundError
from backend.objects import IMMUTABLE, ObjectKey
from backend.storage import Storage

CAPACITY = 8
"""Objects that each process keeps."""
MAX_AGE_SECONDS = 2.0
"""How old a copy of the channel may be where only reading it again tells whether it changed: what S3 is spared."""


@dataclass(frozen=True)
class Copy:
    """An object as it was read."""

    key: ObjectKey
    data: bytes
    etag: str
    fingerprint: object
    checked_at: float


class Shelf:
    """Copies of objects of one store, for all threads of a process."""

    def __init__(self, store: Storage) -> None:
        self._store = store
        self._copies: dict[str, Copy] = {}
        self._lock = threading.Lock()

    def peek(self, name: str) -> Copy | None:
        """Return a copy that is as good as the object, or None when the store has to be asked."""
        copy = self._copies.get(name)
        if copy is None or copy.key.cache_control == IMMUTABLE:
            return copy
        return copy if self._is_fresh(copy) else None

    def get(self, key: ObjectKey) -> Copy:
        """Return an object's copy, made now if need be.

        Raises:
            ObjectNotFoundError: there is no such object; one that was there is forgotten.
        """
        copy = self.peek(key.name)
        return copy if copy else self._fetch(key)

    def _is_fresh(self, copy: Copy) -> bool:
        if copy.fingerprint is None:
            return time.monotonic() - copy.checked_at < MAX_AGE_SECONDS
        return self._store.fingerprint(copy.key.name) == copy.fingerprint

    def _fetch(self, key: ObjectKey) -> Copy:
        # Before reading: an object that is replaced in between has an old fingerprint, and is read again.
        fingerprint, moment = self._store.fingerprint(key.name), time.monotonic()
        try:
            data = self._store.read(key.name).data
        except ObjectNotFoundError:
            with self._lock:
                self._copies.pop(key.name, None)
            raise
        copy = Copy(key, data, hashlib.sha256(data).hexdigest(), fingerprint, moment)
        with self._lock:
            self._copies.pop(key.name, None)
            self._copies[key.name] = copy
            while len(self._copies) > CAPACITY:
                del self._copies[next(iter(self._copies))]
        return copy
