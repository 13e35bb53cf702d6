"""Objects as files under one folder."""

import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from backend.errors import ObjectNotFoundError, PreconditionFailedError, StoreError
from backend.objects import ObjectKey
from backend.storage.base import ObjectInfo, Storage, StoredObject

TEMPORARY_PREFIX = ".partial-"
LOCK_NAME = ".lock"
PRIVATE_MODE = 0o600


class LocalStorage(Storage):
    """A folder. Files appear whole: written aside, synced, renamed, and the folder synced too."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def put(self, key: ObjectKey, data: bytes) -> None:  # noqa: D102
        path = str(self._path(key.name))
        folder, _, name = path.rpartition("/")
        try:
            _make_folders(folder)
            _replace(folder, name, data)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}.") from error

    def put_if(self, key: ObjectKey, data: bytes, expected_etag: str | None) -> None:  # noqa: D102
        with self._lock():
            present = self.read_or_none(key.name)
            if (present.etag if present else None) != expected_etag:
                raise PreconditionFailedError(key.name)
            self.put(key, data)

    def read(self, name: str) -> StoredObject:  # noqa: D102
        try:
            data = self._path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ObjectNotFoundError(name) from error
        except OSError as error:
            raise StoreError(f"{self._path(name)} cannot be read: {error.strerror}.") from error
        return StoredObject(data, hashlib.sha256(data).hexdigest())

    def exists(self, name: str) -> bool:  # noqa: D102
        path = str(self._path(name))
        try:
            return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116  (as below)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise StoreError(f"{path} cannot be looked for: {error.strerror}.") from error

    def fingerprint(self, name: str) -> object:  # noqa: D102
        try:
            status = os.stat(f"{self.root}/{name}")  # noqa: PTH116  (a Path costs more than the call itself)
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def delete(self, name: str) -> None:  # noqa: D102
        path = self._path(name)
        with _errors(path, "removed"):
            path.unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:  # noqa: D102
        for path, status in _files(self._path(prefix.rstrip("/"))):
            if not path.name.startswith(TEMPORARY_PREFIX):
                modified = datetime.fromtimestamp(status.st_mtime, UTC)
                yield ObjectInfo(path.relative_to(self.root).as_posix(), status.st_size, modified)

    def is_public(self, name: str) -> bool:  # noqa: D102
        path = self._path(name)
        with _errors(path, "looked at"):
            return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IRGRP))

    def keeps_deleted(self) -> bool:  # noqa: D102
        return False

    def describe(self) -> str:  # noqa: D102
        return f"the folder {self.root}"

    def remove_partial_files(self, older_than: datetime) -> int:
        """Remove what writers that were killed left behind; return how many files that were."""
        removed = 0
        for path, status in _files(self.root):
            if path.name.startswith(TEMPORARY_PREFIX) and status.st_mtime < older_than.timestamp():
                with _errors(path, "removed"):
                    path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _path(self, name: str) -> Path:
        path = self.root / name
        if not name or ".." in path.parts or name.startswith("/"):
            raise StoreError(f"{name!r} is no object key.")
        return path

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold off every other conditional writer, in this process or another."""
        path = self.root / LOCK_NAME
        with ExitStack() as held:
            with _errors(path, "locked"):
                _make_folders(str(self.root))
                lock = held.enter_context(path.open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def _errors(path: Path, done: str) -> Iterator[None]:
    """Turn the operating system's errors into the one that the rest of the backend knows."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} cannot be {done}: {error.strerror}.") from error


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield what lies below a folder, if there is one, but for what is renamed or removed before it is looked at."""

    def refuse(error: OSError) -> None:
        # Said to be empty, it would look as if everything in it were lost.
        if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
            raise error

    with _errors(folder, "listed"):
        for above, folders, names in os.walk(folder, onerror=refuse):
            folders.sort()
            for name in sorted(names):
                path = Path(above, name)
                try:
                    status = path.stat()
                except FileNotFoundError:
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield path, status


def _replace(folder: str, name: str, data: bytes) -> None:
    # Plain calls of os: on the path of every report, Path and file objects are what can be saved.
    temporary = f"{folder}/{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.rename(temporary, f"{folder}/{name}")  # noqa: PTH104
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(folder)


def _make_folders(folder: str) -> None:
    """Create a folder so that the entry in its parent survives a crash as well."""
    if os.path.isdir(folder):  # noqa: PTH112
        return
    parent = str(Path(folder).parent)
    _make_folders(parent)
    Path(folder).mkdir(exist_ok=True)
    _sync_folder(parent)


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
