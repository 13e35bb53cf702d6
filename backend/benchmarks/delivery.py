"""How fast channel and models are served, beside a bare Flask view and a bare WSGI callable that return as many bytes.

python -m backend.benchmarks.delivery
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from backend.app import create_app
from backend.benchmarks.servers import ROOT, serving
from backend.config import Settings
from backend.keys import generate_keys
from backend.migrate import upgrade
from backend.services import EXTENSION

BUNDLE = ROOT / "app/assets/model"
REQUESTS = {"channel": 200, "model": 50}
"""In one block: long enough to tell, short enough that the machine's mood does not change within it."""


def main() -> None:
    """Measure in interleaved blocks and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=25, help="blocks of each kind (default: %(default)s)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="deepdog-benchmark-") as folder, ExitStack() as servers:
        environment = published(Path(folder))
        model = json.loads((BUNDLE / "model.json").read_text(encoding="utf-8"))
        ours = servers.enter_context(serving("backend.app:create_app()", environment))
        paths = {
            "channel": "/api/v1/channels/stable.json",
            "model": f"/api/v1/models/{model['sha256']}.tflite",
        }
        sizes = {name: len(_get(_connect(ours), path)) for name, path in paths.items()}
        told = {f"BENCHMARK_{name.upper()}_BYTES": str(size) for name, size in sizes.items()}
        flask = servers.enter_context(serving("backend.benchmarks.bare:flask_app()", told))
        wsgi = servers.enter_context(serving("backend.benchmarks.bare:wsgi", told))
        for name, path in paths.items():
            kinds = {"ours": (ours, path), "bare Flask": (flask, f"/{name}"), "bare WSGI": (wsgi, f"/{name}")}
            seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
            for _ in range(rounds):
                for kind, (port, address) in kinds.items():
                    seconds[kind].append(_block(port, address, REQUESTS[name]))
            _tell(name, sizes[name], seconds)


def published(folder: Path) -> dict[str, str]:
    """Publish the model that ships, and return the settings to serve it with."""
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'deepdog.sqlite3'}",
        "STORE_URL": f"file:{folder / 'store'}",
        "KEYS_DIR": str(folder / "keys"),
        "SECRET_KEY": "for the benchmark alone",
        "LOG_FORMAT": "json",
    }
    settings = Settings.from_environment(environment, serving=False)
    app = create_app(settings)
    generate_keys(settings, lambda _: None)
    upgrade(app.extensions[EXTENSION].database)
    result = app.test_cli_runner().invoke(args=["publish-model", str(BUNDLE)])
    if result.exit_code:
        raise RuntimeError(result.output)
    return environment


def _connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def _get(connection: http.client.HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise RuntimeError(f"{path} answered {response.status}")
    return body


def _block(port: int, path: str, requests: int) -> float:
    """Return the seconds per request over one connection that stays open."""
    connection = _connect(port)
    _get(connection, path)
    began = time.perf_counter()
    for _ in range(requests):
        _get(connection, path)
    seconds = (time.perf_counter() - began) / requests
    connection.close()
    return seconds


def _tell(name: str, size: int, seconds: dict[str, list[float]]) -> None:
    print(f"{name} ({size:,} bytes)")
    for kind, blocks in seconds.items():
        # Of rates within one round, so that a slow moment slows both sides.
        ratio = statistics.median(
            bare / ours for bare, ours in zip(seconds["bare Flask"], blocks, strict=True)
        )
        print(f"  {kind:<11} {1000 * statistics.median(blocks):7.3f} ms   {ratio:.2f} of bare Flask's rate")


if __name__ == "__main__":
    main()
