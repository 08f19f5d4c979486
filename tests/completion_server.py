"""A server that speaks OpenAI's API, well or ill, on a port of this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

MODEL = "tiny/adder"


class CompletionServer:
    """Answers sums, right in half of its completions; what is in ``ills`` happens first."""

    def __init__(self) -> None:
        self.url = ""
        self.ills: list[str] = []
        """What goes wrong with the next requests: a status, ``cut``, ``garbage`` or ``silence``."""
        self.asked: list[str] = []
        """The prompts of all requests, those that went wrong included."""
        self.answered: list[str] = []
        self.hold_after: int | None = None
        """After so many answers none comes any more, until ``go_on``."""
        self._go = Event()
        self._lock = Lock()

    def go_on(self) -> None:
        """Answer those that wait, and all others."""
        self.hold_after = None
        self._go.set()

    def ill(self, prompt: str) -> str:
        """Take note of a request; return what goes wrong with it, if anything does."""
        with self._lock:
            self.asked.append(prompt)
            return self.ills.pop(0) if self.ills else ""

    def hold(self, prompt: str) -> None:
        """Wait while nothing is to be answered."""
        with self._lock:
            held = self.hold_after is not None and len(self.answered) >= self.hold_after
            if not held:
                self.answered.append(prompt)
        if held:
            self._go.wait(60)


@contextmanager
def completion_server() -> Iterator[CompletionServer]:
    """Yield a server that runs."""
    of = CompletionServer()

    class Handler(_Handler):
        server_of = of

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    of.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield of
    finally:
        of.go_on()
        server.shutdown()
        thread.join()
        server.server_close()


def said(prompt: str, at: int) -> str:
    """Return a completion of ``A+B=``: the same each time, and now and then wrong."""
    left, _, right = prompt.rstrip("=").partition("+")
    wrong = sha256(f"{prompt} {at}".encode()).digest()[0] % 2
    return f"\\boxed{{{int(left) + int(right) + wrong}}}"


class _Handler(BaseHTTPRequestHandler):
    server_of: CompletionServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._send(200, {"data": [{"id": MODEL}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = body["messages"][-1]["content"]
        ill = self.server_of.ill(prompt)
        if ill == "silence":
            Event().wait(2)
            self.close_connection = True
            return
        if ill.isdigit():
            self._send(int(ill), {"error": {"message": "it is ill"}}, {"Retry-After": "0.01"})
            return
        if not ill:
            self.server_of.hold(prompt)
        choices = [
            {"message": {"content": said(prompt, at)}, "finish_reason": "stop"}
            for at in range(body["n"])
        ]
        answer = {"choices": choices, "usage": {"completion_tokens": 7 * body["n"]}}
        self._send(200, answer, ill=ill)

    def _send(
        self, status: int, answer: Any, headers: dict[str, str] | None = None, ill: str = ""
    ) -> None:
        content = b"<html>" if ill == "garbage" else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if ill == "cut":
            self.close_connection = True
            content = content[: len(content) // 2]
        with suppress(BrokenPipeError, ConnectionResetError):  # who asked may have been killed
            self.wfile.write(content)
