"""gunicorn itself, over a socket: what a client's framing cannot get away with, and a start without secrets."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from backend.feedback_api import MAX_BODY_BYTES

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
MEBIBYTE = b"x" * (1 << 20)


def environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": f"sqlite:///{folder / 'deepdog.sqlite3'}",
        "STORE_URL": f"file:{folder / 'store'}",
        "KEYS_DIR": str(folder / "keys"),
        "SECRET_KEY_FILE": str(folder / "secret-key"),
        "WEB_CONCURRENCY": "2",
        "PORT": str(port),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def gunicorn() -> list[str]:
    return [sys.executable, "-m", "gunicorn", "--config", "backend/gunicorn.conf.py"]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server of our own."""
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    settings = environment(folder, port)
    for command in (["generate-keys"], ["db", "upgrade"]):
        subprocess.run(
            [sys.executable, "-m", "flask", *command], cwd=ROOT, env=settings, check=True, capture_output=True
        )
    with subprocess.Popen(
        gunicorn(), cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        deadline = time.monotonic() + START_SECONDS
        while exchange(port, b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") != 200:
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not get ready"
            time.sleep(0.1)
        yield port
        server.terminate()


def exchange(port: int, *parts: bytes, finish: bool = False) -> int | None:
    """Send parts until the server stops listening, and return the status of its answer, or None when there was none."""
    answer = answer_to(port, *parts, finish=finish)
    return int(answer.split()[1]) if answer else None


def answer_to(port: int, *parts: bytes, finish: bool = False) -> bytes:
    """Send parts until the server stops listening, and return what it answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            try:
                for part in parts:
                    connection.sendall(part)
                if finish:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # It refused before reading it all, as it should; the answer may still be there.
            return connection.recv(4096)
    except (ConnectionRefusedError, ConnectionResetError):
        return b""


def head(*fields: str) -> bytes:
    lines = [
        "POST /api/v1/feedback HTTP/1.1",
        "Host: x",
        "Content-Type: multipart/form-data; boundary=b",
        *fields,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


PART = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n\r\n'


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(port: int) -> None:
    assert exchange(port, head(f"Content-Length: {MAX_BODY_BYTES + 1}")) == 413


def test_a_chunked_body_is_refused_once_it_is_over_the_limit(port: int) -> None:
    chunk = b"%x\r\n%s\r\n" % (len(MEBIBYTE), MEBIBYTE)
    opening = b"%x\r\n%s\r\n" % (len(PART), PART)
    # Fewer bytes than a server that reads to the end would wait for: the terminating chunk never comes.
    assert exchange(port, head("Transfer-Encoding: chunked"), opening, *[chunk] * 3) == 413


def test_a_body_shorter_than_announced_is_malformed(port: int) -> None:
    assert exchange(port, head("Content-Length: 5000"), PART, b"abc", finish=True) == 400


@pytest.mark.parametrize("length", ["-1", "many"])
def test_a_length_that_is_no_number_is_malformed(port: int, length: str) -> None:
    assert exchange(port, head(f"Content-Length: {length}")) == 400


@pytest.mark.parametrize(
    ("broken", "status", "code"),
    [
        (head("Content-Length: -1"), 400, "bad_request"),
        (head(f"Cookie: {'x' * 10_000}"), 431, "request_header_fields_too_large"),
        (b"nonsense\r\n\r\n", 400, "bad_request"),
    ],
    ids=["length", "header", "nonsense"],
)
def test_what_never_becomes_a_request_is_answered_in_the_one_envelope(
    port: int, broken: bytes, status: int, code: str
) -> None:
    start, _, body = answer_to(port, broken).partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/json" in start
    error = json.loads(body)["error"]
    assert error.keys() == {"code", "message", "field"}
    assert error["code"] == code


def test_the_server_still_serves_after_all_that(port: int) -> None:
    assert exchange(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == 200


def test_the_metrics_add_up_what_all_processes_answered(port: int) -> None:
    def answered() -> float:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
            text = response.read().decode()
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name.endswith("_seconds_count") and sample.labels["route"] == "/healthz"
        )

    before = answered()
    for _ in range(20):  # Each over a connection of its own, which either of the two processes takes.
        exchange(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert {answered() for _ in range(6)} == {before + 20}


def test_without_a_secret_key_it_does_not_start_and_says_how_to_make_one(tmp_path: Path) -> None:
    settings = environment(tmp_path, free_port())
    ended = subprocess.run(
        gunicorn(), cwd=ROOT, env=settings, capture_output=True, text=True, timeout=START_SECONDS
    )
    assert ended.returncode != 0
    assert "flask generate-keys" in ended.stderr
    assert "Traceback" not in ended.stderr
