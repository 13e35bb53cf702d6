"""Latency of model files on one thread, as a phone runs them: pixels ready, one picture at a time."""

import statistics
import time
from collections.abc import Sequence

from ml.bundle import self_test_tensor
from ml.interpreter import LoadedModel

WARM_UP = 20
"""Inferences before the first that counts."""
TURN = 10
"""Inferences before it is another file's turn."""


def latencies_ms(models: Sequence[bytes], runs: int) -> list[list[float]]:
    """Return the wall-clock milliseconds of each of `runs` inferences of every file, timed in turns.

    Raises:
        ModelError: a file is no model that takes pictures by the contract.
    """
    interpreters = [LoadedModel(model, num_threads=1) for model in models]
    tensors = [self_test_tensor(1, interpreter.resolution) for interpreter in interpreters]
    times: list[list[float]] = [[] for _ in models]
    for interpreter, tensor in zip(interpreters, tensors, strict=True):
        for _ in range(WARM_UP):
            interpreter.run(tensor)
    while len(times[-1]) < runs:
        for interpreter, tensor, of_model in zip(interpreters, tensors, times, strict=True):
            for _ in range(min(TURN, runs - len(of_model))):
                started = time.perf_counter()
                interpreter.run(tensor)
                of_model.append((time.perf_counter() - started) * 1000)
    return times


def summary(times_ms: list[float]) -> str:
    """Format the minimum, median and 95th percentile."""
    p95 = statistics.quantiles(times_ms, n=20)[-1] if len(times_ms) > 1 else times_ms[0]
    return f"{min(times_ms):.2f} ms at best, {statistics.median(times_ms):.2f} ms median, {p95:.2f} ms at the 95th percentile, of {len(times_ms)} runs"
