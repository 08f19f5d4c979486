"""Scored lines as bytes for the files, and as results for the tally."""

from __future__ import annotations

from dataclasses import dataclass

from reward_service.offline.lines import KeptItem, Line, output_line, problem_line
from reward_service.offline.pump import Part
from reward_service.report import Result, shares_process
from reward_service.schema import ScoredItem


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """What some lines add to the files and to the tally."""

    lines: bytes
    problems: bytes
    groups: list[list[Result]]
    """The results of each line's completions."""


def render(part: Part[ScoredItem], *, keep_completion: bool) -> Rendered:
    """Return ``part`` as it is written."""
    fresh = iter(part.results)
    lines: list[bytes] = []
    problems: list[bytes] = []
    groups: list[list[Result]] = []
    for line in part.lines:
        group: list[Result] = []
        for index, item in enumerate(line.items):
            if isinstance(item, KeptItem):
                lines.append(item.raw)
                group.append(item.result)
                continue
            judged = next(fresh)
            lines.append(output_line(line, index, judged, keep_completion=keep_completion))
            if judged.problem is not None:
                problems.append(problem_line(line, index, judged))
            group.append(_result(line, judged))
        groups.append(group)
    return Rendered(lines=b"".join(lines), problems=b"".join(problems), groups=groups)


def _result(line: Line, scored: ScoredItem) -> Result:
    return Result(
        domain=line.domain,
        reward=scored.reward,
        outcome=None if scored.verdict is None else str(scored.verdict.outcome),
        problem=None if scored.problem is None else scored.problem.code,
        shared_process=scored.verdict is not None and shares_process(scored.verdict.details),
    )
