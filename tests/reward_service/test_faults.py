"""Whose fault: every row of the table, through the engine, with processes that really die."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import fakes
import pytest
from lane_desk import Desk, lane_desk

from reward_service.engine import Engine
from reward_service.reading import read_batch
from reward_service.schema import ScoredItem
from reward_verifiers.registry import Lane
from reward_verifiers.verdict import Outcome, Verdict

# The answer is the whole completion, and goes to a worker as it is.
WHOLE = replace(
    fakes.LITERAL,
    extract=lambda text, _spec: text if text else Verdict.no_answer("empty"),
    shortcut=lambda _answer, _spec: None,
)


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with lane_desk(workers=2, judge_cpu_s=0.4, worker_memory_mb=64) as made:
        yield made


@pytest.fixture
def engine(desk: Desk) -> Engine:
    return Engine({Lane.CPU: desk.lane}, verifiers=lambda _name: WHOLE)


def batch(*completions: str, **envelope: Any) -> Any:
    spec = {"domain": "math", "gold": "right"}
    items = [{"completion": text, "spec": spec} for text in completions]
    return read_batch({"items": items, **envelope}, max_items=1000)


def scored(desk: Desk, engine: Engine, *completions: str) -> list[ScoredItem]:
    return desk.run(engine.score(batch(*completions)))


def test_an_answer_that_was_judged_has_its_score(desk: Desk, engine: Engine) -> None:
    right, wrong = scored(desk, engine, "right", "other")

    assert (right.reward, wrong.reward) == (1.0, 0.0)
    assert right.verdict is not None
    assert right.exec_s > 0


def test_nothing_to_judge_is_no_answer_and_asks_no_worker(desk: Desk, engine: Engine) -> None:
    (empty,) = scored(desk, engine, "")

    assert empty.reward == 0.0
    assert empty.verdict is not None
    assert empty.verdict.outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    "costly", ["burn", "hoard", "recurse", "overflow", "segfault", "leave 0", "leave 1", "overrun"]
)
def test_an_answer_too_costly_to_judge_earns_nothing_and_harms_nobody(
    desk: Desk, engine: Engine, costly: str
) -> None:
    items = scored(desk, engine, "1", costly, "right", "2")

    assert [item.reward for item in items] == [0.0, 0.0, 1.0, 0.0]
    assert items[1].verdict is not None
    assert items[1].verdict.outcome is Outcome.OVER_LIMIT


def test_many_costly_answers_cost_only_themselves(desk: Desk, engine: Engine) -> None:
    """Killers everywhere: every other answer is still judged, and right."""
    killers = [f"leave {n}" for n in range(1, 25)]
    honest = [f"{n}" for n in range(60)] + ["right"]
    mixed = [text for pair in zip(killers, honest, strict=False) for text in pair] + honest[24:]

    items = dict(zip(mixed, scored(desk, engine, *mixed), strict=True))

    assert all(item.problem is None for item in items.values())
    assert [text for text, item in items.items() if item.reward] == ["right"]
    over = {
        text
        for text, item in items.items()
        if item.verdict is not None and item.verdict.outcome is Outcome.OVER_LIMIT
    }
    assert over == set(killers)


def test_a_broken_spec_is_a_problem_of_the_data(desk: Desk, engine: Engine) -> None:
    broken, neighbour = scored(desk, engine, "bad_spec spec.gold: unreadable", "right")

    assert broken.reward is None
    assert broken.problem is not None
    assert (broken.problem.code, broken.problem.retryable) == ("bad_spec", False)
    assert broken.problem.message == "items.0.spec.gold: unreadable"
    assert neighbour.reward == 1.0


def test_a_crashing_verifier_is_our_bug(desk: Desk, engine: Engine) -> None:
    crashed, neighbour = scored(desk, engine, "raise oh", "right")

    assert crashed.reward is None
    assert crashed.problem is not None
    assert (crashed.problem.code, crashed.problem.retryable) == ("verifier_crashed", False)
    assert neighbour.reward == 1.0


def test_workers_killed_by_somebody_else_cost_no_item_its_reward(
    desk: Desk, engine: Engine
) -> None:
    async def scenario() -> list[ScoredItem]:
        scoring = asyncio.create_task(engine.score(batch("right", "burn 0.1", "burn 0.11", "x")))
        await asyncio.sleep(0.05)
        for pid in desk.worker_pids:
            os.kill(pid, signal.SIGKILL)
        return await scoring

    assert [item.reward for item in desk.run(scenario())] == [1.0, 0.0, 0.0, 0.0]


def test_a_killed_zygote_costs_no_item_its_reward(desk: Desk, engine: Engine) -> None:
    async def scenario() -> list[ScoredItem]:
        scoring = asyncio.create_task(engine.score(batch("right", "burn 0.1", "burn 0.11", "x")))
        await asyncio.sleep(0.05)
        os.kill(desk.zygote_pid, signal.SIGKILL)
        return await scoring

    assert [item.reward for item in desk.run(scenario())] == [1.0, 0.0, 0.0, 0.0]


def test_a_deadline_that_passes_is_ours_and_retryable(desk: Desk, engine: Engine) -> None:
    quick, slow = desk.run(engine.score(batch("right", "burn", deadline_s=0.15)))

    assert quick.reward == 1.0
    assert slow.reward is None
    assert slow.problem is not None
    assert (slow.problem.code, slow.problem.retryable) == ("deadline", True)


def test_a_service_without_workers_says_so_and_invents_no_reward() -> None:
    with lane_desk(workers=1) as desk:
        engine = Engine({Lane.CPU: desk.lane}, verifiers=lambda _name: WHOLE)

        async def scenario() -> list[ScoredItem]:
            await desk.staffed()
            desk.lane._staff._zygote.fork = lambda *_args: None  # type: ignore[union-attr, method-assign]  # a zygote that forks no more
            for pid in desk.worker_pids:
                os.kill(pid, signal.SIGKILL)
            scoring = asyncio.create_task(engine.score(batch("right", "x", deadline_s=0.3)))
            items = await scoring
            assert not desk.lane.status().ready
            return items

        items = desk.run(scenario())

    assert [item.reward for item in items] == [None, None]
    assert all(item.problem is not None and item.problem.retryable for item in items)


def test_closing_tells_those_who_wait(desk: Desk) -> None:
    with lane_desk(workers=1) as own:
        engine = Engine({Lane.CPU: own.lane}, verifiers=lambda _name: WHOLE)

        async def scenario() -> list[ScoredItem]:
            scoring = asyncio.create_task(engine.score(batch("burn", "burn 9")))
            await asyncio.sleep(0.02)
            await engine.close()
            return await scoring

        items = own.run(scenario())

    assert [item.problem and item.problem.code for item in items] == ["shutting_down"] * 2
    assert desk.lane.status().ready
