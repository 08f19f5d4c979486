"""From an error to what an item's caller is told of it."""

from __future__ import annotations

from reward_service.errors import RewardServiceError
from reward_service.schema import Problem
from reward_service.surrogates import mended

_MAX_MESSAGE_CHARS = 2000


def problem_of(error: RewardServiceError) -> Problem:
    """Return ``error`` as the wire tells it: short, and writable in UTF-8 whatever it quotes."""
    message = mended(str(error)[:_MAX_MESSAGE_CHARS])
    return Problem(code=error.code, message=message, retryable=error.retryable)
