"""What went wrong in several tasks at once, as the one error that came first."""

from __future__ import annotations


def first_of(error: BaseException) -> BaseException:
    """Return the first error in ``error``, which may be a group of groups."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
