"""What phones cost by the month, from answers and processor time measured here, and what one server has too little of first.

python -m backend.benchmarks.growth
"""

import argparse
import http.client
import json
import resource
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.benchmarks.delivery import BUNDLE, published
from backend.benchmarks.feedback import Picture, form
from backend.benchmarks.servers import serving
from backend.config import Settings
from backend.models import now

DAYS = 30
SECONDS = DAYS * 86_400
CORES = 2
LINE_BYTES = 1e9 / 8
"""A second, of a line of one gigabit."""
PEAK = 3
"""How much busier the busiest hour is than the average one."""
BUSY = 0.7
"""The share of a core or a line that may be used before waiting grows."""
RELEASE_SECONDS = 86_400
"""In which every phone fetches a new model: each looks once a day."""
REQUESTS = 150
HEADER_BYTES = 250
"""About what a phone's request takes beside its body: HTTP over a connection that TLS is set up for."""


Request = Callable[[], tuple[str, str, bytes, str]]
"""Makes method, path, body and content type of one more request."""


@dataclass(frozen=True)
class Cost:
    """Of one request, measured."""

    received: int
    sent: int
    processor_seconds: float


def main() -> None:
    """Measure, reckon and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--checks", type=float, default=3, help="photos that a phone judges a day (default: %(default)s)"
    )
    parser.add_argument("--complaints", type=float, default=1, help="of 1,000 checks (default: %(default)s)")
    parser.add_argument("--updates", type=float, default=1, help="new models a month (default: %(default)s)")
    parser.add_argument(
        "--phones", type=float, nargs="+", default=[1e6, 1e8], help="(default: a million and a hundred)"
    )
    arguments = parser.parse_args()
    monthly = {
        "channel": DAYS,
        "counts": DAYS,
        "report": DAYS * arguments.checks * arguments.complaints / 1000,
        "manifest": arguments.updates,
        "model": arguments.updates,
    }
    costs = _measured()
    print("| request | a phone, a month | bytes there | bytes back | processor |\n|---|---|---|---|---|")
    for name, cost in costs.items():
        print(
            f"| {name} | {monthly[name]:g} | {cost.received:,} | {cost.sent:,} | {1000 * cost.processor_seconds:.2f} ms |"
        )
    down = sum(monthly[name] * cost.sent for name, cost in costs.items())
    up = sum(monthly[name] * cost.received for name, cost in costs.items())
    requests = sum(monthly.values())
    print(f"\nOne phone: {requests:.1f} requests, {down / 1e6:.2f} MB down, {up / 1e3:.1f} kB up a month\n")
    print(
        "| phones | what | a second, busiest hour | cores | of the line | stored a month |\n|---|---|---|---|---|---|"
    )
    for phones in arguments.phones:
        _reckon(phones, monthly, costs)
    print(f"\nOne server ({CORES} cores, 1 Gbit/s, {BUSY:.0%} of either) carries:\n")
    print("| what is short | phones |\n|---|---|")
    for short, most in sorted(_limits(monthly, costs).items(), key=lambda entry: entry[1]):
        print(f"| {short} | {most:,.0f} |")


def _reckon(phones: float, monthly: dict[str, float], costs: dict[str, Cost]) -> None:
    for name, cost in costs.items():
        rate = phones * _peak_rate(name, monthly)
        stored = phones * monthly[name] * (cost.received if name == "report" else 0)
        rows = phones * monthly[name] if name in ("counts", "report") else 0
        kept = (
            f"{rows:,.0f} rows, {stored / 1e9:,.1f} GB of photos"
            if name == "report"
            else f"{rows:,.0f} batches counted"
            if rows
            else ""
        )
        line = rate * (cost.sent + cost.received) / LINE_BYTES
        print(
            f"| {phones:,.0f} | {name} | {rate:,.2f} | {rate * cost.processor_seconds:,.2f} | {line:.1%} | {kept} |"
        )


def _peak_rate(name: str, monthly: dict[str, float]) -> float:
    """Return one phone's requests a second when most come; models and manifests go out within a day of their release."""
    if name in ("manifest", "model"):
        return PEAK / RELEASE_SECONDS if monthly[name] else 0
    return PEAK * monthly[name] / SECONDS


def _limits(monthly: dict[str, float], costs: dict[str, Cost]) -> dict[str, float]:
    """Return for each thing that may be short how many phones one server carries."""
    work = {name: _peak_rate(name, monthly) * cost.processor_seconds for name, cost in costs.items()}
    traffic = {name: _peak_rate(name, monthly) * (cost.sent + cost.received) for name, cost in costs.items()}
    defaults = Settings(serving=False)
    dynamic = sum(work[name] for name in ("counts", "report"))
    return {
        "the line, on the day of a release": BUSY * LINE_BYTES / sum(traffic.values()),
        "the line, with models from a CDN": BUSY * LINE_BYTES / (traffic["counts"] + traffic["report"]),
        "processor, on the day of a release": BUSY * CORES / sum(work.values()),
        "processor, with channel and models from a CDN": BUSY * CORES / dynamic,
        "HOURLY_EVENTS_IN_TOTAL as it is by default": defaults.events_in_total
        / 3600
        / _peak_rate("counts", monthly),
        "HOURLY_FEEDBACK_IN_TOTAL as it is by default": defaults.feedback_in_total
        / 3600
        / _peak_rate("report", monthly),
    }


def _measured() -> dict[str, Cost]:
    """Ask a server of our own for each thing, over one connection that stays open."""
    with tempfile.TemporaryDirectory(prefix="deepdog-benchmark-") as folder:
        environment = published(Path(folder)) | {"LOG_LEVEL": "WARNING"}
        environment |= {
            f"HOURLY_{name}": "1000000"
            for name in (
                "FEEDBACK_PER_INSTALL",
                "FEEDBACK_PER_ADDRESS",
                "FEEDBACK_IN_TOTAL",
                "EVENTS_PER_ADDRESS",
                "EVENTS_IN_TOTAL",
            )
        }
        model = json.loads((BUNDLE / "model.json").read_text(encoding="utf-8"))
        drawing = Picture.drawn("small")
        kinds: dict[str, Request] = {
            "channel": lambda: ("GET", "/api/v1/channels/stable.json", b"", ""),
            "manifest": lambda: ("GET", f"/api/v1/manifests/{model['version']}.json", b"", ""),
            "model": lambda: ("GET", f"/api/v1/models/{model['sha256']}.tflite", b"", ""),
            "counts": lambda: ("POST", "/api/v1/events", _counts(), "application/json"),
            "report": lambda: _report(drawing),
        }
        idle = _run(environment, None)[2]
        costs = {}
        for name, request in kinds.items():
            received, sent, seconds = _run(environment, request)
            costs[name] = Cost(received, sent, max(0.0, seconds - idle) / REQUESTS)
    return costs


def _run(environment: dict[str, str], request: Request | None) -> tuple[int, int, float]:
    """Start a server, send a request many times over, and stop it; return bytes of one, there and back, and processor seconds in all."""
    received = sent = 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with serving("backend.app:create_app()", environment) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(REQUESTS if request else 0):
            method, path, body, content_type = request() if request else ("", "", b"", "")
            connection.request(
                method, path, body or None, {"Content-Type": content_type} if content_type else {}
            )
            answer = connection.getresponse()
            data = answer.read()
            if answer.status not in (200, 201, 204):
                raise RuntimeError(f"{path} answered {answer.status}: {data[:300]!r}")
            received = HEADER_BYTES + len(body)
            sent = len(data) + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 20
        connection.close()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return received, sent, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _report(drawing: Picture) -> tuple[str, str, bytes, str]:
    content_type, body = form(drawing.another())
    return "POST", "/api/v1/feedback", body, content_type


def _counts() -> bytes:
    """Return a batch of counts as a phone sends it once a day."""
    model = json.loads((BUNDLE / "model.json").read_text(encoding="utf-8"))["version"]
    batch = {
        "id": str(uuid.uuid4()),
        "day": now().date().isoformat(),
        "app_version": "1.0.0",
        "platform": "web",
        "checks": [{"model_version": model, "count": 3}],
    }
    return json.dumps(batch).encode()


if __name__ == "__main__":
    main()
