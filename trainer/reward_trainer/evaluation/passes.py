"""What the rewards of a prompt's completions say: pass@k and the mean score.

A completion counts as right when its score is 1: the answer is right, all tests passed. A reward
that is unknown counts in nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

RIGHT = 1.0
"""The score of a completion that is right in all there is to it."""

Rewards = Sequence[float | None]
"""Those of one prompt's completions; None: unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mean:
    """A mean over prompts."""

    value: float | None
    """None: there is no prompt that says anything."""
    n_prompts: int
    """The prompts that it is of; the others do not have enough known rewards."""


def pass_at_k(n: int, n_right: int, k: int) -> float:
    """Return the chance that one at least of ``k`` completions drawn from ``n`` is right.

    The unbiased estimate 1 - C(n - c, k) / C(n, k), as a product of factors between 0 and 1, which
    neither overflows nor cancels.

    Source: Chen et al. 2021, https://arxiv.org/abs/2107.03374, section 2.1.

    Raises:
        ValueError: not 1 <= k <= n, or not 0 <= n_right <= n.
    """
    if not 1 <= k <= n or not 0 <= n_right <= n:
        raise ValueError(f"pass@{k} of {n_right} right among {n}: there is no such thing")
    n_wrong = n - n_right
    if n_wrong < k:
        return 1.0
    all_wrong = 1.0
    for left_out in range(n_wrong + 1, n + 1):
        all_wrong *= (left_out - k) / left_out
    return 1.0 - all_wrong


def powers_up_to(n: int) -> list[int]:
    """Return the k that pass@k is told for: 1, 2, 4, 8, ... up to ``n``, and ``n`` itself."""
    powers = [1 << power for power in range(n.bit_length())]
    return powers if n in powers or n < 1 else [*powers, n]


def known(rewards: Rewards) -> list[float]:
    """Return the rewards that are known."""
    return [reward for reward in rewards if reward is not None]


def n_unknown(prompts: Iterable[Rewards]) -> int:
    """Return how many rewards are unknown."""
    return sum(reward is None for rewards in prompts for reward in rewards)


def mean_pass_at_k(prompts: Iterable[Rewards], k: int) -> Mean:
    """Return the mean pass@k over the prompts that have ``k`` known rewards at least."""
    return _mean(
        pass_at_k(len(scored), sum(reward >= RIGHT for reward in scored), k)
        for scored in map(known, prompts)
        if len(scored) >= k
    )


def mean_score(prompts: Iterable[Rewards]) -> Mean:
    """Return the mean over prompts of their mean reward, of those with a known one.

    Prompts weigh the same however many of their rewards are known.
    """
    return _mean(sum(scored) / len(scored) for scored in map(known, prompts) if scored)


def _mean(values: Iterable[float]) -> Mean:
    kept = list(values)
    return Mean(value=sum(kept) / len(kept) if kept else None, n_prompts=len(kept))
