"""Dialogues around sandboxes that break, lie and hang: ``fake_harness`` says in what way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scripted_sandboxes import ScriptedLauncher, job, results, running, scripted

from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.types import (
    Dialogue,
    DialogueResult,
    ExitReason,
    HostBusyError,
    Limits,
    Program,
    SandboxError,
    Suite,
    SuiteKind,
)

PASSED = 'report {"passed": [true, false], "failures": ["no"], "error": ""}'
PROGRAM = "answer one\nanswer two\nstay"
TESTS = f"ask a\nask b\n{PASSED}"


def dialogue(program: str = PROGRAM, tests: str = TESTS, **suite: Any) -> Dialogue:
    fields = {"kind": SuiteKind.ASSERTS, "setup": tests, "statements": ["assert 1", "assert 2"]}
    return Dialogue(
        program=Program(language="python", source=program),
        suite=Suite(**{**fields, **suite}),
        limits=Limits(cpu_s=1.0),
    )


def held(wanted: Dialogue, **settings: Any) -> DialogueResult:
    async def hold() -> DialogueResult:
        async with running(scripted(**settings)) as sandboxes, asyncio.timeout(60):
            result = await sandboxes.converse(wanted)
            # And the sandboxes are as good as before.
            assert report_of(await sandboxes.converse(dialogue())) == [True, False]
            return result

    return asyncio.run(hold())


def report_of(result: DialogueResult) -> list[bool] | None:
    return None if result.report is None else list(result.report.passed)


def test_calls_and_answers_are_carried_until_the_report() -> None:
    result = held(dialogue())
    assert report_of(result) == [True, False]
    assert result.report is not None
    assert list(result.report.failures) == ["no"]
    assert result.program is not None
    assert result.program.reason is ExitReason.EXITED


@pytest.mark.parametrize("fault", ["die", "exit", "garbage", "cut", "huge"])
@pytest.mark.parametrize("whose", ["program", "tests"])
def test_a_sandbox_that_breaks_costs_no_result(whose: str, fault: str, tmp_path: Path) -> None:
    broken = f"once {tmp_path}/mark {fault}\n"
    program, tests = (broken, "") if whose == "program" else ("", broken)
    result = held(
        dialogue(f"answer one\n{program}answer two\nstay", f"ask a\n{tests}ask b\n{PASSED}")
    )
    assert report_of(result) == [True, False]


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        ("answer one\ndie", TESTS),
        (PROGRAM, "ask a\ndie"),
        (PROGRAM, 'report {"passed": [1], "failures": [], "error": ""}'),
        (PROGRAM, 'report {"passed": true, "failures": [], "error": ""}'),
        (PROGRAM, 'report {"passed": [true], "failures": [5], "error": ""}'),
        (PROGRAM, 'report "all"'),
    ],
)
def test_a_second_death_is_an_error_and_no_verdict(program: str, tests: str) -> None:
    with pytest.raises(SandboxError, match="two sandboxes broke"):
        held(dialogue(program, tests))


def test_a_program_that_ends_leaves_calls_unanswered() -> None:
    result = held(dialogue("answer one\nheader exit_code 3"))
    assert report_of(result) == [True, False]  # as the test code saw fit
    assert result.program is not None
    assert result.program.exit_code == 3


def test_test_code_that_ends_before_it_called_is_broken_data() -> None:
    result = held(dialogue(tests='header reason "memory"\nheader stderr "MemoryError"'))
    assert result.report is None
    assert "memory" in result.suite_error
    assert "MemoryError" in result.suite_error


def test_test_code_that_says_what_is_wrong_with_it_is_broken_data() -> None:
    result = held(dialogue(tests='report {"passed": [], "failures": [], "error": "no check"}'))
    assert (result.report, result.suite_error) == (None, "no check")


def test_test_code_that_ends_after_it_called_has_failed_the_program() -> None:
    result = held(dialogue(tests='ask a\nheader reason "memory"'))
    assert report_of(result) == [False, False]
    assert result.suite_error == ""


def test_a_program_that_says_too_much_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_sandboxes.dialogue._MAX_CARRIED_BYTES", 100)
    result = held(dialogue(f"answer {'x' * 200}\nanswer two\nstay", TESTS))
    assert result.program is not None
    assert result.program.reason is ExitReason.OUTPUT


def test_a_starved_program_is_called_again_alone(tmp_path: Path) -> None:
    program = f"answer one\nonce {tmp_path}/mark header starved true\nanswer two\nstay"
    result = held(dialogue(program))
    assert report_of(result) == [True, False]
    assert result.program is not None
    assert result.program.retried


def test_a_program_starved_even_alone_says_nothing() -> None:
    with pytest.raises(HostBusyError):
        held(dialogue("header starved true"))


def test_a_program_whose_compiler_was_killed_is_compiled_again_alone(tmp_path: Path) -> None:
    killed = f"build once {tmp_path}/1 header killed true\nbuild once {tmp_path}/2 fail"
    result = held(dialogue(f"{killed}\n{PROGRAM}"))
    assert result.built.ok
    assert report_of(result) == [True, False]


def test_test_code_that_the_wall_clock_stopped_is_run_again_alone(tmp_path: Path) -> None:
    late = f'once {tmp_path}/mark header reason "time"\nonce {tmp_path}/end end'
    tests = f"{late}\nask a\nask b\n{PASSED}"
    assert report_of(held(dialogue(tests=tests))) == [True, False]


def test_a_pool_of_one_holds_any_number_of_dialogues() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes, asyncio.timeout(60):
            await crowd(sandboxes)
            assert len(launcher.started) == 2  # one for programs and one for test code

    async def crowd(sandboxes: PooledSandboxes) -> None:
        async with asyncio.TaskGroup() as group:
            talks = [group.create_task(sandboxes.converse(dialogue())) for _ in range(20)]
            jobs = [group.create_task(results(sandboxes, job("say {in}", "a"))) for _ in range(20)]
        assert all(report_of(talk.result()) == [True, False] for talk in talks)
        assert all(one.result()[1][0].stdout == b"a" for one in jobs)

    asyncio.run(check())


def test_a_dialogue_that_is_cancelled_gives_both_sandboxes_back() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes, asyncio.timeout(60):
            talk = asyncio.create_task(sandboxes.converse(dialogue(tests="ask a\nsleep")))
            await asyncio.sleep(0.2)
            talk.cancel()
            with pytest.raises(asyncio.CancelledError):
                await talk
            assert report_of(await sandboxes.converse(dialogue())) == [True, False]

    asyncio.run(check())


def test_what_shares_a_process_shares_a_sandbox() -> None:
    async def check() -> None:
        launcher = ScriptedLauncher()
        async with running(scripted(launcher)) as sandboxes:
            shared = dialogue(tests=f"{PASSED}\nstay", shared_process=True)
            result = await sandboxes.converse(shared)
            assert report_of(result) == [True, False]
            assert len(launcher.started) == 1
            ended = dialogue(tests='header reason "memory"', shared_process=True)
            result = await sandboxes.converse(ended)
            assert report_of(result) == [False, False]
            assert result.program is not None
            assert result.program.reason is ExitReason.MEMORY

    asyncio.run(check())
