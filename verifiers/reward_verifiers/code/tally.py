"""Counting the tests of one program up to a verdict.

Results come in order and are counted as they come, so the verdict is the same however many runs
were under way when the first failure ended the job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reward_sandboxes.types import Built, ExitReason, RunResult
from reward_verifiers.code.outcomes import LIMITS, TestOutcome, in_words
from reward_verifiers.code_spec import RewardRule
from reward_verifiers.verdict import Verdict

MAX_TESTS_SHOWN = 1000
"""A verdict lists the outcomes of so many tests; the counts are of all."""
MAX_SHOWN_CHARS = 300
"""A verdict shows so much of what was expected, and of what came instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """What a person wants to see of the first test that failed."""

    expected: str = ""
    got: str = ""
    message: str = ""
    """An exception, the end of stderr, or what test code said."""

    def shown(self) -> dict[str, str]:
        """Return what there is of it, cut to what a verdict may hold."""
        parts = {"expected": self.expected, "got": self.got, "message": self.message}
        return {name: shown(text) for name, text in parts.items() if text}


def shown(text: str) -> str:
    """Return ``text`` cut to what a verdict shows of it, and such that it can be written down."""
    cut = text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 3] + "..."
    return cut.encode("utf-8", "replace").decode("utf-8")


class Tally:
    """The tests of one program, counted in order."""

    def __init__(self, n_tests: int, reward: RewardRule) -> None:
        self.n_tests = n_tests
        self.outcomes: list[TestOutcome] = []
        self._reward = reward
        self._scores = 0.0
        self._first: tuple[int, Failure] | None = None
        self._cpu_s = 0.0
        self._n_retried = 0
        self._n_nonzero = 0
        self.done = False
        """Whether nothing that comes can change the verdict; what does come is not counted."""

    @property
    def n_passed(self) -> int:
        """Tests passed."""
        return self.outcomes.count(TestOutcome.PASSED)

    def ran(self, result: RunResult) -> None:
        """Count what a run cost."""
        self._cpu_s += result.cpu_s
        self._n_retried += result.retried

    def add(
        self,
        outcome: TestOutcome,
        failure: Callable[[], Failure] = Failure,
        *,
        score: float | None = None,
        exit_code: int | None = 0,
    ) -> bool:
        """Count the next test; return whether any further one matters.

        Args:
            outcome: what became of it.
            failure: makes what is shown of it, if it is the first that failed.
            score: what it earns, where a checker gave part of it.
            exit_code: of a run that passed; others than 0 are told.
        """
        passed = outcome is TestOutcome.PASSED
        self.outcomes.append(outcome)
        self._scores += float(passed) if score is None else score
        self._n_nonzero += passed and exit_code not in (0, None)
        if not passed and self._first is None:
            self._first = (len(self.outcomes) - 1, failure())
        self.done = self._reward is RewardRule.ALL and not passed
        return not self.done

    def as_one(self, reward: RewardRule) -> Tally:
        """Return these tests as a single one, passed if all of them are."""
        if not self.done and len(self.outcomes) < self.n_tests:
            self.add(TestOutcome.NOT_RUN)
        one = Tally(1, reward)
        one._cpu_s, one._n_retried = self._cpu_s, self._n_retried
        if self._first is None:
            one.add(TestOutcome.PASSED)
        else:
            index, failure = self._first
            one.add(self.outcomes[index], lambda: failure)
        return one

    def verdict(self, program: str, **details: Any) -> Verdict:
        """Return the verdict; tests that were not counted were not run."""
        if not self.done:
            missing = self.n_tests - len(self.outcomes)
            for _ in range(1 if self._reward is RewardRule.ALL and missing > 0 else missing):
                self.add(TestOutcome.NOT_RUN)
        reason, told = self._reason(), self._details() | details
        if self._over_limit():
            return Verdict.over_limit(reason, program, **told)
        return Verdict.graded(self._score(), program, reason, **told)

    def _score(self) -> float:
        if self._first is None:
            return 1.0
        if self._reward is RewardRule.ALL:
            return 0.0
        # All but one of a million tests, or all with a checker's 0.999..., is not all of them.
        return min(self._scores / self.n_tests, 1.0 - 1e-9)

    def _over_limit(self) -> bool:
        """Whether limits alone kept the program from earning anything."""
        if self._first is None or self._score() > 0:
            return False
        if self._reward is RewardRule.ALL:
            return self.outcomes[self._first[0]] in LIMITS
        return LIMITS.issuperset(self.outcomes)

    def _reason(self) -> str:
        passed = f"{self.n_passed} of {self.n_tests} tests passed"
        if self._first is None:
            return passed
        index, failure = self._first
        words = f"{passed}; test {index + 1} {in_words(self.outcomes[index])}"
        said = failure.message.strip().rpartition("\n")[2]
        return shown(f"{words}: {said}" if said else words)

    def _details(self) -> dict[str, Any]:
        counts = Counter(self.outcomes)
        details: dict[str, Any] = {
            "n_passed": self.n_passed,
            "n_total": self.n_tests,
            "tests": [outcome.value for outcome in self.outcomes[:MAX_TESTS_SHOWN]],
            "counts": {
                outcome.value: counts[outcome] for outcome in TestOutcome if counts[outcome]
            },
            "cpu_s": round(self._cpu_s, 3),
            "retried": self._n_retried,
            "shared_process": False,
        }
        if self._n_nonzero:
            details["nonzero_exits"] = self._n_nonzero
        if self._first is not None:
            details["first_failure"] = {"test": self._first[0], **self._first[1].shown()}
        return details


def not_built(built: Built, program: str, n_tests: int) -> Verdict:
    """Return the verdict on a program that does not compile."""
    details = {
        "n_passed": 0,
        "n_total": n_tests,
        "cpu_s": round(built.cpu_s, 3),
        "shared_process": False,
        "compiler": shown(built.message),
    }
    stopped = built.reason not in (ExitReason.EXITED, ExitReason.SIGNALLED)
    if stopped and built.reason is not ExitReason.FORBIDDEN:
        reason = f"compiling it is over its {built.reason.value} limit"
        return Verdict.over_limit(reason, program, **details)
    last = shown(built.message.strip()).rpartition("\n")[2]
    return Verdict.wrong(program, f"it does not compile: {last}".rstrip(": "), **details)
