"""How fast feedback with a photo is stored, beside servers that check nothing.

python -m backend.benchmarks.feedback
"""

import argparse
import hashlib
import http.client
import io
import json
import resource
import statistics
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from backend.app import create_app
from backend.benchmarks.bare_feedback import prepare_rows
from backend.benchmarks.servers import serving
from backend.config import Settings
from backend.migrate import upgrade
from backend.services import EXTENSION

PHOTOS = {"small": ((640, 480), 85, 30_000), "sent": ((1280, 960), 90, 200_000)}
"""Width and height, quality, least bytes: a small photo, and the largest that the app sends (app/src/pixels/photo.ts)."""
CONNECTIONS = 16
YARDSTICK = "parse + Pillow"
WORKERS = 2
Application = tuple[str, dict[str, str]]
PATH = "/api/v1/feedback"
PLENTY = "1000000"


@dataclass(frozen=True)
class Picture:
    """What the photos show: each is sent with another corner, for nobody sends the same photo twice."""

    pixels: npt.NDArray[np.uint8]
    quality: int

    @classmethod
    def drawn(cls, kind: str) -> "Picture":
        """Draw soft shapes, and as much noise as fills the bytes that PHOTOS asks for."""
        size, quality, least = PHOTOS[kind]
        draw = np.random.default_rng(1)
        shapes = draw.integers(0, 256, (6, 8, 3), np.uint8)
        soft = np.asarray(Image.fromarray(shapes).resize(size, Image.Resampling.BICUBIC), np.float32)
        noise = draw.normal(0, 1, soft.shape)
        for strength in np.arange(0, 40, 0.5):
            picture = cls(np.clip(soft + strength * noise, 0, 255).astype(np.uint8), quality)
            if len(picture.another()) >= least:
                break
        return picture

    def another(self) -> bytes:
        """Return a JPEG that differs from every other."""
        own, encoded = self.pixels.copy(), io.BytesIO()
        own[:8, :16] = np.frombuffer(uuid.uuid4().bytes, np.uint8)[None, :, None]
        Image.fromarray(own).save(encoded, "JPEG", quality=self.quality)
        return encoded.getvalue()


def main() -> None:
    """Measure in interleaved blocks, then each server's processor time alone, and print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9, help="blocks of each kind (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=160, help="in each block (default: %(default)s)")
    parser.add_argument("--photo", choices=PHOTOS, default="small", help="(default: %(default)s)")
    arguments = parser.parse_args()
    picture = Picture.drawn(arguments.photo)
    print(
        f"photos of {len(picture.another()):,} bytes, {picture.pixels.shape[1]} x {picture.pixels.shape[0]}, each another; "
        f"{CONNECTIONS} connections to {WORKERS} processes of 4 threads"
    )
    with tempfile.TemporaryDirectory(prefix="deepdog-benchmark-") as folder:
        servers = {
            "ours": ("backend.app:create_app()", _prepared(Path(folder))),
            YARDSTICK: ("backend.benchmarks.bare_feedback:pillow_app()", {}),
            "... and storing": (
                "backend.benchmarks.bare_feedback:durable_app()",
                prepare_rows(Path(folder)),
            ),
            "bare Flask": ("backend.benchmarks.bare_feedback:flask_app()", {}),
            "bare WSGI": ("backend.benchmarks.bare_feedback:wsgi", {}),
        }
        rates, waits = _rates(servers, picture, arguments.rounds, arguments.requests)
        work = {
            kind: _processor_seconds(server, picture, arguments.requests) for kind, server in servers.items()
        }
    for kind, blocks in rates.items():
        ratio = statistics.median(a / b for a, b in zip(blocks, rates[YARDSTICK], strict=True))
        p50, p99 = np.quantile(waits[kind], [0.5, 0.99])
        print(
            f"  {kind:<15} {statistics.median(blocks):7.0f} /s ({ratio:.2f})   "
            f"p50 {1000 * p50:5.1f} ms   p99 {1000 * p99:5.1f} ms   "
            f"processor {1000 * work[kind]:5.2f} ms ({work[YARDSTICK] / work[kind]:.2f})"
        )
    print(f"in brackets: as many in the same time, or for the same work, as {YARDSTICK} alone")


def _rates(
    servers: dict[str, Application], picture: Picture, rounds: int, requests: int
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return requests per second of each block, and how long each request took, by kind of server."""
    rates: dict[str, list[float]] = {kind: [] for kind in servers}
    waits: dict[str, list[float]] = {kind: [] for kind in servers}
    with ExitStack() as stack:
        ports = {kind: stack.enter_context(serving(*server, WORKERS)) for kind, server in servers.items()}
        for port in ports.values():
            _block(port, picture, CONNECTIONS)  # each process has loaded what it needs
        for _ in range(rounds):
            for kind, port in ports.items():
                seconds, each = _block(port, picture, requests)
                rates[kind].append(requests / seconds)
                waits[kind] += each
    return rates, waits


def _processor_seconds(server: Application, picture: Picture, requests: int) -> float:
    """Return what a request takes of a processor, which tells the truth on a busy machine too: a whole run less one that only starts."""

    def spent(blocks: int) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with serving(*server, WORKERS) as port:
            _block(port, picture, CONNECTIONS)
            for _ in range(blocks):
                _block(port, picture, requests)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return (spent(2) - spent(0)) / (2 * requests)


def _prepared(folder: Path) -> dict[str, str]:
    """Make the tables, and return the settings to serve with."""
    environment = {
        "DATABASE_URL": f"sqlite:///{folder / 'deepdog.sqlite3'}",
        "STORE_URL": f"file:{folder / 'store'}",
        "SECRET_KEY": "for the benchmark alone",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "WARNING",
        "HOURLY_FEEDBACK_PER_INSTALL": PLENTY,
        "HOURLY_FEEDBACK_PER_ADDRESS": PLENTY,
        "HOURLY_FEEDBACK_IN_TOTAL": PLENTY,
    }
    app = create_app(Settings.from_environment(environment, serving=False))
    upgrade(app.extensions[EXTENSION].database)
    return environment


def _block(port: int, picture: Picture, requests: int) -> tuple[float, list[float]]:
    """Send the requests over all connections at once; return the seconds for all of them, and for each."""
    bodies = [form(picture.another()) for _ in range(requests)]

    def converse(mine: list[tuple[str, bytes]]) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        waits = []
        for content_type, body in mine:
            began = time.perf_counter()
            connection.request("POST", PATH, body, {"Content-Type": content_type})
            response = connection.getresponse()
            answer = response.read()
            waits.append(time.perf_counter() - began)
            if response.status != 201:
                raise RuntimeError(f"{response.status}: {answer[:300]!r}")
        connection.close()
        return waits

    shares = [bodies[n::CONNECTIONS] for n in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as connections:
        began = time.perf_counter()
        waits = [wait for each in connections.map(converse, shares) for wait in each]
        seconds = time.perf_counter() - began
    return seconds, waits


def form(photo: bytes) -> tuple[str, bytes]:
    """Return a new report with a photo, as a phone sends it."""
    document = {
        "id": str(uuid.uuid4()),
        "install_id": str(uuid.uuid4()),
        "deletion_token_hash": hashlib.sha256(b"token").hexdigest(),
        "model_version": "1.0.0",
        "score": 0.25,
        "verdict": "negative",
        "claimed_label": "positive",
        "app_version": "1.0.0",
        "platform": "web",
        "taken_at": "2026-11-24T12:00:00Z",
    }
    boundary, body = encode_multipart(
        {
            "report": json.dumps(document),
            "photo": FileStorage(io.BytesIO(photo), "photo.jpg", content_type="image/jpeg"),
        }
    )
    return f"multipart/form-data; boundary={boundary}", body


if __name__ == "__main__":
    main()
