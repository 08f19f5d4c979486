"""How a count is compared."""

from __future__ import annotations


def holds(number: int, relation: str, threshold: int) -> bool:
    """Whether ``number`` is "less than", or else "at least", ``threshold``."""
    return number < threshold if relation == "less than" else number >= threshold
