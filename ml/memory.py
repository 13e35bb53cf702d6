"""Working memory of a model file, measured in a process of its own, as a phone's app would grow by it."""

import multiprocessing
import re
import resource
import sys
from pathlib import Path

from ml.bundle import self_test_tensor
from ml.interpreter import Interpreter


def working_memory_mib(model: bytes) -> float:
    """Return by how many MiB a process grows at most that loads the file and runs it: weights, activations and what XNNPACK packs."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_growth_mib, (model,))


def _growth_mib(model: bytes) -> float:
    before = _peak_mib()
    interpreter = Interpreter(model, num_threads=1)
    tensor = self_test_tensor(1, interpreter.resolution)
    for _ in range(3):
        interpreter.classify(tensor)
    return _peak_mib() - before


def _peak_mib() -> float:
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    # Not ru_maxrss here, which a process takes over from the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak_kib,) = re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(peak_kib) / 2**10
