"""A hundred of the reports, and seconds of the outages, that `python -m tests.backend.crash.server_faults` makes thousands and minutes of."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backend.crash.server_faults import (
    new_database,
    postgres,
    try_killed_workers,
    try_without_database,
    try_without_store,
)

OUTAGE_SECONDS = 2

# A server that is killed in the middle of an answer leaves its clients' sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """A PostgreSQL server that may crash."""
    # Not in pytest's own folder: the server may run as another user, who cannot enter that.
    with tempfile.TemporaryDirectory(prefix="deepdog-faults-") as folder, postgres(Path(folder)) as server:
        yield server


def test_reports_survive_killed_workers_once_each(tmp_path: Path, server: Any) -> None:
    seen = try_killed_workers(tmp_path, new_database(server), posts=120)
    assert seen.kills > 0


def test_reports_survive_a_crash_of_the_database_once_each(tmp_path: Path, server: Any) -> None:
    seen = try_without_database(tmp_path, server, new_database(server), posts=40, seconds=OUTAGE_SECONDS)
    assert seen.recovery_seconds is not None


def test_reports_survive_an_outage_of_the_store_once_each(tmp_path: Path, server: Any) -> None:
    seen = try_without_store(tmp_path, new_database(server), posts=40, seconds=OUTAGE_SECONDS)
    assert seen.recovery_seconds is not None
