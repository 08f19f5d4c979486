"""Whose turn it is, and in what order things come: decided by numbers alone, never by luck."""

from __future__ import annotations

import random
from collections.abc import Mapping


class Turns:
    """Names in turn, each as often as its weight says.

    After any number of turns, how often a name came differs from its share by less than one.

    Source: Tijdeman 1980, The chairman assignment problem, Discrete Mathematics 32, section 2.
    """

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Start with no turn taken."""
        whole = sum(weights.values())
        self._shares = {name: weight / whole for name, weight in weights.items()}
        self.owed = dict.fromkeys(weights, 0.0)
        """By how many turns each is behind its share: what a run has to remember."""

    def take(self) -> str:
        """Return whose turn it is."""
        for name, share in self._shares.items():
            self.owed[name] += share
        slack = 1 / (2 * len(self.owed) - 2) if len(self.owed) > 1 else 0.0
        # The small number is for what adding shares has rounded away.
        ready = [name for name, owed in self.owed.items() if owed >= slack - 1e-9]
        chosen = min(ready, key=lambda name: (1 - slack - self.owed[name]) / self._shares[name])
        self.owed[chosen] -= 1.0
        return chosen

    def restore(self, owed: Mapping[str, float]) -> None:
        """Go on from what ``owed`` was; names that it lacks begin, others are forgotten."""
        self.owed = {name: float(owed.get(name, 0.0)) for name in self._shares}
        if owed.keys() == self._shares.keys():
            return
        # Who is gone took along what it was owed, or owes: the others share that.
        surplus = sum(self.owed.values())
        for name, share in self._shares.items():
            self.owed[name] -= surplus * share


def shuffled(n: int, seed: str) -> list[int]:
    """Return the numbers below ``n`` in an order that ``seed`` decides, in any version of Python.

    The standard library promises as much of ``random`` and of ``seed``, and not of ``shuffle``.
    """
    chance = random.Random(seed)  # noqa: S311 -- an order, not a secret
    keys = [chance.random() for _ in range(n)]
    return sorted(range(n), key=keys.__getitem__)
