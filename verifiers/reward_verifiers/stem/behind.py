r"""The unit that stands behind the box of its number: ``\boxed{3.5}\ \text{mV}``.

It belongs to the answer, or 3.5 mV would be paid as 3.5 V.
"""

from __future__ import annotations

import re

from reward_verifiers.extract.behind import text_behind, unit_at_start
from reward_verifiers.specs import Thinking
from reward_verifiers.stem.quantity import MAX_CHARS, Quantity, read_quantity
from reward_verifiers.units import split_unit

_DIGIT = re.compile(r"\d|\\pi|π")
_LONG_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")


def with_unit_behind(answer: str, completion: str, thinking: Thinking) -> str:
    """Return ``answer``, with the unit behind its box if it is a number without one."""
    if not _is_bare(answer):
        return answer
    written = unit_at_start(text_behind(answer, completion, thinking))
    return answer if written is None else f"{answer} {written}"


def _is_bare(answer: str) -> bool:
    """Whether ``answer`` holds a number, and no unit."""
    if len(answer) > MAX_CHARS or not _DIGIT.search(answer):
        return False
    if split_unit(answer, loose=True) is not None:
        return False
    quantity = read_quantity(answer)
    return not _LONG_WORD.search(answer) if quantity is None else _lacks_unit(quantity)


def _lacks_unit(quantity: Quantity) -> bool:
    return quantity.unit is None and not quantity.of
