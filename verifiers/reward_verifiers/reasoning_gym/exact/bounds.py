"""How large an answer may be. Checked before anything reads it; all that reads is linear."""

from __future__ import annotations

from reward_verifiers.reasoning_gym.exact.errors import OverLimitError

MAX_CHARS = 2_000
"""Characters of an answer, beside four times those of what it is compared with."""

MAX_DEPTH = 40
"""Brackets, exponents and arguments within each other."""

MAX_DIGITS = 600
"""Digits of one numeral."""

MAX_BITS = 2_000
"""Bits of a number that is kept exactly; the hardest problems have some 400."""


def check_length(answer: str, gold_chars: int) -> None:
    """Refuse an answer that is far longer than what it is compared with.

    Raises:
        OverLimitError: it is.
    """
    room = MAX_CHARS + 4 * gold_chars
    if len(answer) > room:
        raise OverLimitError(f"{len(answer)} characters, more than {room}")
