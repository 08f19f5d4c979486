"""What is sampled: prompts, and groups of completions with what they earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What the policy is asked, and how its answer is judged."""

    id: str
    """Unique in its source."""
    source: str
    """The name of the source it is from."""
    domain: str
    token_ids: tuple[int, ...]
    judged_by: Mapping[str, Any]
    """``{"spec": ...}`` or ``{"row": ..., "format": ...}``: what goes to the service with every
    completion."""
    text: str = ""
    """What the tokens say, for people to read."""
    where: str = ""
    """The file and the line that it is from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Completion:
    """What the policy wrote."""

    token_ids: tuple[int, ...]
    """The last one is the end of sequence where the policy stopped by itself."""
    logprobs: tuple[float, ...]
    """The sampler's, one for each token, at the temperature it was sampled at."""
    text: str
    stopped: bool
    """Whether it ended by itself, and was not cut off."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the service said of a completion, for people to read."""

    outcome: str | None = None
    """What became of it; None: there is no verdict."""
    extracted: str | None = None
    """The answer that was judged, where the service tells it."""
    why: str = ""
    """Why the outcome is what it is, or why there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """The completions of one prompt."""

    prompt: Prompt
    completions: tuple[Completion, ...]
    drawn: int = 0
    """How many prompts of the step were drawn before its own."""
    rewards: tuple[float | None, ...] = ()
    """What each earned; None: unknown. Empty until the service has answered."""
    problems: tuple[str | None, ...] = field(default=())
    """Why a reward is unknown: the code of its problem."""
    awaited: tuple[bool, ...] = field(default=())
    """Whether it may become known when the service is asked again; False where it is known."""
    said: tuple[Said, ...] = field(default=())
    """What the service said of each; empty until it has answered."""

    @property
    def known(self) -> list[float]:
        """The rewards that are known."""
        return [reward for reward in self.rewards if reward is not None]

    @property
    def comparable(self) -> bool:
        """Whether two completions at least can be compared."""
        return len(self.known) >= 2

    @property
    def all_right(self) -> bool:
        """Whether there are rewards to compare, and all of them are full."""
        return self.comparable and min(self.known) >= 1

    @property
    def all_wrong(self) -> bool:
        """Whether there are rewards to compare, and none of them is above 0."""
        return self.comparable and max(self.known) <= 0

    @property
    def tells_apart(self) -> bool:
        """Whether there is something to learn: rewards that differ."""
        return self.comparable and max(self.known) > min(self.known)


def awaited_share(groups: Sequence[Group]) -> float:
    """Return the share of all completions of ``groups`` that may still get the reward they lack."""
    n = sum(len(group.completions) for group in groups)
    return sum(sum(group.awaited) for group in groups) / n if n else 0.0
