"""A server between phone and backend that passes everything on, but misbehaves at the addresses that a test names."""

import http.client
import sys
import threading
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}

Fault = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    protocol_version = "HTTP/1.1"
    server: "MisbehavingServer"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def pass_on(self) -> None:
        """Answer as the backend does."""
        status, headers, body = self.ask_backend()
        self.respond(status, body, headers)

    def ask_backend(self) -> tuple[int, dict[str, str], bytes]:
        """Have the backend act on the request, and keep its answer to oneself."""
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.backend_port, timeout=30)
        try:
            upstream.request(self.command, self.path, self.body, dict(self.headers))
            response = upstream.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            upstream.close()

    def respond(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Answer with `body`."""
        self._send_head(status, len(body), headers)
        self.wfile.write(body)

    def break_off(
        self,
        body: bytes,
        sent: int,
        headers: dict[str, str] | None = None,
        before_cutting: Callable[[], object] = lambda: None,
    ) -> None:
        """Promise the whole of `body`, send its first `sent` bytes, and cut the connection."""
        self._send_head(200, len(body), headers)
        self.wfile.write(body[:sent])
        self.wfile.flush()
        before_cutting()
        self.close_connection = True

    def _send_head(self, status: int, length: int, headers: dict[str, str] | None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing: the test knows what it asks for."""

    def _answer(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, self.headers.get("Range")))
        self.server.faults.get((self.command, self.path), Exchange.pass_on)(self)


class MisbehavingServer(ThreadingHTTPServer):
    """Listens on `port` of the loopback address, in threads of its own, until `close`."""

    daemon_threads = True

    def __init__(self, backend_port: int) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.backend_port = backend_port
        self.port = int(self.server_address[1])
        self.faults: dict[tuple[str, str], Fault] = {}
        """What to do instead of passing on, by method and path."""
        self.requests: list[tuple[str, str, str | None]] = []
        """Method, path and Range header of all requests so far."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """Say nothing of a phone that went away, and everything of what else went wrong."""
        if not isinstance(sys.exception(), ConnectionError):
            traceback.print_exc()

    def close(self) -> None:
        """Accept no more connections."""
        self.shutdown()
        self.server_close()
