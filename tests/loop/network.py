"""A stretch of network between browser and server that can lose an answer: the server has acted, and the phone never hears of it."""

import contextlib
import socket
import threading

CHUNK_BYTES = 65536


class Network:
    """Forwards TCP from `port` to the server's port on the loopback address."""

    def __init__(self, server_port: int) -> None:
        self.lost_answers = 0
        self._server_port = server_port
        self._lose_answer_to: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_next_answer_to(self, request_line: bytes) -> None:
        """Cut the connection when the server answers the next request that starts so."""
        self._lose_answer_to = request_line

    def close(self) -> None:
        """Accept no more connections."""
        # Shut down first: closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            doomed = threading.Event()
            for source, sink, upstream in ((browser, server, True), (server, browser, False)):
                threading.Thread(
                    target=self._forward, args=(source, sink, upstream, doomed), daemon=True
                ).start()

    def _forward(
        self, source: socket.socket, sink: socket.socket, upstream: bool, doomed: threading.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                if upstream and self._lose_answer_to and data.startswith(self._lose_answer_to):
                    self._lose_answer_to = None
                    doomed.set()
                if not upstream and doomed.is_set():
                    self.lost_answers += 1
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
