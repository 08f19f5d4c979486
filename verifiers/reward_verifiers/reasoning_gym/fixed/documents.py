"""Answers that are JSON documents."""

from __future__ import annotations

import json

from reward_verifiers.reasoning_gym.task import Task, gold_read


def codeio(answer: str, task: Task) -> float:
    """Score 1.0 for the document, else 0.0; words around it cost what they cost in the package.

    The package pays for documents that look alike: 0.01 for any, and much for the right keys with
    the wrong values, which the question shows.
    """
    gold = task.gold.strip()
    if answer == gold:
        return 1.0
    start, end = answer.find("{"), answer.rfind("}")
    if start == -1 or end < start:
        return 0.0
    if json.loads(answer[start : end + 1]) != gold_read(task, json.loads):
        return 0.0
    n_around = start + len(answer) - end - 1
    return max(len(gold) / (len(gold) + 0.5 * n_around), 0.2)
