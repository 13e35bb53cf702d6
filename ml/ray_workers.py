"""Ray: workers for training on many machines, brought back when one is lost, and many machines that prepare photos."""

import argparse
import json
import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ml.prepare.journal import Entry

MOST_LOSSES = 5
"""After so many lost workers a run ends; `--resume` goes on with it."""
PATIENCE_SECONDS = 30
"""How long workers may take to find room before the cluster's size is told."""


class RayError(ValueError):
    """Ray cannot do the work; the message says why."""


class Worker:
    """One process of a training run, wherever Ray has placed it."""

    def free_address(self) -> str:
        """Return HOST:PORT of this machine where nothing listens."""
        import ray

        with socket.socket() as probe:
            probe.bind(("", 0))
            return f"{ray.util.get_node_ip_address()}:{probe.getsockname()[1]}"

    def run(self, args: argparse.Namespace) -> None:
        """Run the command as a user would on this machine."""
        args.run(args)


def train_on_workers(args: argparse.Namespace) -> None:
    """Run `deepdog train` in workers that Ray places, one a GPU where there are any, and begin them anew from the checkpoint when one is lost.

    Args:
        args: of `deepdog train`, with `ray` and `workers`. The paths must mean the same on every machine.

    Raises:
        RayError: there is no cluster, or too many workers were lost.
        ValueError: what `deepdog train` refuses.
    """
    with _cluster(args.ray, args.workers):
        for _ in range(MOST_LOSSES + 1):
            lost = _attempt(args)
            if lost is None:
                return
            print(f"a worker was lost ({lost}); going on from the last checkpoint", flush=True)
            args = argparse.Namespace(**{**vars(args), "resume": True})
        raise RayError(
            f"{MOST_LOSSES + 1} workers were lost; --resume goes on from the last checkpoint of {args.out}"
        )


def look_on_cluster(
    address: str, look: Callable[[tuple[Path, Path]], "Entry"], tasks: Iterable[tuple[Path, Path]]
) -> Iterator["Entry"]:
    """Yield what `look` makes of each (picture, folder), in any order, looked at all over the cluster by Ray Data."""
    from ml.prepare.journal import Entry

    def looked(row: dict[str, str]) -> dict[str, str]:
        return {"entry": json.dumps(asdict(look((Path(row["picture"]), Path(row["folder"])))))}

    rows = [{"picture": str(picture), "folder": str(folder)} for picture, folder in tasks]
    if not rows:
        return
    with _cluster(address):
        import ray

        logging.getLogger("ray.data").setLevel(logging.ERROR)  # The command shows its own bar.
        ray.data.DataContext.get_current().enable_progress_bars = False
        for row in ray.data.from_items(rows).map(looked).iter_rows():
            yield Entry(**json.loads(row["entry"]))


def _attempt(args: argparse.Namespace) -> str | None:
    """Train until the end, and return None, or until a worker is lost, and return how that showed."""
    import ray
    from ray.util.placement_group import placement_group, remove_placement_group
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    gpus = 1 if "GPU" in ray.cluster_resources() else 0
    places = placement_group([{"CPU": 1, "GPU": gpus}] * args.workers, strategy="SPREAD")
    if not places.wait(PATIENCE_SECONDS):
        print(f"waiting for room for {args.workers} workers; the cluster has {_size()}", flush=True)
        ray.get(places.ready())
    placed = {
        "num_cpus": 1,
        "num_gpus": gpus,
        "scheduling_strategy": PlacementGroupSchedulingStrategy(places),
    }
    workers = [ray.remote(Worker).options(**placed).remote() for _ in range(args.workers)]
    try:
        alone = {
            **vars(args),
            "ray": None,
            "workers": None,
            "processes": args.workers,
            "coordinator": ray.get(workers[0].free_address.remote()),
        }
        running = [
            worker.run.remote(argparse.Namespace(**{**alone, "process_id": number}))
            for number, worker in enumerate(workers)
        ]
        while running:
            done, running = ray.wait(running)
            ray.get(done)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, RuntimeError):  # JAX's, when another process went away
            return str(error.cause).partition("\n")[0][:100]
        raise error.cause from None
    except ray.exceptions.RayActorError as error:
        return str(error).partition("\n")[0]
    finally:
        for worker in workers:
            ray.kill(worker)
        remove_placement_group(places)
    return None


@contextmanager
def _cluster(address: str, workers: int = 0) -> Iterator[None]:
    """Be connected to a cluster, or to one of this machine alone where the address is `local`."""
    try:
        import ray
    except ImportError:
        raise RayError("--ray needs Ray: pip install -e '.[ml,ray]'") from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    own: dict[str, Any] = {"num_cpus": max(workers, os.cpu_count() or 1), "include_dashboard": False}
    try:
        ray.init(address, logging_level=logging.WARNING, **own if address == "local" else {})
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise RayError(f"no Ray cluster answers at {address}: {str(error).partition(chr(10))[0]}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _size() -> str:
    import ray

    there = ray.cluster_resources()
    return ", ".join(f"{there[kind]:.0f} {kind}s" for kind in ("CPU", "GPU") if kind in there)
