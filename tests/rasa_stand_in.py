"""A server that speaks as Rasa's loopback channel does, for tests of the way in.

Rasa itself is driven in tests/e2e; here its failures are wanted, at will.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


def repeat(said: dict[str, Any]) -> tuple[int, Any]:
    """Answer with what was said, so that a test sees which question an answer belongs to."""
    return 200, {"intent": "ask_policy", "messages": [{"text": f"答：{said['text']}"}]}


@dataclass
class StandIn:
    """What was heard, and what is answered to it."""

    url: str
    answer: Answer = repeat
    heard: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """Serve on a free port of loopback for a while."""
    state = StandIn("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.heard.append(said | {"secret": self.headers["X-Zhibu-Secret"]})
            status, body = state.answer(said)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
