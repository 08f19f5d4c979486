"""The same client for threads, forked children, pickles and notebooks."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from reward_service import RewardClient
from reward_service.client import ClientClosedError

SPEC = {"domain": "math", "gold": "1"}


class Handler(BaseHTTPRequestHandler):
    """Gives every item of a request the reward 1."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        verdict = {"outcome": "correct", "score": 1.0}
        items = [{"id": it["id"], "reward": 1.0, "verdict": verdict} for it in request["items"]]
        body = json.dumps({"items": items, "n_scored": len(items), "n_unscored": 0}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def sync_client(service: Any, **options: Any) -> RewardClient:
    return RewardClient("http://reward.test", transport=httpx.MockTransport(service), **options)


def test_lists_streams_and_rewards(service: Any, kit: Any) -> None:
    items = kit.items("right", "wrong", "bad_spec")
    with sync_client(service) as client:
        assert client.rewards(items) == [1.0, 0.0, None]
        assert [item.reward for item in client.score(items)] == [1.0, 0.0, None]
        assert [index for index, _ in client.stream(items)] == [2, 1, 0]
        assert client.score_one(items[0]).reward == 1.0


def test_single_calls_of_many_threads_share_requests(service: Any, kit: Any) -> None:
    with sync_client(service, coalesce_s=0.1) as client, ThreadPoolExecutor(16) as threads:
        scored = list(threads.map(client.score_one, kit.items(*["right"] * 16)))

    assert [item.reward for item in scored] == [1.0] * 16
    assert len(service.requests) <= 2


def test_errors_reach_the_calling_thread(service: Any, kit: Any) -> None:
    with sync_client(service) as client, pytest.raises(ValueError, match="deadline_s"):
        client.score(kit.items("right"), deadline_s=-1)


def test_it_works_inside_a_running_loop(service: Any, kit: Any) -> None:
    async def cell() -> list[float | None]:
        with sync_client(service) as client:
            return client.rewards(kit.items("right"))

    assert asyncio.run(cell()) == [1.0]


def test_leaving_a_stream_early_is_clean(service: Any, kit: Any) -> None:
    given_up = []

    async def answers_one(request: httpx.Request) -> httpx.Response:
        if not service.requests:
            return await service(request)
        try:
            await asyncio.Event().wait()
        finally:
            given_up.append(True)
        raise AssertionError

    with sync_client(answers_one, max_batch=1, max_connections=2) as client:
        for _index, scored in client.stream(kit.items(*["right"] * 20)):
            assert scored.reward == 1.0
            break
        assert 1 <= len(given_up) <= 2  # what was on its way when the first came


def test_closing_ends_the_thread_and_tells_who_waits(kit: Any) -> None:
    async def silent(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = sync_client(silent)
    with ThreadPoolExecutor(2) as threads:
        calls = [
            threads.submit(client.score_one, kit.items("right")[0]),
            threads.submit(client.score, kit.items("right")),
        ]
        end = time.monotonic() + 60
        while client._background is None or len(asyncio.all_tasks(client._background._loop)) < 2:
            assert time.monotonic() < end
            time.sleep(0.001)
        thread = client._background._thread
        client.close()
        assert [type(call.exception()) for call in calls] == [ClientClosedError] * 2
    assert not thread.is_alive()
    with pytest.raises(ClientClosedError):
        client.ready()
    client.close()


def test_a_forgotten_client_ends_its_thread(service: Any, kit: Any) -> None:
    client = sync_client(service)
    client.score(kit.items("right"))
    assert client._background is not None
    thread = client._background._thread

    del client
    gc.collect()

    thread.join(5)
    assert not thread.is_alive()


def test_a_copy_from_another_process_connects_anew(url: str) -> None:
    with RewardClient(url, "token", max_attempts=1) as client:
        assert client.rewards([{"completion": "x", "spec": SPEC}]) == [1.0]
        with pickle.loads(pickle.dumps(client)) as copied:
            assert copied._options.token == "token"
            assert copied.rewards([{"completion": "x", "spec": SPEC}]) == [1.0]
        assert "token" not in repr(client) + repr(client._options)


FORKING = """
import os, sys, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
from reward_service import RewardClient
client = RewardClient(sys.argv[1], max_attempts=1)
item = {"completion": "x", "spec": {"domain": "math", "gold": "1"}}
assert client.rewards([item]) == [1.0]
child = os.fork()
if not child:
    assert client.rewards([item]) == [1.0]
    client.close()
    os._exit(7)
assert client.rewards([item]) == [1.0]
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert client.rewards([item]) == [1.0]
"""


def test_a_forked_child_has_connections_of_its_own(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING, url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_an_interpreter_ends_at_once_with_a_client_open(url: str) -> None:
    program = (
        "import sys; from reward_service import RewardClient; client = RewardClient(sys.argv[1]); "
        "print(client.rewards([{'completion': 'x', 'spec': {'domain': 'math', 'gold': '1'}}]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, url],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[1.0]\n", "")
