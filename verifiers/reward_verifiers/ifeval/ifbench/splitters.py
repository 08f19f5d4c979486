"""Checks of sentences, with either way to cut a text into them.

The versions differ in the splitter more than in anything else, so such checks take the sentences
and leave the cutting to their row of the table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reward_verifiers.ifeval.instruction import Check
from reward_verifiers.ifeval.text.sentences import split_by_rules
from reward_verifiers.ifeval.text.text import Text

SentenceCheck = Callable[..., bool]
"""Called as ``check(sentences, **arguments)``; there is at least one sentence."""


def by_punkt(check: SentenceCheck) -> Check:
    """Return ``check`` of the sentences that NLTK's Punkt model finds."""

    def checked(text: Text, **arguments: Any) -> bool:
        return check(text.sentences, **arguments)

    return checked


def by_rules(check: SentenceCheck) -> Check:
    """Return ``check`` of the sentences that the hand-written rules find."""

    def checked(text: Text, **arguments: Any) -> bool:
        return check(split_by_rules(text.raw), **arguments)

    return checked
