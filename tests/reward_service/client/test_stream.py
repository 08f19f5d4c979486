"""A stream yields each index once, as items are judged, and goes on after a break."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from reward_service.client import ServiceUnavailableError, UnexpectedAnswerError


def streamed(client: Any, items: list[Any], **terms: Any) -> list[tuple[int, Any]]:
    async def main() -> list[tuple[int, Any]]:
        async with client:
            return [result async for result in client.stream(items, **terms)]

    return asyncio.run(main())


def rewards(results: list[tuple[int, Any]]) -> dict[int, float | None]:
    assert len(dict(results)) == len(results)
    return {index: scored.reward for index, scored in results}


def test_every_index_comes_once_in_the_order_of_judging(
    connect: Any, service: Any, kit: Any
) -> None:
    results = streamed(connect(), kit.items("right", "wrong", "bad_spec"), deadline_s=9)

    assert [index for index, _ in results] == [2, 1, 0]
    assert rewards(results) == {0: 1.0, 1: 0.0, 2: None}
    assert service.heads[0]["Accept"] == "application/x-ndjson"
    assert service.requests[0]["deadline_s"] == 9


def test_indices_count_over_the_whole_list(connect: Any, kit: Any) -> None:
    results = streamed(connect(max_batch=2), kit.items(*["right", "wrong", "right"] * 3))
    assert rewards(results) == dict(enumerate([1.0, 0.0, 1.0] * 3))


def cut(service: Any, kit: Any, n_lines: int, error: type[httpx.TransportError] | None) -> Any:
    """Return an answer that ends in the middle of a line, cleanly or by an error."""

    class Broken(httpx.AsyncByteStream):
        def __init__(self, body: bytes) -> None:
            self.body = body

        async def __aiter__(self) -> Any:
            yield self.body
            if error is not None:
                raise error("peer closed connection")

    def answer(request: httpx.Request) -> httpx.Response:
        scored = [service.scored(item) for item in service.requests[-1]["items"]]
        return httpx.Response(200, stream=Broken(kit.lines(scored, cut=n_lines)))

    return answer


@pytest.mark.parametrize("error", [None, httpx.RemoteProtocolError, httpx.ReadTimeout])
def test_a_stream_that_breaks_goes_on_with_the_missing_items(
    connect: Any, service: Any, kit: Any, error: type[httpx.TransportError] | None
) -> None:
    service.script = [cut(service, kit, 2, error)]

    results = streamed(connect(), kit.items("right", "wrong", "right", "wrong"))

    assert service.sent_ids() == [["0", "1", "2", "3"], ["0", "1"]]
    assert rewards(results) == {0: 1.0, 1: 0.0, 2: 1.0, 3: 0.0}


def test_a_passing_problem_is_held_back_until_it_has_passed(
    connect: Any, service: Any, kit: Any
) -> None:
    results = streamed(connect(), kit.items("worker_died once", "right"))

    assert rewards(results) == {0: 1.0, 1: 1.0}
    assert service.sent_ids() == [["0", "1"], ["0"]]


def test_line_separators_within_a_text_do_not_break_a_line(
    connect: Any, service: Any, kit: Any
) -> None:
    results = streamed(connect(), kit.items("bad\u2028spec\u0085\x0c"))
    assert results[0][1].problem.code == "bad\u2028spec\u0085\x0c"


def test_a_service_that_is_away_ends_the_stream_with_an_error(
    connect: Any, service: Any, kit: Any
) -> None:
    service.script = [kit.breaks()] * 9
    with pytest.raises(ServiceUnavailableError):
        streamed(connect(), kit.items("right"))


@pytest.mark.parametrize(
    "body",
    [
        b"hello\n",
        b"[]\n",
        b'{"index":7,"id":"0"}\n',
        b'{"index":0,"id":"0"}\n',
        b'{"n_scored":0,"n_unscored":0}\n',
    ],
)
def test_lines_of_a_stranger_are_called_that(
    connect: Any, service: Any, kit: Any, body: bytes
) -> None:
    service.script = [lambda _request: httpx.Response(200, content=body)]
    with pytest.raises(UnexpectedAnswerError):
        streamed(connect(), kit.items("right"))


def test_leaving_the_loop_early_ends_the_requests(connect: Any, service: Any, kit: Any) -> None:
    async def main() -> None:
        async with connect(max_batch=1) as client:
            results = client.stream(kit.items(*["right"] * 50))
            async for _ in results:
                break
            await results.aclose()
            assert [
                task for task in asyncio.all_tasks() if task is not asyncio.current_task()
            ] == []

    asyncio.run(main())
    assert len(service.requests) < 50
