"""A sandbox manager and those who use it, over TCP."""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest
from scripted_sandboxes import ScriptedLauncher, job, results, running, scripted

from reward_sandboxes.backend import BackendOptions, make_sandboxes
from reward_sandboxes.manager import Manager
from reward_sandboxes.remote import RemoteSandboxes
from reward_sandboxes.types import (
    LanguageMissingError,
    RunResult,
    SandboxError,
    SandboxesFullError,
)


@asynccontextmanager
async def managed(
    launcher: ScriptedLauncher | None = None, *, token: str = "", **settings: Any
) -> AsyncIterator[tuple[Manager, int]]:
    """Start a manager around scripted sandboxes; yield it and its port."""
    bounds = {
        name: settings.pop(name) for name in ("most_connections", "most_bytes") if name in settings
    }
    async with running(scripted(launcher, **settings)) as sandboxes:
        manager = Manager(sandboxes, token=token, **bounds)
        port = await manager.listen("127.0.0.1", 0)
        try:
            yield manager, port
        finally:
            await manager.close()


@asynccontextmanager
async def remote(port: int, **settings: Any) -> AsyncIterator[RemoteSandboxes]:
    """Start sandboxes that ask the manager at ``port``."""
    sandboxes = RemoteSandboxes("127.0.0.1", port, **{"patience_s": 0.5, **settings})
    await sandboxes.start()
    try:
        yield sandboxes
    finally:
        await sandboxes.close()


def test_a_manager_says_what_its_sandboxes_say() -> None:
    async def check() -> None:
        async with managed() as (_, port), remote(port) as sandboxes:
            status = sandboxes.status()
            assert (status.ready, status.backend, status.slots) == (True, "remote", 1)
            assert status.protections == {"network": True, "seccomp": "not a sandbox"}
            built, ran = await results(sandboxes, job("say {in}", "abc"))
            assert built.ok
            assert [one.stdout for one in ran] == [b"a", b"b", b"c"]
            with pytest.raises(LanguageMissingError, match="rust needs rustc"):
                await results(sandboxes, job("", "a", language="rust"))

    asyncio.run(check())


def test_a_job_that_is_stopped_is_stopped_there() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with managed(launcher) as (_, port), remote(port) as sandboxes:
            async with aclosing(sandboxes.run(job("sleep 0.01\nsay {in}", "a" * 5000))) as answers:
                async for answer in answers:
                    if isinstance(answer, RunResult):
                        break
            async with asyncio.timeout(30):
                _, ran = await results(sandboxes, job("say {in}", "b"))
            assert ran[0].stdout == b"b"
            assert len(launcher.started) == 1

    asyncio.run(check())


def test_a_crowd_is_answered_once_each() -> None:
    async def check() -> None:
        async with managed(slots=2, keep=2) as (_, port), remote(port, most_asking=16) as sandboxes:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(results(sandboxes, job(f"say {n}:{{in}}", "xy")))
                    for n in range(200)
                ]
            for n, task in enumerate(tasks):
                assert [one.stdout.decode() for one in task.result()[1]] == [f"{n}:x", f"{n}:y"]

    asyncio.run(check())


def test_a_manager_that_comes_back_has_cost_no_result() -> None:
    async def check() -> None:
        async with running(scripted()) as there:
            first = Manager(there)
            port = await first.listen("127.0.0.1", 0)
            async with remote(port, patience_s=5.0) as sandboxes:
                work = job("sleep 0.02\nsay {in}", "abcdefgh")
                async with aclosing(sandboxes.run(work)) as answers:
                    seen = []
                    async for answer in answers:
                        seen.append(answer)
                        if len(seen) == 4:
                            await first.close()
                            second = Manager(there)
                            await second.listen("127.0.0.1", port)
                outputs = [one.stdout for one in seen if isinstance(one, RunResult)]
                assert outputs == [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"]
                _, ran = await results(sandboxes, job("say {in}", "z"))
                assert ran[0].stdout == b"z"
            await second.close()

    asyncio.run(check())


def test_a_manager_that_stays_away_is_an_error_in_time() -> None:
    async def check() -> None:
        async with managed() as (manager, port), remote(port) as sandboxes:
            waiting = [
                asyncio.create_task(results(sandboxes, job("sleep 3600", "a"))) for _ in range(3)
            ]
            await asyncio.sleep(0.1)
            await manager.close()
            async with asyncio.timeout(30):
                outcomes = await asyncio.gather(*waiting, return_exceptions=True)
            assert all(isinstance(one, SandboxError) for one in outcomes)

    asyncio.run(check())


def test_a_manager_that_is_gone_is_told_at_once_and_seen() -> None:
    async def check() -> None:
        async with managed() as (_, port):
            sandboxes = RemoteSandboxes("127.0.0.1", port, patience_s=1.0)
            await sandboxes.start()
        assert sandboxes.status().ready
        with pytest.raises(SandboxError, match="no sandbox manager"):
            await results(sandboxes, job("say {in}", "a"))
        assert not sandboxes.status().ready
        start = time.monotonic()
        for _ in range(50):
            with pytest.raises(SandboxError, match="no sandbox manager"):
                await results(sandboxes, job("say {in}", "a"))
        assert time.monotonic() - start < 20  # and not a second each
        await sandboxes.close()

    asyncio.run(check())


def test_a_manager_that_hangs_is_an_error_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_sandboxes.remote._POLL_S", 0.05)
    monkeypatch.setattr("reward_sandboxes.remote._ANSWER_S", 0.1)

    async def check() -> None:
        async with managed() as (manager, port), remote(port) as sandboxes:
            work = asyncio.create_task(results(sandboxes, job("sleep 3600", "a")))
            await asyncio.sleep(0.1)
            monkeypatch.setattr(manager, "_answered", forever)
            with pytest.raises(SandboxError, match="lost the sandbox manager"):
                async with asyncio.timeout(30):
                    await work
            assert not sandboxes.status().ready

    async def forever(*_: object) -> bool:
        await asyncio.Event().wait()
        return False

    asyncio.run(check())


def test_a_manager_that_hangs_from_the_start_is_no_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reward_sandboxes.remote._ANSWER_S", 0.1)

    async def check() -> None:
        async with managed() as (manager, port):
            monkeypatch.setattr(manager, "_answered", forever)
            sandboxes = RemoteSandboxes("127.0.0.1", port)
            with pytest.raises(SandboxError, match="does not say how it is"):
                await sandboxes.start()
            await sandboxes.close()

    async def forever(*_: object) -> bool:
        await asyncio.Event().wait()
        return False

    asyncio.run(check())


def test_nobody_without_the_token_gets_in() -> None:
    async def check() -> None:
        async with managed(token="right") as (_, port):
            for token in ("", "wrong", "righ", "right "):
                with pytest.raises(SandboxError, match="wrong token"):
                    async with remote(port, token=token):
                        pass
            async with remote(port, token="right") as sandboxes:
                assert sandboxes.status().ready

    asyncio.run(check())


def hello(token: str = "") -> bytes:
    return letter({"kind": "hello", "protocol": 1, "token": token})


def letter(header: object, body: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return struct.pack("!II", len(head), len(body)) + head + body


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: sandboxes\r\n\r\n",
        b"\xff" * 64,
        b"\0" * 64,
        letter({"kind": "job"}),
        hello() + letter({"kind": "job"}),
        hello() + letter({"kind": "job", "record": {}}),
        hello() + letter({"kind": "job", "record": [1]}, b"x"),
        hello() + letter({"kind": "shell", "command": "id"}),
        hello() + letter([1, 2]),
        hello() + struct.pack("!II", 2, 0) + b"{]",
        hello() + struct.pack("!II", 1 << 31, 0),
        hello() + letter({"kind": "status"}) + letter({"kind": "status"}) * 3,
        hello() + letter({"kind": "job", "record": {}})[:-3],
        letter({"kind": "hello", "protocol": 2, "token": ""}),
    ],
)
def test_whatever_is_said_to_a_manager_it_goes_on(said: bytes) -> None:
    async def check() -> None:
        async with managed() as (_, port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            writer.write_eof()
            async with asyncio.timeout(30):
                await reader.read()
            writer.close()
            async with remote(port) as sandboxes:
                _, ran = await results(sandboxes, job("say {in}", "b"))
                assert ran[0].stdout == b"b"

    asyncio.run(check())


def test_a_request_past_what_a_manager_can_hold_is_refused() -> None:
    async def check() -> None:
        async with managed(most_bytes=10_000) as (_, port), remote(port) as sandboxes:
            with pytest.raises(SandboxesFullError):
                await results(sandboxes, job("say {in}", ["x" * 20_000]))
            _, ran = await results(sandboxes, job("say {in}", "b"))
            assert ran[0].stdout == b"b"

    asyncio.run(check())


def test_too_many_callers_are_turned_away() -> None:
    async def check() -> None:
        async with managed(most_connections=1) as (_, port), remote(port):
            with pytest.raises(SandboxesFullError):
                async with remote(port):
                    pass

    asyncio.run(check())


def test_an_address_is_a_backend() -> None:
    async def check() -> None:
        async with managed(token="right") as (_, port):
            sandboxes = make_sandboxes(f"tcp://127.0.0.1:{port}", BackendOptions(token="right"))
            await sandboxes.start()
            assert sandboxes.status().backend == "remote"
            await sandboxes.close()

    asyncio.run(check())


@pytest.mark.parametrize(
    "name", ["", "podman", "tcp://", "tcp://host", "tcp://host:99999", "none "]
)
def test_a_name_that_no_sandboxes_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no sandboxes named"):
        make_sandboxes(name)


def test_none_says_what_it_would_mean() -> None:
    with pytest.raises(SandboxError, match="every program can read"):
        make_sandboxes("none")
    assert make_sandboxes("none", BackendOptions(unsafe=True)).status().backend == "none"
