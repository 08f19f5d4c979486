"""A reward function for verl: ``reward.custom_reward_function.path=examples/verl_reward.py``.

Rows are verl's own; ``extra_info.spec``, a spec as JSON text, says more than they can (options).
docs/trainers.md says what becomes of an unknown reward.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from reward_service import AsyncRewardClient

# How long an outage is waited out. Then the run ends, and can go on from its last checkpoint.
PATIENCE_S = 3600.0


@cache
def client() -> AsyncRewardClient:
    """Return the client of this process; the deadline ends its attempts, not their number."""
    url = os.environ.get("REWARD_URL", "http://127.0.0.1:8000")
    return AsyncRewardClient(url, os.environ.get("REWARD_TOKEN"), max_attempts=10_000)


async def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    *,
    unknown: float | None = None,
    **_kwargs: Any,
) -> dict[str, float]:
    """Return the score of one response, with the same numbers beside it every time.

    Args:
        unknown: the score of what cannot be judged; None raises, which ends the run.
    """
    spec = (extra_info or {}).get("spec")
    row = {"data_source": data_source, "reward_model": {"ground_truth": ground_truth}}
    asked = {"spec": json.loads(spec)} if spec else {"row": row, "format": "verl"}
    scored = await client().score_one({"completion": solution_str, **asked}, deadline_s=PATIENCE_S)
    if scored.verdict is None and unknown is None:
        raise RuntimeError(f"no reward for a row of {data_source!r}: {scored.problem}")
    outcome = scored.verdict.outcome if scored.verdict else "unknown"
    return {
        "score": unknown if scored.reward is None else scored.reward,
        "acc": float(outcome == "correct"),
        "no_answer": float(outcome in ("no_answer", "over_limit")),
        "unknown": float(outcome == "unknown"),
    }
