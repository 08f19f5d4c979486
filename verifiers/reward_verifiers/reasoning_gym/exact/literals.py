"""Reads lists, texts and whole numbers as Python writes them; for what the package evaluates.

Not read, though Python would: names, operators, comprehensions, sets, dictionaries, decimals,
prefixed texts and escapes in texts. No honest answer has them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_verifiers.reasoning_gym.exact.errors import UnreadableError

Literal = int | str | list["Literal"]
"""A tuple is read as a list: the package makes no difference."""

_MAX_DEPTH = 8
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+ | \#[^\n]*)
      | (?P<int>(?:[-+][ \t]*)*(?:0+|[1-9][0-9]{0,99})(?![0-9A-Za-z_.]))
      | (?!'{3}|"{3})
        (?:"(?P<double>[^"\\\n]*)" | '(?P<single>[^'\\\n]*)')
      | (?P<sign>[\[\](),])""",
    re.VERBOSE,
)


def literal(text: str) -> Literal:
    """Return what ``text`` spells; several values with commas between are a list.

    Raises:
        UnreadableError: nothing that this module reads.
    """
    return _Reader().read(text.strip(" \t\n"))


class _Reader:
    def __init__(self) -> None:
        self.open: list[tuple[str, list[Literal]]] = [("", [])]
        self.last = ","
        """The kind of the last token: a comma, an opening bracket, a value."""
        self.commas = [False]
        """Whether a comma was seen, for each bracket that is open."""

    def read(self, text: str) -> Literal:
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise UnreadableError(f"the sign {text[at]!r}")
            at = match.end()
            self.take(match)
        if len(self.open) > 1:
            raise UnreadableError("a bracket is not closed")
        values = self.open[0][1]
        if self.commas[0]:
            return values
        if not values:
            raise UnreadableError("nothing")
        return values[0]

    def take(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if kind == "space":
            if len(self.open) == 1 and "\n" in match[0]:
                raise UnreadableError("a line break outside brackets")
        elif kind == "int":
            number = int(match[0].strip("-+ \t"))
            self.value(-number if match[0].count("-") % 2 else number)
        elif kind in ("double", "single"):
            self.value(match[kind])
        elif match[0] in "[(":
            self.opened(match[0])
        elif match[0] == ",":
            self.comma()
        else:
            self.closed(match[0])

    def value(self, value: Literal) -> None:
        values = self.open[-1][1]
        if self.last == "value" and isinstance(value, str) and isinstance(values[-1], str):
            values[-1] += value  # Python joins texts that stand side by side
            return
        if self.last == "value":
            raise UnreadableError("no comma between two values")
        values.append(value)
        self.last = "value"

    def opened(self, bracket: str) -> None:
        if self.last == "value" or len(self.open) > _MAX_DEPTH:
            raise UnreadableError("a bracket")
        self.open.append((bracket, []))
        self.commas.append(False)
        self.last = bracket

    def comma(self) -> None:
        if self.last != "value":
            raise UnreadableError("a comma")
        self.commas[-1] = True
        self.last = ","

    def closed(self, bracket: str) -> None:
        opening, values = self.open.pop()
        comma = self.commas.pop()
        if opening + bracket not in ("[]", "()"):
            raise UnreadableError("a bracket")
        self.last = ","
        if opening == "(" and not comma and values:
            self.value(values[0])  # brackets around one value, not a tuple
        else:
            self.value(values)


def joined(parts: Literal, between: str) -> str:
    """Return ``between.join(str(part) for part in parts)``, which a number has none of."""
    if isinstance(parts, int):
        raise UnreadableError("a number where a list was due")
    return between.join(_shown(part) for part in parts)


def _shown(part: Literal) -> str:
    if isinstance(part, list):
        raise UnreadableError("a list where a number was due")
    return str(part)


def rows_of(value: Literal) -> Sequence[Literal]:
    """Return what iterating over ``value`` yields."""
    if isinstance(value, int):
        raise UnreadableError("a number where a list was due")
    return value
