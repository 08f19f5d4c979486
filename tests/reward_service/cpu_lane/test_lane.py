from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lane_desk import MISDEEDS, Desk, alive, lane_desk, results

from reward_service.config import Settings
from reward_service.cpu_lane import CpuLane
from reward_service.cpu_lane import lane as lane_module
from reward_service.cpu_lane.handle import WorkerHandle
from reward_service.errors import (
    ShuttingDownError,
    VerifierCrashedError,
    WorkerDiedError,
)
from reward_service.lanes import Judged
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import Domain, Lane
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Outcome

# What the tests here allow a question: enough for an honest one on a busy host, quick to run into.
CPU_S = 0.4


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with lane_desk(workers=2, judge_cpu_s=CPU_S, judge_wall_s=20, worker_memory_mb=64) as made:
        yield made


def reasons(outcomes: list[Judged | BaseException]) -> list[str]:
    return [
        outcome.verdict.reason if isinstance(outcome, Judged) else repr(outcome)
        for outcome in outcomes
    ]


def test_answers_come_back_in_the_order_they_were_asked(desk: Desk) -> None:
    answers = [str(n) for n in range(100)]

    verdicts = desk.verdicts(*answers, gold="17")

    assert [verdict.extracted for verdict in verdicts] == answers
    assert [n for n, verdict in enumerate(verdicts) if verdict.score] == [17]


def test_verdicts_bear_the_name_and_version_of_their_verifier(desk: Desk) -> None:
    (verdict,) = desk.verdicts("right")

    assert (verdict.verifier, verdict.version) == ("math", "7")


def test_a_lone_surrogate_reaches_the_verifier_and_crashes_nobody_else(desk: Desk) -> None:
    first, second = desk.ask("\ud800", "right")

    assert isinstance(first, VerifierCrashedError)  # such a verdict cannot be written as JSON
    assert isinstance(second, Judged)


def test_queueing_and_judging_are_told_apart(desk: Desk) -> None:
    outcomes = desk.ask(*(f"burn 0.0{n}" for n in range(1, 7)))
    judged = [outcome for outcome in outcomes if isinstance(outcome, Judged)]

    assert all(j.exec_s == pytest.approx(0.01 * n, abs=0.03) for n, j in enumerate(judged, 1))
    assert judged[-1].queue_s > judged[0].queue_s >= 0


def test_an_endless_loop_is_over_the_limit_and_its_neighbours_are_judged(desk: Desk) -> None:
    outcomes = desk.ask("1", "burn", "2", "right", "burn ", "3")
    judged = [outcome for outcome in outcomes if isinstance(outcome, Judged)]

    assert [j.verdict.outcome for j in judged] == [
        *(Outcome.WRONG, Outcome.OVER_LIMIT, Outcome.WRONG, Outcome.CORRECT),
        *(Outcome.OVER_LIMIT, Outcome.WRONG),
    ]
    assert judged[1].verdict.reason == f"judging took more than {CPU_S} s of CPU time"


def test_quick_questions_do_not_wait_behind_slow_ones(desk: Desk) -> None:
    desk.until_staffed()

    async def scenario() -> bool:
        spec = MathSpec(gold="x")
        slow = desk.lane.ask("math", spec, ["burn 0.3", "burn 0.31", *"abc"])
        await results(desk.lane.ask("math", spec, [f"{n}" for n in range(50)]))
        overtaken = not any(future.done() for future in slow[:2])
        await results(slow)
        return overtaken

    assert desk.run(scenario())


def test_a_memory_bomb_hurts_itself_alone(desk: Desk) -> None:
    verdicts = desk.verdicts("1", "hoard", "right")

    assert [verdict.outcome for verdict in verdicts] == [
        *(Outcome.WRONG, Outcome.OVER_LIMIT, Outcome.CORRECT)
    ]
    assert verdicts[1].reason == "judging it ended its worker twice: out of memory"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("leave 3", "judging it ended its worker twice: exit code 3"),
        ("leave 0", "judging it ended its worker twice: exit code 0"),
        ("segfault", "judging it ended its worker twice: signal SIGSEGV"),
        ("overrun", "judging it ended its worker twice: it sent a frame of 1073741824 bytes"),
        ("recurse", "too deep or too large to judge (RecursionError)"),
        ("overflow", "too deep or too large to judge (OverflowError)"),
    ],
)
def test_an_answer_that_breaks_its_worker_is_over_the_limit(
    desk: Desk, answer: str, reason: str
) -> None:
    verdict, neighbour = desk.verdicts(answer, "right")

    assert verdict.outcome is Outcome.OVER_LIMIT
    assert verdict.reason.startswith(reason)
    assert verdict.extracted == answer
    assert neighbour.score == 1


@pytest.mark.parametrize("error", ["raise an error", "sysexit 0"])
def test_a_verifier_that_raises_is_our_bug_and_no_verdict(desk: Desk, error: str) -> None:
    crashed, neighbour = desk.ask(error, "right")

    assert isinstance(crashed, VerifierCrashedError)
    assert "math" in str(crashed)
    assert isinstance(neighbour, Judged)


def test_a_spec_that_cannot_be_judged_against_is_named(desk: Desk) -> None:
    broken, neighbour = desk.ask("bad_spec spec.gold: no parser takes it", "right")

    assert isinstance(broken, BadSpecError)
    assert str(broken) == "spec.gold: no parser takes it"
    assert isinstance(neighbour, Judged)


@pytest.mark.parametrize(
    "forgery",
    [
        '{"id": 999999, "cpu_ns": 0, "verdict": {"outcome": "correct", "score": 1}}',
        '{"id": 0, "cpu_ns": 0}',
        '{"id": 0, "cpu_ns": 0, "verdict": {"outcome": "correct", "score": 0.5}}',
        "cposix\nsystem\n(S'true'\ntR.",
        "[" * 10_000,
        "",
    ],
)
def test_a_forged_reply_ends_the_worker_and_is_no_verdict(desk: Desk, forgery: str) -> None:
    verdict, neighbour = desk.verdicts(f"forge {forgery}", "right")

    assert verdict.outcome is Outcome.OVER_LIMIT
    assert verdict.reason.startswith("judging it ended its worker twice: it sent ")
    assert neighbour.score == 1


def test_a_killed_worker_costs_no_item_anything(desk: Desk) -> None:
    async def scenario() -> list[Judged | BaseException]:
        futures = desk.lane.ask("math", MathSpec(gold="x"), ["burn 0.2", *"abcd"])
        await asyncio.sleep(0.05)
        for pid in desk.worker_pids:
            os.kill(pid, signal.SIGKILL)
        return await results(futures)

    outcomes = desk.run(scenario())

    assert all(isinstance(outcome, Judged) for outcome in outcomes), outcomes
    assert {o.verdict.outcome for o in outcomes if isinstance(o, Judged)} == {Outcome.WRONG}


def test_a_worker_that_lies_and_goes_on_is_blamed_for_its_lie(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hear = WorkerHandle.data_received

    def hear_late(self: WorkerHandle, data: bytes) -> None:
        time.sleep(0.05)
        hear(self, data)

    forged = '{"id":1000000,"cpu_ns":0,"verdict":{"outcome":"correct","score":1.0}}'
    with lane_desk(workers=1) as desk:
        for number in range(100):  # from now on a worker is asked several at once
            desk.ask(str(number))
        monkeypatch.setattr(WorkerHandle, "data_received", hear_late)
        liar, neighbour = desk.verdicts(f"forge {forged}", "other")
    assert (liar.outcome, neighbour.outcome) == (Outcome.OVER_LIMIT, Outcome.WRONG)


def test_a_killed_worker_is_replaced(desk: Desk) -> None:
    async def scenario() -> None:
        await desk.staffed()
        before = set(desk.worker_pids)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        (outcome,) = await results(desk.lane.ask("math", MathSpec(gold="x"), ["x"]))
        assert isinstance(outcome, Judged)
        assert outcome.verdict.details["pid"] not in before

    for _ in range(5):
        desk.run(scenario())


def test_a_zygote_that_is_killed_costs_no_item_anything(desk: Desk) -> None:
    async def scenario() -> list[Judged | BaseException]:
        futures = desk.lane.ask("math", MathSpec(gold="x"), ["burn 0.2", *"abcd"])
        await asyncio.sleep(0.02)
        old, workers = desk.zygote_pid, desk.worker_pids
        os.kill(old, signal.SIGKILL)
        outcomes = await results(futures)
        assert desk.zygote_pid != old
        assert not any(pid in desk.worker_pids for pid in workers)
        return outcomes

    outcomes = desk.run(scenario())

    assert all(isinstance(outcome, Judged) for outcome in outcomes), outcomes


def test_a_zygote_that_is_gone_is_reported_until_there_is_another(desk: Desk) -> None:
    async def scenario() -> list[bool]:
        os.kill(desk.zygote_pid, signal.SIGKILL)
        seen = [desk.lane.status().ready]
        async with asyncio.timeout(30):
            while seen[-1] is not False:
                await asyncio.sleep(0.001)
                seen.append(desk.lane.status().ready)
            while seen[-1] is not True:
                await asyncio.sleep(0.001)
                seen.append(desk.lane.status().ready)
        return seen

    seen = desk.run(scenario())

    assert seen[0]
    assert seen[-1]


def test_what_nobody_waits_for_is_not_judged(desk: Desk) -> None:
    async def scenario() -> float:
        await desk.staffed()
        begun = time.monotonic()
        futures = desk.lane.ask("math", MathSpec(gold="x"), [f"burn 0.3{n}" for n in range(800)])
        last = desk.lane.ask("math", MathSpec(gold="x"), ["x"])
        for future in futures:
            future.cancel()
        await results(last)
        return time.monotonic() - begun

    assert desk.run(scenario()) < 60  # all of them would take two minutes at least


def test_the_jail_says_which_of_its_parts_hold(desk: Desk) -> None:
    jail = desk.lane.status().details["jail"]

    assert set(jail) == {
        *("limits", "network", "capabilities", "landlock", "undumpable", "seccomp")
    }
    assert all(value is True or (isinstance(value, str) and value) for value in jail.values())


def test_over_limit_does_not_depend_on_how_busy_the_host_is(desk: Desk) -> None:
    """An answer that needs half its limit is judged, on a host with far too much to do."""
    busy = [
        subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"])
        for _ in range(4 * len(os.sched_getaffinity(0)))
    ]
    try:
        verdicts = desk.verdicts(*(f"burn {CPU_S / 2} {n}"[:8] for n in range(2)), "burn")
    finally:
        for process in busy:
            process.kill()
            process.wait()

    assert [verdict.outcome for verdict in verdicts] == [
        *(Outcome.WRONG, Outcome.WRONG, Outcome.OVER_LIMIT)
    ]


def test_a_worker_that_is_stopped_is_our_trouble() -> None:
    """Stopped from outside, it is replaced; where that goes on, the item is to be sent again."""
    with lane_desk(workers=1, judge_cpu_s=5, judge_wall_s=0.5) as desk:

        async def scenario(n_stops: int) -> list[Judged | BaseException]:
            await desk.staffed()
            futures = desk.lane.ask("math", MathSpec(gold="x"), ["burn 0.05"])
            stopped: set[int] = set()
            while not futures[0].done() and len(stopped) < n_stops:
                for pid in judging(desk) - stopped:
                    os.kill(pid, signal.SIGSTOP)
                    stopped.add(pid)
                await asyncio.sleep(0.01)
            return await results(futures)

        (once,) = desk.run(scenario(1))
        (ever,) = desk.run(scenario(2))

    assert isinstance(once, Judged)
    assert isinstance(ever, WorkerDiedError)
    assert ever.retryable


def judging(desk: Desk) -> set[int]:
    handles = desk.lane._staff.handles.values()
    return {handle.pid for handle in handles if handle.asked and handle.pid is not None}


def test_workers_are_recycled_and_no_question_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane_module, "RECYCLE_AFTER", 50)
    monkeypatch.setattr(lane_module, "WEIGH_EVERY", 10)
    with lane_desk(workers=2) as desk:
        verdicts = desk.verdicts(*map(str, range(600)))

    # All asked at once: a worker that always has work must be relieved too.
    assert 6 <= len({verdict.details["pid"] for verdict in verdicts}) <= 20


def test_a_worker_that_has_grown_is_replaced_before_it_dies(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lane_module, "WEIGH_EVERY", 2)
    with lane_desk(workers=1, worker_memory_mb=128) as desk:
        pids = {desk.verdicts("keep 8")[0].details["pid"] for _ in range(40)}

    assert len(pids) >= 4  # at most 32 MB each, a quarter of what they may have, and a bit
    assert caplog.records == []


def test_closing_leaves_no_process_and_no_open_question() -> None:
    with lane_desk(workers=2) as desk:
        desk.until_staffed()
        pids = [desk.zygote_pid, *desk.worker_pids]
        assert len(pids) == 4

        async def scenario() -> list[Judged | BaseException]:
            futures = desk.lane.ask("math", MathSpec(gold="x"), ["burn"] * 5)
            await asyncio.sleep(0.02)
            await desk.lane.close()
            futures += desk.lane.ask("math", MathSpec(gold="x"), ["x"])
            return await results(futures, within_s=1)

        outcomes = desk.run(scenario())

        assert [type(outcome) for outcome in outcomes] == [ShuttingDownError] * 6
        assert [pid for pid in pids if alive(pid)] == []
        assert not desk.lane.status().ready


ORPHAN = """
import asyncio, os, sys
from lane_desk import MISDEEDS, children
from reward_service.cpu_lane import CpuLane
from reward_verifiers.specs import MathSpec

async def main():
    lane = CpuLane(workers=2, domains=MISDEEDS, judge_cpu_s=100)
    await lane.start()
    lane.ask("math", MathSpec(gold="x"), ["burn 60", "burn 61"])
    while lane.status().details["processes_ready"] < 3:
        await asyncio.sleep(0.01)
    zygote, = children(os.getpid())
    print(zygote, *children(zygote), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_nothing_outlives_a_service_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as service:
        assert service.stdout is not None
        pids = [int(pid) for pid in service.stdout.readline().split()]
        assert len(pids) == 4
        service.kill()
    end = time.monotonic() + 60
    while any(running(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.01)

    assert [pid for pid in pids if running(pid)] == []


def running(pid: int) -> bool:
    """Whether a process lives; one that only waits to be reaped, by whom it fell to, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_lane_whose_verifier_cannot_be_loaded_does_not_start() -> None:
    broken = {"math": Domain(**{**fields(MISDEEDS["math"]), "module": "no_such_module"})}
    lane = CpuLane(domains=broken)

    async def scenario() -> None:
        try:
            await lane.start()
        finally:
            await lane.close()

    with pytest.raises(WorkerDiedError, match="no_such_module"):
        asyncio.run(scenario())
    assert lane._staff.zygote is None


def fields(domain: Domain) -> dict[str, object]:
    return {name: getattr(domain, name) for name in Domain.__slots__}


def test_settings_make_the_lane_they_describe() -> None:
    lane = CpuLane.from_settings(Settings(cpu_workers=3, judge_cpu_s=0.5, judge_wall_s=7))

    assert (lane.judge_cpu_s, lane.judge_wall_s) == (0.5, 7)
    assert lane.status().details["workers"] == 3
    assert not lane.status().ready


def test_a_domain_of_another_lane_is_not_loaded() -> None:
    other = Domain(**{**fields(MISDEEDS["math"]), "module": "nowhere", "lane": Lane.SANDBOX})
    with lane_desk({**MISDEEDS, "other": other}) as desk:
        assert desk.verdicts("right")[0].score == 1


def test_the_lane_works_on_the_event_loop_that_the_service_uses() -> None:
    uvloop = pytest.importorskip("uvloop")
    options = {"workers": 1, "judge_cpu_s": CPU_S, "worker_memory_mb": 64}
    with lane_desk(loop_factory=uvloop.new_event_loop, **options) as desk:
        desk.until_staffed()
        for pid in desk.worker_pids:
            os.kill(pid, signal.SIGKILL)
        verdicts = desk.verdicts("right", "burn", "leave 3", "hoard", "x")

    assert [verdict.outcome for verdict in verdicts] == [
        *(Outcome.CORRECT, *[Outcome.OVER_LIMIT] * 3, Outcome.WRONG)
    ]


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_killing_from_outside_is_never_the_answers_doing(desk: Desk, sent: signal.Signals) -> None:
    async def scenario() -> list[Judged | BaseException]:
        futures = desk.lane.ask("math", MathSpec(gold="x"), ["burn 0.4", "burn 0.41"])
        while not all(future.done() for future in futures):
            await asyncio.sleep(0.03)
            for pid in desk.worker_pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, sent)
        return await results(futures)

    outcomes = desk.run(scenario())

    assert all(isinstance(outcome, WorkerDiedError) for outcome in outcomes), outcomes
    assert f"signal {sent.name}" in str(outcomes[0])


def test_closing_while_a_worker_is_on_its_way_leaves_no_socket_open() -> None:
    with lane_desk(workers=1) as desk:
        desk.until_staffed()

        async def replace_and_close() -> None:
            staff = desk.lane._staff
            staff.discard(next(iter(staff.handles.values())))
            await desk.lane.close()

        desk.run(replace_and_close())
        gc.collect()  # would warn of a socket that nobody closed, and a warning is an error
