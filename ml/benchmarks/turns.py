"""Timing by turns: what else the machine does then strikes every contestant alike, so that ratios hold where times do not."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence


def in_turns(contestants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the seconds that each contestant took in each round, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            started = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - started)
    return seconds


def ratio(seconds: Sequence[float], reference: Sequence[float]) -> float:
    """Return how many times as fast as the reference something is: the median of the rounds' ratios."""
    return statistics.median(theirs / ours for ours, theirs in zip(seconds, reference, strict=True))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table, all columns but the first to the right."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
