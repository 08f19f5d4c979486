"""Dialogues: test code in one sandbox calls a program in another; plain data is carried between.

What is carried is never looked into: what the test code asks is for the program to answer, and what
the program answers is for the test code to read. A program that has ended answers every further
call with nothing, which fails the test that made it.

Whose fault: a program over its limits has failed what was left to test; test code over its own
limits is broken data; a sandbox that broke is a ``SandboxError``, after a second try.
"""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, replace

from reward_sandboxes.answers import Heard, Ran
from reward_sandboxes.clocks import settled, settled_build
from reward_sandboxes.launcher import Offer
from reward_sandboxes.orders import Order, candidate_order, suite_order
from reward_sandboxes.pool import Lease, Pool
from reward_sandboxes.slot import Slot, SlotDiedError
from reward_sandboxes.types import (
    Dialogue,
    DialogueResult,
    ExitReason,
    Limits,
    Report,
    RunResult,
    SandboxError,
    Suite,
    SuiteKind,
)

_MAX_CALLS = 250_000
"""Of one dialogue; the proxy in the test code's process stops before that."""
_MAX_CARRIED_BYTES = 1 << 30
_NOTHING = b""
# Test code waits while the program runs, which its wall-clock backstop must not take for standing
# still; and it is the data's, so that it may take its time.
_EXTRA_TESTS_CPU_S = 30.0
_TESTS = Limits(memory_mb=2048, output_kb=65_536, disk_mb=64, processes=64)


async def hold_dialogue(
    pool: Pool, program: Offer, test_code: Offer, dialogue: Dialogue
) -> DialogueResult:
    """Return how ``dialogue`` went, as ``Sandboxes.converse`` does."""
    hold = _together if dialogue.suite.shared_process else _apart
    kind = test_code.kind if dialogue.suite.shared_process else program.kind
    asked = time.monotonic()
    lease = await pool.lease(kind)
    queue_s = time.monotonic() - asked
    death: SlotDiedError | None = None
    alone = False
    while True:
        result = None
        fresh = death is not None
        try:
            held = _Held(pool, lease, program, test_code, dialogue, alone, fresh)
            result = await hold(held)
            alone = result is None
        except SlotDiedError as error:
            if death is not None:
                raise SandboxError(
                    f"two sandboxes broke under a dialogue: {death}; {error}"
                ) from error
            death = error
        finally:
            lease.end()
        if result is not None:
            return replace(result, built=replace(result.built, queue_s=queue_s))
        lease = await pool.lease(kind, again=True, fresh=death is not None, alone=alone)


@dataclass(frozen=True, slots=True)
class _Held:
    """A dialogue with the sandbox of its program."""

    pool: Pool
    lease: Lease
    program: Offer
    test_code: Offer
    dialogue: Dialogue
    alone: bool
    fresh: bool
    """Whether a sandbox broke before, so that the test code, too, gets one that is new."""

    def settled(self, ran: Ran, order: Order) -> RunResult | None:
        """Return the result of a process, or None if the dialogue is to be held alone."""
        crowded = self.pool.turns.taken > 1
        return settled(ran, order.cpu_s, crowded=crowded, alone=self.alone)


async def _apart(held: _Held) -> DialogueResult | None:
    """Hold a dialogue between two sandboxes; None if it is to be held alone."""
    dialogue, slot = held.dialogue, held.lease.slot
    order = candidate_order(dialogue.program, held.program.language, dialogue.limits)
    slot.begin(order)
    built = settled_build(await slot.compiled(), alone=held.alone)
    if built is None:
        return None
    if not built.ok:
        return DialogueResult(built=built, report=None)
    judge = await held.lease.judge(held.test_code.kind, fresh=held.fresh)
    limits = replace(_TESTS, cpu_s=dialogue.limits.cpu_s + _EXTRA_TESTS_CPU_S)
    tests_order = suite_order(dialogue.suite, {}, held.test_code.language, limits)
    judge.begin(tests_order)
    await judge.compiled()
    carrier = _Carrier(slot, judge)
    end = await carrier.carry()
    held.lease.end_judge()
    program = held.settled(await carrier.program_end(), order)
    if program is None:
        return None
    found = DialogueResult(built=built, report=None, program=program)
    if isinstance(end, Heard):
        return replace(found, report=end.report, suite_error=end.suite_error)
    ended = held.settled(end, tests_order)
    if ended is None or (_stood_still(end, tests_order) and not held.alone):
        return None
    why = f"the test code ended: {_described(ended)}"
    if carrier.n_calls:  # of what it got from the program, perhaps
        return replace(found, report=_all_failed(dialogue.suite, why))
    return replace(found, suite_error=why)


async def _together(held: _Held) -> DialogueResult | None:
    """Run test code and program in one process; None if it is to be done alone."""
    dialogue, slot = held.dialogue, held.lease.slot
    program = dialogue.program
    files = {
        **program.files,
        f"{dialogue.suite.module}.py": program.source.encode("utf-8", "surrogatepass"),
    }
    order = suite_order(dialogue.suite, files, held.test_code.language, dialogue.limits)
    slot.begin(order)
    built = (await slot.compiled()).built
    end = await slot.heard()
    ended = held.settled(end if isinstance(end, Ran) else await _end_of(slot), order)
    if ended is None:
        return None
    found = DialogueResult(built=built, report=None, program=ended)
    if isinstance(end, Heard) and end.last:
        return replace(found, report=end.report, suite_error=end.suite_error)
    why = f"program and tests ended: {_described(ended)}"
    return replace(found, report=_all_failed(dialogue.suite, why))


class _Carrier:
    """Carries calls from test code to a program, and what they come to back."""

    def __init__(self, program: Slot, tests: Slot) -> None:
        self.n_calls = 0
        self._program = program
        self._tests = tests
        self._end: Ran | None = None
        self._n_bytes = 0
        self._flooded = False

    async def carry(self) -> Heard | Ran:
        """Return the last message of the test code, or how it ended without one."""
        while True:
            said = await self._tests.heard()
            if isinstance(said, Ran) or said.last:
                return said
            self._tests.say(await self._answer(said.message))

    async def program_end(self) -> Ran:
        """End the program if it has not ended, and return how it did."""
        end = self._end or await _end_of(self._program)
        if self._flooded:
            end = replace(end, result=replace(end.result, reason=ExitReason.OUTPUT))
        return end

    async def _answer(self, message: bytes) -> bytes:
        self.n_calls += 1
        if self._end is not None or self._flooded:
            return _NOTHING
        self._program.say(message)
        said = await self._program.heard()
        if isinstance(said, Ran):
            self._end = said
            return _NOTHING
        self._n_bytes += len(message) + len(said.message)
        self._flooded = self.n_calls > _MAX_CALLS or self._n_bytes > _MAX_CARRIED_BYTES
        return _NOTHING if self._flooded else said.message


async def _end_of(slot: Slot) -> Ran:
    """End the process in ``slot``, and return how it ended: as one that had nothing left to do."""
    slot.end()
    ran = await slot.heard()
    while not isinstance(ran, Ran):  # what it says unasked is passed over; its time is limited
        ran = await slot.heard()
    killed = ran.result.reason is ExitReason.SIGNALLED and ran.result.signal == signal.SIGKILL
    if killed:  # which is how a sandbox ends it
        ended = replace(ran.result, reason=ExitReason.EXITED, exit_code=0, signal=None)
        return replace(ran, result=ended)
    return ran


def _stood_still(ran: Ran, order: Order) -> bool:
    """Whether the wall clock stopped it, which a busy host may be to blame for."""
    return ran.result.reason is ExitReason.TIME and ran.result.cpu_s < order.cpu_s


def _described(result: RunResult) -> str:
    last = result.stderr.strip().rpartition("\n")[2]
    return f"{result.reason}, {last[:200]}" if last else str(result.reason)


def _all_failed(suite: Suite, why: str) -> Report:
    n_tests = len(suite.statements) if suite.kind is SuiteKind.ASSERTS else 1
    return Report(passed=[False] * n_tests, failures=[why])
