"""Assert statements (MBPP, AceCoder): each a test of its own.

A list of simple asserts becomes calls, each in a process of its own, and the comparison is made
here. Where any statement is more than that, the whole list runs in order in a process beside the
program's, which it calls. Statements that test nothing, such as ``x = f(1)``, belong to the test
behind them: not to raise is no achievement.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial

from reward_sandboxes import plain
from reward_sandboxes.types import Suite, SuiteKind
from reward_verifiers.code.call_runs import Expectation, run_calls
from reward_verifiers.code.claims import Callee, Claim, read_claim
from reward_verifiers.code.dialogue import Plan, hold
from reward_verifiers.code.reaching import seems_to_reach
from reward_verifiers.code.syntax import (
    MAX_READ_CHARS,
    bound_names,
    called_names,
    free_names,
    parsed,
    words,
)
from reward_verifiers.code.tally import Tally
from reward_verifiers.code.use import more_than_calls
from reward_verifiers.code_spec import AssertTests, CodeSpec
from reward_verifiers.errors import BadSpecError
from reward_verifiers.memo import Memo
from reward_verifiers.trial import RunJob, Trial
from reward_verifiers.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Calls:
    """Asserts that are all simple."""

    claims: Sequence[Claim]


def check_spec(spec: CodeSpec) -> None:
    """Raise ``BadSpecError`` where the asserts cannot be read."""
    _plan_of(spec)


def trial(source: str, spec: CodeSpec) -> Trial:
    """Judge the program by the asserts."""
    plan = _plan_of(spec)
    if isinstance(plan, Plan):
        return (yield from hold(source, spec, plan, len(plan.suite.statements)))
    tally = Tally(len(plan.claims), spec.reward)
    built = yield from run_claims(source, spec, plan.claims, tally)
    return built or tally.verdict(source)


def run_claims(
    source: str, spec: CodeSpec, claims: Sequence[Claim], tally: Tally
) -> Generator[RunJob, None, Verdict | None]:
    """Make the calls of ``claims`` and count each in ``tally``, as ``run_calls`` does."""
    calls = [claim.call for claim in claims if claim.call is not None]
    expectations = [Expectation(claim.holds, partial(str, claim.text)) for claim in claims]
    return run_calls(source, spec, calls, expectations, tally)


def keeps_state(claims: Sequence[Claim]) -> bool:
    """Whether the claims only hold together if the program remembers the calls before.

    So it is where one call is to return this at first and that later, and where something without
    arguments is called more than once or beside something else.
    """
    said: dict[tuple[str, bytes], str] = {}
    for claim in claims:
        if claim.call is not None:
            call = (claim.call.function, claim.call.arguments)
            if said.setdefault(call, claim.text) != claim.text:
                return True
    return len(claims) > 1 and any(arguments == _NO_ARGUMENTS for _, arguments in said)


def _plan_of(spec: CodeSpec) -> Plan | Calls:
    assert isinstance(spec.tests, AssertTests)
    return _PLANS((spec.tests.setup, *spec.tests.asserts))


def _plan(texts: tuple[str, ...]) -> Plan | Calls:
    setup, *written = texts
    statements = _tests(written, setup)
    suite = Suite(kind=SuiteKind.ASSERTS, setup=setup, statements=tuple(statements))
    if sum(map(len, texts)) > MAX_READ_CHARS:
        own = set(words(setup))
        names = [name for name in called_names("\n".join(statements)) if name not in own]
        return Plan(_with_entry_points(suite, names), seems_to_reach("\n".join(texts)))
    setup_tree = parsed(setup, "tests.setup")
    for index, each in enumerate(written):
        if not parsed(each, f"tests.asserts.{index}").body:
            raise BadSpecError(f"tests.asserts.{index} holds no statement")
    trees = [parsed(each, "tests.asserts") for each in statements]
    callee = Callee(bound=bound_names(setup_tree), any_free=True)
    claims = [read_claim(tree.body[0], callee) for tree in trees if len(tree.body) == 1]
    simple = [claim for claim in claims if claim is not None and claim.call is not None]
    if len(simple) == len(statements) and not keeps_state(simple):
        return Calls(tuple(simple))
    names = free_names([setup_tree, *trees])
    why = "the setup uses the program" if free_names([setup_tree]) else None
    why = why or more_than_calls([setup_tree, *trees], names)
    return Plan(_with_entry_points(suite, names), why)


def _tests(statements: Sequence[str], setup: str) -> list[str]:
    """Return the tests: each statement that tests something, with those before it that do not.

    Raises:
        BadSpecError: no statement tests anything.
    """
    helpers = set(_DEFINED.findall(setup))
    tests: list[str] = []
    before: list[str] = []
    for statement in statements:
        before.append(statement)
        if _TESTING.search(statement) or not helpers.isdisjoint(words(statement)):
            tests.append("\n".join(before))
            before = []
    if not tests:
        raise BadSpecError("tests.asserts: no statement asserts anything")
    tests[-1] = "\n".join((tests[-1], *before))
    return tests


def _with_entry_points(suite: Suite, names: Sequence[str]) -> Suite:
    return Suite(
        kind=suite.kind,
        entry_points=tuple(names),
        setup=suite.setup,
        statements=suite.statements,
    )


_NO_ARGUMENTS = plain.dumps([])
# Whatever is called assert_equal, pytest.raises, check_close or expect tests something, too.
_TESTING = re.compile(r"assert|raise|check|expect", re.IGNORECASE)
_DEFINED = re.compile(r"(?m)^(?:async[ ]+)?def[ ]+(\w+)")

_PLANS: Memo[tuple[str, ...], Plan | Calls] = Memo(_plan)
