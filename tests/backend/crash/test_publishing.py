"""A few of the kills that `python -m tests.backend.crash.publishing` makes hundreds of, on both databases."""

from pathlib import Path

from tests.backend.crash.publishing import crash_publish, crash_rollback, prepared

POINTS = 12


def test_a_publisher_that_is_killed_leaves_nothing_torn_and_the_next_run_finishes(
    tmp_path: Path, database_url: str
) -> None:
    assert crash_publish(prepared(tmp_path, database_url), POINTS).points == POINTS


def test_a_rollback_that_is_killed_is_finished_by_the_next(tmp_path: Path, database_url: str) -> None:
    crash_rollback(prepared(tmp_path, database_url), POINTS)
