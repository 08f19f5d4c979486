"""Stands before the service: remembers every reward that it gave, and can keep it waiting."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx

_HEADERS = ("content-type", "retry-after")


class Relay(ThreadingHTTPServer):
    """Passes everything on to ``url``; what cannot be passed on is a broken connection."""

    daemon_threads = True

    def __init__(self, url: str, *, late_s: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = url
        self.late_s = late_s
        self.given: dict[tuple[str, str], set[float | None]] = {}
        self.broken = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def gave(self, completion: str, spec: object, reward: float | None) -> bool:
        """Whether the service itself gave this completion this reward."""
        return reward in self.given.get((completion, json.dumps(spec, sort_keys=True)), set())

    def note(self, asked: dict[str, Any], answered: dict[str, Any]) -> None:
        for item, scored in zip(asked["items"], answered["items"], strict=True):
            key = (item["completion"], json.dumps(item["spec"], sort_keys=True))
            self.given.setdefault(key, set()).add(scored["reward"])


class _Handler(BaseHTTPRequestHandler):
    server: Relay
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._pass_on(b"")

    def do_POST(self) -> None:
        time.sleep(self.server.late_s)
        self._pass_on(self.rfile.read(int(self.headers["content-length"])))

    def _pass_on(self, body: bytes) -> None:
        try:
            answer = httpx.request(
                self.command,
                f"{self.server.upstream}{self.path}",
                content=body,
                headers={"content-type": "application/json"},
                timeout=60,
            )
        except httpx.TransportError:
            self.server.broken += 1
            self.close_connection = True
            return
        if body and answer.status_code == 200:
            self.server.note(json.loads(body), answer.json())
        self.send_response(answer.status_code)
        for name in _HEADERS:
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def relay(url: str, *, late_s: float = 0.0) -> Iterator[Relay]:
    """Yield a relay before ``url`` that works."""
    server = Relay(url, late_s=late_s)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
