"""What must be in the text: placeholders, a postscript."""

from __future__ import annotations

import re
from typing import Any

from reward_verifiers.ifeval.arguments import filled
from reward_verifiers.ifeval.pattern import linear_pattern
from reward_verifiers.ifeval.text.text import Text

# The official pattern lets a placeholder hold more opening brackets; counted without overlaps,
# there are as many of these, and looking for them takes linear time.
_PLACEHOLDER = re.compile(r"\[[^][\n]*\]")

_SPACED = {"P.P.S": re.compile(r"p\.\s?p\.\s?s"), "P.S.": re.compile(r"p\.\s?s\.")}
MAX_MARKER_CHARS = 200


def number_placeholders(text: Text, *, num_placeholders: int) -> bool:
    """Whether there are at least so many ``[...]``, each on one line."""
    if not num_placeholders:
        return True
    return "]" in text.raw and len(_PLACEHOLDER.findall(text.raw)) >= num_placeholders


def postscript(text: Text, *, postscript_marker: re.Pattern[str]) -> bool:
    """Whether the marker is anywhere in the text, in any case."""
    return postscript_marker.search(text.lower) is not None


def official_marker(value: Any) -> re.Pattern[str]:
    """Read a postscript marker; one other than the usual two is a pattern.

    Raises:
        ValueError: it is no text, or a pattern that cannot be searched for.
    """
    marker = _marker(value)
    # What the official code makes of it must be a pattern too: "*" alone is not after a blank.
    linear_pattern(rf"\s?{marker.lower()}")
    return _SPACED.get(marker) or linear_pattern(marker.lower())


def literal_marker(value: Any) -> re.Pattern[str]:
    """Read a postscript marker that means its characters.

    Raises:
        ValueError: it is no text.
    """
    marker = _marker(value)
    return _SPACED.get(marker) or re.compile(re.escape(marker.lower()))


def _marker(value: Any) -> str:
    marker = filled(value).strip()
    if len(marker) > MAX_MARKER_CHARS:
        raise ValueError(f"longer than {MAX_MARKER_CHARS} characters")
    return marker
