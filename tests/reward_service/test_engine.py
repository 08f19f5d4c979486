from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import fakes
import pytest
from asking import until

from reward_service.check import check
from reward_service.engine import Engine
from reward_service.errors import WorkerDiedError
from reward_service.reading import Batch, read_batch
from reward_service.schema import ScoredItem
from reward_verifiers.registry import Lane

DOWN = WorkerDiedError("a worker died")


def batch(*completions: str, gold: str = "right", **envelope: Any) -> Batch:
    items = [{"completion": text, "spec": {"domain": "math", "gold": gold}} for text in completions]
    return read_batch({"items": items, **envelope}, max_items=10_000)


@pytest.fixture
def lane() -> Any:
    return fakes.ScriptedLane(errors={"down": DOWN, "odd": KeyError("unheard of")})


@pytest.fixture
def make(lane: Any) -> Callable[..., Engine]:
    def engine(**options: Any) -> Engine:
        return Engine({Lane.CPU: lane}, verifiers=lambda _name: fakes.LITERAL, **options)

    return engine


def scored(engine: Engine, asked: Batch) -> list[ScoredItem]:
    return asyncio.run(engine.score(asked))


def test_a_failure_has_no_reward_and_leaves_its_neighbours_alone(
    make: Callable[..., Engine],
) -> None:
    items = scored(
        make(), batch("right", "wrong", "down", "boom", "odd", "broken gold", "", "right")
    )

    assert [item.reward for item in items] == [1.0, 0.0, None, None, None, None, 0.0, 1.0]
    assert [item.problem and item.problem.code for item in items] == [
        *(None, None, "worker_died", "verifier_crashed", "verifier_crashed", "bad_spec"),
        *(None, None),
    ]
    assert [item.id for item in items] == [str(index) for index in range(8)]


@pytest.mark.parametrize(
    ("gold", "code", "retryable"),
    [("down", "worker_died", True), ("odd", "verifier_crashed", False)],
)
def test_a_lane_that_cannot_be_asked_costs_only_what_it_was_to_be_asked(
    make: Callable[..., Engine], gold: str, code: str, retryable: bool
) -> None:
    asked = [*batch("x", "y", "x", "quick", gold=gold).items, *batch("right").items]
    items = scored(make(), Batch(items=asked))

    assert [item.reward for item in items] == [None, None, None, 1.0, 1.0]
    problems = [item.problem for item in items if item.problem is not None]
    assert {(problem.code, problem.retryable) for problem in problems} == {(code, retryable)}


def test_a_domain_whose_lane_there_is_not_is_named() -> None:
    engine = Engine({}, verifiers=lambda _name: fakes.LITERAL)

    items = scored(engine, batch("x", "quick"))

    assert [item.reward for item in items] == [None, 1.0]
    problem = items[0].problem
    assert problem is not None
    assert (problem.code, problem.retryable) == ("no_lane", False)
    assert problem.message == "math needs a cpu lane, and this service has none"


def test_an_unreadable_item_costs_itself_alone(make: Callable[..., Engine]) -> None:
    raw = {
        "items": [
            {"completion": "right", "spec": {"domain": "math", "gold": "right"}},
            {"completion": "x", "spec": {"domain": "maths", "gold": "1"}},
            {"completion": 7, "spec": {"domain": "math", "gold": "1"}},
            {"spec": {"domain": "math", "gold": "1"}},
            {"completion": "x", "spec": "nowhere"},
            {"completion": "x", "spec": {"domain": "math", "gold": "1", "mood": "good"}},
            "not an object",
        ]
    }

    items = scored(make(), read_batch(raw, max_items=100))

    assert [item.reward for item in items] == [1.0, None, None, None, None, None, None]
    problems = [item.problem for item in items[1:]]
    assert [problem and problem.code for problem in problems] == [
        *("bad_spec", "bad_item", "bad_item", "bad_spec", "bad_spec", "bad_item")
    ]
    messages = " | ".join(problem.message for problem in problems if problem)
    for named in ("items.1.spec.domain", "items.2.completion", "items.3.completion", "nowhere"):
        assert named in messages
    assert "items.5.spec.mood" in messages
    assert not any(problem.retryable for problem in problems if problem)


def test_equal_answers_to_one_spec_are_asked_once(make: Callable[..., Engine], lane: Any) -> None:
    items = scored(make(), batch("right", "wrong", "right", "other", "wrong", "right"))

    assert lane.asked == [("right", ["right", "wrong", "other"])]
    assert [item.reward for item in items] == [1.0, 0.0, 1.0, 0.0, 0.0, 1.0]


def test_the_same_answer_to_another_spec_is_another_question(
    make: Callable[..., Engine], lane: Any
) -> None:
    engine = make()

    async def both() -> list[float | None]:
        first = await engine.score(batch("right"))
        second = await engine.score(batch("right", gold="left"))
        return [first[0].reward, second[0].reward]

    assert asyncio.run(both()) == [1.0, 0.0]
    assert len(lane.asked) == 2


def test_a_remembered_verdict_is_not_asked_again(make: Callable[..., Engine], lane: Any) -> None:
    engine = make()

    async def twice() -> list[ScoredItem]:
        return [*await engine.score(batch("wrong")), *await engine.score(batch("wrong"))]

    first, second = asyncio.run(twice())
    assert len(lane.asked) == 1
    assert first.verdict == second.verdict
    assert (second.queue_s, second.exec_s) == (0.0, 0.0)


def test_an_over_limit_verdict_is_not_remembered(make: Callable[..., Engine], lane: Any) -> None:
    engine = make()

    async def twice() -> None:
        await engine.score(batch("slow"))
        await engine.score(batch("slow"))

    asyncio.run(twice())
    assert len(lane.asked) == 2


def test_a_failure_is_not_remembered(make: Callable[..., Engine], lane: Any) -> None:
    engine = make()

    async def twice() -> None:
        await engine.score(batch("down"))
        await engine.score(batch("down"))

    asyncio.run(twice())
    assert len(lane.asked) == 2


def test_two_batches_share_a_question_in_flight(make: Callable[..., Engine], lane: Any) -> None:
    engine = make()

    async def at_once() -> list[list[ScoredItem]]:
        return await asyncio.gather(engine.score(batch("wrong")), engine.score(batch("wrong")))

    first, second = asyncio.run(at_once())
    assert len(lane.asked) == 1
    assert first[0].verdict == second[0].verdict


def test_shortcuts_reach_no_lane(make: Callable[..., Engine], lane: Any) -> None:
    items = scored(make(), batch("quick"))

    assert items[0].reward == 1.0
    assert items[0].verdict is not None
    assert (items[0].verdict.verifier, items[0].verdict.version) == ("math", "1")
    assert lane.asked == []


def test_a_deadline_leaves_what_is_judged_and_says_what_is_not(
    make: Callable[..., Engine], lane: Any
) -> None:
    items = scored(make(), batch("right", "stall", deadline_s=0.05))

    assert [item.reward for item in items] == [1.0, None]
    assert items[1].problem is not None
    assert (items[1].problem.code, items[1].problem.retryable) == ("deadline", True)
    assert lane.cancelled == ["stall"]


def test_what_nobody_waits_for_is_cancelled(make: Callable[..., Engine], lane: Any) -> None:
    engine = make()

    async def leave_early() -> None:
        results = engine.stream(batch("stall", "right"))
        assert (await anext(results))[0] == 1
        await results.aclose()
        await asyncio.sleep(0)

    asyncio.run(leave_early())
    assert lane.cancelled == ["stall"]
    assert engine.pending_items == 0


def test_a_question_somebody_else_waits_for_is_not_cancelled(
    make: Callable[..., Engine], lane: Any
) -> None:
    engine = make()

    async def one_leaves() -> float | None:
        patient = asyncio.create_task(engine.score(batch("stall")))
        await until(lambda: lane.open)
        await engine.score(batch("stall", deadline_s=0.01))
        lane.go_on()
        return (await patient)[0].reward

    assert asyncio.run(one_leaves()) == 1.0
    assert lane.cancelled == []


def test_results_stream_as_they_are_judged(make: Callable[..., Engine], lane: Any) -> None:
    engine = make()

    async def order() -> list[int]:
        seen = []
        async for index, _ in engine.stream(batch("stall", "right", "quick")):
            seen.append(index)
            if len(seen) == 2:
                lane.go_on()
        return seen

    assert asyncio.run(order()) == [2, 1, 0]


def test_shaping_changes_rewards_and_no_verdict(make: Callable[..., Engine]) -> None:
    shaping = {"wrong": -1.0, "no_answer": -2.0}
    items = scored(make(), batch("right", "wrong", "", shaping=shaping))

    assert [item.reward for item in items] == [1.0, -1.0, -2.0]
    assert [item.verdict.score for item in items if item.verdict] == [1.0, 0.0, 0.0]


def test_a_full_engine_refuses_as_a_problem_of_ours(make: Callable[..., Engine]) -> None:
    engine = make(max_pending_items=1)

    async def crowd() -> list[ScoredItem]:
        first = asyncio.create_task(engine.score(batch("stall", deadline_s=0.05)))
        await until(lambda: not engine.has_room(1))
        refused = await engine.score(batch("right"))
        await first
        return refused + await engine.score(batch("right", "wrong", "right"))

    refused, *after = asyncio.run(crowd())
    assert refused.problem is not None
    assert (refused.problem.code, refused.problem.retryable) == ("overloaded", True)
    assert [item.reward for item in after] == [1.0, 0.0, 1.0]


def test_a_completion_too_long_to_read_is_over_its_limit(
    make: Callable[..., Engine], lane: Any
) -> None:
    long, short = scored(make(max_completion_chars=5), batch("right!", "right"))

    assert (long.reward, short.reward) == (0.0, 1.0)
    assert long.verdict is not None
    assert long.verdict.outcome == "over_limit"
    assert long.verdict.reason == "the completion has 6 characters; at most 5 are read"
    assert (long.verdict.verifier, long.verdict.version) == ("math", "1")
    assert [answers for _, answers in lane.asked] == [["right"]]


def test_a_closing_engine_finishes_what_is_in_flight_and_takes_nothing_new(
    make: Callable[..., Engine], lane: Any
) -> None:
    engine = make()

    async def drain() -> tuple[ScoredItem, ScoredItem]:
        flying = asyncio.create_task(engine.score(batch("stall")))
        await until(lambda: lane.open)
        closing = asyncio.create_task(engine.close(drain_s=5))
        await asyncio.sleep(0)
        late = await engine.score(batch("right"))
        lane.go_on()
        await closing
        return (await flying)[0], late[0]

    flying, late = asyncio.run(drain())
    assert flying.reward == 1.0
    assert late.problem is not None
    assert late.problem.code == "shutting_down"
    assert lane.closed


def test_every_item_is_observed_once(make: Callable[..., Engine]) -> None:
    seen: list[tuple[str | None, str]] = []
    engine = make(observer=lambda domain, item: seen.append((domain, item.id)))

    scored(engine, batch("right", "right", "boom", "down"))

    assert sorted(seen) == [("math", str(index)) for index in range(4)]


def test_checking_golds_tells_right_broken_and_uncheckable_apart(
    make: Callable[..., Engine],
) -> None:
    items = [
        {"completion": "", "spec": {"domain": "math", "gold": gold}}
        for gold in ("fine", "nothing", "unreadable", "down", "boom")
    ]
    items.append({"completion": "", "spec": {"domain": "math"}})

    response = asyncio.run(check(make(), read_batch({"items": items}, max_items=10)))

    assert [item.ok for item in response.items] == [True, None, False, False, False, False]
    assert (response.n_ok, response.n_failed, response.n_uncheckable) == (1, 4, 1)
    codes = [item.problem.code for item in response.items if item.problem is not None]
    assert codes == ["bad_spec", "worker_died", "verifier_crashed", "bad_spec"]
    assert "items.5.spec.gold" in response.items[5].problem.message  # type: ignore[union-attr]  # it has one


def test_making_completions_from_many_golds_lets_others_run() -> None:
    def makes_slowly(_spec: Any) -> str:
        time.sleep(0.006)
        return "right"

    slow = replace(fakes.LITERAL, perfect_completion=makes_slowly)
    engine = Engine({Lane.CPU: fakes.ScriptedLane()}, verifiers=lambda _name: slow)

    async def turns() -> int:
        n_turns = 0
        checking = asyncio.create_task(check(engine, batch(*"abcdefghij")))
        while not checking.done():
            n_turns += 1
            await asyncio.sleep(0)
        assert (await checking).n_ok == 10
        return n_turns

    assert asyncio.run(turns()) > 10
