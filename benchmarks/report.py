"""What a benchmark found: numbers held to a bound, numbers for context, and their printing."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A number with the bound that it has to keep."""

    name: str
    value: float
    unit: str
    low: float
    """Smallest value of the repetitions."""
    high: float
    """Largest value of the repetitions."""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the value keeps its bounds."""
        if self.at_least is not None and self.value < self.at_least:
            return False
        return self.at_most is None or self.value <= self.at_most


@dataclass(slots=True)
class Report:
    """What one benchmark found."""

    title: str
    baseline: str
    claims: list[Claim] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    """Numbers without a bound, by what they are."""
    tables: dict[str, list[str]] = field(default_factory=dict)

    def claim(
        self,
        name: str,
        values: Sequence[float],
        unit: str,
        *,
        at_least: float | None = None,
        at_most: float | None = None,
    ) -> None:
        """Add the median of ``values``, one per repetition, as a claim."""
        self.claims.append(
            Claim(
                name=name,
                value=statistics.median(values),
                unit=unit,
                low=min(values),
                high=max(values),
                at_least=at_least,
                at_most=at_most,
            )
        )

    @property
    def holds(self) -> bool:
        """Whether every claim holds."""
        return all(claim.holds for claim in self.claims)

    def text(self) -> str:
        """Return the report for a person."""
        lines = ["", self.title, f"  baseline: {self.baseline}"]
        lines += [_claim_line(claim) for claim in self.claims]
        lines += [f"        {name}: {value}" for name, value in self.notes.items()]
        for name, rows in self.tables.items():
            lines += [f"  {name}", *(f"    {row}" for row in rows)]
        return "\n".join(lines)

    def json(self) -> dict[str, object]:
        """Return the report for a program."""
        return {**asdict(self), "claims": [{**asdict(c), "holds": c.holds} for c in self.claims]}


def _claim_line(claim: Claim) -> str:
    mark = "ok    " if claim.holds else "MISSED"
    bounds = [
        f"{word} {bound:g} {claim.unit}"
        for word, bound in (("at least", claim.at_least), ("at most", claim.at_most))
        if bound is not None
    ]
    spread = "" if claim.low == claim.high else f", {claim.low:.3g} to {claim.high:.3g}"
    bound = "; ".join(bounds) or "no bound"
    return f"  {mark} {claim.name}: {claim.value:.3g} {claim.unit} ({bound}{spread})"


def interleaved(sides: Mapping[str, Callable[[int], T]], repetitions: int) -> dict[str, list[T]]:
    """Call every side once a repetition, in turning order; return the results by side.

    A slow spell of a shared machine then falls on both sides, and neither always goes first.
    """
    results: dict[str, list[T]] = {name: [] for name in sides}
    for repetition in range(repetitions):
        names = list(sides)
        for name in names if repetition % 2 == 0 else reversed(names):
            results[name].append(sides[name](repetition))
    return results


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Return ``above / below`` repetition by repetition."""
    return [a / b for a, b in zip(above, below, strict=True)]


def cpu_s_each(work: Callable[[], object], n: int) -> float:
    """Return the CPU seconds of this process that ``work`` takes for each of its ``n`` things."""
    began = time.process_time()
    work()
    return (time.process_time() - began) / n


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that ``percent`` of ``values`` do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))]


Measure = Callable[[argparse.Namespace], Report]


def command(
    description: str | None,
    measure: Measure,
    add_options: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Run one benchmark from the command line; the exit status is 1 when a claim is missed."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    add_options(parser)
    options = parser.parse_args()
    report = measure(options)
    print(json.dumps(report.json(), indent=1) if options.json else report.text())
    sys.exit(0 if report.holds else 1)
