r"""What stands behind the box of a number and makes it another one: ``\boxed{5}\text{ m}``.

A unit behind the box is one like any other: 5 m is not 5 cm, and 42 behind which a percent sign
stands is 0.42. Scale words ("million") are not read there: of a question in millions the number
alone is the answer. Nor is the half of the day, unless the gold says it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_verifiers.extract.behind import text_behind, unit_at_start
from reward_verifiers.specs import Thinking
from reward_verifiers.units import read_unit

_MAX_CHARS = 100
_NUMBER = re.compile(
    r"(?=[^\d]*\d)(?:\d|[-+\u2212./^{}\s]|,(?=\d{3}(?!\d))|:(?=\d\d(?!\d))|\{,\}|\\[,;! ]|"
    r"\\(?:[dt]?frac|sqrt|pi|cdot|times)(?![A-Za-z]))+"
)
"""A number without a unit, in any notation: one that nothing is said of."""

_AT_HAND = re.compile(r"(?:[^\S\n]|[$~}*]|\\[)\],;: ])*(?:[^\W\d_]|[%\u00b0^\\(])")
"""Told at once: something may stand behind the box that is no end of a sentence."""

_HALF_OF_DAY = re.compile(
    r"(?:[\s$~}*]|\\[)\],;: ]|\\(?:text|mathrm)\s?\{)*([ap])\.?\s?m(?![A-Za-z])", re.IGNORECASE
)
_SAYS_HALF = re.compile(r"\d[\s~\\{}a-z]*?\b[ap]\.?\s?m\b", re.IGNORECASE)


def with_unit_behind(answer: str, completion: str, thinking: Thinking, golds: Sequence[str]) -> str:
    """Return ``answer``, with the unit behind its box if it is a number without one."""
    at = completion.rfind(f"{{{answer}}}")
    if at < 0 or not _AT_HAND.match(completion, at + len(answer) + 2):
        return answer
    if len(answer) > _MAX_CHARS or not _NUMBER.fullmatch(answer):
        return answer
    behind = text_behind(answer, completion, thinking)
    half = _HALF_OF_DAY.match(behind)
    if half is not None:
        said = any(_SAYS_HALF.search(gold) for gold in golds)
        return f"{answer} {half[1]}m" if said else answer
    written = unit_at_start(behind)
    if written is None or _is_scale(written):
        return answer
    # As text, for "5 m" alone might be a product.
    return f"{answer} {written}" if "\\" in written else rf"{answer} \text{{ {written}}}"


def _is_scale(written: str) -> bool:
    unit = read_unit(written)
    if unit is None or not unit.dimensionless:
        return False
    return unit.symbol not in ("%", "percent", "\N{DEGREE SIGN}", "rad")
