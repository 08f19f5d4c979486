"""Results as plain text, beside what the paper reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reward_trainer.evaluation.paper import FIGURES, SHORT
from reward_trainer.evaluation.refusals import listed
from reward_trainer.evaluation.results import Estimate, Result, average
from reward_trainer.evaluation.suite import SETS, Group

_AVERAGED = (Group.MATH, Group.CODE)
_ERROR = "s.e."
_IN_PART = "*"
_OFF_PROTOCOL = "~"
_PUZZLES = SETS[Group.LOGIC]
_DETAILS = ("items", "unanswered", "unscored", "cut off", "tokens")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """A line of the table: a benchmark, a part of one, or the average of some."""

    name: str
    value: float | None
    standard_error: float | None
    of: Sequence[Result]
    """What it is made of."""
    details: Sequence[str] = ("",) * len(_DETAILS)

    @property
    def mark(self) -> str:
        in_part = any(not one.whole for one in self.of)
        off_protocol = any(one.differs for one in self.of)
        return _IN_PART * in_part + _OFF_PROTOCOL * off_protocol

    def figure(self, model: str) -> str:
        """Return what the paper says of ``model``, in brackets where ours is not comparable."""
        value = FIGURES[model].get(self.name)
        if value is None:
            return ""
        comparable = all(one.comparable for one in self.of)
        return _number(value) if comparable else f"({_number(value)})"


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
    rows = list(_rows(results))
    shown = [model for model in beside if any(row.figure(model) for row in rows)]
    columns = ["percent", ours, _ERROR, *(SHORT[model] for model in shown), *_DETAILS]
    lines = [
        [
            row.name + row.mark,
            _number(row.value),
            _number(row.standard_error),
            *(row.figure(model) or "-" for model in shown),
            *row.details,
        ]
        for row in rows
    ]
    parts = [aligned(columns, lines), _pass_at_k(results), *_remarks(results, shown)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _rows(results: Sequence[Result]) -> Iterator[_Row]:
    by_name = {one.name: one for one in results}
    last_of = {SETS[group][-1]: group for group in _AVERAGED}
    for one in results:
        yield _Row(
            name=one.name,
            value=one.value,
            standard_error=one.standard_error,
            of=[one],
            details=_details(one),
        )
        for part, estimate in (one.categories or one.tasks).items():
            yield _row(f"{_parent(one)}/{part}", estimate, of=[one])
        group = last_of.get(one.name)
        if group is not None and set(SETS[group]) <= set(by_name):
            members = [by_name[name] for name in SETS[group]]
            yield _row(f"{group} average", average(members), of=members)


def _row(name: str, estimate: Estimate, *, of: Sequence[Result]) -> _Row:
    return _Row(name=name, value=estimate.value, standard_error=estimate.standard_error, of=of)


def _parent(one: Result) -> str:
    """Return what stands before the name of a part: the paper's tables have one set of puzzles."""
    return "reasoning_gym" if one.name in _PUZZLES else one.name


def _details(one: Result) -> list[str]:
    return [
        f"{one.n_items:,}",
        f"{one.n_unanswered:,}",
        f"{one.n_unscored:,}",
        "-" if one.truncated is None else f"{one.truncated:.1f} %",
        "-" if one.tokens is None else f"{one.tokens:,.0f}",
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _pass_at_k(results: Sequence[Result]) -> str:
    ks = sorted({k for one in results for k in one.pass_at})
    if len(ks) < 2:
        return ""
    rows = [
        [one.name, *(cell for k in ks for cell in _pass_cells(one, k))]
        for one in results
        if one.pass_at
    ]
    columns = [column for k in ks for column in (f"pass@{k}", _ERROR)]
    return aligned(["percent", *columns], rows)


def _pass_cells(one: Result, k: int) -> tuple[str, str]:
    """Return pass@k, marked where some prompts have too few known rewards, and its error."""
    estimate = one.pass_at.get(k)
    if estimate is None:
        return "-", "-"
    mark = _IN_PART if estimate.n_prompts < one.n_items else ""
    return f"{_number(estimate.value)}{mark}", _number(estimate.standard_error)


def _remarks(results: Sequence[Result], shown: Sequence[str]) -> Iterator[str]:
    yield f"{_ERROR}: the standard error over prompts, the completions of one being one cluster."
    if shown:
        names = ", ".join(f"{SHORT[model]} is {model}" for model in shown)
        yield f"From the paper (https://arxiv.org/abs/2505.24864): {names}."
    if any(_in_part(one) for one in results):
        yield f"{_IN_PART} Not of all its items: do not hold it against the paper's."
    if any(one.differs for one in results):
        yield _off_protocol(results)
    refused = {where: why for one in results for where, why in one.refused.items()}
    if refused:
        yield f"Refused by the service, and counted in no number: {listed(refused)}."
    problems = _summed(one.problems for one in results)
    if problems:
        yield (
            f"No reward, and counted in no number: {problems}. The same command scores them again."
        )
    unanswered = _summed(one.why_unanswered for one in results)
    if unanswered:
        yield f"Unanswered, and counted in no number: {unanswered}. The same command asks again."


def _in_part(one: Result) -> bool:
    return not one.whole or any(of_k.n_prompts < one.n_items for of_k in one.pass_at.values())


def _off_protocol(results: Sequence[Result]) -> str:
    """Return what differs from the protocol, each once with the benchmarks that it is true of."""
    names: dict[str, list[str]] = {}
    for one in results:
        for what, difference in one.differs.items():
            names.setdefault(f"{what} {difference}", []).append(one.name)
    lines = [
        f"  {told}" + (f" ({', '.join(of)})" if len(of) < len(results) else "")
        for told, of in names.items()
    ]
    head = f"{_OFF_PROTOCOL} Off the paper's protocol: figures in brackets are not comparable."
    return "\n".join([head, *lines])


def _summed(counts: Iterator[Mapping[str, int]]) -> str:
    total: dict[str, int] = {}
    for one in counts:
        for why, n in one.items():
            total[why] = total.get(why, 0) + n
    return "; ".join(f"{n:,} x {why}" for why, n in sorted(total.items(), key=lambda kv: -kv[1]))
