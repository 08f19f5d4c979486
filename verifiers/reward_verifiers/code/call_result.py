"""What one call of a program's function came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reward_sandboxes.calls import NoFunction, NotPlain, Raised, Returned, read_reply
from reward_sandboxes.plain import PlainError
from reward_sandboxes.types import RunResult
from reward_verifiers.code.outcomes import TestOutcome, stopped
from reward_verifiers.code.tally import Failure


@dataclass(frozen=True, slots=True)
class Value:
    """A call that returned plain data."""

    value: Any
    arguments: tuple[Any, ...] | None = None
    """What became of its arguments, where it changed any."""


@dataclass(frozen=True, slots=True)
class NoValue:
    """A call that did not, and so fails its test."""

    outcome: TestOutcome
    failure: Failure


def read_call(result: RunResult) -> Value | NoValue:
    """Return what the call came to whose run ended so."""
    outcome = stopped(result)
    if outcome is not None:
        return NoValue(outcome, Failure(message=result.stderr[-2000:]))
    if result.reply is None:
        # It ended the process instead of returning; whatever its exit code, there is no value.
        said = result.stderr[-2000:] or f"it exited with code {result.exit_code} instead"
        return NoValue(TestOutcome.ERROR, Failure(message=said))
    try:
        reply = read_reply(result.reply)
    except PlainError as error:
        return NoValue(TestOutcome.NOT_PLAIN, Failure(message=str(error)))
    match reply:
        case Returned(value, arguments):
            return Value(value, arguments)
        case Raised(kind, message):
            return NoValue(TestOutcome.ERROR, Failure(message=f"{kind}: {message}"))
        case NoFunction(message):
            return NoValue(TestOutcome.NO_FUNCTION, Failure(message=message))
        case NotPlain(message):
            return NoValue(TestOutcome.NOT_PLAIN, Failure(message=message))
