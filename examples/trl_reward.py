"""A reward function for TRL's trainers: ``GRPOTrainer(..., reward_funcs=math_reward)``.

The data set has a column ``solution``: the gold, or a solution with the gold in its last box.
docs/trainers.md says what becomes of an unknown reward.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from reward_service import RewardClient

# How long an outage is waited out. Then the run ends, and can go on from its last checkpoint.
PATIENCE_S = 3600.0


@cache
def client() -> RewardClient:
    """Return the client of this process; the deadline ends its attempts, not their number."""
    url = os.environ.get("REWARD_URL", "http://127.0.0.1:8000")
    return RewardClient(url, os.environ.get("REWARD_TOKEN"), max_attempts=10_000)


def math_reward(
    completions: Sequence[str | Sequence[Mapping[str, Any]]],
    solution: Sequence[Any],
    log_metric: Callable[[str, float], None] | None = None,
    **_columns: Any,
) -> list[float | None]:
    """Return one reward per completion, plain text or chat messages; None is unknown."""
    items = [
        {"completion": completion, "row": {"solution": gold}, "format": "trl"}
        for completion, gold in zip(completions, solution, strict=True)
    ]
    rewards = client().rewards(items, deadline_s=PATIENCE_S)
    if log_metric is not None:
        log_metric("reward_unknown", rewards.count(None) / len(rewards))
    return rewards
