"""From verdict to reward: the one place where a trainer's taste enters."""

from __future__ import annotations

from collections.abc import Mapping

from reward_verifiers.verdict import Outcome, Verdict


def shaped(verdict: Verdict, shaping: Mapping[Outcome, float]) -> float:
    """Return the reward of ``verdict``: what ``shaping`` says of its outcome, else its score."""
    return shaping.get(verdict.outcome, verdict.score)
