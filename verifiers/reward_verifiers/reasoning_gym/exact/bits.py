"""bitwise_arithmetic: the value of ``metadata.problem``, which is read here and never evaluated.

The package's rule (0.1.25): 1.0 where ``int(answer, 0)`` is the value, else 0.0. Fixed: the same
for numerals in ASCII; the package also reads the digits of other scripts.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.bounds import check_length
from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.exact.errors import UnreadableError
from reward_verifiers.reasoning_gym.exact.fields import Entry

_PATH = "metadata.problem"
_TOKEN = re.compile(r"\s*(0[xX][0-9a-fA-F]+|[0-9]+|<<|>>|[-+*&|^~()])")
_MAX_CHARS = 200_000
_MAX_DEPTH = 100
_MAX_BITS = 200_000
_MAX_NUMERAL = 4_000


def bitwise_arithmetic(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to bitwise_arithmetic."""
    problem = fields.text(entry, _PATH)
    check_length(answer, len(problem))
    said = _whole(undressed(answer) if fixed else answer, ascii_only=fixed)
    try:
        wanted = evaluated(problem)
    except UnreadableError as error:
        raise fields.bad_field(_PATH, str(error)) from error
    return 1.0 if said == wanted else 0.0


def _whole(text: str, *, ascii_only: bool) -> int | None:
    if ascii_only and not text.isascii():
        return None
    try:
        return int(text, 0)  # its length is bounded
    except ValueError:
        return None


def evaluated(problem: str) -> int:
    """Return the value of an expression of whole numbers, ``+ - * << >> & | ^ ~`` and brackets.

    Raises:
        UnreadableError: it is none, or past what any problem needs.
    """
    if len(problem) > _MAX_CHARS:
        raise UnreadableError(f"more than {_MAX_CHARS} characters")
    return _Reader(_tokens(problem)).all()


def _tokens(problem: str) -> list[str]:
    found, at = [], 0
    problem = problem.rstrip()
    while at < len(problem):
        match = _TOKEN.match(problem, at)
        if match is None or len(match[1]) > _MAX_NUMERAL:
            raise UnreadableError(f"unreadable at {problem[at : at + 20]!r}")
        found.append(match[1])
        at = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0

    def all(self) -> int:
        value = self.binary(1)
        if self.ahead:
            raise UnreadableError(f"unreadable at {self.ahead[:20]!r}")
        return value

    @property
    def ahead(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def binary(self, strength: int) -> int:
        """Read operands joined by operators that bind at least as tightly as ``strength``."""
        self.depth += 1
        if self.depth > _MAX_DEPTH * len("()"):
            raise UnreadableError(f"nested more than {_MAX_DEPTH} deep")
        left = self.unary()
        while (sign := _BINARY.get(self.ahead)) and sign[0] >= strength:
            self.at += 1
            left = sign[1](left, self.binary(sign[0] + 1))
            if left.bit_length() > _MAX_BITS:
                raise UnreadableError(f"a value of more than {_MAX_BITS} bits")
        self.depth -= 1
        return left

    def unary(self) -> int:
        signs = []
        while self.ahead and self.ahead in "+-~":
            signs.append(self.ahead)
            self.at += 1
        value = self.operand()
        for sign in reversed(signs):
            value = {"+": value, "-": -value, "~": ~value}[sign]
        return value

    def operand(self) -> int:
        word = self.ahead
        self.at += 1
        if word == "(":
            value = self.binary(1)
            if self.ahead != ")":
                raise UnreadableError("a bracket is not closed")
            self.at += 1
            return value
        if not word[:1].isdigit():
            raise UnreadableError(f"{word or 'the end'!r} where a number was due")
        try:
            return int(word, 0)
        except ValueError as error:
            raise UnreadableError(f"the number {word[:20]!r}") from error


def _left(value: int, by: int) -> int:
    if by < 0 or by > _MAX_BITS:
        raise UnreadableError(f"a shift that is negative or by more than {_MAX_BITS} bits")
    return value << by


def _right(value: int, by: int) -> int:
    if by < 0:
        raise UnreadableError("a negative shift")
    return value >> min(by, _MAX_BITS)


_BINARY: Mapping[str, tuple[int, Callable[[int, int], int]]] = {
    "|": (1, operator.or_),
    "^": (2, operator.xor),
    "&": (3, operator.and_),
    "<<": (4, _left),
    ">>": (4, _right),
    "+": (5, operator.add),
    "-": (5, operator.sub),
    "*": (6, operator.mul),
}
"""Strength and meaning of each operator, as Python has them."""
