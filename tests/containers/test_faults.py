"""What befalls a stack, and that every item is answered once, rightly or as unknown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from containers.stack import URL, Stack, docker, restart_engine, sandboxes, wait_for
from containers.work import earned, program, programs

from reward_service.client import RewardClient

N = 300


def scored_while(
    stack: Stack, items: list[dict[str, Any]], harm: Callable[[], None]
) -> list[dict[str, Any]]:
    """Return what became of ``items`` in one request, harmed once it runs."""
    harmed: list[BaseException] = []

    def do_harm() -> None:
        try:
            wait_for(lambda: _busy(stack), "programs run")
            harm()
        except BaseException as error:  # noqa: BLE001 - raised again below
            harmed.append(error)

    thread = threading.Thread(target=do_harm)
    thread.start()
    scored = stack.score(items)
    thread.join()
    if harmed:
        raise harmed[0]
    return scored


def _busy(stack: Stack) -> bool:
    lane = stack.readiness().get("lanes", {}).get("sandbox", {})
    return bool(lane.get("questions_running"))


def n_unknown(scored: list[dict[str, Any]], expected: list[float]) -> int:
    """Check that every item is answered, rightly or as unknown; return how many are unknown."""
    assert len({item["id"] for item in scored}) == len(expected)
    unknown = [item for item in scored if item["reward"] is None]
    assert all(item["problem"]["retryable"] for item in unknown), unknown[:3]
    assert [
        (item["id"], item["reward"], reward)
        for item, reward in zip(scored, expected, strict=True)
        if item["reward"] not in (None, reward)
    ] == []
    return len(unknown)


def test_programs_outlive_the_sandbox_that_they_ran_in(stack: Stack) -> None:
    def kill_some() -> None:
        for _ in range(5):
            for container in sandboxes():
                docker("kill", container, check=False)
            time.sleep(0.3)

    scored = scored_while(stack, programs(N, prefix="killed"), kill_some)
    assert n_unknown(scored, earned(N)) < N / 2
    assert stack.score(programs(3, prefix="after"))[0]["reward"] == 1.0


def test_the_manager_is_killed_in_the_middle(stack: Stack) -> None:
    def kill_manager() -> None:
        time.sleep(1)
        docker("kill", *stack.containers("sandboxes"))

    before = set(sandboxes())
    scored = scored_while(stack, programs(N, prefix="orphaned"), kill_manager)
    n_unknown(scored, earned(N))
    wait_for(lambda: not before & set(sandboxes()), "what it had started is gone", within_s=120)

    stack.up()
    scored = stack.score(programs(9, prefix="afterwards"))
    assert [item["reward"] for item in scored] == earned(9)


def test_math_is_judged_while_there_is_no_manager(stack: Stack) -> None:
    stack.compose("stop", "sandboxes")
    math = {"id": "m", "completion": "\\boxed{42}", "spec": {"domain": "math", "gold": "42"}}
    judged, unknown = stack.score([math, program("nowhere")], deadline_s=20)
    assert judged["reward"] == 1.0
    assert unknown["reward"] is None
    assert unknown["problem"]["retryable"]
    wait_for(lambda: not stack.can_judge("code"), "code is not ready", within_s=120)
    assert stack.can_judge("math")


def test_a_replica_is_killed_in_the_middle(stack: Stack) -> None:
    """Its caller's connection ends; the client asks the others, and nobody else notices."""
    stack.up("--scale", "api=2")
    victim = stack.containers("api")[0]

    def kill() -> None:
        time.sleep(0.5)
        docker("kill", victim)

    thread = threading.Thread(target=kill)
    thread.start()
    with RewardClient(URL, max_batch=20) as client:
        scored = client.score(programs(N, prefix="replicated"))
    thread.join()
    assert [item.reward for item in scored] == earned(N)


def test_the_engine_is_restarted_under_the_service(stack: Stack) -> None:
    def restart() -> None:
        time.sleep(0.5)
        restart_engine()

    thread = threading.Thread(target=restart)
    thread.start()
    with RewardClient(URL, max_batch=20, max_attempts=30) as client:
        scored = client.score(programs(N, prefix="restarted"))
    thread.join()
    for item, reward in zip(scored, earned(N), strict=True):
        assert item.reward in (None, reward)

    stack.wait_until_ready()
    again = stack.score(programs(9, prefix="rested"))
    assert [item["reward"] for item in again] == earned(9)


def test_an_image_that_is_missing_is_made_again(stack: Stack) -> None:
    stack.compose("stop", "sandboxes")
    docker("rmi", "--force", "reward-sandbox-python:latest")
    wait_for(lambda: not stack.can_judge("code"), "code is not ready", within_s=120)
    stack.up()
    scored = stack.score(programs(9, prefix="rebuilt"))
    assert [item["reward"] for item in scored] == earned(9)
