"""How long a `flask` command takes to start, beside that of a bare Flask app.

python -m backend.benchmarks.startup
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from backend.benchmarks.servers import ROOT

ROUNDS = 9
BARE = "from flask import Flask\napp = Flask(__name__)\n"


def main() -> None:
    """Run both by turns and print the medians, of the clock and of the processor's time."""
    with tempfile.TemporaryDirectory(prefix="deepdog-benchmark-") as folder:
        (Path(folder) / "bare.py").write_text(BARE, encoding="utf-8")
        commands = {"ours": ("backend.cli", ROOT), "bare Flask": ("bare", Path(folder))}
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, (app, cwd) in commands.items():
                times[name].append(_run(app, cwd))
    for name, runs in times.items():
        clock, processor = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"flask --help, {name:<11} {clock:.2f} s, of which the processor worked {processor:.2f} s")


def _run(app: str, cwd: Path) -> tuple[float, float]:
    """Return the seconds that a `flask --help` takes on the clock, and on the processor."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", app, "--help"], cwd=cwd, check=True, capture_output=True
    )
    clock, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
