"""The service in a process of its own, for tests that talk to it as any trainer does."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_VENV = _ROOT / ".venv/bin/python"
_SERVE = ("serve", "--workers", "1", "--port")


class OwnService:
    """One that can be killed, and started again at the same address."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [_python(), "-m", "reward_service.cli", *_SERVE, str(self._port)],
            env={**os.environ, "PYTHONPATH": _paths(), "REWARD_SERVICE_SANDBOX": "off"},
            cwd=_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert re.search(r"http://\S+:\d+", line), f"the service did not start: {line!r}"

    def kill(self) -> None:
        """End it and all its workers, without a word."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.communicate()
            self._process = None


@contextmanager
def own_service() -> Iterator[OwnService]:
    """Yield a service that runs; skip where it cannot."""
    if not _VENV.exists() and find_spec("math_verify") is None:
        pytest.skip("no interpreter here has what the service needs: make .venv/.server")
    service = OwnService(_free_port())
    try:
        service.start()
        yield service
    finally:
        service.kill()


def score_offline(path: Path, out: Path) -> list[float | None]:
    """Return the rewards that ``reward-service score`` gives a file, in order."""
    command = ["-m", "reward_service.cli", "score", str(path), "-o", str(out), "--workers", "1"]
    done = subprocess.run(
        [_python(), *command],
        env={**os.environ, "PYTHONPATH": _paths()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line)["reward"] for line in out.read_text(encoding="utf-8").splitlines()]


def _python() -> str:
    return str(_VENV) if _VENV.exists() else sys.executable


def _paths() -> str:
    return os.pathsep.join(str(_ROOT / room) for room in (".", "verifiers", "sandboxes"))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
