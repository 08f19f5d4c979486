from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from benchmarks.load import load


class Recorder(BaseHTTPRequestHandler):
    """Answers 200, and 500 to the body that asks for it."""

    protocol_version = "HTTP/1.1"
    bodies: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(body)
        self.send_response(500 if b"fail" in body else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    Recorder.bodies.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Recorder) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_every_body_is_posted_once_and_failures_are_counted(port: int) -> None:
    bodies = [b'{"n": %d}' % n for n in range(30)] + [b'"fail"']
    seen = load(port, "/score", bodies, clients=4)
    assert sorted(Recorder.bodies) == sorted(bodies)
    assert (seen.requests, seen.failed) == (31, 1)
    assert 0 < seen.p50_ms <= seen.p99_ms <= 1000 * seen.wall_s
