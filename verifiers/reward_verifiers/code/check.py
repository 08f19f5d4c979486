"""One function ``check(candidate)`` (HumanEval): one test, passed if nothing in it fails.

A check that is a list of simple asserts becomes calls, each in a process of its own; any other
runs in a process beside the program's, with a stand-in for the candidate.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reward_sandboxes.types import Suite, SuiteKind
from reward_verifiers.code.asserts import keeps_state, run_claims
from reward_verifiers.code.claims import Callee, Claim, read_claim
from reward_verifiers.code.dialogue import Plan, hold
from reward_verifiers.code.reaching import seems_to_reach
from reward_verifiers.code.syntax import (
    MAX_READ_CHARS,
    bound_names,
    called_names,
    free_names,
    is_class_name,
    parsed,
)
from reward_verifiers.code.tally import Tally
from reward_verifiers.code.use import more_than_calls
from reward_verifiers.code_spec import CheckTests, CodeSpec, RewardRule
from reward_verifiers.errors import BadSpecError
from reward_verifiers.memo import Memo
from reward_verifiers.trial import Trial


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be done for a check."""

    claims: Sequence[Claim] | None
    plan: Plan
    head: str
    """What the prompt has before the function that is to be completed: imports and helpers."""


def check_spec(spec: CodeSpec) -> None:
    """Raise ``BadSpecError`` where the check cannot be read."""
    _planned(spec)


def trial(source: str, spec: CodeSpec) -> Trial:
    """Judge the program by the check."""
    tests = spec.tests
    assert isinstance(tests, CheckTests)
    planned = _planned(spec)
    program = _completed(source, tests, planned.head)
    if planned.claims is None:
        verdict = yield from hold(program, spec, planned.plan, 1)
    else:
        inner = Tally(len(planned.claims), RewardRule.ALL)
        built = yield from run_claims(program, spec, planned.claims, inner)
        verdict = built or inner.as_one(spec.reward).verdict(program)
    return verdict.quoting(source)  # what the model wrote, without the prompt


def _completed(source: str, tests: CheckTests, head: str) -> str:
    """Return the program: the completion, and of the prompt what it needs.

    A completion that does not define the entry point goes on where the prompt ends. One that does
    has the prompt's imports and helpers at hand, as it would have behind the whole prompt; but
    nothing may stand before an import from the future.
    """
    if not _defines(source, tests.entry_point):
        return tests.prompt + source if _defines(tests.prompt, tests.entry_point) else source
    return source if re.search(r"(?m)^from __future__ ", source) else head + source


def _defines(source: str, name: str) -> bool:
    """Whether ``name`` is bound at the top level of ``source``, by the look of its lines.

    A method of a class ``Solution`` counts, for it can be called like a function.
    """
    pattern = rf"(?m)^(?:(?:async[ ]+)?def|class)[ ]+{name}\b|^{name}[ ]*[=:]|^class[ ]+Solution\b"
    return re.search(pattern, source) is not None


def _planned(spec: CodeSpec) -> Planned:
    assert isinstance(spec.tests, CheckTests)
    return _PLANS((spec.tests.entry_point, spec.tests.prompt, spec.tests.test))


def _plan(key: tuple[str, ...]) -> Planned:
    entry_point, prompt, test = key
    head = _head(prompt, entry_point)
    if len(test) + len(head) > MAX_READ_CHARS:
        bound = {entry_point, "check", "candidate"}
        names = [name for name in called_names(test) if name not in bound]
        why = seems_to_reach(test)
        return Planned(None, Plan(_suite(key, head, names), why), head)
    tree = parsed(test, "tests.test")
    check = _check_in(tree)
    candidate = check.args.args[0].arg
    head_tree = parsed(head, "tests.prompt")
    names = [name for name in free_names([head_tree, tree]) if name != entry_point]
    why = more_than_calls([head_tree, tree], {candidate, entry_point, *names})
    if is_class_name(entry_point):
        why = f"{entry_point!r} looks like a class"
        return Planned(None, Plan(_suite(key, head, names), why), head)
    claims = _claims(
        tree,
        check,
        Callee(
            candidates={entry_point: entry_point, candidate: entry_point},
            bound=bound_names(tree),
            any_free=False,
        ),
    )
    return Planned(claims, Plan(_suite(key, head, names), why), head)


def _suite(key: tuple[str, ...], head: str, names: Sequence[str]) -> Suite:
    entry_point, _, test = key
    return Suite(
        kind=SuiteKind.CHECK, entry_points=(entry_point, *names), setup=head, statements=(test,)
    )


def _check_in(tree: ast.Module) -> ast.FunctionDef:
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            if len(node.args.args) == 1 + len(node.args.defaults):
                return node
            raise BadSpecError("tests.test: check has to take one argument, the candidate")
    raise BadSpecError("tests.test defines no function check(candidate)")


def _claims(tree: ast.Module, check: ast.FunctionDef, callee: Callee) -> tuple[Claim, ...] | None:
    """Return what the check says, if it is a list of simple asserts and nothing else matters."""
    if check.decorator_list or not all(map(_is_idle, tree.body)):
        return None
    asserts = [node for node in check.body if not _is_idle(node)]
    claims = [read_claim(node, callee) for node in asserts]
    calls = tuple(claim for claim in claims if claim is not None and claim.call is not None)
    if not calls or None in claims or keeps_state(calls):
        return None
    return calls


def _is_idle(node: ast.stmt) -> bool:
    """Whether a statement only defines things, or does nothing."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.Pass():
            return True
        case ast.Expr(value=ast.Constant()) | ast.Assign(value=ast.Constant() | ast.Dict()):
            return True
    return False


def _head(prompt: str, entry_point: str) -> str:
    """Return the lines of ``prompt`` before the entry point's, if they are Python."""
    found = re.search(rf"(?m)^(?:async[ ]+)?def[ ]+{entry_point}\b", prompt)
    lines = (prompt if found is None else prompt[: found.start()]).rstrip().split("\n")
    while found is not None and lines and lines[-1].startswith("@"):
        lines.pop()
    head = "\n".join(lines).strip()
    if not head or len(head) > MAX_READ_CHARS:
        return ""
    try:
        parsed(head, "tests.prompt")
    except BadSpecError:
        return ""  # a task in words
    return head + "\n\n"


_PLANS: Memo[tuple[str, ...], Planned] = Memo(_plan)
