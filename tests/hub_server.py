"""The Hub, as far as downloading a data set goes, on a port of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

_ROOT = Path(__file__).resolve().parents[1]


class HubServer:
    """One data set, ``owner/name``; what it has and how it behaves may change while it runs."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.token = ""
        """Who does not have it is told that there is no such data set, as the Hub does it."""
        self.gated = False
        self.broken = False
        """Whether every request fails on the server's side."""
        self.cut_after: int | None = None
        """Bytes after which the connection is cut, once, of a file that has more."""
        self.requests: list[str] = []
        """``METHOD path`` of each, with ``from BYTE`` where a part was asked for."""
        self.url = ""

    @property
    def commit(self) -> str:
        content = repr(sorted(self.files.items())).encode()
        return sha1(content).hexdigest()

    def asked(self, method: str) -> list[str]:
        """Return what was asked for by a method."""
        return [one for one in self.requests if one.startswith(f"{method} ")]


@contextmanager
def hub_server() -> Iterator[HubServer]:
    """Yield a server that runs."""
    hub = HubServer()

    class Handler(_Handler):
        of = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def in_a_process(code: str, home: Path, url: str, **env: str) -> tuple[int, str]:
    """Run ``code`` where the Hub is at ``url`` and its cache in ``home``; return (status, output).

    In a process of its own, for these variables are read once, when the package is imported.
    """
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(str(_ROOT / room) for room in ("trainer", ".")),
            "HF_HOME": str(home),
            "HF_ENDPOINT": url,
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "NO_PROXY": "127.0.0.1",
            **env,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


class _Handler(BaseHTTPRequestHandler):
    of: HubServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        part = self.headers.get("Range", "")
        since = int(part.removeprefix("bytes=").partition("-")[0]) if part else 0
        self.of.requests.append(f"{self.command} {path}" + f" from {since}" * bool(since))
        if self.of.broken:
            self._json(503, {"error": "maintenance"})
        elif self.of.gated:
            self._json(403, {"error": "restricted"}, {"X-Error-Code": "GatedRepo"})
        elif self.of.token and self.headers.get("Authorization") != f"Bearer {self.of.token}":
            self._json(401, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})
        elif path.startswith("/api/datasets/owner/name"):
            self._about(path.removeprefix("/api/datasets/owner/name"))
        elif path.startswith("/datasets/owner/name/resolve/"):
            _, _, name = path.removeprefix("/datasets/owner/name/resolve/").partition("/")
            self._file(name, since)
        else:
            self._json(404, {"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"})

    def _about(self, what: str) -> None:
        if what.startswith("/tree/"):
            self._json(
                200,
                [
                    {"type": "file", "path": name, "size": len(content), "oid": _etag(content)}
                    for name, content in self.of.files.items()
                ],
            )
            return
        siblings = [{"rfilename": name} for name in self.of.files]
        self._json(200, {"id": "owner/name", "sha": self.of.commit, "siblings": siblings})

    def _file(self, name: str, since: int) -> None:
        if name not in self.of.files:
            self._json(404, {"error": "Entry not found"}, {"X-Error-Code": "EntryNotFound"})
            return
        whole = self.of.files[name]
        content = whole[since:]
        headers = {
            "ETag": f'"{_etag(whole)}"',
            "X-Repo-Commit": self.of.commit,
            "Accept-Ranges": "bytes",
        }
        if since:
            headers["Content-Range"] = f"bytes {since}-{len(whole) - 1}/{len(whole)}"
        sent = content
        bound = self.of.cut_after
        if self.command == "GET" and bound is not None and len(content) > bound:
            sent, self.of.cut_after = content[:bound], None
            self.close_connection = True
        self._send(206 if since else 200, sent, headers, length=len(content))

    def _json(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(content).encode()
        self._send(status, body, {"Content-Type": "application/json", **(headers or {})})

    def _send(
        self, status: int, body: bytes, headers: Mapping[str, str], length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _etag(content: bytes) -> str:
    return sha1(content).hexdigest()
