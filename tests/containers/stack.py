"""docker-compose.yml as its users run it, on the engine that .ci/with-docker started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PORT = 18321
URL = f"http://127.0.0.1:{PORT}"
PROJECT = "judged"
SANDBOXES = "label=reward-service.owner"
"""What sets the containers apart in which programs run."""


def docker(*words: str, check: bool = True) -> str:
    """Return what ``docker`` answers."""
    ran = subprocess.run(
        ["docker", *words], capture_output=True, text=True, check=False, timeout=300
    )
    if check and ran.returncode:
        raise AssertionError(f"docker {' '.join(words)}: {ran.stderr.strip()}")
    return ran.stdout.strip()


def inspected(container: str) -> dict[str, Any]:
    """Return what the engine knows of ``container``."""
    found: dict[str, Any] = json.loads(docker("inspect", container))[0]
    return found


def wait_for(claim: Callable[[], object], what: str, *, within_s: float = 120.0) -> None:
    """Return as soon as ``claim`` holds."""
    end = time.monotonic() + within_s
    while not claim():
        assert time.monotonic() < end, f"not within {within_s:g} s: {what}"
        time.sleep(0.1)


class Stack:
    """The services of docker-compose.yml, under a name of their own."""

    def __init__(self) -> None:
        self._command = _compose_command()
        engine = os.environ["DOCKER_HOST"].removeprefix("unix://")
        self._env = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": PROJECT,
            "PUBLISH": f"127.0.0.1:{PORT}",
            "DOCKER_SOCKET": engine,
            "LANGUAGES": "python,cpp",
        }

    def compose(self, *words: str) -> str:
        """Return what compose answers."""
        ran = subprocess.run(
            [*self._command, *words],
            cwd=ROOT,
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert ran.returncode == 0, f"compose {' '.join(words)}: {ran.stderr[-3000:]}"
        return ran.stdout

    def up(self, *words: str, **settings: str) -> None:
        """Start what is not up, and wait until every domain can be judged."""
        self._env |= settings
        self.compose("up", "-d", *words)
        self.wait_until_ready()

    def forget(self, setting: str) -> None:
        """Leave ``setting`` out from the next ``up`` on."""
        del self._env[setting]

    def wait_until_ready(self, *, within_s: float = 240.0) -> None:
        """Return once every domain can be judged."""
        try:
            wait_for(self.is_ready, "every domain is ready", within_s=within_s)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.readiness()}\n{self.logs()}") from None

    def can_judge(self, domain: str) -> bool:
        """Say whether ``domain`` can be judged."""
        return bool(self.readiness().get("domains", {}).get(domain, {}).get("ready"))

    def is_ready(self) -> bool:
        """Say whether every domain can be judged."""
        domains = self.readiness().get("domains", {})
        return bool(domains) and all(domain["ready"] for domain in domains.values())

    def readiness(self) -> dict[str, Any]:
        """Return what ``/readyz`` says; empty when nobody answers."""
        try:
            with urllib.request.urlopen(f"{URL}/readyz", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            said = error.read()
            return dict(json.loads(said)) if said.startswith(b"{") else {}
        except OSError:
            return {}
        return found

    def score(self, items: Sequence[dict[str, Any]], **request: Any) -> list[dict[str, Any]]:
        """Return one scored item per item, in order."""
        body = json.dumps({"items": items, **request}).encode()
        asked = urllib.request.Request(f"{URL}/score", data=body)
        with urllib.request.urlopen(asked, timeout=300) as answer:
            scored: list[dict[str, Any]] = json.load(answer)["items"]
        return scored

    def containers(self, service: str) -> list[str]:
        """Return the running containers of ``service``."""
        return docker(
            *("ps", "--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}"),
            *("--filter", f"label=com.docker.compose.service={service}"),
        ).split()

    def logs(self) -> str:
        """Return the end of what the services said."""
        return self.compose("logs", "--tail=50")

    def down(self) -> None:
        """Stop and remove all of it."""
        self.compose("down", "--remove-orphans")


def sandboxes() -> list[str]:
    """Return the containers in which programs run."""
    return docker("ps", "--quiet", "--filter", SANDBOXES).split()


def restart_engine(*, during: Callable[[], object] = lambda: None) -> None:
    """Stop the engine, do ``during``, start it again."""
    folder = Path(os.environ["CI_ENGINE"])
    pid = int((folder / "docker.pid").read_text(encoding="ascii"))
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not _runs(pid), "the engine has stopped")
    during()
    subprocess.run([folder / "start"], check=True, timeout=60)


def _runs(pid: int) -> bool:
    try:
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())  # a zombie has none
    except OSError:
        return False


def _compose_command() -> list[str]:
    if not docker("compose", "version", check=False):
        return [shutil.which("docker-compose") or "docker-compose"]
    return ["docker", "compose"]
