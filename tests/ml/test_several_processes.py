"""Training in several processes: which part each has, and what is refused."""

import os
from pathlib import Path

import pytest

from ml.cli import main
from ml.distributed import ALONE, DistributedError, Processes, check_batch_size

pytestmark = pytest.mark.training


def test_each_process_has_its_part() -> None:
    parts = [Processes(number, 3).part(6) for number in range(3)]
    assert [list(range(6))[part] for part in parts] == [[0, 1], [2, 3], [4, 5]]
    assert ALONE.part(6) == slice(0, 6)
    with pytest.raises(DistributedError, match="a multiple of 4"):
        check_batch_size(6, Processes(0, 4))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--workers 2", "say --ray local"),
        ("--ray local --processes 2", "numbers its workers itself"),
        ("--coordinator here:1 --processes 2", "go together"),
        ("--coordinator here:1 --processes 2 --process-id 2", "from 0 to 1, not 2"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    options: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dict(os.environ)
    try:
        assert (
            main(["train", str(tmp_path / "photos"), "--out", str(tmp_path / "run"), *options.split()]) == 2
        )
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert message in capsys.readouterr().err
