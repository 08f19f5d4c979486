"""Why an answer cannot be judged."""

from __future__ import annotations


class OverLimitError(ValueError):
    """The answer is larger, or would cost more, than any honest one: score 0, whatever it says."""


class UnreadableError(ValueError):
    """The answer is nothing that the task allows; never leaves this package."""
