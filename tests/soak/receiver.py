"""Who receives the letters of a soak: a server that counts them, and the channel to it."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

from delivery.channel import Letter, Outcome, Result


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender was killed: its connection is gone."""


class Receiver:
    """Counts every letter by its text; answers after so many seconds."""

    def __init__(self, answers_after: float = 0.0) -> None:
        self.got: Counter[str] = Counter()
        got, lock = self.got, threading.Lock()

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                with lock:
                    got[unquote(self.path[1:])] += 1
                if answers_after:
                    time.sleep(answers_after)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = _Server(("127.0.0.1", 0), Door)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class ToReceiver:
    """A channel that carries letters to the receiver over a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._way: http.client.HTTPConnection | None = None

    def send(self, letter: Letter) -> Outcome:
        """Deliver one letter."""
        try:
            if self._way is None:
                self._way = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
                self._way.connect()
        except OSError:
            self._way = None
            return Outcome(Result.TEMPORARY, "no_connection")
        try:
            self._way.request("GET", f"/{quote(letter.text)}")
            self._way.getresponse().read()
        except (OSError, http.client.HTTPException):
            self._way = None
            return Outcome(Result.UNCERTAIN, "answer_lost")
        return Outcome(Result.SENT)
