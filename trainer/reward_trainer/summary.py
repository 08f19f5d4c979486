"""A step in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import pstdev

from torch import Tensor

from reward_trainer.rollout import Group


def of_groups(groups: Sequence[Group]) -> dict[str, float | None]:
    """Return what was sampled in a step: rewards by source, lengths, what is unknown.

    The mean of rewards that are all unknown is unknown too. Deviations are of the rewards as they
    are, over n. Numbers of groups are of those that have two rewards at least.
    """
    completions = [one for group in groups for one in group.completions]
    lengths = [len(one.token_ids) for one in completions]
    by_source: dict[str, list[float]] = defaultdict(list)
    for group in groups:
        by_source[group.prompt.source] += group.known
    known = [reward for rewards in by_source.values() for reward in rewards]
    comparable = [group for group in groups if group.comparable]
    n = max(len(completions), 1)
    found: dict[str, float | None] = {
        "reward": _mean(known),
        "reward_std": pstdev(known) if known else None,
        "group_std": _mean([pstdev(group.known) for group in comparable]),
        "solve_all": _mean([group.all_right for group in comparable]),
        "solve_none": _mean([group.all_wrong for group in comparable]),
        "unscored": 1 - len(known) / n,
        "sampled_groups": float(len(groups)),
        "length": _mean(lengths),
        "length_max": float(max(lengths, default=0)),
        "truncated": sum(not one.stopped for one in completions) / n,
        "tokens": float(sum(lengths)),
    }
    return found | {
        f"reward/{source}": _mean(rewards) for source, rewards in sorted(by_source.items())
    }


def masked_mean(values_BT: Tensor, mask_BT: Tensor) -> float:
    """Return the mean of ``values_BT`` where the mask is True; 0 where it nowhere is."""
    return float((values_BT * mask_BT).sum() / mask_BT.sum().clamp(min=1))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
