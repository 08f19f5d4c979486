from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import fakes
import pytest
from asking import until

from reward_sandboxes.types import (
    Built,
    Dialogue,
    DialogueResult,
    ExitReason,
    HostBusyError,
    Job,
    LanguageMissingError,
    Limits,
    Program,
    Report,
    Run,
    RunResult,
    SandboxError,
    SandboxesFullError,
    Suite,
    SuiteKind,
)
from reward_service.errors import (
    BusyHostError,
    NoLanguageError,
    OverloadedError,
    RewardServiceError,
    SandboxDownError,
    ShuttingDownError,
)
from reward_service.lanes import Judged
from reward_service.sandbox_lane import SandboxLane
from reward_service.sandbox_lane.bounds import Bounds
from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import Domain, Lane
from reward_verifiers.trial import HoldDialogue, RunJob, Trial
from reward_verifiers.verdict import Verdict

T = TypeVar("T")

SPEC = CodeSpec.model_validate(
    {"tests": {"type": "stdio", "inputs": ["1", "2", "3"], "outputs": ["2", "4", "6"]}}
)
CODE = Domain(
    name="code", spec=CodeSpec, module="", lane=Lane.SANDBOX, version="7", summary="programs"
)

double = fakes.prints(lambda text: str(2 * int(text)))
PROGRAMS: dict[str, fakes.Meaning] = {
    "double": double,
    "triple": fakes.prints(lambda text: str(3 * int(text))),
    "loop": fakes.ends(ExitReason.TIME),
    "stall": None,
    "long": fakes.prints(lambda text: "0" * 200_000),
    "broke": SandboxError("the sandbox broke"),
    "full": SandboxesFullError("100 jobs wait"),
    "busy": HostBusyError("no CPU time to be had"),
    "rust": LanguageMissingError("rust needs rustc; install it"),
}


def trial(answer: str, spec: CodeSpec) -> Trial:
    """Run every test; count the outputs that are right, where a comparison ran, in what order."""
    if answer == "bad spec":
        raise BadSpecError("spec.tests: meaningless")
    tests: Any = spec.tests
    got: list[bool] = []
    threads: set[str] = set()

    def take(result: Built | RunResult) -> bool:
        threads.add(threading.current_thread().name.rpartition("_")[0])
        if answer == "bug":
            raise ZeroDivisionError("a bug of ours")
        if isinstance(result, RunResult):
            got.append(result.stdout.decode() == tests.outputs[len(got)])
            return answer != "triple"
        return result.ok

    limits = Limits(cpu_s=spec.limits.time_s, memory_mb=spec.limits.memory_mb)
    program = Program(language=spec.language, source=answer)
    runs = [Run(stdin=text.encode()) for text in tests.inputs]
    yield RunJob(Job(program=program, runs=runs, limits=limits), take)
    return Verdict.graded(sum(got) / len(runs), answer, n_seen=len(got), threads=sorted(threads))


def called(answer: str, spec: CodeSpec) -> Trial:
    """Hold one dialogue; the score is what it reports."""
    dialogue = Dialogue(
        program=Program(language="python", source=answer),
        suite=Suite(kind=SuiteKind.ASSERTS),
        limits=Limits(cpu_s=spec.limits.time_s),
    )
    result = yield HoldDialogue(dialogue)
    assert result is not None
    assert result.report is not None
    return Verdict.graded(sum(result.report.passed) / len(result.report.passed), answer)


def made(
    sandboxes: fakes.FakeSandboxes, trial: Callable[..., Trial] = trial, **options: Any
) -> SandboxLane:
    functions = replace(fakes.LITERAL, judge=None, trial=trial)
    return SandboxLane(
        sandboxes, verifiers=lambda _name: functions, domains={"code": CODE}, **options
    )


async def became(futures: Sequence[asyncio.Future[Judged]]) -> list[Judged | BaseException]:
    async with asyncio.timeout(60):
        return await asyncio.gather(*futures, return_exceptions=True)


def run(lane: SandboxLane, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Do ``work`` with ``lane`` started."""

    async def started() -> T:
        await lane.start()
        try:
            return await work()
        finally:
            await lane.close()

    return asyncio.run(started())


def ask(lane: SandboxLane, *answers: str, spec: CodeSpec = SPEC) -> list[Judged | BaseException]:
    async def work() -> list[Judged | BaseException]:
        return await became(lane.ask("code", spec, answers))

    return run(lane, work)


def verdict(result: Judged | BaseException) -> Verdict:
    assert isinstance(result, Judged), result
    return result.verdict


def test_programs_are_judged_and_their_verdicts_signed() -> None:
    right, wrong, unbuilt, over = ask(
        made(fakes.FakeSandboxes(PROGRAMS)), "double", "triple", "no such", "loop"
    )

    assert [verdict(one).score for one in (right, wrong, unbuilt, over)] == [1.0, 0.0, 0.0, 0.0]
    assert (verdict(right).verifier, verdict(right).version) == ("code", "7")


def test_a_job_ends_as_soon_as_the_trial_has_seen_enough() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    (wrong,) = ask(made(sandboxes), "triple")

    assert verdict(wrong).details["n_seen"] == 1
    assert (sandboxes.n_runs, sandboxes.n_open) == (1, 0)


def test_test_code_calls_a_program_in_a_dialogue() -> None:
    result = DialogueResult(built=Built(ok=True, queue_s=0.0), report=Report(passed=[True, False]))
    sandboxes = fakes.FakeSandboxes(dialogues={"half": result, "down": SandboxError("it broke")})
    half, down = ask(made(sandboxes, called), "half", "down")

    assert verdict(half).score == 0.5
    assert isinstance(down, SandboxDownError)


@pytest.mark.parametrize(
    ("program", "error", "code", "retryable"),
    [
        ("broke", SandboxDownError, "sandbox_down", True),
        ("full", OverloadedError, "overloaded", True),
        ("busy", BusyHostError, "host_busy", True),
        ("rust", NoLanguageError, "no_language", False),
    ],
)
def test_what_goes_wrong_with_a_sandbox_is_ours_and_costs_no_neighbour(
    program: str, error: type[RewardServiceError], code: str, retryable: bool
) -> None:
    lost, right = ask(made(fakes.FakeSandboxes(PROGRAMS)), program, "double")

    assert type(lost) is error
    assert (lost.code, lost.retryable) == (code, retryable)
    assert str(lost) == str(PROGRAMS[program])
    assert verdict(right).score == 1.0


def test_a_broken_spec_and_a_bug_of_ours_are_raised_as_they_are() -> None:
    broken, bug, right = ask(made(fakes.FakeSandboxes(PROGRAMS)), "bad spec", "bug", "double")

    assert isinstance(broken, BadSpecError)
    assert isinstance(bug, ZeroDivisionError)
    assert verdict(right).score == 1.0


def test_long_outputs_are_compared_in_a_thread_and_short_ones_at_once() -> None:
    short, long = ask(made(fakes.FakeSandboxes(PROGRAMS)), "double", "long")

    assert verdict(short).details["threads"] == [""]
    assert verdict(long).details["threads"] == ["", "trial"]


def test_limits_above_the_server_s_are_clamped_and_the_verdict_says_so() -> None:
    spec = SPEC.model_copy(
        update={"limits": SPEC.limits.model_copy(update={"time_s": 60.0, "memory_mb": 512})}
    )
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    (result,) = ask(made(sandboxes, bounds=Bounds(time_s=8.0)), "double", spec=spec)

    assert verdict(result).details["clamped"] == {"time_s": 8.0}
    assert (sandboxes.jobs[0].limits.cpu_s, sandboxes.jobs[0].limits.memory_mb) == (8.0, 512)


def test_the_calls_of_a_dialogue_have_the_time_of_all_tests() -> None:
    result = DialogueResult(built=Built(ok=True), report=Report(passed=[True]))
    spec = SPEC.model_copy(update={"limits": SPEC.limits.model_copy(update={"time_s": 60.0})})
    sandboxes = fakes.FakeSandboxes(dialogues={"any": result})
    lane = made(sandboxes, called, bounds=Bounds(time_s=8.0, total_s=40.0))
    (judged,) = ask(lane, "any", spec=spec)

    assert verdict(judged).details["clamped"] == {"total_s": 40.0}
    assert sandboxes.dialogues[0].limits.cpu_s == 40.0


def test_limits_within_the_server_s_are_left_alone() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    (result,) = ask(made(sandboxes), "double")

    assert "clamped" not in verdict(result).details
    assert sandboxes.jobs[0].limits.cpu_s == SPEC.limits.time_s


def test_the_wait_for_a_sandbox_is_told_apart_from_the_judging() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS, queue_s=1e9)
    (result,) = ask(made(sandboxes), "double")

    assert isinstance(result, Judged)
    assert result.queue_s > 0
    assert result.exec_s == 0.0  # as far as the sandboxes say, all of it was waiting


# --- queueing and cancelling ----------------------------------------------------------------------


def test_few_questions_are_with_the_sandboxes_and_the_rest_wait_in_the_lane() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS, slots=1)
    lane = made(sandboxes)

    async def work() -> tuple[dict[str, Any], dict[str, Any]]:
        futures = lane.ask("code", SPEC, ["stall"] * 100)
        await until(lambda: sandboxes.n_open)
        full = lane.status().details
        for future in futures:
            future.cancel()
        await until(lambda: not lane.status().details["questions_running"])
        return full, lane.status().details

    full, empty = run(lane, work)

    assert (full["questions_running"], full["questions_waiting"]) == (4, 96)
    assert (empty["questions_running"], empty["questions_waiting"]) == (0, 0)


def test_a_cancelled_run_frees_its_sandbox_for_the_next() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS, slots=1)
    lane = made(sandboxes)

    async def work() -> Judged:
        stalled, right = lane.ask("code", SPEC, ["stall", "double"])
        await until(lambda: sandboxes.n_open)
        stalled.cancel()
        async with asyncio.timeout(30):
            return await right

    assert run(lane, work).verdict.score == 1.0
    assert sandboxes.n_open == 0


def test_a_cancelled_question_that_waits_is_never_run() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS, slots=1)
    lane = made(sandboxes)

    async def work() -> None:
        futures = lane.ask("code", SPEC, ["stall"] * 4 + ["double", "triple"])
        await until(lambda: sandboxes.n_open)
        for future in futures[:5]:
            future.cancel()
        await became(futures[5:])

    run(lane, work)

    assert [job.program.source for job in sandboxes.jobs] == ["stall", "triple"]


def test_more_than_may_wait_are_refused_for_now() -> None:
    lane = made(fakes.FakeSandboxes(PROGRAMS, slots=1), max_queued=6)

    results = ask(lane, *["double"] * 8)

    assert [type(one) for one in results] == [Judged] * 6 + [OverloadedError] * 2


def test_closing_tells_those_who_wait_and_those_who_run() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS, slots=1)
    lane = made(sandboxes)

    async def work() -> list[Judged | BaseException]:
        await lane.start()
        futures = lane.ask("code", SPEC, ["stall"] * 9)
        await until(lambda: sandboxes.n_open)
        await lane.close()
        return await became([*futures, *lane.ask("code", SPEC, ["double"])])

    results = asyncio.run(work())

    assert [type(one) for one in results] == [ShuttingDownError] * 10
    assert (sandboxes.closed, sandboxes.n_open) == (True, 0)
    assert not lane.status().ready


# --- starting -------------------------------------------------------------------------------------


def test_without_a_sandbox_the_lane_starts_and_says_what_is_missing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    why = "no user namespaces and no Landlock; needs Linux 5.13"
    lane = made(fakes.FakeSandboxes(PROGRAMS, start_errors=[SandboxError(why)] * 9))

    async def work() -> tuple[bool, str, list[Judged | BaseException]]:
        status = lane.status()
        return status.ready, status.reason, await became(lane.ask("code", SPEC, ["double"]))

    with caplog.at_level(logging.WARNING):
        ready, reason, (down,) = run(lane, work)

    assert (ready, reason) == (False, why)
    assert isinstance(down, SandboxDownError)
    assert str(down) == why
    assert [record.getMessage() for record in caplog.records] == [
        f"sandbox lane: programs cannot be judged: {why}"
    ]


def test_what_a_dead_sandbox_wrote_is_told_in_a_line() -> None:
    wrote = "the sandbox ended: exit status 1: Traceback:\n  File x, line 7\nno Landlock here"
    lane = made(fakes.FakeSandboxes({"any": SandboxError(wrote)}))
    (down,) = ask(lane, "any")

    assert str(down) == "the sandbox ended: exit status 1: Traceback: ... no Landlock here"


def test_the_lane_goes_on_trying_to_get_a_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_service.sandbox_lane.lane._FIRST_PAUSE_S", 0.001)
    sandboxes = fakes.FakeSandboxes(PROGRAMS, start_errors=[SandboxError("no engine")] * 3)
    lane = made(sandboxes)

    async def work() -> list[Judged | BaseException]:
        await until(lambda: lane.status().ready)
        return await became(lane.ask("code", SPEC, ["double"]))

    assert verdict(run(lane, work)[0]).score == 1.0
    assert sandboxes.n_starts == 4


def test_programs_wait_for_a_sandbox_that_is_slow_to_come() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    lane = made(sandboxes, patience_s=0.001)
    come = asyncio.Event()

    async def slow_start() -> None:
        await come.wait()

    sandboxes.start = slow_start  # type: ignore[method-assign]  # a slow one

    async def work() -> tuple[str, list[Judged | BaseException]]:
        reason = lane.status().reason
        futures = lane.ask("code", SPEC, ["double"])
        await asyncio.sleep(0)
        assert not sandboxes.jobs
        come.set()
        return reason, await became(futures)

    reason, (right,) = run(lane, work)

    assert reason == "no sandbox: the first is being made"
    assert verdict(right).score == 1.0


def test_a_lane_without_patience_makes_no_sandbox_before_a_program_comes() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    lane = made(sandboxes, patience_s=None)

    async def work() -> tuple[int, str, list[Judged | BaseException]]:
        before, reason = sandboxes.n_starts, lane.status().reason
        return before, reason, await became(lane.ask("code", SPEC, ["double", "triple"]))

    before, reason, (right, wrong) = run(lane, work)

    assert (before, reason) == (0, "no sandbox: none is made yet")
    assert sandboxes.n_starts == 1
    assert (verdict(right).score, verdict(wrong).score) == (1.0, 0.0)


def test_a_bug_in_starting_ends_the_start() -> None:
    sandboxes = fakes.FakeSandboxes()

    async def broken() -> None:
        raise ZeroDivisionError("a bug of ours")

    sandboxes.start = broken  # type: ignore[method-assign]  # a broken one
    lane = made(sandboxes)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(lane.start())


def test_a_bug_in_starting_that_shows_late_is_told_to_all_who_wait(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    lane = made(sandboxes, patience_s=None)
    start = sandboxes.start

    async def broken() -> None:
        sandboxes.start = start  # type: ignore[method-assign]  # it works the next time
        raise ZeroDivisionError("a bug of ours")

    sandboxes.start = broken  # type: ignore[method-assign]  # a broken one

    async def work() -> list[Judged | BaseException]:
        first = await became(lane.ask("code", SPEC, ["double"]))
        second = await became(lane.ask("code", SPEC, ["double"]))
        await until(lambda: lane.status().ready)
        return [*first, *second, *await became(lane.ask("code", SPEC, ["double"]))]

    first, second, right = run(lane, work)

    assert isinstance(first, SandboxDownError)
    assert "a bug of ours" in str(first)
    assert isinstance(second, SandboxDownError)
    assert verdict(right).score == 1.0
    assert "starting sandboxes crashed" in caplog.text


# --- telling --------------------------------------------------------------------------------------


def test_the_status_tells_protections_languages_and_what_is_missing() -> None:
    lane = made(fakes.FakeSandboxes(PROGRAMS))

    async def work() -> Any:
        await became(lane.ask("code", SPEC, ["double", "loop", "no such"]))
        return lane.status()

    status = run(lane, work)

    assert status.ready
    assert status.details["protections"] == {"seccomp": True, "cgroup": "no cgroup may be made"}
    assert status.details["languages"] == {"python": "3.11.2"}
    assert status.details["languages_missing"] == {"rust": "rustc"}
    assert (status.details["backend"], status.details["level"]) == ("fake", "namespaces")
    counted = {one.name: dict(one.values) for one in status.counted}
    assert counted["programs"] == {"built": 2, "failed": 1}
    assert counted["program_runs"] == {"exited": 3, "time": 3}
    assert counted["program_seconds"]["run"] == pytest.approx(3.03)


def test_a_pool_that_breaks_down_later_makes_the_lane_unready() -> None:
    sandboxes = fakes.FakeSandboxes(PROGRAMS)
    lane = made(sandboxes)

    async def work() -> tuple[bool, str]:
        sandboxes.status_now = replace(
            sandboxes.status_now, ready=False, reason="the Docker Engine is gone"
        )
        return lane.status().ready, lane.status().reason

    assert run(lane, work) == (False, "the Docker Engine is gone")
