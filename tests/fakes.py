"""Small real implementations of the engine's seams, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace

from reward_sandboxes import calls, plain
from reward_sandboxes.types import (
    Built,
    Dialogue,
    DialogueResult,
    ExitReason,
    Job,
    Run,
    RunResult,
    SandboxError,
    Status,
)
from reward_service.lanes import Judged, LaneStatus
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import Verifier
from reward_verifiers.specs import MathSpec, Spec
from reward_verifiers.verdict import Verdict


class ScriptedLane:
    """A lane whose answers do what they say: ``right``, ``wrong``, an error by name, ``stall``.

    With an error's name as gold it cannot even be asked.
    """

    def __init__(self, errors: dict[str, BaseException] | None = None) -> None:
        self.asked: list[tuple[str, list[str]]] = []
        self.cancelled: list[str] = []
        self.open: dict[str, asyncio.Future[Judged]] = {}
        self.closed = False
        self._errors = errors or {}

    def ask(self, domain: str, spec: Spec, answers: Sequence[str]) -> list[asyncio.Future[Judged]]:
        """Settle each answer on the next turn of the loop, except those that stall."""
        assert isinstance(spec, MathSpec)
        if spec.golds[0] in self._errors:
            raise self._errors[spec.golds[0]]
        self.asked.append((spec.golds[0], list(answers)))
        return [self._future(domain, spec, answer) for answer in answers]

    def _future(self, domain: str, spec: MathSpec, answer: str) -> asyncio.Future[Judged]:
        future: asyncio.Future[Judged] = asyncio.get_running_loop().create_future()
        if answer == "stall":
            self.open[answer] = future
            future.add_done_callback(
                lambda done: self.cancelled.append(answer) if done.cancelled() else None
            )
            return future
        asyncio.get_running_loop().call_soon(self._settle, future, domain, spec, answer)
        return future

    def go_on(self) -> None:
        """Judge what stalls, as right."""
        for answer, future in self.open.items():
            verdict = Verdict.correct(answer).stamped("math", "1")
            future.set_result(Judged(verdict=verdict, queue_s=0.5, exec_s=0.25))

    def _settle(
        self, future: asyncio.Future[Judged], domain: str, spec: MathSpec, answer: str
    ) -> None:
        if future.done():
            return
        if answer in self._errors:
            future.set_exception(self._errors[answer])
            return
        made = {"slow": Verdict.over_limit("too slow", answer)}.get(answer)
        right = answer in spec.golds
        verdict = made or (Verdict.correct(answer) if right else Verdict.wrong(answer))
        future.set_result(Judged(verdict=verdict.stamped(domain, "1"), queue_s=0.5, exec_s=0.25))

    def status(self) -> LaneStatus:
        """Be ready until closed."""
        return LaneStatus(ready=not self.closed)

    async def start(self) -> None:
        """Need nothing."""

    async def close(self) -> None:
        """Note it."""
        self.closed = True


def _extract(completion: str, _spec: Spec) -> str | Verdict:
    if completion == "boom":
        raise ZeroDivisionError("a bug of ours")
    if completion == "broken gold":
        raise BadSpecError("spec.gold: meaningless")
    return completion if completion else Verdict.no_answer("empty")


def _shortcut(answer: str, _spec: Spec) -> Verdict | None:
    return Verdict.correct(answer, "at once") if answer == "quick" else None


def _judge(answer: str, spec: Spec) -> Verdict:
    assert isinstance(spec, MathSpec)
    return Verdict.correct(answer) if answer in spec.golds else Verdict.wrong(answer)


def _perfect(spec: Spec) -> str | None:
    assert isinstance(spec, MathSpec)
    if spec.golds[0] == "unreadable":
        raise BadSpecError("spec.gold: no parser accepts it")
    if spec.golds[0] == "boom":
        raise ZeroDivisionError("a bug of ours")
    return None if spec.golds[0] == "nothing" else spec.golds[0]


LITERAL = Verifier(
    extract=_extract,
    shortcut=_shortcut,
    judge=_judge,
    trial=None,
    perfect_completion=_perfect,
)
"""A verifier whose answer is the whole completion and must equal the gold."""


Meaning = Callable[[Run], RunResult] | SandboxError | None
"""What a program does in a run; an error is raised, and None stands still until it is closed."""


def prints(output: Callable[[str], str]) -> Callable[[Run], RunResult]:
    """Return the meaning of a program whose stdout is ``output`` of its stdin."""

    def run(run: Run) -> RunResult:
        stdout = output(run.stdin.decode()).encode()
        return RunResult(reason=ExitReason.EXITED, exit_code=0, stdout=stdout, cpu_s=0.01)

    return run


def defines(**functions: Callable[..., object]) -> Callable[[Run], RunResult]:
    """Return the meaning of a program that has these functions."""

    def run(run: Run) -> RunResult:
        assert run.call is not None
        function = functions.get(run.call.function)
        reply: calls.Reply = calls.NoFunction(f"no function {run.call.function}")
        if function is not None:
            reply = calls.Returned(function(*plain.loads(run.call.arguments)))
        return RunResult(
            reason=ExitReason.EXITED, exit_code=0, reply=calls.written(reply), cpu_s=0.01
        )

    return run


def ends(reason: ExitReason) -> Callable[[Run], RunResult]:
    """Return the meaning of a program that every run of ends for ``reason``."""
    return lambda _run: RunResult(reason=reason, cpu_s=1.0)


class FakeSandboxes:
    """``Sandboxes`` that run nothing: a table says what each source does.

    A source that the table lacks cannot be built. ``slots`` programs are run at a time.
    """

    def __init__(
        self,
        programs: Mapping[str, Meaning] | None = None,
        *,
        dialogues: Mapping[str, DialogueResult | SandboxError | None] | None = None,
        slots: int = 2,
        start_errors: Sequence[SandboxError] = (),
        queue_s: float = 0.0,
    ) -> None:
        self.status_now = Status(
            ready=True,
            backend="fake",
            level="namespaces",
            protections={"seccomp": True, "cgroup": "no cgroup may be made"},
            languages={"python": "3.11.2"},
            missing={"rust": "rustc"},
            slots=slots,
        )
        self.jobs: list[Job] = []
        """Every job that was begun."""
        self.dialogues: list[Dialogue] = []
        """Every dialogue that was begun."""
        self.n_runs = 0
        self.n_open = 0
        self.most_open = 0
        self.closed = False
        self.n_starts = 0
        self._programs = programs or {}
        self._dialogues = dialogues or {}
        self._start_errors = list(start_errors)
        self._queue_s = queue_s
        self._slots = asyncio.Semaphore(slots)

    async def start(self) -> None:
        """Fail as often as told, then be ready."""
        self.n_starts += 1
        if self._start_errors:
            raise self._start_errors.pop(0)

    async def close(self) -> None:
        """Note it."""
        self.closed = True

    def status(self) -> Status:
        """Return what was set."""
        return replace(self.status_now, busy=self.n_open)

    async def run(self, job: Job) -> AsyncGenerator[Built | RunResult, None]:
        """Yield what the table says of each run."""
        async with self._slots:
            self._opened()
            self.jobs.append(job)
            try:
                if job.program.source not in self._programs:
                    yield Built(ok=False, message="SyntaxError: not in the table")
                    return
                yield Built(ok=True, queue_s=self._queue_s, cpu_s=0.001)
                for run in job.runs:
                    self.n_runs += 1
                    yield await self._result(self._programs[job.program.source], run)
            finally:
                self.n_open -= 1

    async def _result(self, meaning: Meaning, run: Run) -> RunResult:
        await asyncio.sleep(0)
        if meaning is None:
            await asyncio.Event().wait()
            raise AssertionError
        if isinstance(meaning, SandboxError):
            raise meaning
        return meaning(run)

    async def converse(self, dialogue: Dialogue) -> DialogueResult:
        """Return what the table says of the program."""
        async with self._slots:
            self._opened()
            self.dialogues.append(dialogue)
            try:
                await asyncio.sleep(0)
                result = self._dialogues[dialogue.program.source]
                if result is None:
                    await asyncio.Event().wait()
                    raise AssertionError
                if isinstance(result, SandboxError):
                    raise result
                return result
            finally:
                self.n_open -= 1

    def _opened(self) -> None:
        self.n_open += 1
        self.most_open = max(self.most_open, self.n_open)
