"""A folder that cannot be used is an error of the store, told with its path."""

from pathlib import Path

import pytest

from backend.errors import StoreError
from backend.objects import photo_key
from backend.storage.local import LocalStorage

PHOTO = photo_key("0" * 64)


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
