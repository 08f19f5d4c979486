"""Servers in processes of their own: the service as a user starts it, and a bare route."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

_PATIENCE_S = 60.0


class ServerError(Exception):
    """A server did not come up, or did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on the loopback."""

    port: int
    pid: int
    start_s: float
    """Seconds from starting the process to the first answer of its probe."""

    def post(self, path: str, body: bytes) -> bytes:
        """Post ``body`` on a connection of its own; return the answer's body."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise ServerError(f"{path} answered {answer.status}: {content[:300]!r}")
        return content


@contextmanager
def service(*, workers: int, settings: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run ``reward-service serve`` with ``workers`` workers and otherwise its defaults."""
    port = _free_port()
    env = {f"REWARD_SERVICE_{name}": value for name, value in (settings or {}).items()}
    env["REWARD_SERVICE_CPU_WORKERS"] = str(workers)
    script = Path(sys.executable).with_name("reward-service")
    command = [str(script), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, port, "/readyz", env) as server:
        yield server


@contextmanager
def bare() -> Iterator[Server]:
    """Run ``benchmarks/bare_app.py``: a FastAPI route with the service's models."""
    port = _free_port()
    command = [sys.executable, "-m", "benchmarks.bare_app", str(port)]
    with _running(command, port, "/docs", {}) as server:
        yield server


@contextmanager
def _running(
    command: Sequence[str], port: int, probe: str, env: Mapping[str, str]
) -> Iterator[Server]:
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not _answers(port, probe):
            if process.poll() is not None:
                assert process.stderr is not None
                raise ServerError(f"{command[0]} ended: {process.stderr.read()[-2000:]}")
            if time.perf_counter() - began > _PATIENCE_S:
                raise ServerError(f"{command[0]} was not ready after {_PATIENCE_S} s")
            time.sleep(0.01)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stderr is not None
        process.stderr.close()


def _answers(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
