"""The service as a user starts it: real workers, real verifiers, real signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

# Decided without a worker, and by a worker.
QUICK = {"completion": "so \\boxed{42}", "spec": {"domain": "math", "gold": "42"}}
JUDGED = {"completion": "\\boxed{(x+1)^2}", "spec": {"domain": "math", "gold": "x^2+2x+1"}}
CHOICE = {
    "completion": "The answer is option **B**.",
    "spec": {"domain": "stem", "gold": "B", "options": {"A": "iron", "B": "gold"}},
}


@contextmanager
def service(**settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "reward_service.cli", "serve", "--port", "0", "--workers", "1"],
        env={**os.environ, **{f"REWARD_SERVICE_{name}": value for name, value in settings.items()}},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        ready = re.search(r"http://\S+:\d+", process.stdout.readline())
        assert ready, process.communicate()[1]
        yield process, ready[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def workers(service: int) -> list[int]:
    """Return the processes that the service's zygote forked."""
    return [worker for zygote in children(service) for worker in children(zygote)]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def wait_for(claim: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_over(group: int) -> bool:
    """Whether no process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def post(url: str) -> httpx.Response:
    return httpx.post(f"{url}/score", json={"items": [QUICK, JUDGED]}, timeout=60)


def pending(url: str) -> bool:
    return "reward_service_items_pending 1.0" in httpx.get(f"{url}/metrics").text


def test_it_judges_and_a_stop_loses_nothing() -> None:
    with service() as (process, url):
        state = httpx.get(f"{url}/readyz").json()
        assert state["ready"], state
        assert "jail" in state["lanes"]["cpu"]
        scored = httpx.post(f"{url}/score", json={"items": [QUICK, CHOICE]}).json()
        assert [item["reward"] for item in scored["items"]] == [1.0, 1.0]

        # A worker that stands still is a question in flight for as long as the test wants.
        stopped = workers(process.pid)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        with ThreadPoolExecutor() as threads:
            posted = threads.submit(post, url)
            wait_for(lambda: pending(url))
            process.send_signal(signal.SIGTERM)
            wait_for(lambda: refused(url))
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)
            answer = posted.result()

        assert [item["reward"] for item in answer.json()["items"]] == [1.0, 1.0]
        assert process.wait(timeout=60) == 0
        wait_for(lambda: is_over(process.pid))


def test_what_its_drain_leaves_is_unscored_and_no_process_stays() -> None:
    with service(DRAIN_S="0.2") as (process, url):
        for pid in workers(process.pid):
            os.kill(pid, signal.SIGSTOP)
        with ThreadPoolExecutor() as threads:
            posted = threads.submit(post, url)
            wait_for(lambda: pending(url))
            process.send_signal(signal.SIGTERM)
            answer = posted.result()

        quick, judged = answer.json()["items"]
        assert quick["reward"] == 1.0
        assert judged["reward"] is None
        assert judged["problem"]["code"] == "shutting_down"
        assert process.wait(timeout=60) == 0
        wait_for(lambda: is_over(process.pid))


def refused(url: str) -> bool:
    try:
        httpx.get(f"{url}/healthz")
    except httpx.TransportError:
        return True
    return False
