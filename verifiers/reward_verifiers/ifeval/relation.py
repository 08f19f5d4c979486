"""How a count compares with what was asked for."""

from __future__ import annotations


def holds(count: int, relation: str, bound: int) -> bool:
    """Whether ``count`` is ``less than`` or ``at least`` ``bound``."""
    return count < bound if relation == "less than" else count >= bound
