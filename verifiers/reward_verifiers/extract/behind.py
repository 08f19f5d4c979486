r"""The unit that stands behind the box of its number: ``\boxed{3.5}\ \text{mV}``.

Prose is full of letters that are units too ("in", "a"), so a unit must follow on the line and end
where one may.
"""

from __future__ import annotations

import re

from reward_verifiers.extract.boxed import Box, last_box
from reward_verifiers.extract.endings import answer_endings
from reward_verifiers.extract.thinking import after_thinking
from reward_verifiers.specs import Thinking
from reward_verifiers.units import read_unit

_MAX_UNIT = 60
_MAX_BEFORE = 20
_READ = _MAX_BEFORE * len(r"\qquad") + 2 * _MAX_UNIT
"""What is read behind a box: enough that no unit and no word behind one is cut."""

_BEFORE = re.compile(
    rf"(?:[^\S\n]|\$(?!\d)|~|\*\*|\}}|\\[,;:! )\]]|\\q?quad(?![A-Za-z])){{0,{_MAX_BEFORE}}}"
)
_OPENS = re.compile(r"[^\W\d_]|[%‰°º€£¥₹℃℉′″(\\^]|\\")
_POWER = re.compile(r"\^(?!\s?\{?\s?(?:\\circ|°|o))|\\(?:times|cdot|div|pm|le|ge|ne|approx|to)\b")
_POWER_APART = re.compile(r"(?<=[a-z])\$(\^\{?-?\d\}?)\$")  # cm$^2$
_ENDS = re.compile(r"(?<!\\)\$|\\[)\]]|\*\*|\\\\|(?<!\\)[,;:!]|[=≈](?=\s{0,3}\d)|[?<>|]|\.(?!\w)")
_IN = re.compile(r"\A((?:\\(?:text|mathrm)\s?\{)?\s?\(?\s?)in\s{1,3}(?=\S)")  # (in m/s)
_WORD = re.compile(r"\(?[^\W\d_]{2,}[,.;:]?|a")
_PROSE = frozenset(("a", "as", "am", "at", "in", "us", "per", "pm", "mas", "i"))
"""Words that are spelt like units; before other words they are none."""


def text_behind(answer: str, completion: str, thinking: Thinking) -> str:
    """Return what follows the box that ``answer`` was read from; empty where it was in none."""
    text = after_thinking(completion, thinking)
    box = None if text is None else _box_of(answer, text)
    return "" if text is None or box is None else text[box.end : box.end + _READ]


def unit_at_start(text: str) -> str | None:
    """Return the unit that ``text``, what follows a number, begins with, or None."""
    line = _POWER_APART.sub(r"\1", text.split("\n", 1)[0])
    before = _BEFORE.match(line)
    rest = line if before is None else line[before.end() :]
    if not _OPENS.match(rest) or _POWER.match(rest):
        return None
    rest = _IN.sub(r"\1", rest)
    end = _ENDS.search(rest)
    piece = _closed(rest if end is None else rest[: end.start()]).rstrip()
    words = piece.split(" ")
    for count in range(len(words), 0, -1):
        written = " ".join(words[:count])
        if _is_unit(written) and _may_end(words, count):
            return written
    return None


def _box_of(answer: str, text: str) -> Box | None:
    """Return the box that ``answer`` was read from."""
    for end in (*answer_endings(text), len(text)):
        box = last_box(text[:end])
        if box is not None and box.closed and box.body == answer:
            return box
    return None


def _is_unit(written: str) -> bool:
    """Whether ``written`` is a unit that matters; things that are counted are plain numbers."""
    unit = read_unit(written) if len(written) <= _MAX_UNIT else None
    return unit is not None and not (unit.dimensionless and unit.factor == 1)


def _may_end(words: list[str], count: int) -> bool:
    """Whether the unit made of the first ``count`` words may end there."""
    if count == len(words):
        return words[count - 1].lower() not in ("a", "as", "am")
    return words[count - 1].lower() not in _PROSE and _WORD.fullmatch(words[count]) is not None


def _closed(text: str) -> str:
    """Return ``text`` up to the first bracket that closes more than was opened."""
    for opening, closing in ("{}", "()"):
        depth = 0
        for at, sign in enumerate(text):
            depth += (sign == opening) - (sign == closing)
            if depth < 0:
                text = text[:at]
                break
    return text
