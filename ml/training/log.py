"""What a run tells: a bar in the terminal, a line an epoch, log.csv, and TensorBoard's events where that is installed."""

import csv
import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from ml.files import write_whole
from ml.recipes import Recipe
from ml.training.checkpoint import Checkpoint, Row
from ml.training.record import RunError

LOG_NAME = "log.csv"
EVENTS_NAME = "tensorboard"


class ImagesPerSecond(ProgressColumn):
    """Speed of the last batches."""

    def render(self, task: Task) -> Text:
        """Return the speed, once there is one."""
        return Text(f"{task.speed:,.0f} images/s" if task.speed else "starting")


class Log:
    """Shows and writes how a run goes."""

    def __init__(
        self,
        out: Path,
        recipe: Recipe,
        images_per_epoch: int,
        progress: Progress,
        done: int,
        events: Any,
        writes: bool,
    ) -> None:
        self.images_per_epoch = images_per_epoch
        self._out = out
        self._recipe = recipe
        self._progress = progress
        self._events = events
        self._writes = writes
        self._task = progress.add_task(
            "", total=recipe.epochs * images_per_epoch, completed=done * images_per_epoch, figures=""
        )

    def phase_begins(self, number: int, resolution: int, epochs_done: int) -> None:
        """Say which phase begins, and where in it."""
        phase = self._recipe.phases[number]
        there = f", from epoch {epochs_done + 1}" if epochs_done else ""
        self._say(
            f"phase {number + 1} of {len(self._recipe.phases)}: {phase.epochs} epochs at {resolution} px, "
            f"rates {phase.minimum:g} to {phase.maximum:g}{there}"
        )
        self._progress.update(self._task, description=f"phase {number + 1}")

    def batch_done(self, _batch: int, figures: Mapping[str, float]) -> None:
        """Move the bar on."""
        shown = f"loss {figures['loss']:.3f}" if "loss" in figures else ""
        self._progress.update(self._task, advance=self._recipe.batch_size, figures=shown)

    def epoch_done(self, rows: Sequence[Row]) -> None:
        """Write the log anew, all epochs so far in order, and say how the last one went."""
        if not self._writes:
            return
        row = rows[-1]
        write_csv(self._out / LOG_NAME, rows)
        if self._events is not None:
            _write_events(self._events, len(rows), row)
        figures = ", ".join(f"{name} {row[name]:.4f}" for name in row if "loss" in name or "val" in name)
        self._say(
            f"  epoch {row['epoch']:.0f}: {figures}, rate {row['rate']:.2g}, {row['images_per_second']:,.0f} images/s, {row['seconds']:.0f} s"
            + (", kept" if row["kept"] else "")
        )

    def _say(self, line: str) -> None:
        self._progress.console.print(line, soft_wrap=True, highlight=False)


@contextmanager
def open_log(
    out: Path,
    recipe: Recipe,
    images_per_epoch: int,
    checkpoint: Checkpoint,
    tensorboard: bool,
    writes: bool = True,
) -> Iterator[Log]:
    """Show a bar while the block runs, and write the logs; those of a run that goes on are first put right from its checkpoint.

    Args:
        out: the run folder.
        recipe: which epochs there are.
        images_per_epoch: pictures that an epoch shows.
        checkpoint: where the run stands.
        tensorboard: write TensorBoard's events too.
        writes: whether to write and to speak; a process that only helps another is silent.
    """
    if checkpoint.log and writes:
        write_csv(out / LOG_NAME, checkpoint.log)
    events = _events(out / EVENTS_NAME, checkpoint.log) if tensorboard and writes else None
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        ImagesPerSecond(),
        TextColumn("{task.fields[figures]}"),
        TimeRemainingColumn(),
    )
    console = Console(quiet=not writes)
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            yield Log(out, recipe, images_per_epoch, progress, len(checkpoint.log), events, writes)
    finally:
        if events is not None:
            events.close()


def has_tensorboard(wanted: bool | None) -> bool:
    """Tell whether to write TensorBoard's events: as asked for, else where TensorBoard is installed.

    Raises:
        RunError: it was asked for and is not installed.
    """
    installed = find_spec("tensorboard") is not None
    if wanted and not installed:
        raise RunError("--tensorboard needs the package: pip install tensorboard")
    return installed if wanted is None else wanted


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Write rows whole."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(path, text.getvalue())


def _events(folder: Path, rows: Sequence[Row]) -> Any:
    """Return a writer whose events are those of the rows, whatever an earlier process wrote before it was killed."""
    from tensorboard.summary import Writer

    shutil.rmtree(folder, ignore_errors=True)
    writer = Writer(str(folder))
    for number, row in enumerate(rows, start=1):
        _write_events(writer, number, row)
    return writer


def _write_events(writer: Any, epoch: int, row: Row) -> None:
    for name, value in row.items():
        writer.add_scalar(name, value, epoch)
    writer.flush()
