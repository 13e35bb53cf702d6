"""What became of each picture so far, a line each, so that a run that was killed goes on where it was."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from ml.dataset import NAME_DIGITS

JOURNAL_NAME = ".prepare.jsonl"


class JournalError(ValueError):
    """The folder cannot take the pictures; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture of a source that was looked at."""

    path: str
    """Of the source's picture, absolute."""
    stamp: str
    """Its size and time of change: a picture that changed is looked at again."""
    sha256: str
    """Of the source's file."""
    reason: str | None = None
    """Why it was rejected; the rest is empty then."""
    file_sha256: str = ""
    """Of the dataset's file."""
    width: int = 0
    height: int = 0
    original_pixels: int = 0
    turned: bool = False
    perceptual_hash: str = ""

    @property
    def name(self) -> str:
        """Of the dataset's file: what its content is, so that one picture has one name."""
        return f"{self.sha256[:NAME_DIGITS]}.jpg"


def stamp(path: Path) -> str:
    """Return what changes when the file does."""
    status = path.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


class Journal:
    """Entries by path, on disk as soon as they are added.

    Raises:
        JournalError: the folder holds other things, or was prepared with other settings.
    """

    def __init__(self, folder: Path, settings: dict[str, int]) -> None:
        self.entries: dict[str, Entry] = {}
        path = folder / JOURNAL_NAME
        lines = _lines(path) if path.exists() else []
        if lines and lines[0] != settings:
            raise JournalError(
                f"{folder} was prepared with {_words(lines[0])}, not {_words(settings)}; say the same, or choose another folder"
            )
        if not lines and folder.exists() and any(folder.iterdir()):
            raise JournalError(f"{folder} holds other files; choose a folder that is empty or does not exist")
        folder.mkdir(parents=True, exist_ok=True)
        for line in lines[1:]:
            entry = Entry(**line)
            self.entries[entry.path] = entry
        # Written anew, without what a kill left half-written and without entries that later ones replaced.
        partial = path.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps(line) + "\n" for line in (settings, *map(asdict, self.entries.values()))
            )
        partial.replace(path)
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, entry: Entry) -> None:
        """Remember what became of a picture."""
        self.entries[entry.path] = entry
        self._file.write(json.dumps(asdict(entry)) + "\n")


def _lines(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines; the last one may have been cut off."""
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def _words(settings: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in settings.items())
