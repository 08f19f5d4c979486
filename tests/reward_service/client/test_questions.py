"""Beside scoring: is it ready, what does it judge, do golds verify themselves."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from reward_service.client import ServiceUnavailableError, UnexpectedAnswerError
from reward_verifiers.specs import MathSpec


def ask(client: Any, call: Any) -> Any:
    async def main() -> Any:
        async with client:
            return await call(client)

    return asyncio.run(main())


def says(status: int, **body: Any) -> Any:
    return lambda _request: httpx.Response(status, json=body)


def test_readiness_is_what_readyz_says(connect: Any, service: Any) -> None:
    service.script = [says(200, ready=True), says(503, ready=False, math="no worker")]

    ready, unready = (ask(connect(), lambda client: client.ready()) for _ in range(2))

    assert ready
    assert not unready
    assert unready.details == {"ready": False, "math": "no worker"}


def test_a_service_that_is_away_is_not_ready(connect: Any, service: Any, kit: Any) -> None:
    service.script = [kit.breaks(), kit.refuses(503)]

    away, gateway = (ask(connect(), lambda client: client.ready()) for _ in range(2))

    assert not away
    assert away.details == {"reason": "ConnectError: all connection attempts failed"}
    assert not gateway
    assert gateway.details == {"reason": "HTTP 503"}


def test_waiting_until_ready_looks_again_and_again(
    connect: Any, service: Any, kit: Any, clock: Any
) -> None:
    service.script = [kit.breaks(), says(503), says(200, ready=True)]

    assert ask(connect(), lambda client: client.wait_until_ready())
    assert clock.slept == [0.5, 0.5]


def test_waiting_until_ready_ends_with_what_was_missing(
    connect: Any, service: Any, clock: Any
) -> None:
    service.script = [says(503, math="no worker")] * 99

    with pytest.raises(ServiceUnavailableError, match=r"not ready within 2 s: .*no worker"):
        ask(connect(), lambda client: client.wait_until_ready(2))
    assert sum(clock.slept) == 2.0


def test_domains_are_what_the_service_lists(connect: Any, service: Any, kit: Any) -> None:
    service.script = [
        says(200, domains=[{"name": "math"}]),
        kit.breaks(),
        lambda _request: httpx.Response(200, text="hello"),
    ]

    assert ask(connect(), lambda client: client.domains()) == {"domains": [{"name": "math"}]}
    with pytest.raises(ServiceUnavailableError):
        ask(connect(), lambda client: client.domains())
    with pytest.raises(UnexpectedAnswerError):
        ask(connect(), lambda client: client.domains())


def checked(request: httpx.Request, service: Any) -> httpx.Response:
    items = [
        {"id": item["id"], "ok": item["spec"]["gold"] == "1"}
        for item in service.requests[-1]["items"]
    ]
    return httpx.Response(200, json={"items": items, "n_ok": 0, "n_failed": 0, "n_uncheckable": 0})


def test_golds_are_checked_over_all_requests(connect: Any, service: Any) -> None:
    service.judge = lambda request: checked(request, service)
    golds = [
        MathSpec(gold="1"),
        {"domain": "math", "gold": "2"},
        {"id": "named", "spec": {"domain": "math", "gold": "1"}},
    ]

    answer = ask(connect(max_batch=2), lambda client: client.check(golds))

    assert [(item.id, item.ok) for item in answer.items] == [
        ("0", True),
        ("1", False),
        ("named", True),
    ]
    assert (answer.n_ok, answer.n_failed, answer.n_uncheckable) == (2, 1, 0)


def test_a_check_that_cannot_be_made_says_why(connect: Any, service: Any, kit: Any) -> None:
    service.judge = lambda request: checked(request, service)
    service.script = [service.judge, kit.breaks(), kit.breaks()]
    client = connect(max_batch=1, max_connections=1, max_attempts=2)

    first, second = ask(client, lambda client: client.check([MathSpec(gold="1")] * 2)).items

    assert (first.ok, second.ok) == (True, False)
    assert second.problem.code == "unreachable"
