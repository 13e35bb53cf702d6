"""The `deepdog` command line."""

import subprocess
import sys

import pytest

from ml.cli import main


def test_help_teaches_the_path_and_loads_no_tensorflow() -> None:
    script = "import sys\nfrom ml.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint('tensorflow' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    for command in (
        "prepare",
        "sample",
        "find-lr",
        "distil",
        "train",
        "export",
        "evaluate",
        "explain",
        "compare",
        "bench",
    ):
        assert f"deepdog {command}" in printed
    assert printed.endswith("False\n")


def test_a_missing_command_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "COMMAND" in capsys.readouterr().err


def test_the_module_runs_as_the_command_does() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ml.cli", "--help"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("usage: deepdog")
