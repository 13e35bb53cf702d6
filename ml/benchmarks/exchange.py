"""What processes pay to train as one: how long it takes them to sum gradients, and batch norm's statistics, over gloo.

python -m ml.benchmarks.exchange --help
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from ml.benchmarks.turns import table
from ml.commands.arguments import at_least_1

_DESCRIPTION = """\
Starts processes on this machine, lets them sum arrays as training does (jax.distributed, gloo) and prints how long a sum takes:
gradients of DeepDog at alpha 0.5 and 1 and of MobileNet V1, and one layer's statistics, where latency is all.
Between machines, add the wire: each process sends and receives 2 (N - 1) / N of the bytes."""

SUMS: tuple[tuple[str, int], ...] = (
    ("statistics of one batch norm", 2 * 512),
    ("gradients of DeepDog, alpha 0.5", 550_000),
    ("gradients of DeepDog, alpha 1", 2_150_000),
    ("gradients of MobileNet V1, alpha 1", 3_230_000),
)
"""(what, numbers of float32)."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Start the processes; the first prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.benchmarks.exchange",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--processes", type=at_least_1, default=2, help="how many (default: 2)")
    parser.add_argument("--rounds", type=at_least_1, default=30, help="sums of each (default: 30)")
    parser.add_argument("--member", nargs=2, metavar=("HOST:PORT", "I"), help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.member:
        _sum(args.member[0], int(args.member[1]), args.processes, args.rounds)
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [
        sys.executable,
        "-m",
        "ml.benchmarks.exchange",
        *(arguments or sys.argv[1:]),
        "--member",
        address,
    ]
    members = [
        subprocess.Popen([*command, str(number)], env={**os.environ, "KERAS_BACKEND": "jax"})
        for number in range(args.processes)
    ]
    codes = [member.wait() for member in members]
    if any(codes):
        raise SystemExit("a process failed")


def _sum(address: str, index: int, processes: int, rounds: int) -> None:
    import jax
    import numpy as np

    jax.distributed.initialize(address, processes, index)
    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("batch",))
    spread = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec("batch"))
    everywhere = jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec())
    total = jax.jit(lambda parts: parts.sum(axis=0), out_shardings=everywhere)
    rows = []
    for what, numbers in SUMS:
        mine = jax.make_array_from_process_local_data(spread, np.ones((1, numbers), np.float32))
        total(mine).block_until_ready()
        seconds = []
        for _ in range(rounds):
            started = time.perf_counter()
            total(mine).block_until_ready()
            seconds.append(time.perf_counter() - started)
        best, median = min(seconds), statistics.median(seconds)
        rows.append(
            [what, f"{numbers * 4 / 2**20:.2f} MiB", f"{best * 1000:.2f} ms", f"{median * 1000:.2f} ms"]
        )
    if index == 0:
        print(table([f"summed over {processes} processes", "size", "best", "median"], rows))


if __name__ == "__main__":
    main()
