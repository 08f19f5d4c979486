"""An answer without what people put around it, and whether all the rest is of the form asked for.

The package's scorers look for the answer in a text. So they pay for a text that denies it, doubts
it, or offers others beside it: "not 288", "288 or not". Fixed, nothing may stand beside an answer.
"""

from __future__ import annotations

import re

from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.task import Task

_LABEL = re.compile(
    r"[\s*_]{0,6}(?:the\s)?(?:final\s)?answer(?:[\s*_]{0,6}[:=]|\sis\b:?)[\s*_]{0,6}", re.IGNORECASE
)

_BOARD = re.compile(r"[\d\s,;|\[\]().]+", re.ASCII)
_NUMERAL = r"[-+]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][-+]?\d{1,9})?"
_POINT = re.compile(rf"\(?\s?{_NUMERAL}\s?(?:°|,\s{{0,9}}{_NUMERAL})?\s?\)?", re.ASCII)
_TIME = r"\d{1,9}:\d{1,9}(?::\d{1,9}(?:\.\d{1,9})?)?"
_DURATIONS = {
    "date": re.compile(r"[-+]?\d{1,20}(?:\s{1,9}days?)?", re.ASCII),
    "time": re.compile(_TIME, re.ASCII),
    "datetime": re.compile(rf"[-+]?\d{{1,20}} days,\s{{0,9}}{_TIME}", re.ASCII),
}


def said(answer: str) -> str:
    """Return ``answer`` without its dress, and without an "Answer:" before it."""
    plain = undressed(answer)
    label = _LABEL.match(plain)
    return undressed(plain[label.end() :]) if label else plain


def is_board(plain: str, _: Task) -> bool:
    """Whether there are numbers alone, in any rows."""
    return _BOARD.fullmatch(plain) is not None


def is_point_or_number(plain: str, _: Task) -> bool:
    """Whether it is one number, perhaps in degrees, or one point."""
    return _POINT.fullmatch(plain) is not None


def is_duration(plain: str, task: Task) -> bool:
    """Whether it is one duration, written as the task asks for it."""
    kind = str(task.metadata["task_type"])
    kind = kind if kind == "date" else kind[:4] if not kind.startswith("datetime") else "datetime"
    return kind in _DURATIONS and _DURATIONS[kind].fullmatch(plain) is not None
