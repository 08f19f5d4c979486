"""A scripted service behind an httpx transport, and a clock that no test has to wait for."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from reward_service.api import create_app
from reward_service.client.asynchronous import AsyncRewardClient
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.lanes import Judged, LaneStatus
from reward_verifiers.registry import Lane, verifier
from reward_verifiers.specs import Spec

ROOT = Path(__file__).parents[3]
SPEC = {"domain": "math", "gold": "1"}


class FakeClock:
    """Time that passes only when somebody sleeps; chance that never takes anything away."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        if seconds > 0.1:  # not the few milliseconds of coalescing
            self.slept.append(seconds)
        self.time += seconds
        await asyncio.sleep(0)

    def chance(self) -> float:
        return 0.0


Answer = Callable[[httpx.Request], httpx.Response]


class Service:
    """Answers each request with the next of its script, and rightly once that has run out.

    A completion says what becomes of its item: ``right``, ``wrong``, or the code of a problem,
    which is retryable unless it begins with ``bad``; ``CODE once`` goes right the second time.
    """

    def __init__(self) -> None:
        self.script: list[Answer] = []
        self.requests: list[dict[str, Any]] = []
        self.heads: list[httpx.Headers] = []
        self.seen: set[str] = set()
        self.running = 0
        self.most_running = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0)
        try:
            return self.answer(request)
        finally:
            self.running -= 1

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.heads.append(request.headers)
        self.requests.append(json.loads(request.content) if request.content else {})
        return self.script.pop(0)(request) if self.script else self.judge(request)

    def judge(self, request: httpx.Request) -> httpx.Response:
        scored = [self.scored(item) for item in json.loads(request.content)["items"]]
        if request.headers["Accept"] == "application/x-ndjson":
            return httpx.Response(200, content=lines(scored))
        n_unscored = sum(item["problem"] is not None for item in scored)
        counts = {"n_scored": len(scored) - n_unscored, "n_unscored": n_unscored}
        return httpx.Response(200, json={"items": scored, **counts})

    def scored(self, item: dict[str, Any]) -> dict[str, Any]:
        says = item["completion"]
        code, _, once = says.partition(" ")
        if code in ("right", "wrong") or (once and item["id"] in self.seen):
            score = 0.0 if code == "wrong" else 1.0
            verdict = {"outcome": "wrong" if code == "wrong" else "correct", "score": score}
            return {"id": item["id"], "reward": score, "verdict": verdict, "problem": None}
        self.seen.add(item["id"])
        problem = {"code": code, "message": says, "retryable": not code.startswith("bad")}
        return {"id": item["id"], "reward": None, "verdict": None, "problem": problem}

    def sent_ids(self) -> list[list[str]]:
        return [[item["id"] for item in request["items"]] for request in self.requests]


def lines(scored: list[dict[str, Any]], *, cut: int | None = None) -> bytes:
    """Return an NDJSON answer, last item first; ``cut`` keeps that many lines and a half."""
    made = [json.dumps({"index": n, **item}, ensure_ascii=False) for n, item in enumerate(scored)]
    made.reverse()
    if cut is not None:
        return "\n".join([*made[:cut], made[cut][:20]]).encode()
    return "\n".join([*made, json.dumps({"n_scored": len(made), "n_unscored": 0}), ""]).encode()


def refuses(status: int, headers: dict[str, str] | None = None, **problem: Any) -> Answer:
    """Return an answer that is a problem+json, or a bare one without any members."""

    def answer(_request: httpx.Request) -> httpx.Response:
        if not problem:
            return httpx.Response(status, headers=headers, text="<html>no</html>")
        return httpx.Response(status, headers=headers, json=problem)

    return answer


def breaks(error: type[httpx.TransportError] = httpx.ConnectError) -> Answer:
    """Return an answer that is none: the connection breaks."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise error("all connection attempts failed", request=request)

    return answer


class Kit:
    """What the tests use of this module."""

    spec = SPEC
    refuses = staticmethod(refuses)
    breaks = staticmethod(breaks)
    lines = staticmethod(lines)

    @staticmethod
    def items(*completions: str) -> list[dict[str, Any]]:
        return [{"completion": text, "spec": SPEC} for text in completions]


@pytest.fixture
def kit() -> type[Kit]:
    return Kit


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def connect(service: Service, clock: FakeClock) -> Callable[..., AsyncRewardClient]:
    """Return a function that makes a client of the scripted service."""

    def make(**options: Any) -> AsyncRewardClient:
        given = {"clock": clock, "transport": httpx.MockTransport(service), **options}
        return AsyncRewardClient("http://reward.test", **given)

    return make


class Counting:
    """An app that notes the requests and the connections they came over."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.n_requests = 0
        self.connections: set[Any] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.n_requests += 1
            self.connections.add(tuple(scope["client"]))
        await self.app(scope, receive, send)


class Served:
    """A service on a free port, in a thread."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.app = Counting(create_app(engine, settings))
        config = uvicorn.Config(self.app, port=0, ws="none", log_config=None, lifespan="on")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive(), "the service did not start"
            time.sleep(0.005)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Engine, Settings], Served]]:
    """Return a function that serves an engine until the module's tests are over."""
    running: list[Served] = []

    def start(engine: Engine, settings: Settings) -> Served:
        running.append(Served(engine, settings))
        return running[-1]

    yield start
    for service in running:
        service.stop()


class InlineLane:
    """A lane that judges at once, in this process."""

    def ask(self, domain: str, spec: Spec, answers: Sequence[str]) -> list[asyncio.Future[Judged]]:
        futures = []
        for answer in answers:
            future: asyncio.Future[Judged] = asyncio.get_running_loop().create_future()
            verdict = verifier(domain).judge(answer, spec).stamped(domain, "1")
            future.set_result(Judged(verdict=verdict, queue_s=0.0, exec_s=0.0))
            futures.append(future)
        return futures

    def status(self) -> LaneStatus:
        return LaneStatus(ready=True)

    async def start(self) -> None:
        """Need nothing."""

    async def close(self) -> None:
        """Hold nothing."""


@pytest.fixture(scope="module")
def url(serve: Callable[[Engine, Settings], Served]) -> str:
    """Return the URL of a service with the real verifiers."""
    return serve(Engine({Lane.CPU: InlineLane()}), Settings()).url


@pytest.fixture
def example() -> Callable[[str], ModuleType]:
    """Return a function that loads one of the examples, as a trainer loads a file."""

    def load(name: str) -> ModuleType:
        found = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
        return module

    return load
