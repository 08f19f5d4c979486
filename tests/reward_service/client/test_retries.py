"""What may pass is tried again, under the same ids and within the deadline; nothing is made up."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from reward_service.client import (
    AuthenticationError,
    RequestRejectedError,
    RewardClientError,
    ServiceUnavailableError,
    UnexpectedAnswerError,
)


def run(client: Any, call: Any) -> Any:
    """Return what ``call(client)`` gives, the client closed after it."""

    async def main() -> Any:
        async with client:
            return await call(client)

    return asyncio.run(main())


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_failure_is_tried_again_with_the_same_ids(
    connect: Any, service: Any, kit: Any, status: int
) -> None:
    service.script = [kit.breaks(), kit.refuses(status)]

    scored = run(connect(), lambda client: client.score(kit.items("right", "wrong")))

    assert [item.reward for item in scored] == [1.0, 0.0]
    assert service.sent_ids() == [["0", "1"]] * 3


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError]
)
def test_every_broken_connection_is_tried_again(
    connect: Any, service: Any, kit: Any, error: type[httpx.TransportError]
) -> None:
    service.script = [kit.breaks(error)]
    assert run(connect(), lambda client: client.rewards(kit.items("right"))) == [1.0]


def test_delays_grow_and_attempts_are_bounded(
    connect: Any, service: Any, kit: Any, clock: Any
) -> None:
    service.script = [kit.breaks()] * 100

    with pytest.raises(ServiceUnavailableError) as caught:
        run(connect(), lambda client: client.score(kit.items("right")))

    assert clock.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0]
    assert (caught.value.url, caught.value.attempts) == ("http://reward.test", 8)
    assert str(caught.value) == (
        "the reward service at http://reward.test did not answer (tried 8 times): "
        "ConnectError: all connection attempts failed"
    )


def test_chance_takes_up_to_half_of_a_delay_away(
    connect: Any, service: Any, kit: Any, clock: Any
) -> None:
    clock.chance = lambda: 0.999
    service.script = [kit.breaks()]

    run(connect(), lambda client: client.score(kit.items("right")))

    assert clock.slept == [pytest.approx(0.125, abs=0.001)]


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        ("7", 7.0),
        ("0", 0.25),
        ("Thu, 01 Jan 1970 00:16:52 GMT", 12.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.25),
        ("999999", 300.0),
        ("soon", 0.25),
    ],
)
def test_retry_after_is_honoured(
    connect: Any, service: Any, kit: Any, clock: Any, header: str, slept: float
) -> None:
    service.script = [kit.refuses(429, {"Retry-After": header})]

    run(connect(coalesce_s=0), lambda client: client.score(kit.items("right")))

    assert clock.slept == [slept]


def test_only_items_with_a_passing_problem_are_sent_again(
    connect: Any, service: Any, kit: Any
) -> None:
    items = kit.items("right", "worker_died once", "bad_spec", "overloaded once")

    scored = run(connect(), lambda client: client.score(items))

    assert service.sent_ids() == [["0", "1", "2", "3"], ["1", "3"]]
    assert [item.reward for item in scored] == [1.0, 1.0, None, 1.0]


def test_an_item_that_stays_unscored_comes_back_with_its_own_problem(
    connect: Any, service: Any, kit: Any
) -> None:
    items = kit.items("right", "sandbox_down")

    right, down = run(connect(max_attempts=3), lambda client: client.score(items))

    assert right.reward == 1.0
    assert (down.reward, down.verdict, down.problem.code) == (None, None, "sandbox_down")
    assert service.sent_ids() == [["0", "1"], ["1"], ["1"]]


def test_no_attempt_is_made_past_the_deadline(
    connect: Any, service: Any, kit: Any, clock: Any
) -> None:
    service.script = [kit.breaks()] * 100

    with pytest.raises(ServiceUnavailableError, match="tried 3 times"):
        run(connect(), lambda client: client.score(kit.items("right"), deadline_s=1))

    assert clock.slept == [0.25, 0.5]  # the next delay of 1 s would end after it


def test_each_attempt_is_told_the_time_that_is_left(connect: Any, service: Any, kit: Any) -> None:
    service.script = [kit.breaks(), kit.breaks()]

    client = connect(coalesce_s=0)
    run(client, lambda client: client.score(kit.items("right"), deadline_s=30))

    assert [request["deadline_s"] for request in service.requests] == [30.0, 29.75, 29.25]


def test_a_silent_service_costs_the_deadline_and_no_more(
    connect: Any, kit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_service.client.delivery._GRACE_S", 0.01)

    async def silent(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = connect()
    client._options.transport.handler = silent

    [scored] = run(client, lambda client: client.score(kit.items("right"), deadline_s=0.01))

    assert (scored.reward, scored.problem.code) == (None, "deadline")


def test_a_service_that_stays_full_leaves_items_unscored_and_says_so(
    connect: Any, service: Any, kit: Any
) -> None:
    full = kit.refuses(429, detail="no room", code="overloaded", retryable=True)
    service.script = [full] * 3

    [scored] = run(connect(max_attempts=3), lambda client: client.score(kit.items("right")))

    assert (scored.reward, scored.problem.code) == (None, "overloaded")
    assert scored.problem.message == "HTTP 429: no room"


def test_what_was_scored_survives_an_outage_half_way(connect: Any, service: Any, kit: Any) -> None:
    service.script = [service.judge] + [kit.breaks()] * 100
    client = connect(max_batch=1, max_connections=1, max_attempts=2)

    first, second = run(client, lambda client: client.score(kit.items("right", "right")))

    assert first.reward == 1.0
    assert (second.reward, second.problem.code) == (None, "unreachable")
    assert second.problem.retryable


def test_a_wrong_token_is_an_error_at_once(connect: Any, service: Any, kit: Any) -> None:
    service.script = [kit.refuses(401, detail="send the token", code="unauthorized")]

    with pytest.raises(AuthenticationError, match="refused the token: send the token"):
        run(connect(), lambda client: client.score(kit.items("right")))
    assert len(service.requests) == 1


def test_a_refused_request_names_the_field(connect: Any, service: Any, kit: Any) -> None:
    refusal = {"detail": "request.shaping.no: bad", "code": "bad_request", "field": "shaping.no"}
    service.script = [kit.refuses(422, **refusal)]

    with pytest.raises(RequestRejectedError, match="shaping") as caught:
        run(connect(), lambda client: client.score(kit.items("right", "right"), shaping={"no": 1}))
    assert (caught.value.status, caught.value.field) == (422, "shaping.no")
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (413, {"detail": "too large", "code": "too_large"}),
        (413, {}),
        (422, {"detail": "the body is not JSON", "code": "bad_request"}),
        (422, {"detail": "items: 4 items; at most 1", "code": "bad_request", "field": "items"}),
    ],
)
def test_a_request_that_is_too_much_is_halved_until_one_item_is_at_fault(
    connect: Any, service: Any, kit: Any, status: int, refusal: dict[str, Any]
) -> None:
    def judge(request: httpx.Request) -> httpx.Response:
        if b'"huge' in request.content:
            return kit.refuses(status, **refusal)(request)
        return type(service).judge(service, request)

    service.judge = judge
    items = kit.items("right", "wrong", "huge", "right", "right")

    scored = run(connect(), lambda client: client.score(items))

    assert [item.reward for item in scored] == [1.0, 0.0, None, 1.0, 1.0]
    assert (scored[2].problem.code, scored[2].problem.retryable) == ("bad_item", False)
    assert f"HTTP {status}" in scored[2].problem.message


STRANGERS = {
    "a page": lambda _: httpx.Response(200, text="<html>hello</html>"),
    "other JSON": lambda _: httpx.Response(200, json={"scores": [1]}),
    "too few items": lambda _: httpx.Response(
        200, json={"items": [], "n_scored": 0, "n_unscored": 0}
    ),
    "a redirect": lambda _: httpx.Response(307, headers={"Location": "http://elsewhere/"}),
    "no such path": lambda _: httpx.Response(404, json={"detail": "Not Found"}),
}


@pytest.mark.parametrize("answer", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_at_the_url_is_called_one(
    connect: Any, service: Any, kit: Any, answer: Any
) -> None:
    service.script = [answer] * 2

    with pytest.raises(UnexpectedAnswerError, match=r"http://reward\.test"):
        run(connect(), lambda client: client.score(kit.items("right")))
    assert len(service.requests) == 1


def test_the_422_of_a_stranger_blames_no_item(connect: Any, service: Any, kit: Any) -> None:
    service.script = [kit.refuses(422, detail=[{"loc": ["body"], "msg": "?"}])]

    with pytest.raises(RequestRejectedError):
        run(connect(), lambda client: client.score(kit.items("right", "right")))
    assert len(service.requests) == 1


def test_an_answer_for_another_item_is_never_taken(connect: Any, service: Any, kit: Any) -> None:
    def swapped(request: httpx.Request) -> httpx.Response:
        answer = service.judge(request).json()
        answer["items"].reverse()
        return httpx.Response(200, json=answer)

    service.script = [swapped]
    with pytest.raises(UnexpectedAnswerError, match="a result for '1' instead of '0'"):
        run(connect(), lambda client: client.score(kit.items("right", "wrong")))


def test_fields_of_a_newer_service_are_ignored(connect: Any, service: Any, kit: Any) -> None:
    def newer(request: httpx.Request) -> httpx.Response:
        answer = service.judge(request).json()
        answer["items"][0]["confidence"] = answer["items"][0]["verdict"]["span"] = 1
        return httpx.Response(200, json={**answer, "trace": "x"})

    service.script = [newer]
    assert run(connect(), lambda client: client.rewards(kit.items("right"))) == [1.0]


def test_one_refusal_speaks_for_the_whole_call(connect: Any, service: Any, kit: Any) -> None:
    service.script = [kit.refuses(401)] * 50

    with pytest.raises(RewardClientError) as caught:
        run(connect(max_batch=1), lambda client: client.score(kit.items(*["right"] * 50)))
    assert type(caught.value) is AuthenticationError
