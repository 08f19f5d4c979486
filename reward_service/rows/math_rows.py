"""Rows of mathematics datasets."""

from __future__ import annotations

import math

from reward_service.rows.answers import boxed_gold, hashed_gold, short_or_boxed_gold
from reward_service.rows.row import Row
from reward_verifiers.extract.boxed import last_boxed
from reward_verifiers.specs import AnswerType, MathSpec, StemSpec

# NuminaMath and OpenR1 fill the answer column of problems that have none with these.
_NO_ANSWER = frozenset({"proof", "notfound", "not found"})


def gsm8k(row: Row) -> MathSpec:
    """Read ``answer``: a worked solution, the gold after its ``####``."""
    return row.spec(MathSpec, gold=hashed_gold(row, "answer"))


def problem_solution(row: Row) -> MathSpec:
    """Read ``solution``: a worked solution, the gold in its last box."""
    return row.spec(MathSpec, gold=boxed_gold(row, "solution"))


def problem_answer(row: Row) -> MathSpec:
    """Read ``answer``: the gold; of a problem that asks for a proof there is none."""
    return row.spec(MathSpec, gold=_answer(row, "answer"))


def aime(row: Row) -> MathSpec:
    """Read ``Answer``: the gold."""
    return row.spec(MathSpec, gold=_answer(row, "Answer"))


def question_answer(row: Row) -> MathSpec:
    """Read ``answer``: the gold, or a solution that marks it by ``####`` or a box."""
    answer = row.gold("answer")
    if "####" in answer:
        return gsm8k(row)
    return row.spec(MathSpec, gold=short_or_boxed_gold(row, "answer"))


def deepmath(row: Row) -> MathSpec:
    """Read ``final_answer``: the gold."""
    return row.spec(MathSpec, gold=_answer(row, "final_answer"))


def prompt_solution(row: Row) -> MathSpec:
    """Read ``solution``: the gold, or a worked solution with the gold in its last box."""
    return row.spec(MathSpec, gold=short_or_boxed_gold(row, "solution"))


def nemo_gym_math(row: Row) -> MathSpec:
    """Read ``expected_answer``, which may stand in ``verifier_metadata``."""
    holder = row if row.has("expected_answer") else row.part("verifier_metadata")
    return holder.spec(MathSpec, gold=_answer(holder, "expected_answer"))


def olympiad_bench(row: Row) -> MathSpec | StemSpec:
    """Read ``final_answer`` with ``is_multiple_answer``, ``unit`` and ``error``.

    Several answers are all wanted; they stand in one entry, or in one each. ``error`` is the
    absolute error allowed, which becomes a relative one. With a ``unit`` the answer is a quantity:
    models are told to keep the unit out of the box, and an answer without one is read in the
    gold's.
    """
    entries = [_undollared(row.as_gold("final_answer", it)) for it in row.items("final_answer")]
    gold = ", ".join(entries)
    if len(entries) > 1 and not row.fields.get("is_multiple_answer"):
        raise row.error("final_answer", f"{len(entries)} entries, but is_multiple_answer is false")
    tolerance = _relative(row, gold)
    unit = row.text("unit").strip() if row.has("unit") else ""
    if not unit:
        return row.spec(MathSpec, gold=gold, tolerance=tolerance)
    return row.spec(
        StemSpec,
        gold=f"{gold} {_undollared(unit)}",
        answer_type=AnswerType.QUANTITY,
        tolerance=tolerance or 0.0,
    )


def _answer(row: Row, name: str) -> str:
    gold = row.gold(name)
    if gold.lower() in _NO_ANSWER:
        raise row.error(name, f"{gold!r} says that the problem has no answer to compare with")
    return last_boxed(gold) or gold


def _undollared(text: str) -> str:
    """Return ``text`` without the dollars around it, if they are one pair."""
    inner = text.strip().strip("$")
    return text.strip() if "$" in inner else inner.strip()


def _relative(row: Row, gold: str) -> float | None:
    """Return the relative error that the absolute one in ``error`` is, or None without one."""
    if not row.has("error"):
        return None
    try:
        error = float(row.gold("error"))
        value = float(gold)
    except ValueError:
        # An error of its own for each of several answers, or of a formula: exactness decides.
        return None
    if not (math.isfinite(error) and math.isfinite(value) and value and error > 0):
        return None
    relative = error / abs(value)
    if relative >= 1:
        raise row.error("error", f"{error:g} allows more than the answer {gold} is")
    return relative
