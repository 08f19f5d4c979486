"""What a verifier raises when the *data* is broken. A bad answer is never an error, but a verdict."""

from __future__ import annotations


class BadSpecError(ValueError):
    """The spec cannot be judged against: an unknown name, a gold no parser accepts, a missing part."""
