"""Programs: does the code in a completion pass its tests? Nothing here runs anything.

``extract`` finds the program, ``trial`` says what to run of it (``reward_verifiers.trial``) and
judges what came of that. Expected outputs never go where the program is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reward_verifiers.code import asserts, check, checker, functional, pytest_files, stdio
from reward_verifiers.code_spec import CodeExtract, CodeSpec
from reward_verifiers.extract.fenced import Found, before_a_lone_fence, programs
from reward_verifiers.extract.thinking import after_thinking, nothing_after_thinking
from reward_verifiers.trial import Trial
from reward_verifiers.verdict import Verdict

_TRIALS: Mapping[str, Callable[[str, CodeSpec], Trial]] = MappingProxyType(
    {
        "stdio": stdio.trial,
        "functional": functional.trial,
        "asserts": asserts.trial,
        "check": check.trial,
        "pytest": pytest_files.trial,
        "checker": checker.trial,
    }
)

# What test code has to be read for; the other types are checked whole when their spec is read.
_SPEC_CHECKS: Mapping[str, Callable[[CodeSpec], None]] = MappingProxyType(
    {
        "asserts": asserts.check_spec,
        "check": check.check_spec,
        "pytest": pytest_files.check_spec,
    }
)


def extract(completion: str, spec: CodeSpec) -> str | Verdict:
    """Return the program in ``completion``, or say why there is none.

    Raises:
        BadSpecError: the tests cannot be read; so for every completion of a group.
    """
    check_spec = _SPEC_CHECKS.get(spec.tests.type)
    if check_spec is not None:
        check_spec(spec)
    text = after_thinking(completion, spec.thinking)
    if text is None:
        return Verdict.no_answer(nothing_after_thinking(spec.thinking))
    found = programs(text, spec.language)
    program = _CHOSEN[spec.extract](found, text)
    return Verdict.no_answer(found.missing) if program is None else program


def _last(found: Found, _text: str) -> str | None:
    return found.programs[-1] if found.programs else None


def _first(found: Found, _text: str) -> str | None:
    return found.programs[0] if found.programs else None


def _all(found: Found, _text: str) -> str | None:
    return "\n".join(found.programs) if found.programs else None


def _whole(found: Found, text: str) -> str | None:
    if found.programs:
        return found.programs[-1]
    return (before_a_lone_fence(text) or text) if text.strip() else None


_CHOSEN: Mapping[CodeExtract, Callable[[Found, str], str | None]] = MappingProxyType(
    {
        CodeExtract.LAST: _last,
        CodeExtract.FIRST: _first,
        CodeExtract.ALL: _all,
        CodeExtract.WHOLE: _whole,
    }
)


def shortcut(answer: str, spec: CodeSpec) -> Verdict | None:
    """Return None: what a program does shows when it runs."""
    return None


def trial(answer: str, spec: CodeSpec) -> Trial:
    """Judge the program ``answer`` by what comes of the runs that this yields.

    Raises:
        BadSpecError: the tests are broken, as only running them shows.
    """
    return (yield from _TRIALS[spec.tests.type](answer, spec))


def perfect_completion(spec: CodeSpec) -> str | None:
    """Return None: the tests do not say how a task is solved."""
    return None
