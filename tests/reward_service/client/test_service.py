"""The client against the real door, over real connections."""

from __future__ import annotations

import asyncio
from typing import Any

import fakes
import pytest

from reward_service.client import (
    AsyncRewardClient,
    AuthenticationError,
    RequestRejectedError,
    RewardClient,
)
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.errors import WorkerDiedError
from reward_verifiers.registry import Lane
from reward_verifiers.specs import MathSpec

TOKEN = "s3cret"  # the test's own


@pytest.fixture(scope="module")
def served(serve: Any) -> Any:
    """Return a service of scripted verdicts."""
    lane = fakes.ScriptedLane(errors={"down": WorkerDiedError("a worker died")})
    engine = Engine({Lane.CPU: lane}, verifiers=lambda _name: fakes.LITERAL)
    return serve(engine, Settings(token=TOKEN, max_request_items=300, max_body_mb=1))


def items(*completions: str) -> list[dict[str, Any]]:
    return [{"completion": text, "spec": MathSpec(gold="right")} for text in completions]


def test_4000_concurrent_calls_take_few_requests_over_8_connections(served: Any) -> None:
    async def main() -> list[float | None]:
        async with AsyncRewardClient(served.url, TOKEN) as client:
            calls = (client.score_one(item) for item in items(*["right", "wrong"] * 2000))
            return [scored.reward for scored in await asyncio.gather(*calls)]

    before, served.app.connections = served.app.n_requests, set()

    assert asyncio.run(main()) == [1.0, 0.0] * 2000
    assert len(served.app.connections) <= 8
    assert served.app.n_requests - before <= 20


def test_lists_and_streams_agree(served: Any) -> None:
    batch = [*items("right", "wrong", "slow") * 200, {"completion": "x", "spec": "none"}]
    with RewardClient(served.url, TOKEN) as client:
        scored = client.score(batch)
        streamed = dict(client.stream(batch))

    assert [streamed[index] for index in range(len(batch))] == scored
    assert [item.reward for item in scored[:3]] == [1.0, 0.0, 0.0]
    assert (scored[-1].reward, scored[-1].problem.code) == (None, "bad_spec")
    assert scored[-1].problem.message.startswith("items.600.spec")


def test_items_the_service_fails_on_come_back_unscored(served: Any) -> None:
    with RewardClient(served.url, TOKEN, max_attempts=2) as client:
        right, down = client.score(items("right", "down"))

    assert right.reward == 1.0
    assert (down.reward, down.problem.code) == (None, "worker_died")


def test_requests_the_service_finds_too_large_are_halved(served: Any) -> None:
    texts = ["wrong" + " " * 400_000] * 6 + ["x" * 2_000_000, "right"]
    with RewardClient(served.url, TOKEN) as client:
        scored = client.score(items(*texts))
        many = client.rewards(items(*["right"] * 1000))

    assert [item.reward for item in scored] == [0.0] * 6 + [None, 1.0]
    assert "larger than 1 MB" in scored[6].problem.message
    assert many == [1.0] * 1000

    with RewardClient(served.url, TOKEN, max_batch=1000) as client:
        assert client.rewards(items(*["right"] * 1000)) == [1.0] * 1000


def test_rows_and_shared_specs_are_read(served: Any) -> None:
    row = {"Problem": "?", "Answer": "right"}
    batch = [
        {"completion": "right", "row": row},
        {"completion": "right", "row": row, "format": "hf"},
        {"completion": "right", "spec": "p"},
    ]
    with RewardClient(served.url, TOKEN) as client:
        scored = client.score(batch, specs={"p": MathSpec(gold="right")})

    assert [item.reward for item in scored] == [1.0, None, 1.0]
    assert "items.1.row: unknown format 'hf'" in scored[1].problem.message


def test_refusals_are_told(served: Any) -> None:
    with RewardClient(served.url, "wrong") as client, pytest.raises(AuthenticationError):
        client.score(items("right"))
    with (
        RewardClient(served.url, TOKEN) as client,
        pytest.raises(RequestRejectedError) as caught,
    ):
        client.score(items("right", "right"), shaping={"great": 2.0})
    assert caught.value.field.startswith("shaping")


def test_shaping_and_deadlines_are_kept(served: Any) -> None:
    with RewardClient(served.url, TOKEN) as client:
        rewards = client.rewards(items("right", "wrong"), shaping={"wrong": -1}, deadline_s=30)
        [stalled] = client.score(items("stall"), deadline_s=0.05)

    assert rewards == [1.0, -1.0]
    assert (stalled.reward, stalled.problem.code) == (None, "deadline")


def test_no_proxy_stands_before_a_local_service(
    served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with RewardClient(served.url, TOKEN, max_attempts=1) as client:
        assert client.rewards(items("right")) == [1.0]


def test_the_other_questions_are_answered(served: Any) -> None:
    with RewardClient(served.url, TOKEN) as client:
        assert client.wait_until_ready(5).details["ready"] is True
        assert set(client.domains()["domains"]) >= {"math", "stem"}
        checked = client.check([MathSpec(gold="right"), {"domain": "math"}])

    assert [item.ok for item in checked.items] == [True, False]
    assert checked.items[1].problem.code == "bad_spec"
