"""Jobs around sandboxes that break, lie and hang: ``fake_harness`` says in what way."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from scripted_sandboxes import ScriptedLauncher, job, results, running, scripted

from reward_sandboxes.types import (
    Built,
    ExitReason,
    HostBusyError,
    LanguageMissingError,
    RunResult,
    SandboxError,
    SandboxesFullError,
)

STDINS = ("a", "b", "c", "d", "e", "f", "g")


def outputs(ran: list[RunResult]) -> list[str]:
    return [result.stdout.decode() for result in ran]


def test_a_job_yields_how_it_compiled_and_its_runs_in_order() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            built, ran = await results(sandboxes, job("say {n}:{in}", STDINS))
            assert built.ok
            assert not built.cached
            assert outputs(ran) == [f"{n}:{stdin}" for n, stdin in enumerate(STDINS)]
            assert all(result.reason is ExitReason.EXITED for result in ran)

    asyncio.run(check())


def test_a_program_that_does_not_compile_is_not_run() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            built, ran = await results(sandboxes, job("build fail", STDINS))
            assert not built.ok
            assert built.message == "a syntax error"
            assert ran == []

    asyncio.run(check())


def test_runs_end_when_the_time_of_all_together_is_used_up() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            slow = job("header cpu_s 1.0\nsay {in}", STDINS, total_cpu_s=2.5)
            _, ran = await results(sandboxes, slow)
            assert outputs(ran) == ["a", "b", "c"]
            # And the sandbox is good for the next job.
            _, ran = await results(sandboxes, job("say {in}", STDINS))
            assert outputs(ran) == list(STDINS)
            assert sandboxes.status().retired == 0

    asyncio.run(check())


@pytest.mark.parametrize(
    "fault",
    [
        *("die", "exit", "garbage", "cut", "huge"),
        'header reason "nonsense"',
        "header reason 7",
        "header cpu_s -1",
        "header cpu_s NaN",
        'header cpu_s "1"',
        "header exit_code 256",
        "header exit_code null",
        "header exit_code true",
        "header signal 65",
        "header stdout 3",
        "header stdout -1",
        "header reply 1",
        "header stderr 5",
        'header starved "no"',
    ],
)
def test_a_sandbox_that_breaks_costs_no_result(fault: str, tmp_path: Path) -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            source = f"once {tmp_path}/mark {fault}\nsay {{in}}"
            _, ran = await results(sandboxes, job(source, STDINS))
            assert outputs(ran) == list(STDINS)
            assert not any(result.retried for result in ran)
            _, ran = await results(sandboxes, job("say {in}", STDINS))
            assert outputs(ran) == list(STDINS)
            assert sandboxes.status().retired == 1

    asyncio.run(check())


@pytest.mark.parametrize("fault", ["die", "garbage", "build die", "build sleep"])
def test_a_second_death_under_a_job_is_an_error_and_no_verdict(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_sandboxes.orders.wall_cap_s", lambda cpu_s: 0.2)

    async def check() -> None:
        async with running(scripted()) as sandboxes:
            with pytest.raises(SandboxError, match="two sandboxes broke"):
                await results(sandboxes, job(f"{fault}\nsay {{in}}", STDINS))
            _, ran = await results(sandboxes, job("say {in}", STDINS))
            assert outputs(ran) == list(STDINS)

    asyncio.run(check())


def test_a_job_goes_on_where_its_sandbox_broke(tmp_path: Path) -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            # The fourth run breaks the sandbox: the numbers begin again, the results do not.
            source = f"say {{n}}:{{in}}\nat 3 once {tmp_path}/mark die"
            answers = [answer async for answer in sandboxes.run(job(source, STDINS))]
            built, *ran = answers
            assert isinstance(built, Built)
            assert outputs(ran) == ["0:a", "1:b", "2:c", "0:d", "1:e", "2:f", "3:g"]  # type: ignore[arg-type]  # only the first was a Built

    asyncio.run(check())


def test_a_sandbox_killed_from_outside_costs_no_result() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes:
            async with aclosing(sandboxes.run(job("sleep 0.05\nsay {in}", STDINS))) as answers:
                seen = []
                async for answer in answers:
                    seen.append(answer)
                    if len(seen) == 3:
                        launcher.started[-1].kill()
            assert outputs(seen[1:]) == list(STDINS)  # type: ignore[arg-type]  # the first was the Built

    asyncio.run(check())


def test_every_job_of_a_crowd_is_done_once() -> None:
    async def check() -> None:
        async with running(scripted(slots=2, keep=2, retire_jobs=20)) as sandboxes:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(results(sandboxes, job(f"say {n}:{{in}}", "xyz")))
                    for n in range(200)
                ]
            for n, task in enumerate(tasks):
                assert outputs(task.result()[1]) == [f"{n}:x", f"{n}:y", f"{n}:z"]
            status = sandboxes.status()
            assert status.retired >= 2
            assert (status.slots, status.queued) == (2, 0)

    asyncio.run(check())


def test_a_crowd_survives_sandboxes_that_are_killed_all_the_time() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()

        async def havoc() -> None:
            while True:
                await asyncio.sleep(0.15)
                launcher.started[-1].kill()

        async with running(scripted(launcher, slots=2, keep=2)) as sandboxes:
            killing = asyncio.create_task(havoc())
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(outcome(sandboxes, n)) for n in range(200)]
            killing.cancel()
            assert {task.result() for task in tasks} <= {"right", "error"}
            assert [task.result() for task in tasks].count("right") > 190

    async def outcome(sandboxes: Any, n: int) -> str:
        try:
            _, ran = await results(sandboxes, job(f"sleep 0.002\nsay {n}:{{in}}", "xyz"))
        except SandboxError:
            return "error"
        return "right" if outputs(ran) == [f"{n}:{one}" for one in "xyz"] else "wrong"

    asyncio.run(check())


def test_a_full_queue_refuses_and_the_rest_goes_on() -> None:
    async def check() -> None:
        async with running(scripted(most_waiting=2)) as sandboxes:
            tasks = [
                asyncio.create_task(results(sandboxes, job("sleep 0.01\nsay {in}", "a")))
                for _ in range(6)
            ]
            done = await asyncio.gather(*tasks, return_exceptions=True)
            refused = [one for one in done if isinstance(one, SandboxesFullError)]
            assert len(refused) == 3
            assert sum(isinstance(one, tuple) for one in done) == 3

    asyncio.run(check())


def test_waiting_is_told_apart() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            first = asyncio.create_task(results(sandboxes, job("sleep 2\nsay {in}", "a")))
            await asyncio.sleep(0.01)
            built, _ = await results(sandboxes, job("say {in}", "a"))
            assert built.queue_s > 1
            assert (await first)[0].queue_s < 1

    asyncio.run(check())


def test_a_job_that_is_stopped_ends_what_it_runs_and_keeps_the_sandbox() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes:
            async with aclosing(sandboxes.run(job("say {in}", STDINS))) as answers:
                async for answer in answers:
                    if isinstance(answer, RunResult):
                        break
            _, ran = await results(sandboxes, job("say {in}", STDINS))
            assert outputs(ran) == list(STDINS)
            assert len(launcher.started) == 1

    asyncio.run(check())


def test_a_cancelled_job_that_does_not_end_loses_its_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reward_sandboxes.pool._GRACE_S", 0.1)

    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes:
            task = asyncio.create_task(results(sandboxes, job("sleep 3600", "a")))
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            _, ran = await results(sandboxes, job("say {in}", STDINS))
            assert outputs(ran) == list(STDINS)
            assert len(launcher.started) == 2

    asyncio.run(check())


@pytest.mark.parametrize(
    "taint", ["job dirty a daemon is left", "job after more", "twice"], ids=str.split
)
def test_a_tainted_sandbox_is_replaced(taint: str) -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes:
            _, ran = await results(sandboxes, job(f"{taint}\nsay {{in}}", "a"))
            assert outputs(ran) in (["a"], [""])
            _, ran = await results(sandboxes, job("say {in}", "b"))
            assert outputs(ran) == ["b"]
            assert len(launcher.started) == 2
            assert sandboxes.status().retired == 1

    asyncio.run(check())


def test_a_starved_run_is_made_again_alone(tmp_path: Path) -> None:
    async def check() -> None:
        async with running(scripted(slots=2, keep=2)) as sandboxes:
            source = f"once {tmp_path}/mark header starved true\nsay {{in}}"
            others = [
                asyncio.create_task(results(sandboxes, job("sleep 0.02\nsay {in}", STDINS)))
                for _ in range(4)
            ]
            _, ran = await results(sandboxes, job(source, STDINS))
            assert outputs(ran) == list(STDINS)
            assert sum(result.retried for result in ran) == 1
            for other in others:
                assert outputs((await other)[1]) == list(STDINS)

    asyncio.run(check())


def test_a_run_starved_even_alone_says_nothing_of_the_program() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            with pytest.raises(HostBusyError):
                await results(sandboxes, job("header starved true", "a"))

    asyncio.run(check())


BUSY = "header waited_s 1.0"


@pytest.mark.parametrize(
    ("first", "then", "reason", "retried"),
    [
        (f"header cpu_s 1.1\n{BUSY}", "header cpu_s 0.9", ExitReason.EXITED, True),
        (f"header cpu_s 1.1\n{BUSY}", "header cpu_s 1.1", ExitReason.TIME, True),
        ("header cpu_s 1.1", "header cpu_s 0.9", ExitReason.TIME, False),  # the host was idle
        (f'header cpu_s 1.4\nheader reason "time"\n{BUSY}', "", ExitReason.TIME, False),
        (f"header cpu_s 1.0\n{BUSY}", "", ExitReason.EXITED, False),
        (f'header cpu_s 0.1\nheader reason "time"\n{BUSY}', "", ExitReason.TIME, False),
    ],
)
def test_a_run_just_over_its_limit_on_a_busy_host_is_made_again_alone(
    first: str, then: str, reason: ExitReason, retried: bool, tmp_path: Path
) -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            lines = [f"once {tmp_path}/{n} {line}" for n, line in enumerate(first.splitlines())]
            source = "\n".join([then, *lines, "say {in}"])
            _, ran = await results(sandboxes, job(source, "a", cpu_s=1.0))
            assert [(one.reason, one.retried) for one in ran] == [(reason, retried)]
            assert outputs(ran) == ["a"]

    asyncio.run(check())


KILLED = 'header reason "signalled"\nheader signal 9\nheader exit_code null'


@pytest.mark.parametrize(
    ("then", "reason"), [("", ExitReason.EXITED), (KILLED, ExitReason.SIGNALLED)]
)
def test_a_run_that_was_killed_is_made_again_alone(
    then: str, reason: ExitReason, tmp_path: Path
) -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            lines = [f"once {tmp_path}/{n} {line}" for n, line in enumerate(KILLED.splitlines())]
            _, ran = await results(sandboxes, job("\n".join([then, *lines, "say {in}"]), "a"))
            assert [(one.reason, one.retried) for one in ran] == [(reason, True)]

    asyncio.run(check())


@pytest.mark.parametrize("mishap", ["killed", "starved"])
@pytest.mark.parametrize("language", ["python", "cpp"])
def test_a_compiler_that_the_host_kept_from_its_work_is_run_again_alone(
    mishap: str, language: str, tmp_path: Path
) -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            source = (
                f"build once {tmp_path}/1 header {mishap} true\n"
                f"build once {tmp_path}/2 fail\nsay {{in}}"
            )
            for cached in (False, language == "cpp"):
                built, ran = await results(sandboxes, job(source, STDINS, language=language))
                assert (built.ok, built.cached) == (True, cached)
                assert outputs(ran) == list(STDINS)

    asyncio.run(check())


def test_a_compiler_that_is_killed_alone_too_is_the_programs_doing() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            built, ran = await results(sandboxes, job("build header killed true\nbuild fail", "a"))
            assert (built.ok, ran) == (False, [])

    asyncio.run(check())


def test_a_compiler_starved_even_alone_says_nothing_of_the_program() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            with pytest.raises(HostBusyError):
                await results(sandboxes, job("build header starved true\nbuild fail", "a"))

    asyncio.run(check())


def test_what_a_runtime_takes_to_start_is_not_the_program_s_time() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            source = "header cpu_s 0.6\nsay {in}"
            _, ran = await results(sandboxes, job(source, "abcd", total_cpu_s=1.0))
            assert len(ran) == 2
            _, ran = await results(sandboxes, job(source, "abcd", total_cpu_s=1.0, language="java"))
            assert len(ran) == 4

    asyncio.run(check())


def test_the_same_program_is_compiled_once() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            first, _ = await results(sandboxes, job("say {in}", "a", language="cpp"))
            again, ran = await results(sandboxes, job("say {in}", "b", language="cpp"))
            other, _ = await results(sandboxes, job("say  {in}", "b", language="cpp"))
            assert [first.cached, again.cached, other.cached] == [False, True, False]
            assert (first.cpu_s, again.cpu_s) == (0.25, 0.0)
            assert outputs(ran) == ["b"]

    asyncio.run(check())


def test_a_program_that_does_not_compile_is_compiled_once() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            for cached in (False, True):
                built, _ = await results(sandboxes, job("build fail", "a", language="cpp"))
                assert (built.ok, built.message, built.cached) == (False, "a syntax error", cached)

    asyncio.run(check())


@pytest.mark.parametrize("path", ["../main", "/box/main", "a//b", "."])
def test_what_a_compiler_built_stays_in_its_folder(path: str) -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            with pytest.raises(SandboxError):
                await results(sandboxes, job(f"build file {path}", "a", language="cpp"))

    asyncio.run(check())


def test_a_language_that_is_missing_says_what_it_needs() -> None:
    async def check() -> None:
        async with running(scripted()) as sandboxes:
            with pytest.raises(LanguageMissingError, match="rust needs rustc"):
                await results(sandboxes, job("", "a", language="rust"))

    asyncio.run(check())


def test_closing_ends_what_runs_with_an_error() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        sandboxes = scripted(launcher)
        await sandboxes.start()
        running_job = asyncio.create_task(results(sandboxes, job("sleep 3600", "a")))
        waiting_job = asyncio.create_task(results(sandboxes, job("say {in}", "a")))
        await asyncio.sleep(0.1)
        await sandboxes.close()
        for task in (running_job, waiting_job):
            with pytest.raises(SandboxError):
                await task
        with pytest.raises(SandboxError):
            await results(sandboxes, job("say {in}", "a"))
        assert not sandboxes.status().ready
        for child in launcher.started:
            assert not alive(child.pid)

    asyncio.run(check())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True
