"""Latency of a model file on one thread, as a phone runs it: pixels ready, one picture at a time."""

import statistics
import time

from ml.bundle import self_test_tensor
from ml.interpreter import Interpreter


def latencies_ms(model: bytes, runs: int, warm_up: int = 20) -> list[float]:
    """Return the wall-clock milliseconds of each of `runs` inferences."""
    interpreter = Interpreter(model, num_threads=1)
    tensor = self_test_tensor(1, interpreter.resolution)
    for _ in range(warm_up):
        interpreter.classify(tensor)
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        interpreter.classify(tensor)
        times.append((time.perf_counter() - started) * 1000)
    return times


def summary(times_ms: list[float]) -> str:
    """Format the minimum, median and 95th percentile."""
    p95 = statistics.quantiles(times_ms, n=20)[-1]
    return f"{min(times_ms):.2f} ms at best, {statistics.median(times_ms):.2f} ms median, {p95:.2f} ms at the 95th percentile, of {len(times_ms)} runs"
