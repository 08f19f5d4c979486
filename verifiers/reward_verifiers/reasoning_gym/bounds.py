"""How large an answer may be, and how much work it may ask for, before a rule reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reward_verifiers.reasoning_gym.errors import TooCostlyError
from reward_verifiers.reasoning_gym.task import Task

_ROOM = 2_000
_TIMES = 4
_WITHOUT_EXAMPLE: Mapping[str, int] = {"boxnet": 8_000, "rush_hour": 4_000}
"""Room where an entry has no example of a right answer."""

_MAX_TURNS = 1_000
_MAX_STICKER_TURNS = 9 * _MAX_TURNS
_MAX_SIGNS = 400
_MAX_OTHER_NAMES = 4
_MAX_DOCUMENT = 40_000
_MAX_EXPONENT_DIGITS = 3

_EXPONENT = re.compile(r"[eE][-+]?[\d_]*")
_NAMES = re.compile(r"[^\s()∧∨¬→↔]+")


def check_bounds(answer: str, task: Task, *, fixed: bool) -> None:
    """Refuse an answer that is far longer than a right one, or would take far more work.

    Raises:
        TooCostlyError: it is, or would.
    """
    room = _ROOM + _TIMES * len(task.example or "") + _WITHOUT_EXAMPLE.get(task.dataset, 0)
    if len(answer) > room:
        raise TooCostlyError(f"an answer of {len(answer)} characters, more than {room}")
    bounds = _ALWAYS if fixed else _UPSTREAM
    if task.dataset in bounds:
        bounds[task.dataset](answer, task)


def _turns(answer: str, task: Task) -> None:
    """Bound the turns of a cube: the package writes each out, ``R999999999`` too."""
    size = task.metadata["cube_size"]
    most = min(_MAX_TURNS, _MAX_STICKER_TURNS // size**2)
    n_turns = 0
    for word in answer.split():
        digits = word[len(word.rstrip("0123456789")) :]
        n_turns += int(digits) if 0 < len(digits) < 6 else 1
        if n_turns > most or len(digits) >= 6:
            raise TooCostlyError(f"more than {most} turns")


def _signs(answer: str, task: Task) -> None:
    """Bound a statement: the package tries all values of whatever it takes for a name."""
    if len(answer) > _MAX_SIGNS:
        raise TooCostlyError(f"a statement of more than {_MAX_SIGNS} characters")
    others = set(_NAMES.findall(answer)) - set(task.metadata["variables"])
    if len(others) > _MAX_OTHER_NAMES:
        raise TooCostlyError("a statement over too many names")


def _document(answer: str, task: Task) -> None:
    """Bound the work of comparing two documents letter by letter."""
    if len(answer) * len(task.gold) > _MAX_DOCUMENT and answer.strip() != task.gold.strip():
        raise TooCostlyError("a document too long to compare")


def _exponents(answer: str, task: Task) -> None:
    """Bound exponents where the number is written out."""
    if any(len(one) > _MAX_EXPONENT_DIGITS + 2 for one in _EXPONENT.findall(answer)):
        raise TooCostlyError("an exponent too large to write the number out")


_ALWAYS: Mapping[str, Callable[[str, Task], None]] = {"rubiks_cube": _turns}
_UPSTREAM: Mapping[str, Callable[[str, Task], None]] = {
    **_ALWAYS,
    "codeio": _document,
    "coin_flip": _exponents,
    "propositional_logic": _signs,
}
"""What the package's own scorers do not bound."""
