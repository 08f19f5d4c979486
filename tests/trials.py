"""Trials driven by hand: what a program does is a table, and nothing is run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reward_sandboxes import calls, plain
from reward_sandboxes.types import (
    Built,
    Dialogue,
    DialogueResult,
    ExitReason,
    Job,
    Report,
    Run,
    RunResult,
)
from reward_verifiers.registry import read_spec, verifier
from reward_verifiers.trial import RunJob
from reward_verifiers.verdict import Verdict

OK = Built(ok=True)


def printed(text: str | bytes, **fields: Any) -> RunResult:
    """Return the result of a run that printed ``text`` and ended by itself."""
    stdout = text.encode() if isinstance(text, str) else text
    return RunResult(**{"reason": ExitReason.EXITED, "exit_code": 0, "stdout": stdout, **fields})


def ended(reason: ExitReason, text: str = "") -> RunResult:
    """Return the result of a run that was stopped, after it had printed ``text``."""
    return RunResult(reason=reason, stdout=text.encode())


def replied(reply: calls.Reply | bytes) -> RunResult:
    """Return the result of a run that was a call."""
    data = reply if isinstance(reply, bytes) else calls.written(reply)
    return RunResult(reason=ExitReason.EXITED, exit_code=0, reply=data)


def returned(value: Any) -> RunResult:
    """Return the result of a call that returned ``value``."""
    return replied(calls.Returned(value))


def of_function(function: Callable[..., Any]) -> Callable[[Run], RunResult]:
    """Return what a program does that is called and does as ``function``."""

    def run(run: Run) -> RunResult:
        assert run.call is not None
        arguments = plain.loads(run.call.arguments)
        try:
            return returned(function(*arguments))
        except (TypeError, ValueError, IndexError) as error:
            return replied(calls.Raised(type(error).__name__, str(error)))

    return run


@dataclass
class Bench:
    """Runs nothing; says what comes of jobs and dialogues, and remembers them."""

    runs: Callable[[Run], RunResult] | Sequence[RunResult] = ()
    checker: Callable[[Run], RunResult] | Sequence[RunResult] = ()
    """What comes of the runs of every job after the first."""
    built: Built = OK
    report: Report | None = None
    suite_error: str = ""
    """Of test code that does not share the program's process."""
    ended: RunResult | None = None
    ahead: int = 0
    """How many results still come after the trial has had enough."""
    most: int | None = None
    """The runs of a job that are made before its time is used up."""
    jobs: list[Job] = field(default_factory=list)
    dialogues: list[Dialogue] = field(default_factory=list)

    def judge(self, source: str, spec: dict[str, Any]) -> Verdict:
        """Drive the trial of the program ``source`` to its verdict."""
        begin = verifier("code").trial
        assert begin is not None
        trial = begin(source, read_spec({"domain": "code", **spec}))
        try:
            step = next(trial)
            while True:
                if isinstance(step, RunJob):
                    self._run(step)
                    step = trial.send(None)
                else:
                    self.dialogues.append(step.dialogue)
                    step = trial.send(self._held())
        except StopIteration as stop:
            verdict: Verdict = stop.value
            return verdict

    def _run(self, step: RunJob) -> None:
        makes = self.checker if self.jobs else self.runs
        self.jobs.append(step.job)
        if not step.take(self.built) and not self.built.ok:
            return
        results = map(makes, step.job.runs) if callable(makes) else iter(makes)
        more = self.ahead
        for _, result in zip(range(self.most or len(step.job.runs)), results, strict=False):
            if not step.take(result):
                more -= 1
                if more < 0:
                    return

    def _held(self) -> DialogueResult:
        error = "" if self.dialogues[-1].suite.shared_process else self.suite_error
        return DialogueResult(
            built=self.built,
            report=None if error else self.report,
            suite_error=error,
            program=self.ended or printed(""),
        )
