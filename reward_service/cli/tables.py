"""Reports as text tables."""

from __future__ import annotations

from collections.abc import Sequence

from reward_service.report import DomainReport, Report
from reward_verifiers.verdict import Outcome

# These have a column even where none occurred.
_USUAL = (Outcome.CORRECT, Outcome.WRONG, Outcome.NO_ANSWER)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, text: Sequence[int]) -> str:
    """Return an aligned table; the columns in ``text`` are left-aligned, the others are numbers."""
    cells = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    lines = [
        "  ".join(
            cell.ljust(width) if at in text else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def report_tables(report: Report) -> str:
    """Return the summary of a run: what came out, and pass@k when there is any."""
    rows = [*report.domains]
    if len(rows) != 1:
        rows.append(report.total)
    parts = [_outcomes(rows)]
    if any(row.pass_at_k for row in rows):
        parts.append(_pass_at_k(rows))
    return "\n\n".join(parts)


def _outcomes(rows: Sequence[DomainReport]) -> str:
    shown = [name for name in Outcome if name in _USUAL or any(name in r.outcomes for r in rows)]
    words = [name.replace("_", " ") for name in shown]
    # Told only where it happened: most runs have no such tests.
    shared = ["shared process"] if any(row.n_shared_process for row in rows) else []
    columns = ["domain", "items", "mean reward", *words, *shared, "unscored", "problems"]
    body = [
        [
            row.domain,
            f"{row.n:,}",
            "-" if row.mean_reward is None else f"{row.mean_reward:.4f}",
            *(f"{row.outcomes.get(name, 0):,}" for name in shown),
            *(f"{row.n_shared_process:,}" for _ in shared),
            f"{row.n_unscored:,}",
            ", ".join(f"{code} {count:,}" for code, count in row.problems.items()),
        ]
        for row in rows
    ]
    return table(columns, body, text=(0, len(columns) - 1))


def _pass_at_k(rows: Sequence[DomainReport]) -> str:
    ks = sorted({point.k for row in rows for point in row.pass_at_k})
    columns = ["domain", "prompts", *(f"pass@{k}" for k in ks), "all correct", "none correct"]
    body = []
    for row in rows:
        values = {point.k: f"{point.value:.4f}" for point in row.pass_at_k}
        body.append(
            [
                row.domain,
                f"{row.n_prompts:,}",
                *(values.get(k, "-") for k in ks),
                f"{row.n_prompts_all_correct:,}",
                f"{row.n_prompts_none_correct:,}",
            ]
        )
    return table(columns, body, text=(0,))
