"""Single calls that are made together travel together; what differs in its terms does not."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from asking import until

from reward_service.client import (
    ClientClosedError,
    ServiceUnavailableError,
)
from reward_service.schema import Item


def together(client: Any, calls: Any) -> list[Any]:
    """Return what the calls of ``client`` give that ``calls(client)`` lists, errors included."""

    async def main() -> list[Any]:
        async with client:
            return await asyncio.gather(*calls(client), return_exceptions=True)

    return asyncio.run(main())


def test_concurrent_calls_share_requests(connect: Any, service: Any, kit: Any) -> None:
    texts = ["right", "wrong"] * 500

    scored = together(
        connect(max_batch=100),
        lambda client: [client.score_one(completion=text, spec=kit.spec) for text in texts],
    )

    assert [item.reward for item in scored] == [1.0, 0.0] * 500
    assert len(service.requests) == 10
    assert service.most_running <= 8
    assert len({name for sent in service.sent_ids() for name in sent[:100]}) == 100


def test_calls_on_other_terms_travel_apart(connect: Any, service: Any, kit: Any) -> None:
    def calls(client: Any) -> list[Any]:
        [item] = kit.items("right")
        return [
            client.score_one(item),
            client.score_one(item, deadline_s=30),
            client.score_one(item, deadline_s=60),
            client.score_one(item, shaping={"wrong": -1}),
            client.score_one(item, shaping={"wrong": -1}),
        ]

    assert [item.reward for item in together(connect(), calls)] == [1.0] * 5
    assert sorted(len(request["items"]) for request in service.requests) == [1, 1, 1, 2]


def test_calls_with_the_same_id_travel_under_ids_of_their_own(
    connect: Any, service: Any, kit: Any
) -> None:
    scored = together(
        connect(),
        lambda client: [
            client.score_one(completion=text, spec=kit.spec, id="same")
            for text in ("right", "wrong", "right")
        ],
    )

    assert [(item.id, item.reward) for item in scored] == [
        ("same", 1.0),
        ("same", 0.0),
        ("same", 1.0),
    ]
    assert service.sent_ids() == [["same", "same~1", "same~2"]]


def test_short_lists_travel_together_too(connect: Any, service: Any, kit: Any) -> None:
    groups = [["right", "wrong", "bad_item"]] * 20

    scored = together(
        connect(), lambda client: [client.score(kit.items(*group)) for group in groups]
    )

    assert [[item.reward for item in group] for group in scored] == [[1.0, 0.0, None]] * 20
    assert [[item.id for item in group] for group in scored] == [["0", "1", "2"]] * 20
    assert len(service.requests) == 1


def test_an_outage_of_one_request_costs_a_list_only_what_was_in_it(
    connect: Any, service: Any, kit: Any
) -> None:
    service.script = [service.judge] + [kit.breaks()] * 9
    client = connect(max_batch=2, max_connections=1, max_attempts=2)

    [scored] = together(client, lambda client: [client.score(kit.items("right", "wrong", "right"))])

    assert [item.reward for item in scored] == [1.0, 0.0, None]
    assert scored[2].problem.code == "unreachable"


def test_a_bad_item_does_not_harm_those_it_travels_with(
    connect: Any, service: Any, kit: Any
) -> None:
    texts = ["right", "bad_spec", "worker_died once"]

    scored = together(
        connect(),
        lambda client: [client.score_one(completion=text, spec=kit.spec) for text in texts],
    )

    assert [item.reward for item in scored] == [1.0, None, 1.0]
    assert [len(request["items"]) for request in service.requests] == [3, 1]


def test_a_window_is_bounded_in_bytes(connect: Any, service: Any, kit: Any) -> None:
    together(
        connect(max_batch_bytes=1500),
        lambda client: [
            client.score_one(completion="right " + "x" * 500, spec=kit.spec) for _ in range(6)
        ],
    )
    assert [len(request["items"]) for request in service.requests] == [2, 2, 2]


def test_an_outage_is_told_to_every_call_as_its_own_error(
    connect: Any, service: Any, kit: Any
) -> None:
    service.script = [kit.breaks()] * 99

    errors = together(
        connect(),
        lambda client: [client.score_one(item) for item in kit.items("right", "right")],
    )

    assert [type(error) for error in errors] == [ServiceUnavailableError] * 2
    assert errors[0] is not errors[1]
    assert len(service.requests) == 8


def test_while_all_connections_are_busy_calls_gather(connect: Any, service: Any, kit: Any) -> None:
    gate = asyncio.Event()

    async def held(request: httpx.Request) -> httpx.Response:
        await gate.wait()
        return await service(request)

    client = connect(max_connections=2, clock=None)
    client._options.transport.handler = held

    async def main() -> list[Any]:
        async with client, asyncio.TaskGroup() as tasks:
            made = []
            for item in kit.items(*["right"] * 20):
                made.append(tasks.create_task(client.score_one(item)))
                await asyncio.sleep(0.004)  # more than the window's 3 ms
            gate.set()
        return [task.result().reward for task in made]

    assert asyncio.run(main()) == [1.0] * 20
    assert len(service.requests) == 3


def test_a_call_that_is_given_up_is_not_sent(connect: Any, service: Any, kit: Any) -> None:
    async def main() -> None:
        async with connect(coalesce_s=0.05, clock=None) as client:
            stays, goes = (
                asyncio.create_task(client.score_one(item)) for item in kit.items("right", "wrong")
            )
            await asyncio.sleep(0)
            goes.cancel()
            assert (await stays).reward == 1.0

    asyncio.run(main())
    assert [item["completion"] for item in service.requests[0]["items"]] == ["right"]


def test_calls_that_are_all_given_up_ask_nothing(connect: Any, service: Any, kit: Any) -> None:
    async def main() -> None:
        async with connect(coalesce_s=0.02, clock=None) as client:
            call = asyncio.create_task(client.score(kit.items("right", "wrong")))
            await asyncio.sleep(0)
            call.cancel()
            await asyncio.sleep(0.05)

    asyncio.run(main())
    assert service.requests == []


def test_a_request_that_nobody_waits_for_any_more_is_cancelled(connect: Any, kit: Any) -> None:
    begun, ended = [], []

    async def silent(_request: httpx.Request) -> httpx.Response:
        begun.append(True)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)
        raise AssertionError

    client = connect()
    client._options.transport.handler = silent

    async def main() -> None:
        async with client:
            call = asyncio.create_task(client.score_one(kit.items("right")[0]))
            await until(lambda: begun)
            call.cancel()
            await until(lambda: ended)

    asyncio.run(main())


def test_closing_tells_the_calls_that_still_wait(connect: Any, kit: Any) -> None:
    begun = []

    async def silent(_request: httpx.Request) -> httpx.Response:
        begun.append(True)
        await asyncio.Event().wait()
        raise AssertionError

    client = connect()
    client._options.transport.handler = silent

    async def main() -> list[Any]:
        call = asyncio.create_task(client.score_one(kit.items("right")[0]))
        await until(lambda: begun)
        await client.aclose()
        return await asyncio.gather(
            call, client.score_one(kit.items("right")[0]), return_exceptions=True
        )

    assert [type(error) for error in asyncio.run(main())] == [ClientClosedError] * 2


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        (None, {}),
        (None, {"spec": {"domain": "math", "gold": "1"}}),
        ({"completion": "x"}, {"completion": "x"}),
        ({"completion": "x"}, {"id": "a"}),
    ],
)
def test_an_item_is_given_whole_or_in_parts(connect: Any, item: Any, parts: Any) -> None:
    [error] = together(connect(), lambda client: [client.score_one(item, **parts)])
    assert type(error) is TypeError


def test_parts_become_an_item(connect: Any, service: Any) -> None:
    scored = together(
        connect(),
        lambda client: [
            client.score_one(completion="right", row={"answer": 1}, format="aime", id="a"),
            client.score_one(Item(id="b", completion="right", row={"answer": 1})),
        ],
    )
    assert [item.id for item in scored] == ["a", "b"]
    assert service.requests[0]["items"][0] == {
        "id": "a",
        "completion": "right",
        "row": {"answer": 1},
        "format": "aime",
    }


def test_a_client_serves_one_loop_after_another(connect: Any, service: Any, kit: Any) -> None:
    client = connect()

    async def one_call() -> float | None:
        return (await client.score_one(kit.items("right")[0])).reward

    assert [asyncio.run(one_call()) for _ in range(3)] == [1.0] * 3
    assert len(client._sessions) == 1
