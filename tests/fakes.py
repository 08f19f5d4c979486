"""Small real implementations of the engine's seams, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

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


LITERAL = Verifier(extract=_extract, shortcut=_shortcut, judge=_judge, perfect_completion=_perfect)
"""A verifier whose answer is the whole completion and must equal the gold."""
