"""Files that are there whole or not at all."""

import resource
from pathlib import Path

import pytest

from ml.files import write_whole


def test_a_file_that_does_not_fit_is_named_and_leaves_the_one_before(tmp_path: Path) -> None:
    """A process may be given less room than a disk has; the error is as nameless as that of a full disk."""
    write_whole(tmp_path / "run.json", "before")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(OSError, match=r"run\.json"):
            write_whole(tmp_path / "run.json", "x" * 4096)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]
