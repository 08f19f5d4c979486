"""Results as plain text, beside what the paper reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reward_trainer.evaluation.paper import FIGURES, SHORT
from reward_trainer.evaluation.results import Result, average
from reward_trainer.evaluation.suite import SETS, Group

_AVERAGED = (Group.MATH, Group.CODE)
_MARK = "*"
_DETAILS = ("items", "unanswered", "unscored", "cut off", "tokens")


def aligned(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the first column is text, the others are numbers."""
    cells = [list(columns), *map(list, rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    lines = [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def report(results: Sequence[Result], *, ours: str, beside: Sequence[str]) -> str:
    """Return the tables of an evaluation: the numbers, pass@k, and what is to be said of them.

    Args:
        results: in the order they are shown in.
        ours: what our column is headed.
        beside: models of the paper (``paper.FIGURES``).
    """
    shown = [model for model in beside if any(_figure(model, row) for row in _names(results))]
    columns = ["percent", ours, *(SHORT[model] for model in shown), *_DETAILS]
    rows = [
        [name + mark, value, *(_figure(model, name) or "-" for model in shown), *details]
        for name, mark, value, details in _rows(results)
    ]
    parts = [aligned(columns, rows), _pass_at_k(results), *_remarks(results, shown)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _names(results: Sequence[Result]) -> list[str]:
    return [name for name, *_ in _rows(results)]


def _rows(results: Sequence[Result]) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield (name, mark, value, details) of every line."""
    by_name = {one.name: one for one in results}
    last_of = {SETS[group][-1]: group for group in _AVERAGED}
    for one in results:
        mark = _MARK if one.partial or one.n_counted < one.n_items else ""
        yield one.name, mark, _number(one.value), _details(one)
        parts = one.categories or one.tasks
        for part, value in parts.items():
            yield f"reasoning_gym/{part}", mark, _number(value), [""] * len(_DETAILS)
        group = last_of.get(one.name)
        if group is not None and set(SETS[group]) <= set(by_name):
            members = [by_name[name] for name in SETS[group]]
            marked = any(member.partial or member.n_counted < member.n_items for member in members)
            mean = _number(average(members))
            yield f"{group} average", _MARK * marked, mean, [""] * len(_DETAILS)


def _details(one: Result) -> list[str]:
    return [
        f"{one.n_items:,}",
        f"{one.n_unanswered:,}",
        f"{one.n_unscored:,}",
        "-" if one.truncated is None else f"{one.truncated:.1f} %",
        "-" if one.tokens is None else f"{one.tokens:,.0f}",
    ]


def _figure(model: str, name: str) -> str:
    value = FIGURES[model].get(name)
    return "" if value is None else _number(value)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _pass_at_k(results: Sequence[Result]) -> str:
    ks = sorted({k for one in results for k in one.pass_at})
    if len(ks) < 2:
        return ""
    rows = [
        [one.name, *(_number(one.pass_at.get(k)) for k in ks)] for one in results if one.pass_at
    ]
    return aligned(["percent", *(f"pass@{k}" for k in ks)], rows)


def _remarks(results: Sequence[Result], shown: Sequence[str]) -> Iterator[str]:
    if shown:
        names = ", ".join(f"{SHORT[model]} is {model}" for model in shown)
        yield f"From the paper (https://arxiv.org/abs/2505.24864): {names}."
    if any(one.partial or one.n_counted < one.n_items for one in results):
        yield f"{_MARK} not of all its items: do not hold it against the paper's."
    problems = _summed(one.problems for one in results)
    if problems:
        yield (
            f"No reward, and counted in no number: {problems}. The same command scores them again."
        )
    unanswered = _summed(one.why_unanswered for one in results)
    if unanswered:
        yield f"Unanswered, and counted in no number: {unanswered}. The same command asks again."


def _summed(counts: Iterator[Mapping[str, int]]) -> str:
    total: dict[str, int] = {}
    for one in counts:
        for why, n in one.items():
            total[why] = total.get(why, 0) + n
    return "; ".join(f"{n:,} x {why}" for why, n in sorted(total.items(), key=lambda kv: -kv[1]))
