"""`make film` goes around the whole loop and writes an animation that the README can show."""

import subprocess
import sys
from pathlib import Path

from PIL import Image

from tests.loop.conftest import PHONE
from tests.loop.server import ROOT

MAX_BYTES = 1_000_000
"""Of the animation, which everyone who reads the README downloads."""


def test_the_film_is_written(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.loop.film_loop", "--no-sheets", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    film = tmp_path / "loop.webp"
    assert film.stat().st_size <= MAX_BYTES
    with Image.open(film) as opened:
        assert opened.size == (PHONE["width"], PHONE["height"])
        assert getattr(opened, "n_frames", 1) >= 15
