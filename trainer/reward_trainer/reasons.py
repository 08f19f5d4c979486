"""Why groups have no reward, and why there was nothing to learn from them: in counts and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reward_trainer.rollout import Group, Said

_MOST = 5
"""So many reasons are told; a broken file can have one of its own for every row."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reasons:
    """What came of groups that nothing was learned from."""

    groups: int
    no_reward: int
    """Groups with fewer than two rewards."""
    all_right: int
    all_wrong: int
    all_alike: int
    """Groups whose rewards are the same and neither 0 nor 1."""
    problems: Mapping[str, int]
    """Groups by what was said of their completions that have no reward; the most frequent."""

    def counts(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Return it in words, with what can be done about it."""
        parts = [f"{self.no_reward} had no rewards to compare{_in_brackets(self.problems)}"]
        parts += [f"{self.all_right} were all right", f"{self.all_wrong} all wrong"]
        parts += [f"{self.all_alike} all alike"] * bool(self.all_alike)
        if 2 * self.no_reward >= self.groups:
            advice = "see what the service says of them, and `reward-service check-data`"
        elif self.all_right > self.all_wrong:
            advice = "most prompts are too easy for this policy"
        else:
            advice = "most prompts are too hard for this policy"
        return f"of {self.groups} groups {', '.join(parts)}: {advice}"


def reasons_of(groups: Sequence[Group]) -> Reasons:
    """Return why nothing is to be learned from ``groups``, none of which tells apart."""
    comparable = sum(group.comparable for group in groups)
    right = sum(group.all_right for group in groups)
    wrong = sum(group.all_wrong for group in groups)
    return Reasons(
        groups=len(groups),
        no_reward=len(groups) - comparable,
        all_right=right,
        all_wrong=wrong,
        all_alike=comparable - right - wrong,
        problems=problems_of(groups),
    )


def problems_of(groups: Sequence[Group]) -> dict[str, int]:
    """Return how many groups have each of the most frequent reasons for a missing reward."""
    found = Counter(why for group in groups for why in dict.fromkeys(_problems(group)))
    return dict(found.most_common(_MOST))


def in_words(problems: Mapping[str, int]) -> str:
    """Return problems in one line, with how many groups have each."""
    return "; ".join(f"{why} ({n})" for why, n in problems.items())


def _problems(group: Group) -> Iterator[str]:
    said = group.said or (Said(),) * len(group.problems)
    for code, one in zip(group.problems, said, strict=True):
        if code is not None:
            yield f"{code}: {one.why}" if one.why else code


def _in_brackets(problems: Mapping[str, int]) -> str:
    return f" [{in_words(problems)}]" if problems else ""
