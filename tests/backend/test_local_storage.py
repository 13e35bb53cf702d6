"""A folder as a store: what is in it outlives a loss of power, and one that cannot be used is told with its path."""

import errno
import os
import stat
from pathlib import Path

import pytest

from backend.errors import StoreError
from backend.models import now
from backend.objects import photo_key
from backend.storage.local import LOCK_NAME, TEMPORARY_PREFIX, LocalStorage

PHOTO = photo_key("0" * 64)
CONTENT = b"a photo"


def test_what_cannot_be_looked_at_is_not_said_to_be_missing(tmp_path: Path) -> None:
    (tmp_path / "photos").symlink_to(tmp_path / "photos")
    with pytest.raises(StoreError, match="photos"):
        LocalStorage(tmp_path).exists(PHOTO.name)


def test_a_folder_at_the_top_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match=r"/nowhere/photos/.* cannot be written: Permission denied"):
        LocalStorage(Path("/nowhere")).put(PHOTO, b"")


def test_a_folder_that_cannot_be_used_is_told_with_its_path(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    (tmp_path / "photos").symlink_to(tmp_path / "photos")
    with pytest.raises(StoreError, match=f"{tmp_path}/photos cannot be listed: "):
        list(store.list("photos/"))
    (tmp_path / "models").mkdir()
    with pytest.raises(StoreError, match=f"{tmp_path}/models cannot be removed: "):
        store.delete("models")
    (tmp_path / LOCK_NAME).mkdir()
    with pytest.raises(StoreError, match=f"{tmp_path}/{LOCK_NAME} cannot be locked: "):
        store.put_if(PHOTO, CONTENT, None)


def test_what_a_report_renames_at_this_moment_stops_neither_listing_nor_sweep(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    store.put(PHOTO, CONTENT)
    for name in (f"{TEMPORARY_PREFIX}abc", "other.jpg"):
        (tmp_path / "photos" / name).symlink_to(
            "gone"
        )  # the folder names it, and there is nothing to look at
    assert [entry.name for entry in store.list("photos/")] == [PHOTO.name]
    assert store.remove_partial_files(now()) == 0


def test_a_half_written_file_that_cannot_be_removed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{TEMPORARY_PREFIX}abc").write_bytes(b"ha")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StoreError, match=r"partial-abc cannot be removed: Read-only file system"):
        LocalStorage(tmp_path).remove_partial_files(now())


class Disk:
    """What was synced and renamed, and whether the file was to be seen under its name by then."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[tuple[str, tuple[int, int], bool]] = []
        self._file = file
        fsync, rename = os.fsync, os.rename

        def watched_fsync(descriptor: int) -> None:
            status = os.fstat(descriptor)
            self._note("sync folder" if stat.S_ISDIR(status.st_mode) else "sync file", status)
            fsync(descriptor)

        def watched_rename(source: str, target: str) -> None:
            self._note("rename", Path(source).stat())
            rename(source, target)

        monkeypatch.setattr(os, "fsync", watched_fsync)
        monkeypatch.setattr(os, "rename", watched_rename)

    def _note(self, step: str, status: os.stat_result) -> None:
        self.steps.append((step, _identity(status), self._file.exists()))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_ino, status.st_size if stat.S_ISREG(status.st_mode) else 0


def test_a_file_is_synced_whole_before_it_gets_its_name_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / PHOTO.name
    path.parent.mkdir()
    disk = Disk(path, monkeypatch)

    LocalStorage(tmp_path).put(PHOTO, CONTENT)

    file, folder = _identity(path.stat()), _identity(path.parent.stat())
    assert path.read_bytes() == CONTENT
    assert disk.steps == [("sync file", file, False), ("rename", file, False), ("sync folder", folder, True)]


def test_of_a_new_folder_the_one_above_is_synced_before_a_file_is_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "store"
    path = root / PHOTO.name
    disk = Disk(path, monkeypatch)

    LocalStorage(root).put(PHOTO, CONTENT)

    above = [_identity(folder.stat()) for folder in (tmp_path, root)]
    assert disk.steps[:2] == [("sync folder", each, False) for each in above]
    assert [step for step, _, _ in disk.steps[2:]] == ["sync file", "rename", "sync folder"]
