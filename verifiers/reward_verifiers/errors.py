"""What a verifier raises when the *data* is broken. A bad answer is a verdict, not an error."""

from __future__ import annotations


class BadSpecError(ValueError):
    """The spec cannot be judged against: an unknown name, an unreadable gold, a missing part."""
