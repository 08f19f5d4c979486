"""What every implementation of ``Sandboxes`` does, whatever is behind it.

pytest tests/sandboxes/test_contract.py                     what this host has
pytest tests/sandboxes/test_contract.py -k local
pytest tests/sandboxes/test_contract.py -m docker           with a Docker Engine and its images
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest
from asking import until

from reward_sandboxes import calls, plain
from reward_sandboxes.backend import BackendOptions, make_sandboxes
from reward_sandboxes.manager import Manager
from reward_sandboxes.types import (
    Built,
    Call,
    Dialogue,
    DialogueResult,
    ExitReason,
    Job,
    LanguageMissingError,
    Limits,
    Program,
    Run,
    RunResult,
    Sandboxes,
    Suite,
    SuiteKind,
)

Result = TypeVar("Result")

LIMITS = Limits(cpu_s=1.0, total_cpu_s=20.0, memory_mb=256, output_kb=64, disk_mb=16, processes=32)
OPTIONS = BackendOptions(slots=2, unsafe=True)


@asynccontextmanager
async def named(name: str, *, runtime: str = "") -> AsyncIterator[Sandboxes]:
    """Start the sandboxes that ``name`` stands for."""
    sandboxes = make_sandboxes(name, replace(OPTIONS, docker_runtime=runtime))
    await sandboxes.start()
    try:
        yield sandboxes
    finally:
        await sandboxes.close()


@asynccontextmanager
async def remote() -> AsyncIterator[Sandboxes]:
    """Start embedded sandboxes behind a manager, and sandboxes that ask it."""
    async with named("local") as there:
        manager = Manager(there)
        port = await manager.listen("127.0.0.1", 0)
        try:
            async with named(f"tcp://127.0.0.1:{port}") as sandboxes:
                yield sandboxes
        finally:
            await manager.close()


IMPLEMENTATIONS: dict[str, Callable[[], AbstractAsyncContextManager[Sandboxes]]] = {
    "local": lambda: named("local"),
    "none": lambda: named("none"),
    "remote": remote,
    "docker": lambda: named("docker"),
    "gvisor": lambda: named("docker", runtime="runsc"),
}

MARKS = {"docker": ["docker"], "gvisor": ["docker", "gvisor"]}


@dataclass
class Desk:
    """Sandboxes, and the event loop that they live in."""

    name: str
    sandboxes: Sandboxes
    runner: asyncio.Runner

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        async def bounded() -> Result:
            async with asyncio.timeout(60):
                return await work

        return self.runner.run(bounded())

    def do(self, job: Job) -> tuple[Built, list[RunResult]]:
        """Run a job to its end."""
        return self.wait(done(self.sandboxes, job))

    def run(
        self,
        source: str,
        *stdins: str | bytes,
        language: str = "python",
        files: dict[str, bytes] | None = None,
        **limits: Any,
    ) -> list[RunResult]:
        """Run a program that compiles, once for each of ``stdins``, and at least once."""
        runs = [Run(stdin=one if isinstance(one, bytes) else one.encode()) for one in stdins]
        program = Program(language=language, source=source, files=files or {})
        built, ran = self.do(
            Job(program=program, runs=runs or [Run()], limits=replace(LIMITS, **limits))
        )
        assert built.ok, built.message
        return ran

    def call(self, source: str, function: str, *arguments: Any, prelude: bool = False) -> Any:
        """Return what one call comes to."""
        call = Call(function=function, arguments=plain.dumps(list(arguments)))
        program = Program(language="python", source=source, prelude=prelude)
        _, (result,) = self.do(Job(program=program, runs=[Run(call=call)], limits=LIMITS))
        return calls.read_reply(result.reply) if result.reply is not None else result

    def converse(self, source: str, suite: Suite, **limits: Any) -> DialogueResult:
        """Let ``suite`` call a program."""
        program = Program(language="python", source=source)
        dialogue = Dialogue(program=program, suite=suite, limits=replace(LIMITS, **limits))
        return self.wait(self.sandboxes.converse(dialogue))


async def done(sandboxes: Sandboxes, job: Job) -> tuple[Built, list[RunResult]]:
    built, *ran = [answer async for answer in sandboxes.run(job)]
    assert isinstance(built, Built)
    results = [one for one in ran if isinstance(one, RunResult)]
    assert len(results) == len(ran)
    return built, results


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=[getattr(pytest.mark, mark) for mark in MARKS.get(name, ())])
        for name in IMPLEMENTATIONS
    ],
)
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        context = IMPLEMENTATIONS[request.param]()
        sandboxes = runner.run(context.__aenter__())
        try:
            yield Desk(request.param, sandboxes, runner)
        finally:
            runner.run(context.__aexit__(None, None, None))


def asserts(*statements: str, entry_points: Sequence[str] = ("f",), **fields: Any) -> Suite:
    return Suite(kind=SuiteKind.ASSERTS, statements=statements, entry_points=entry_points, **fields)


# status


def test_says_what_it_is(desk: Desk) -> None:
    status = desk.sandboxes.status()
    assert status.ready, status.reason
    assert status.backend == ("docker" if desk.name == "gvisor" else desk.name)
    assert status.slots == 2
    assert "python" in status.languages
    assert not set(status.languages) & set(status.missing)
    assert (status.level == "none") == (desk.name == "none")
    assert status.protections


# runs


def test_makes_the_runs_of_a_program_in_order(desk: Desk) -> None:
    ran = desk.run("print(int(input()) * 2)", *(f"{n}\n" for n in range(10)))
    assert [one.stdout for one in ran] == [b"%d\n" % (2 * n) for n in range(10)]
    assert {(one.reason, one.exit_code, one.retried) for one in ran} == {
        (ExitReason.EXITED, 0, False)
    }


def test_a_run_gets_its_own_arguments_and_files(desk: Desk) -> None:
    source = "import sys; print(sys.argv[1:], open('a.txt').read(), open('d/own.txt').read())"
    program = Program(language="python", source=source, files={"a.txt": b"for all"})
    runs = [Run(arguments=[str(n)], files={"d/own.txt": b"own %d" % n}) for n in range(3)]
    _, ran = desk.do(Job(program=program, runs=runs, limits=LIMITS))
    assert [one.stdout.decode() for one in ran] == [f"['{n}'] for all own {n}\n" for n in range(3)]


def test_a_run_finds_nothing_of_the_one_before(desk: Desk) -> None:
    source = (
        "import os, builtins\n"
        "print(sorted(os.listdir('.')), hasattr(builtins, 'left'), open('a').read())\n"
        "builtins.left = 1\n"
        "open('left', 'w').write('x')\n"
        "os.getcwd() == '/tmp' and open('/tmp/left', 'w').write('x')\n"
        "open('a', 'w').write('changed')\n"
    )
    first, *others = desk.run(source, "", "", "", files={"a": b"as it was"})
    assert first.exit_code == 0, first.stderr
    assert {one.stdout for one in others} == {first.stdout}
    assert b"as it was" in first.stdout
    assert b"False" in first.stdout


def test_exit_codes_and_signals_are_the_programs_own(desk: Desk) -> None:
    source = "import os, sys\nn = int(input())\nos.kill(os.getpid(), -n) if n < 0 else sys.exit(n)"
    ran = desk.run(source, "0", "3", "255", "-6", "-9")
    assert [(one.reason, one.exit_code, one.signal) for one in ran] == [
        (ExitReason.EXITED, 0, None),
        (ExitReason.EXITED, 3, None),
        (ExitReason.EXITED, 255, None),
        (ExitReason.SIGNALLED, None, 6),
        (ExitReason.SIGNALLED, None, 9),
    ]


def test_an_exception_is_told_with_its_line(desk: Desk) -> None:
    (result,) = desk.run("def f():\n    return 1 / 0\nf()\n")
    assert (result.reason, result.exit_code) == (ExitReason.EXITED, 1)
    assert "ZeroDivisionError" in result.stderr
    assert "line 2" in result.stderr


def test_a_program_that_does_not_compile_says_why_and_is_not_run(desk: Desk) -> None:
    program = Program(language="python", source="print(1\n")
    built, ran = desk.do(Job(program=program, runs=[Run(), Run()], limits=LIMITS))
    assert not built.ok
    assert "SyntaxError" in built.message
    assert ran == []


def test_large_inputs_and_outputs_pass(desk: Desk) -> None:
    source = "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data * 5)"
    data = bytes(range(256)) * 4096
    (result,) = desk.run(source, data, output_kb=8192)
    assert result.reason is ExitReason.EXITED
    assert result.stdout == data * 5


# limits


def test_an_endless_loop_is_out_of_time(desk: Desk) -> None:
    (result,) = desk.run("while True: pass", cpu_s=0.3)
    assert result.reason is ExitReason.TIME
    assert result.cpu_s >= 0.3


def test_the_time_of_children_counts(desk: Desk) -> None:
    source = "import os\nif os.fork() == 0:\n    while True: pass\nos.wait()"
    (result,) = desk.run(source, cpu_s=0.3)
    assert result.reason is ExitReason.TIME


def test_a_program_that_stands_still_is_out_of_time(desk: Desk) -> None:
    (result,) = desk.run("import time; time.sleep(60)", cpu_s=0.1)
    assert result.reason is ExitReason.TIME
    assert result.cpu_s < 0.1
    assert result.wall_s < 30  # of the 60 that it would take


def test_memory_is_bounded(desk: Desk) -> None:
    (result,) = desk.run("x = bytearray(1 << 30)", memory_mb=128)
    assert result.reason is ExitReason.MEMORY


def test_output_is_bounded(desk: Desk) -> None:
    (result,) = desk.run("while True: print('x' * 1000)", output_kb=64)
    assert result.reason is ExitReason.OUTPUT
    assert len(result.stdout) <= 64 << 10


def test_runs_past_the_time_of_all_together_are_not_made(desk: Desk) -> None:
    source = "import time\nwhile time.process_time() < 0.4: pass"
    ran = desk.run(source, *[""] * 10, total_cpu_s=1.0)
    assert 2 <= len(ran) <= 3


def test_the_sandbox_is_as_good_after_all_that(desk: Desk) -> None:
    sources = [
        "import os\nwhile True: os.fork()",
        "x = []\nwhile True: x.append(bytearray(1 << 20))",
        "import os\nos.kill(os.getppid(), 9)\nos.kill(-1, 9)" if desk.name != "none" else "1 / 0",
        "import os\nif os.fork() == 0:\n    os.setsid()\n    import time; time.sleep(60)",
    ]
    for source in sources if desk.name != "none" else sources[1:]:
        desk.run(source, cpu_s=0.3, processes=16)
        (result,) = desk.run("print(6 * 7)")
        assert result.stdout == b"42\n"


# calls


def test_a_call_returns_plain_data(desk: Desk) -> None:
    value = [1 << 80, 2.5, float("inf"), "x\ud800", b"\0", (1,), {2}, {"a": None, (1, 2): True}]
    assert desk.call("def f(x): return x", "f", value) == calls.Returned(value)


def test_a_call_of_a_method_of_a_class_solution(desk: Desk) -> None:
    source = "class Solution:\n    def f(self, a, b): return a + b"
    assert desk.call(source, "f", 1, 2) == calls.Returned(3)


def test_a_call_tells_what_it_did_to_its_arguments(desk: Desk) -> None:
    reply = desk.call("def f(x): x.append(9)", "f", [1])
    assert reply == calls.Returned(None, ([1, 9],))


def test_a_call_that_raises_tells_what(desk: Desk) -> None:
    assert desk.call("def f(): raise ValueError('no')", "f") == calls.Raised("ValueError", "no")


def test_a_call_of_nothing_is_told(desk: Desk) -> None:
    assert isinstance(desk.call("x = 1", "f"), calls.NoFunction)


def test_what_equals_everything_is_not_plain(desk: Desk) -> None:
    source = (
        "class X(int):\n    def __eq__(self, other): return True\ndef f(): return [X(), object()]"
    )
    assert isinstance(desk.call(source, "f"), calls.NotPlain)


def test_a_call_that_ends_the_process_has_no_reply(desk: Desk) -> None:
    result = desk.call("import os\ndef f(): os._exit(0)", "f")
    assert isinstance(result, RunResult)
    assert (result.reason, result.exit_code, result.reply) == (ExitReason.EXITED, 0, None)


def test_the_usual_names_are_at_hand_if_asked_for(desk: Desk) -> None:
    source = "def f(x: List[int]) -> Optional[int]: return max(Counter(x).values())"
    assert desk.call(source, "f", [1, 1], prelude=True) == calls.Returned(2)


# dialogues


def test_asserts_call_a_program(desk: Desk) -> None:
    result = desk.converse(
        "def f(x): return x * 2",
        asserts("assert f(1) == 2", "assert f(2) == 5", "assert f([1]) == [1, 1]"),
    )
    assert result.built.ok
    assert result.suite_error == ""
    assert result.report is not None
    assert list(result.report.passed) == [True, False, True]
    assert len(result.report.failures) == 1
    assert result.program is not None
    assert result.program.reason is ExitReason.EXITED


def test_a_check_calls_its_candidate(desk: Desk) -> None:
    test = "def check(candidate):\n    assert candidate(2, b=3) == 5"
    suite = Suite(kind=SuiteKind.CHECK, statements=[test], entry_points=["add"])
    for source, passed in (("a + b", True), ("a - b", False)):
        result = desk.converse(f"def add(a, b): return {source}", suite)
        assert result.report is not None
        assert list(result.report.passed) == [passed]


def test_an_object_that_equals_everything_fails(desk: Desk) -> None:
    source = (
        "class X:\n    def __eq__(self, other): return True\n    __hash__ = None\n"
        "def f(x): return X()"
    )
    result = desk.converse(source, asserts("assert f(1) == 2"))
    assert result.report is not None
    assert list(result.report.passed) == [False]


def test_a_program_that_ends_fails_what_is_left(desk: Desk) -> None:
    source = "import os\ndef f(x): return 2 if x == 1 else os._exit(0)"
    result = desk.converse(source, asserts("assert f(1) == 2", "f(2)", "assert f(1) == 2"))
    assert result.report is not None
    assert list(result.report.passed) == [True, False, False]
    assert result.program is not None
    assert result.program.exit_code == 0


def test_a_program_out_of_time_fails_what_is_left(desk: Desk) -> None:
    source = "def f(x):\n    while x: pass\n    return 1"
    result = desk.converse(
        source, asserts("assert f(0) == 1", "f(1)", "assert f(0) == 1"), cpu_s=0.3
    )
    assert result.report is not None
    assert list(result.report.passed) == [True, False, False]
    assert result.program is not None
    assert result.program.reason is ExitReason.TIME


def test_a_program_that_does_not_compile_is_not_called(desk: Desk) -> None:
    result = desk.converse("def f(:", asserts("assert f(1) == 2"))
    assert not result.built.ok
    assert (result.report, result.program, result.suite_error) == (None, None, "")


def test_test_code_that_is_broken_is_told_apart(desk: Desk) -> None:
    for suite in (
        asserts("assert f(1) ==="),
        asserts("assert f(1) == 2", setup="import no_such_module"),
        Suite(kind=SuiteKind.CHECK, statements=["x = 1"], entry_points=["f"]),
    ):
        result = desk.converse("def f(x): return 2", suite)
        assert result.report is None
        assert result.suite_error


def test_test_code_that_never_ends_is_told_apart(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reward_sandboxes.dialogue._EXTRA_TESTS_CPU_S", 0.2)
    result = desk.converse("def f(x): return 2", asserts("while True: pass"), cpu_s=0.1)
    assert result.report is None
    assert "time" in result.suite_error


def test_pytest_files_import_a_program(desk: Desk) -> None:
    tests = (
        b"import pytest\nfrom solution import add\n"
        b"@pytest.mark.parametrize('a', [1, 2, 3])\ndef test_add(a): assert add(a, 1) == a + 1\n"
        b"def test_raises():\n    with pytest.raises(TypeError): add('x', 1)\n"
    )
    if desk.name != "docker":
        pytest.importorskip("pytest")
    suite = Suite(kind=SuiteKind.PYTEST, files={"test_solution.py": tests})
    source = "def add(a, b): return a + b if a != 3 else 0"
    result = desk.converse(source, suite)
    assert result.report is not None, result.suite_error
    assert sorted(result.report.passed) == [False, True, True, True]


def test_tests_and_program_may_have_to_share_a_process(desk: Desk) -> None:
    suite = asserts(
        "assert C(2).x == 2", "assert C.__name__ == 'D'", entry_points=["C"], shared_process=True
    )
    source = "class C:\n    def __init__(self, x): self.x = x"
    result = desk.converse(source, suite)
    assert result.report is not None, result.suite_error
    assert list(result.report.passed) == [True, False]


# around


def test_many_jobs_and_dialogues_at_once(desk: Desk) -> None:
    async def crowd() -> None:
        async with asyncio.TaskGroup() as group:
            for n in range(20):
                group.create_task(one_job(n))
                group.create_task(one_dialogue(n))

    async def one_job(n: int) -> None:
        program = Program(language="python", source=f"print({n} + int(input()))")
        runs = [Run(stdin=b"%d" % k) for k in range(3)]
        _, ran = await done(desk.sandboxes, Job(program=program, runs=runs, limits=LIMITS))
        assert [one.stdout for one in ran] == [b"%d\n" % (n + k) for k in range(3)]

    async def one_dialogue(n: int) -> None:
        program = Program(language="python", source=f"def f(x): return x + {n}")
        suite = asserts(f"assert f(1) == {n + 1}", f"assert f(1) == {n}")
        dialogue = Dialogue(program=program, suite=suite, limits=LIMITS)
        result = await desk.sandboxes.converse(dialogue)
        assert result.report is not None
        assert list(result.report.passed) == [True, False]

    async def at_rest() -> None:
        await until(lambda: desk.sandboxes.status().queued == desk.sandboxes.status().busy == 0)

    desk.wait(crowd())
    desk.wait(at_rest())
    assert desk.sandboxes.status().ready


def test_a_job_may_be_stopped(desk: Desk) -> None:
    async def stop_early() -> None:
        program = Program(language="python", source="print(input())")
        runs = [Run(stdin=b"%d" % n) for n in range(1000)]
        job = Job(program=program, runs=runs, limits=LIMITS)
        async with aclosing(desk.sandboxes.run(job)) as answers:
            async for answer in answers:
                if isinstance(answer, RunResult):
                    break

    desk.wait(stop_early())
    (result,) = desk.run("print(6 * 7)")
    assert result.stdout == b"42\n"


def test_a_language_that_is_not_here_is_told(desk: Desk) -> None:
    job = Job(program=Program(language="brainfuck", source="+"), runs=[Run()])
    with pytest.raises(LanguageMissingError):
        desk.do(job)


def test_a_program_that_is_compiled_is_compiled_once(desk: Desk) -> None:
    if "cpp" not in desk.sandboxes.status().languages:
        pytest.skip(f"no C++: {desk.sandboxes.status().missing['cpp']}")
    source = '#include <cstdio>\nint main() { int n; scanf("%d", &n); printf("%d\\n", 2 * n); }'
    program = Program(language="cpp", source=source)
    job = Job(program=program, runs=[Run(stdin=b"1"), Run(stdin=b"21")], limits=LIMITS)
    for cached in (False, True):
        built, ran = desk.do(job)
        assert built.ok, built.message
        assert built.cached == cached
        assert [one.stdout for one in ran] == [b"2\n", b"42\n"]
    broken = replace(job, program=replace(program, source="int main() { return x; }"))
    built, ran = desk.do(broken)
    assert (built.ok, ran) == (False, [])
    assert "x" in built.message
