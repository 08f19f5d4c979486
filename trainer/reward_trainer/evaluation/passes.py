"""What the rewards of a prompt's completions say: pass@k and the mean score.

A completion counts as right when its score is 1: the answer is right, all tests passed. A reward
that is unknown counts in nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

RIGHT = 1.0
"""The score of a completion that is right in all there is to it."""

Rewards = Sequence[float | None]
"""Those of one prompt's completions; None: unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mean:
    """A mean over prompts."""

    value: float | None
    """None: there is no prompt that says anything."""
    standard_error: float | None
    """See ``standard_error``."""
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


def standard_error(values: Sequence[float]) -> float | None:
    """Return the standard error of the mean of ``values``, one of each prompt.

    The square root of the sum of (value - mean)^2 / (n (n - 1)), over n prompts. The completions of
    a prompt are not independent, so they are one cluster, and what enters is its mean, or its
    pass@k: with as many completions of each prompt, this is the clustered standard error but for
    the factor n / (n - 1) under the root, which takes away its bias. Chance in the choice of the
    prompts and in the sampling of their completions are both in it. It holds for pass@k as well:
    each prompt's estimate is unbiased, and independent of the others'.

    None: of fewer than two prompts no spread is known. 0 says that all prompts earned the same, and
    not that the mean is exact.

    Source: Miller 2024, https://arxiv.org/abs/2411.00640, on clustered standard errors and on
    resampling.
    """
    n = len(values)
    if n < 2:
        return None
    mean = fsum(values) / n
    return sqrt(fsum((value - mean) ** 2 for value in values) / (n * (n - 1)))


def _mean(values: Iterable[float]) -> Mean:
    kept = list(values)
    return Mean(
        value=fsum(kept) / len(kept) if kept else None,
        standard_error=standard_error(kept),
        n_prompts=len(kept),
    )
