"""What a run over a file adds up to: per domain counts, mean reward, outcomes and pass@k."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field

UNREADABLE = "unreadable"
"""Stands for the domain of an item whose spec cannot be read."""


def pass_at_k(n: int, n_correct: int, k: int) -> float:
    """Return the chance that at least one of ``k`` completions drawn from ``n`` is correct.

    The unbiased estimate 1 - C(n - c, k) / C(n, k), as a product, which neither overflows nor
    cancels. ``k`` is at most ``n``.

    Source: Chen et al. 2021, https://arxiv.org/abs/2107.03374, section 2.1.
    """
    if not 1 <= k <= n or not 0 <= n_correct <= n:
        raise ValueError(f"need 1 <= k <= n and 0 <= c <= n, got n={n}, c={n_correct}, k={k}")
    if n - n_correct < k:
        return 1.0
    miss = 1.0
    for drawn in range(n - n_correct + 1, n + 1):
        miss *= 1.0 - k / drawn
    return 1.0 - miss


def ks_up_to(n: int) -> list[int]:
    """Return 1, 2, 4, 8, ... up to ``n``, and ``n`` itself."""
    powers = [1 << power for power in range(n.bit_length()) if 1 << power <= n]
    return powers if not powers or powers[-1] == n else [*powers, n]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a tally needs to know of one scored item."""

    domain: str | None
    reward: float | None
    outcome: str | None
    """None when it went unscored."""
    problem: str | None
    """Code of the problem when it went unscored."""
    shared_process: bool = False
    """Whether its tests ran in the program's own process, which could have forged what they say."""


def shares_process(details: Mapping[str, Any]) -> bool:
    """Whether the ``details`` of a verdict say that tests and program shared a process."""
    return details.get("shared_process") is True


class PassAtK(BaseModel):
    """One point of the pass@k curve."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    k: int
    """How many completions may be tried."""
    value: float
    """Mean over the prompts of the chance that one of k is correct."""
    n_prompts: int
    """Prompts with at least k scored completions; the others do not count here."""


class DomainReport(BaseModel):
    """One row of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    domain: str
    """Its name; ``unreadable`` for lines whose spec cannot be read, ``all`` for the sum."""
    n: int
    """Items."""
    n_scored: int
    """Items with a reward."""
    n_unscored: int
    """Items without one; they count in no mean."""
    mean_reward: float | None
    """Mean over the scored items; null when there are none."""
    outcomes: dict[str, int]
    """Scored items by outcome."""
    problems: dict[str, int]
    """Unscored items by the code of their problem."""
    n_shared_process: int = 0
    """Scored items whose tests had to share a process with the program: nothing kept it from
    forging their report."""
    n_prompts: int
    """Groups of completions of one prompt that have at least one scored."""
    n_prompts_all_correct: int
    """Of these, how many have every scored completion correct."""
    n_prompts_none_correct: int
    """Of these, how many have none correct."""
    pass_at_k: list[PassAtK]
    """Empty when no prompt has several completions."""


class Report(BaseModel):
    """The summary of one scored file."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    n: int
    """Items."""
    n_unscored: int
    """Items without a reward."""
    domains: list[DomainReport] = Field(default_factory=list)
    """One per domain that occurs, by name."""
    total: DomainReport
    """All of them together."""


class _Shape(NamedTuple):
    """Prompts that are alike: how many completions were scored, how many of them are correct."""

    n: int
    n_correct: int
    n_prompts: int


@dataclass(slots=True)
class _Sums:
    """The running sums of one domain; every field is a JSON value."""

    n: int = 0
    reward_sum: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    n_shared_process: int = 0
    groups: Counter[str] = field(default_factory=Counter)
    """How many prompts have n scored completions and c correct, by ``"n,c"``."""

    def add(self, other: _Sums) -> None:
        self.n += other.n
        self.reward_sum += other.reward_sum
        self.outcomes += other.outcomes
        self.problems += other.problems
        self.n_shared_process += other.n_shared_process
        self.groups += other.groups

    def row(self, domain: str) -> DomainReport:
        n_scored = self.outcomes.total()
        shapes = [_shape(name, n_prompts) for name, n_prompts in self.groups.items()]
        return DomainReport(
            domain=domain,
            n=self.n,
            n_scored=n_scored,
            n_unscored=self.n - n_scored,
            mean_reward=self.reward_sum / n_scored if n_scored else None,
            outcomes=dict(sorted(self.outcomes.items())),
            problems=dict(sorted(self.problems.items())),
            n_shared_process=self.n_shared_process,
            n_prompts=sum(shape.n_prompts for shape in shapes),
            n_prompts_all_correct=sum(s.n_prompts for s in shapes if s.n_correct == s.n),
            n_prompts_none_correct=sum(s.n_prompts for s in shapes if s.n_correct == 0),
            pass_at_k=_curve(shapes),
        )


class Tally:
    """Adds up scored items, group by group; its state is a few JSON values, whatever it counted."""

    def __init__(self) -> None:
        self._sums: dict[str, _Sums] = {}

    def add(self, results: Sequence[Result]) -> None:
        """Count the completions of one prompt."""
        self.count(results)
        scored = [result for result in results if result.outcome is not None]
        n_correct = sum(result.outcome == "correct" for result in scored)
        if scored:
            self.add_group(scored[0].domain, len(scored), n_correct)

    def count(self, results: Sequence[Result]) -> None:
        """Count items without saying that they belong together."""
        for result in results:
            sums = self._of(result.domain)
            sums.n += 1
            if result.outcome is None:
                sums.problems[result.problem or "unknown"] += 1
            else:
                sums.outcomes[result.outcome] += 1
                sums.reward_sum += result.reward or 0.0
                sums.n_shared_process += result.shared_process

    def add_group(self, domain: str | None, n_scored: int, n_correct: int) -> None:
        """Note a prompt of which ``n_scored`` completions were scored."""
        self._of(domain).groups[f"{n_scored},{n_correct}"] += 1

    def report(self) -> Report:
        """Return what was counted so far."""
        everything = _Sums()
        for sums in self._sums.values():
            everything.add(sums)
        total = everything.row("all")
        return Report(
            n=total.n,
            n_unscored=total.n_unscored,
            domains=[sums.row(name) for name, sums in sorted(self._sums.items())],
            total=total,
        )

    @property
    def n(self) -> int:
        """Items counted."""
        return sum(sums.n for sums in self._sums.values())

    def counts(self) -> tuple[int, int]:
        """Return how many items were counted, and how many of them have no reward."""
        return self.n, sum(sums.problems.total() for sums in self._sums.values())

    def state(self) -> dict[str, Any]:
        """Return the state as JSON values, for ``from_state``."""
        return {
            name: [
                sums.n,
                sums.reward_sum,
                dict(sums.outcomes),
                dict(sums.problems),
                sums.n_shared_process,
                dict(sums.groups),
            ]
            for name, sums in self._sums.items()
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Return the tally that had this ``state``."""
        tally = cls()
        for name, (n, reward_sum, outcomes, problems, n_shared, groups) in state.items():
            tally._sums[name] = _Sums(
                n, reward_sum, Counter(outcomes), Counter(problems), n_shared, Counter(groups)
            )
        return tally

    def _of(self, domain: str | None) -> _Sums:
        return self._sums.setdefault(UNREADABLE if domain is None else domain, _Sums())


def _shape(name: str, n_prompts: int) -> _Shape:
    n, n_correct = name.split(",")
    return _Shape(int(n), int(n_correct), n_prompts)


def _curve(shapes: Sequence[_Shape]) -> list[PassAtK]:
    largest = max((shape.n for shape in shapes), default=0)
    if largest < 2:
        return []
    curve = []
    for k in ks_up_to(largest):
        able = [shape for shape in shapes if shape.n >= k]
        n_prompts = sum(shape.n_prompts for shape in able)
        hits = sum(pass_at_k(shape.n, shape.n_correct, k) * shape.n_prompts for shape in able)
        curve.append(PassAtK(k=k, value=hits / n_prompts, n_prompts=n_prompts))
    return curve
