"""A few of the kills that `python -m tests.backend.crash.feedback` makes hundreds of, on both databases."""

from pathlib import Path

from tests.backend.crash.feedback import crash_feedback, prepared

POINTS = 12


def test_feedback_whose_storing_or_deleting_was_killed_is_there_once_or_gone_for_good(
    tmp_path: Path, database_url: str
) -> None:
    assert crash_feedback(prepared(tmp_path, database_url), POINTS).points == POINTS
