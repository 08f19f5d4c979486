"""A reward function for OpenRLHF: ``--reward.remote_url examples/openrlhf_reward.py``.

A label is a gold of mathematics, or a spec as JSON text (``{"domain": ...}``).
docs/trainers.md says what becomes of an unknown reward.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from reward_service import RewardClient

# How long an outage is waited out. Then the run ends, and can go on from its last checkpoint.
PATIENCE_S = 3600.0
SEAM_CHARS = 300


@cache
def client() -> RewardClient:
    """Return the client of this process; the deadline ends its attempts, not their number."""
    url = os.environ.get("REWARD_URL", "http://127.0.0.1:8000")
    return RewardClient(url, os.environ.get("REWARD_TOKEN"), max_attempts=10_000)


def response_of(query: str, prompt: str) -> str:
    """Return what stands behind the prompt, whose beginning may have been cut off."""
    _, seam, response = query.partition(prompt[-SEAM_CHARS:])
    if not seam:
        raise ValueError(f"the query does not hold its prompt: {query[:200]!r}")
    return response


def spec_of(label: Any) -> Any:
    """Return the spec that a label is, or the one of a gold."""
    try:
        value = json.loads(label)
    except (TypeError, ValueError):
        value = None
    return value if isinstance(value, dict) else {"domain": "math", "gold": label}


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> Any:
    """Return the rewards; raises where one is unknown, which ends the run."""
    items = [
        {"completion": response_of(query, prompt), "spec": spec_of(label)}
        for query, prompt, label in zip(queries, prompts, labels, strict=True)
    ]
    scored = client().score(items, deadline_s=PATIENCE_S)
    for item in scored:
        if item.reward is None:
            raise RuntimeError(f"no reward: {item.problem}")
    rewards = [item.reward for item in scored]
    # One query comes at a time, and the trainer makes a tensor of what it gets for it.
    given = rewards[0] if len(rewards) == 1 else rewards
    return {"rewards": given, "scores": given, "extra_logs": {}}
