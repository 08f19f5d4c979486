"""Answers that are JSON documents."""

from __future__ import annotations

import json

from reward_verifiers.reasoning_gym.fixed.plain import said
from reward_verifiers.reasoning_gym.task import Task, gold_read


def codeio(answer: str, task: Task) -> float:
    """Score 1.0 for the document, else 0.0.

    The package pays for documents that look alike: 0.01 for any, and much for the right keys with
    the wrong values, which the question shows; and for the right one in any words.
    """
    plain = said(answer)
    if plain == task.gold.strip():
        return 1.0
    if not plain.startswith("{"):
        return 0.0
    return float(json.loads(plain) == gold_read(task, json.loads))
