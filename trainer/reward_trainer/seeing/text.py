"""Numbers and times in few characters, and text that cannot move the cursor."""

from __future__ import annotations

import re

from reward_trainer.seeing.lines import number

# Control characters, and those that turn the direction of writing or join lines.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


_ROUNDING = 1e-12
"""What is nearer to zero than this is left of numbers that ought to cancel."""


def shown(value: object, digits: int = 3) -> str:
    """Return a number with so many significant digits; a dash where it is unknown."""
    found = number(value)
    if found is None:
        return "-"
    if abs(found) < _ROUNDING:
        return "0"
    if not 1e-4 <= abs(found) < 1e7:
        return f"{found:.{digits - 1}e}"
    if abs(found) >= 10 ** (digits - 1):
        return f"{found:,.0f}"
    return f"{found:.{digits}g}"


def percent(value: object) -> str:
    """Return a share in percent; a dash where it is unknown."""
    found = number(value)
    return "-" if found is None else f"{100 * found:.1f} %"


def seconds(value: object) -> str:
    """Return a time that people read: 0.4 s, 12 s, 3:20, 4:03:20, 2 d 04 h."""
    found = number(value)
    if found is None:
        return "-"
    if found < 60:
        return f"{found:.1f} s" if found < 10 else f"{found:.0f} s"
    minutes, rest = divmod(round(found), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02} h"
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def harmless(text: str, *, keep: str = "") -> str:
    """Return ``text`` with what could move the cursor or turn the writing shown as escapes.

    Args:
        text: anything, of a model or of an error.
        keep: characters that are left as they are.
    """

    def escape(match: re.Match[str]) -> str:
        character = match.group()
        if character in keep:
            return character
        return character.encode("unicode_escape").decode()

    return _UNSEEN.sub(escape, text)


def told(event: dict[str, object]) -> str:
    """Return an event in one line."""
    name = str(event.get("event", "event"))
    rest = [
        f"{key} {_flat(value)}" if key != "why" else _flat(value)
        for key, value in event.items()
        if key not in ("step", "event") and value not in (None, "", {}, [])
    ]
    return harmless(
        f"step {shown(event.get('step'), 9)} {name}" + (f": {', '.join(rest)}" * bool(rest))
    )


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}={_flat(one)}" for key, one in value.items())
    if isinstance(value, list):
        return " ".join(map(_flat, value))
    return shown(value) if isinstance(value, float) else str(value)
