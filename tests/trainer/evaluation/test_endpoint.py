"""An OpenAI-compatible server, well and ill."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import pytest
from completion_server import MODEL, completion_server
from completion_server import said as said_to

from reward_trainer.evaluation.endpoint import Endpoint, EndpointError
from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.writer import Terms, Unanswered, Written

Answer = Callable[[httpx.Request], httpx.Response]


def item(name: str = "a") -> Item:
    return Item(id=name, messages=[{"role": "user", "content": name}], judged_by={"spec": {}})


def said(*texts: str, tokens: int | None = 7, reason: str = "stop") -> httpx.Response:
    choices = [{"message": {"content": text}, "finish_reason": reason} for text in texts]
    usage = {} if tokens is None else {"usage": {"completion_tokens": tokens}}
    return httpx.Response(200, json={"choices": choices, **usage})


class Server:
    """A fake endpoint, and the client of it."""

    def __init__(self, answer: Answer, **options: Any) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.waits: list[float] = []
        self._answer = answer
        self.endpoint = Endpoint(
            options.pop("url", "http://gpu:8000"),
            model="m",
            transport=httpx.MockTransport(self._take),
            pause=self._pause,
            **options,
        )

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        if request.content:
            self.bodies.append(json.loads(request.content))
        return self._answer(request)

    async def _pause(self, seconds: float) -> None:
        self.waits.append(seconds)

    def write(
        self, items: Sequence[Item] = (item(),), samples: int = 2
    ) -> dict[str, Written | Unanswered]:
        answers: dict[str, Written | Unanswered] = {}

        async def done(one: Item, answer: Written | Unanswered) -> None:
            answers[one.id] = answer

        async def run() -> None:
            await self.endpoint.write(items, Terms(samples=samples), done)
            await self.endpoint.aclose()

        asyncio.run(run())
        return answers


def in_turn(*answers: httpx.Response | Exception) -> Answer:
    left = list(answers)

    def answer(_request: httpx.Request) -> httpx.Response:
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return answer


def test_the_papers_terms_are_asked_for() -> None:
    server = Server(in_turn(said("x", "y")))
    answers = server.write()
    assert answers == {
        "a": Written(completions=("x", "y"), finished=(True, True), n_tokens=7),
    }
    assert server.paths == ["/v1/chat/completions"]
    assert server.bodies == [
        {
            "model": "m",
            "messages": [{"role": "user", "content": "a"}],
            "n": 2,
            "temperature": 0.6,
            "top_p": 0.95,
            "max_tokens": 32768,
        }
    ]


def test_a_server_that_gives_fewer_at_once_is_asked_again() -> None:
    server = Server(in_turn(said("x"), said("y"), said("z", "one too many")))
    assert server.write(samples=3)["a"] == Written(
        completions=("x", "y", "z"), finished=(True,) * 3, n_tokens=21
    )
    assert [body["n"] for body in server.bodies] == [3, 2, 1]


def test_what_was_cut_off_is_told() -> None:
    answers = Server(in_turn(said("x", reason="length", tokens=None))).write(samples=1)
    assert answers["a"] == Written(completions=("x",), finished=(False,), n_tokens=None)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"content": "4", "reasoning_content": "2+2"}, "<think>\n2+2\n</think>\n\n4"),
        ({"content": None, "reasoning": "2+"}, "<think>\n2+"),
        ({"content": None}, ""),
    ],
)
def test_thinking_that_the_server_took_apart_is_put_back(
    message: dict[str, Any], text: str
) -> None:
    answer = httpx.Response(200, json={"choices": [{"message": message}]})
    written = Server(in_turn(answer)).write(samples=1)["a"]
    assert isinstance(written, Written)
    assert written.completions == (text,)


def test_without_a_chat_template_the_text_goes_in_as_it_is() -> None:
    answer = httpx.Response(200, json={"choices": [{"text": "x", "finish_reason": "stop"}]})
    server = Server(in_turn(answer), chat=False, url="http://gpu:8000/v1/")
    assert server.write(samples=1)["a"] == Written(
        completions=("x",), finished=(True,), n_tokens=None
    )
    assert server.paths == ["/v1/completions"]
    assert server.bodies[0]["prompt"] == "a"


def test_what_passes_is_tried_again_after_longer_and_longer_waits() -> None:
    answers = (
        httpx.Response(503, text="loading"),
        httpx.ConnectError("refused"),
        httpx.Response(429, headers={"retry-after": "17"}, json={"error": {"message": "slow"}}),
        said("x", "y"),
    )
    server = Server(in_turn(*answers))
    assert isinstance(server.write()["a"], Written)
    assert 0.5 <= server.waits[0] <= 1.5
    assert 1.0 <= server.waits[1] <= 3.0
    assert server.waits[2] == 17


def test_a_prompt_that_fails_is_told_and_leaves_its_neighbours_alone() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if b'"b"' in request.content:
            return httpx.Response(400, json={"error": {"message": "too\nlong"}})
        return said("x", "y")

    server = Server(answer)
    answers = server.write([item("a"), item("b"), item("c")])
    assert answers["b"] == Unanswered(why="HTTP 400: too long")
    assert isinstance(answers["a"], Written)
    assert isinstance(answers["c"], Written)
    assert server.waits == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"choices": []}),
        httpx.Response(200, json=[1]),
        httpx.Response(200, json={"choices": [{"message": None}]}),
    ],
)
def test_an_answer_that_is_none_is_no_completion(answer: httpx.Response) -> None:
    written = Server(in_turn(answer)).write()["a"]
    assert isinstance(written, Unanswered)
    assert "answer" in written.why


def test_a_wrong_key_stops_at_once() -> None:
    server = Server(lambda _: httpx.Response(401, json={"error": {"message": "bad key"}}))
    with pytest.raises(EndpointError, match="HTTP 401: bad key"):
        server.write([item(str(n)) for n in range(100)])
    assert server.waits == []


def test_an_endpoint_that_is_away_is_not_waited_for_by_every_prompt() -> None:
    def gone(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    server = Server(gone, concurrency=2)
    with pytest.raises(EndpointError, match="is away"):
        server.write([item(str(n)) for n in range(100)])
    assert len(server.bodies) <= 24


def test_no_more_prompts_are_asked_at_a_time_than_was_said() -> None:
    now = most = 0

    async def busy(_request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(3):
            await asyncio.sleep(0)
        now -= 1
        return said("x", "y")

    endpoint = Endpoint(
        "http://gpu:8000", model="m", concurrency=3, transport=httpx.MockTransport(busy)
    )
    told: list[str] = []

    async def done(one: Item, _answer: Written | Unanswered) -> None:
        told.append(one.id)

    items = [item(str(n)) for n in range(20)]
    asyncio.run(endpoint.write(items, Terms(samples=2), done))
    assert most == 3
    assert sorted(told) == sorted(one.id for one in items)


def test_it_says_which_models_it_serves() -> None:
    server = Server(lambda _: httpx.Response(200, json={"data": [{"id": "a"}, {"id": "b"}]}))
    assert asyncio.run(server.endpoint.models()) == ["a", "b"]
    assert server.paths == ["/v1/models"]


@pytest.mark.parametrize("answer", [httpx.Response(502), httpx.Response(200, text="hello")])
def test_what_is_no_endpoint_is_told(answer: httpx.Response) -> None:
    with pytest.raises(EndpointError, match="http://gpu:8000"):
        asyncio.run(Server(lambda _: answer).endpoint.models())


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(EndpointError, match="is no http"):
        Endpoint("gpu:8000", model="m")


@pytest.mark.slow
def test_a_server_that_is_silent_or_hangs_up_is_asked_again() -> None:
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    async def run(url: str) -> dict[str, Written | Unanswered]:
        answers: dict[str, Written | Unanswered] = {}

        async def done(one: Item, answer: Written | Unanswered) -> None:
            answers[one.id] = answer

        endpoint = Endpoint(url, model=MODEL, timeout_s=0.5, pause=pause)
        await endpoint.write([item("6+7=")], Terms(samples=2), done)
        await endpoint.aclose()
        return answers

    with completion_server() as server:
        server.ills = ["silence", "cut", "500"]
        (written,) = asyncio.run(run(server.url)).values()
    assert written == Written(
        completions=(said_to("6+7=", 0), said_to("6+7=", 1)), finished=(True, True), n_tokens=14
    )
    assert len(server.asked) == 4
    assert len(waits) == 3
