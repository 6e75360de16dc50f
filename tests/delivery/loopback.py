"""A web server on loopback that stands for a gateway, written from its public description."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What was asked of the gateway."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """The gateway's mood: what it answers next, and what it was asked."""

    port: int = 0
    status: int = 200
    answer: dict[str, Any] = field(default_factory=dict)
    drops: bool = False
    """It takes the request and closes without an answer."""
    late: float = 0.0
    requests: list[Request] = field(default_factory=list)


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway that listens while the block runs."""
    mood = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            mood.requests.append(Request(self.path, headers, body))
            if mood.drops:
                return
            time.sleep(mood.late)
            answer = json.dumps(mood.answer).encode()
            self.send_response(mood.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mood.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield mood
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
