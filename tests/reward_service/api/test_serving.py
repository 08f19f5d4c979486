"""The service as a process: its port, its ready line, its drain."""

from __future__ import annotations

import json
import re
import resource
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import httpx
import pytest
from asking import items_of

from reward_service.config import Settings
from reward_service.serving import PortError, greeting, listen, room_for_connections

SCRIPT = Path(__file__).with_name("scripted_service.py")
ROOT = Path(__file__).parents[3]


class Service:
    """A running service process."""

    def __init__(
        self, *, start_s: float = 0.0, descriptors: int | None = None, **settings: object
    ) -> None:
        limit = f"ulimit -n {descriptors}; " if descriptors else ""
        arguments = [str(SCRIPT), json.dumps({"port": 0, **settings}), str(start_s)]
        self.process = subprocess.Popen(
            ["sh", "-c", f'{limit}exec "$@"', "sh", sys.executable, *arguments],
            env={"PYTHONPATH": ":".join(str(ROOT / room) for room in (".", "verifiers", "tests"))},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def stdout(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def url(self) -> str:
        """Wait for the ready line; return the URL in it."""
        self.ready_line = self.stdout.readline()
        found = re.search(r"http://\S+:\d+", self.ready_line)
        assert found, self.process.communicate()[1]
        return found[0]

    def until_asked(self) -> None:
        """Wait until a question is in the lane."""
        assert self.stdout.readline() == "asked\n"

    def end(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and what went to stderr."""
        _, log = self.process.communicate(timeout=60)
        return self.process.returncode, log


@pytest.fixture
def service() -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def start(**settings: object) -> Service:
        started.append(Service(**settings))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


def test_the_ready_line_holds_a_command_that_works(service: Callable[..., Service]) -> None:
    running = service()
    url = running.url()

    command = running.ready_line.split("try: ")[1]
    _, _, body = shlex.split(command)[-3:]
    tried = httpx.post(f"{url}/score", content=body)

    assert running.ready_line.count("\n") == 1
    assert f"{url}/score" in command
    assert tried.json()["n_scored"] == 1
    assert httpx.get(f"{url}/readyz").json()["ready"]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_what_is_in_flight_is_answered_in_full(
    service: Callable[..., Service], stop: signal.Signals
) -> None:
    running = service()
    url = running.url()

    with ThreadPoolExecutor() as threads:
        posted = threads.submit(
            httpx.post, f"{url}/score", json={"items": items_of("later 0.6", "quick")}, timeout=60
        )
        running.until_asked()
        running.process.send_signal(stop)
        answer = posted.result()

    assert answer.status_code == 200
    assert [item["reward"] for item in answer.json()["items"]] == [1.0, 1.0]
    code, log = running.end()
    assert code == 0
    assert "Traceback" not in log


def test_what_is_not_judged_in_time_is_answered_as_unscored(
    service: Callable[..., Service],
) -> None:
    running = service(drain_s=0.3)
    url = running.url()

    with ThreadPoolExecutor() as threads:
        posted = threads.submit(
            httpx.post, f"{url}/score", json={"items": items_of("stall", "quick")}, timeout=60
        )
        running.until_asked()
        running.process.send_signal(signal.SIGTERM)
        answer = posted.result()

    items = answer.json()["items"]
    assert items[0]["problem"]["code"] == "shutting_down"
    assert items[0]["problem"]["retryable"]
    assert items[1]["reward"] == 1.0
    code, log = running.end()
    assert code == 0
    assert "Traceback" not in log


def test_a_stopping_service_takes_no_new_connection(service: Callable[..., Service]) -> None:
    running = service()
    url = running.url()

    with ThreadPoolExecutor() as threads:
        posted = threads.submit(
            httpx.post, f"{url}/score", json={"items": items_of("later 0.8")}, timeout=60
        )
        running.until_asked()
        running.process.send_signal(signal.SIGTERM)
        refused = _until_refused(url)
        assert posted.result().status_code == 200

    assert refused
    assert running.end()[0] == 0


def _until_refused(url: str) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            return True
    return False


def test_the_second_signal_quits_at_once(service: Callable[..., Service]) -> None:
    running = service(drain_s=600)
    url = running.url()

    with ThreadPoolExecutor() as threads:
        posted = threads.submit(
            httpx.post, f"{url}/score", json={"items": items_of("stall")}, timeout=60
        )
        running.until_asked()
        running.process.send_signal(signal.SIGINT)
        assert _until_refused(url)
        began = time.monotonic()
        running.process.send_signal(signal.SIGINT)
        code, log = running.end()
        answer = posted.result()

    assert answer.json()["items"][0]["problem"]["code"] == "shutting_down"
    assert time.monotonic() - began < 30
    assert code == 128 + signal.SIGINT
    assert "Traceback" not in log


def test_the_second_signal_does_not_wait_for_a_body_that_does_not_come(
    service: Callable[..., Service],
) -> None:
    running = service(drain_s=600)
    url = httpx.URL(running.url())

    with socket.create_connection((url.host, url.port or 0)) as caller:
        caller.sendall(b"POST /score HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        _metrics_until(str(url), "in_flight 2.0")
        running.process.send_signal(signal.SIGTERM)
        assert _until_refused(str(url))
        running.process.send_signal(signal.SIGTERM)
        code, log = running.end()

    assert code == 128 + signal.SIGTERM
    assert "Traceback" not in log


def test_an_idle_service_stops_at_once(service: Callable[..., Service]) -> None:
    running = service()
    url = running.url()
    with httpx.Client() as client:
        client.get(f"{url}/healthz")
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        code, _ = running.end()

    assert code == 0
    assert time.monotonic() - began < 30


def test_a_hang_up_cancels_what_nobody_waits_for(service: Callable[..., Service]) -> None:
    running = service()
    url = running.url()

    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{url}/score", json={"items": items_of("stall")}, timeout=0.3)
    running.until_asked()

    _metrics_until(url, "items_pending 0.0")


def test_a_hang_up_in_the_middle_of_lines_is_quiet(service: Callable[..., Service]) -> None:
    running = service()
    url = running.url()

    body = {"items": items_of("quick", "stall")}
    lines = {"accept": "application/x-ndjson"}
    with httpx.stream("POST", f"{url}/score", json=body, headers=lines) as answer:
        first = next(answer.iter_lines())

    assert json.loads(first)["index"] == 0
    _metrics_until(url, "items_pending 0.0")
    running.process.send_signal(signal.SIGTERM)
    code, log = running.end()
    assert code == 0
    assert "Traceback" not in log


def _metrics_until(url: str, text: str) -> None:
    """Wait until the metrics say ``text``."""
    end = time.monotonic() + 60
    while text not in (found := httpx.get(f"{url}/metrics").text):
        assert time.monotonic() < end, found


def test_a_body_far_too_large_is_refused_and_the_connection_goes_on(
    service: Callable[..., Service],
) -> None:
    running = service(max_body_mb=1)
    url = running.url()

    with httpx.Client() as client:
        answer = client.post(f"{url}/score", content=b" " * (20 << 20))
        # The name is RFC 9110's, whatever the one of this Python's.
        assert (answer.status_code, answer.reason_phrase) == (413, "Content Too Large")
        assert answer.json()["title"] == "Content Too Large"
        assert client.post(f"{url}/score", json={"items": items_of("quick")}).status_code == 200


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "room"),
    [(200, 400, 400, 288), (1000, 100_000, 16_384, 10_000), (20_000, 50_000, 20_000, 10_000)],
)
def test_callers_leave_descriptors_for_the_service_itself(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised: int, room: int
) -> None:
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _which, limit: limits.append(limit))

    assert room_for_connections(n_workers=2, n_sandboxes=2) == room
    assert limits[-1] == (raised, hard)


def test_idle_connections_keep_no_caller_out(service: Callable[..., Service]) -> None:
    running = service(descriptors=128, cpu_workers=2)
    url = httpx.URL(running.url())
    address = (url.host, url.port or 0)

    crowd = [socket.create_connection(address, timeout=5) for _ in range(150)]
    last = crowd[-1].recv(100)
    for one in crowd:
        one.close()

    assert last.startswith(b"HTTP/1.1 503 ")
    assert httpx.get(f"{url}/healthz").status_code == 200


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port} on 127.0.0.1 is already in use.*--port"):
            listen("127.0.0.1", port)


def test_a_service_that_cannot_listen_exits_with_one(service: Callable[..., Service]) -> None:
    with listen("127.0.0.1", 0) as taken:
        code, log = service(port=taken.getsockname()[1]).end()

    assert code == 1
    assert "already in use" in log
    assert "Traceback" not in log


def test_a_host_that_there_is_not_is_named() -> None:
    with pytest.raises(PortError, match=r"'no\.such\.host\.invalid'"):
        listen("no.such.host.invalid", 0)


def test_a_stop_before_it_is_ready_is_a_stop(service: Callable[..., Service]) -> None:
    running = service(start_s=60)
    assert running.stdout.readline() == "starting\n"
    running.process.send_signal(signal.SIGTERM)

    code, log = running.end()
    assert code == 0
    assert "Traceback" not in log


def test_a_lane_that_does_not_start_is_told_and_ends_it(service: Callable[..., Service]) -> None:
    code, log = service(start_s=-1).end()

    assert code == 1
    assert "cannot start: no worker can be had" in log
    assert "Traceback" not in log


def test_a_caller_that_comes_too_early_is_answered(service: Callable[..., Service]) -> None:
    with listen("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    running = service(start_s=0.5, port=port)
    assert running.stdout.readline() == "starting\n"

    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::", "[::1]")]
)
def test_the_ready_line_shows_an_address_that_can_be_called(host: str, shown: str) -> None:
    if host == "::" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        line = greeting(listener, Settings(token="s3cret"))

    assert f"http://{shown}:{port}/score" in line
    assert "$REWARD_SERVICE_TOKEN" in line
    assert "s3cret" not in line
