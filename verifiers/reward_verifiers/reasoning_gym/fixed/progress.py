"""How much further an answer has come than what takes no thought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence


def share(given: Sequence[object], wanted: Sequence[object]) -> float:
    """Return the part of ``wanted`` that ``given`` has in its place; what is missing is wrong."""
    if not wanted:
        return 0.0
    n_right = sum(
        one == other for one, other in zip(given, wanted, strict=False) if type(one) is type(other)
    )
    return n_right / max(len(given), len(wanted))


def constant_share(wanted: Sequence[Hashable]) -> float:
    """Return what the best constant would have right."""
    return max(Counter(wanted).values(), default=0) / max(len(wanted), 1)


_HALF = 0.5


def beyond(score: float, *baselines: float) -> float:
    """Return ``score`` on a scale that begins at the best of ``baselines``, or at one half.

    Below one half more is wrong than right, and what there is may be luck. All right is 1 even
    where copying would have been right already.
    """
    if score >= 1.0:
        return 1.0
    floor = max((_HALF, *baselines))
    return max(0.0, (score - floor) / (1.0 - floor)) if floor < 1.0 else 0.0
