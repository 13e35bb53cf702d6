"""Files and folders that are there whole or not at all, and the encoding of lists that people edit."""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

CSV_ENCODING = "utf-8-sig"
"""Of lists that people edit: spreadsheets put a byte order mark before the first column's name."""


class ListError(ValueError):
    """A list cannot be read as CSV; the message names it and the remedy."""


@contextmanager
def open_list(path: Path) -> Iterator[TextIO]:
    """Open a list that people edit, to be read by `csv` within the block.

    Raises:
        ListError: it is in another encoding than UTF-8, as spreadsheets save it unless told otherwise, or `csv` makes nothing of it.
        OSError: it cannot be opened.
    """
    try:
        with path.open(newline="", encoding=CSV_ENCODING) as file:
            yield file
    except UnicodeDecodeError as error:
        raise ListError(f"{path} is not in UTF-8; save it as CSV UTF-8") from error
    except csv.Error as error:
        raise ListError(
            f"{path} is no CSV: {error}; look for a quotation mark that nothing closes"
        ) from error


def write_whole(path: Path, content: bytes | str) -> None:
    """Write under a temporary name, then rename; text as UTF-8. The folder is made when absent.

    Raises:
        OSError: it cannot be written; the message names the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content.encode() if isinstance(content, str) else content)
        partial.replace(path)
    except OSError as error:
        # A disk that is full is told of without a name.
        error.filename = error.filename or str(path)
        raise
    finally:
        partial.unlink(missing_ok=True)


def write_json(path: Path, document: Any) -> None:
    """Write an indented JSON document, whole."""
    write_whole(path, json.dumps(document, indent=2) + "\n")


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """Give a new folder to fill, which takes the place of `out` when the block ends, and is gone when it raises."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as partial:
        folder = Path(partial, out.name)
        folder.mkdir()
        yield folder
        if out.exists():
            out.rename(Path(partial, "replaced"))
        folder.rename(out)
