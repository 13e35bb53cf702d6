"""Geometry of the charts on the overview: numbers become points and bars of an SVG, which a template draws.

Everything is in the units of a drawing of WIDTH x HEIGHT; y grows downwards.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 420, 230
LEFT, RIGHT, TOP, BOTTOM = 48, 408, 12, 200
MAX_SERIES = 4
"""More lines than that cannot be told apart; the table has them all."""
WANTED_TICKS = 4


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    position: float
    text: str


@dataclass(frozen=True)
class Line:
    """A version's curve: pieces between days without data, and where it ends."""

    name: str
    pieces: tuple[str, ...]
    """Each the `points` of a polyline."""
    dots: tuple[tuple[float, float], ...]
    """Days that have no neighbour to draw a line to."""


@dataclass(frozen=True)
class LineChart:
    """Curves over days."""

    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn but the axes."""
        return not any(line.pieces or line.dots for line in self.lines)


@dataclass(frozen=True)
class Bar:
    """A rectangle of a stack."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class StackedBars:
    """For each series its bars, one a day, on top of those of the series before."""

    names: tuple[str, ...]
    bars: tuple[tuple[Bar, ...], ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn but the axes."""
        return not any(self.bars)


def line_chart(days: Sequence[date], series: Mapping[str, Sequence[float | None]]) -> LineChart:
    """Draw each series of values, one a day; None where there is none."""
    values = [value for curve in series.values() for value in curve if value is not None]
    top, y_ticks = _value_axis(max(values, default=0))

    def point(index: int, value: float) -> tuple[float, float]:
        return _x_of(index, len(days)), round(BOTTOM - value / top * (BOTTOM - TOP), 1)

    lines = []
    for name, curve in list(series.items())[:MAX_SERIES]:
        runs = _runs([None if value is None else point(i, value) for i, value in enumerate(curve)])
        pieces = tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1)
        lines.append(Line(name, pieces, tuple(run[0] for run in runs if len(run) == 1)))
    return LineChart(tuple(lines), _day_axis(days), y_ticks)


def share_chart(days: Sequence[date], series: Mapping[str, Sequence[int]]) -> StackedBars:
    """Draw each day's shares as a column that is full where there are any counts."""
    names = tuple(series)[:MAX_SERIES]
    slot = (RIGHT - LEFT) / max(len(days), 1)
    width = round(max(slot - 1, 0.5), 2)
    totals = [sum(counts[i] for counts in series.values()) for i in range(len(days))]
    bars: list[tuple[Bar, ...]] = []
    reached = [float(BOTTOM)] * len(days)
    for name in names:
        stack = []
        for i, count in enumerate(series[name]):
            if not count:
                continue
            height = count / totals[i] * (BOTTOM - TOP)
            reached[i] -= height
            title = f"{days[i]:%d %b}: {name}, {round(100 * count / totals[i])} %"
            stack.append(Bar(round(LEFT + i * slot, 2), round(reached[i], 2), width, round(height, 2), title))
        bars.append(tuple(stack))
    y_ticks = tuple(
        Tick(BOTTOM - share / 100 * (BOTTOM - TOP), f"{share} %") for share in (0, 25, 50, 75, 100)
    )
    return StackedBars(names, tuple(bars), _day_axis(days), y_ticks)


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Split at the gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _value_axis(highest: float) -> tuple[float, tuple[Tick, ...]]:
    """Return the value at the top, and round values below it."""
    step = _round_up(highest / WANTED_TICKS) if highest > 0 else 1.0
    count = max(1, math.ceil(highest / step - 1e-9))
    top = step * count
    ticks = tuple(
        Tick(round(BOTTOM - i / count * (BOTTOM - TOP), 1), f"{i * step:g}") for i in range(count + 1)
    )
    return top, ticks


def _round_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= value * (1 - 1e-9))


def _x_of(index: int, count: int) -> float:
    slot = (RIGHT - LEFT) / max(count, 1)
    return round(LEFT + (index + 0.5) * slot, 1)


def _day_axis(days: Sequence[date]) -> tuple[Tick, ...]:
    """Name about five days, today's among them."""
    step = max(1, math.ceil(len(days) / 5))
    return tuple(
        Tick(_x_of(i, len(days)), f"{days[i].day} {days[i]:%b}") for i in range(len(days) - 1, -1, -step)
    )[::-1]
