r"""Cuts a formula into tokens, in one of two dialects.

*Plain* is the notation of Python, which is what the package reads. *Loose* is what models write as
well: ``2x^2``, ``x²``, ``2·x``, ``\frac{1}{2}\sin x``. In both only words of the vocabulary are
names; any other word, and any other sign, makes the text unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from reward_verifiers.reasoning_gym.exact.bounds import MAX_DIGITS
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError


class Token(NamedTuple):
    """A sign, a name or a numeral. ``kind`` is the sign itself, ``name`` or ``num``."""

    kind: str
    text: str = ""
    value: int | Fraction = 0
    places: int | None = None
    """Decimals of a numeral, None for a whole one."""


@dataclass(frozen=True)
class Notation:
    """How a formula may be written."""

    names: frozenset[str] = frozenset()
    """Variables and constants."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of those."""
    functions: Mapping[str, str] = field(default_factory=dict)
    """Functions by the name that is written, with the name they have in the tree."""
    loose: bool = False
    """Read what people write, not only what Python reads."""
    cross: bool = False
    """``x`` between numbers is a multiplication sign."""
    bitwise: bool = False
    """``| ^ & << >> ~`` are operators on whole numbers."""

    @cached_property
    def symbols(self) -> frozenset[str]:
        """Words that stand for a value."""
        return self.names | set(self.aliases)

    @cached_property
    def words(self) -> re.Pattern[str]:
        """The words of the vocabulary, the longest first."""
        known = sorted(self.symbols | set(self.functions), key=lambda word: (-len(word), word))
        return re.compile("|".join(map(re.escape, known)) or r"(?!)")


_NUMERAL = re.compile(r"([0-9]+)(?:\.([0-9]*))?|\.([0-9]+)")
_POWER_OF_TEN = re.compile(r"[eE]([+-]?[0-9]+)")
_MAX_POWER_OF_TEN = 400
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# SymPy puts signs together again where blanks were between them.
_SIGNS = re.compile(r"\*[ \t]*\*|/[ \t]*/|<[ \t]*<|>[ \t]*>|[-+*/%(),|^&~]|(?<![ \t])!")
_LOOSE_SIGNS = re.compile(r"\*\*|[-+*/(),|]")
_COMMENT = re.compile(r"#[^\n]*")
_RAISED = re.compile("(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_COMMAND = re.compile(r"\\([A-Za-z]+|[,;:! ])")
_NO_SIGN = frozenset(("left", "right", "displaystyle", "quad", "qquad", *",;:! "))
_SIGN_COMMANDS = {
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("lvert", "rvert", "vert"), "|"),
    "div": "/",
}
_FRACTIONS = frozenset(("frac", "dfrac", "tfrac"))
_SPELLINGS = str.maketrans(
    {
        **dict.fromkeys("×⋅·∙∗•", "*"),
        **dict.fromkeys("÷∕", "/"),
        **dict.fromkeys("−–—‒﹣－", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f\u2003", " "),
        "{": "(",
        "}": ")",
        "√": " sqrt ",
        "π": " pi ",
    }
)


def tokens(text: str, notation: Notation) -> list[Token]:
    """Return the tokens of ``text``.

    Raises:
        UnreadableError: a sign or a word is none of the notation's.
        OverLimitError: a numeral is too long.
    """
    if notation.loose:
        return _LooseReader(text.translate(_SPELLINGS).replace("^", "**"), notation).all()
    return _plain(text.strip(), notation)


def _plain(text: str, notation: Notation) -> list[Token]:
    found: list[Token] = []
    at = depth = 0
    while at < len(text):
        char = text[at]
        if char in " \t\f" or (char in "\r\n" and depth):
            at += 1
        elif numeral := _NUMERAL.match(text, at):
            token, at = _numeral(text, numeral, with_power=True)
            found.append(token)
        elif word := _WORD.match(text, at):
            if word[0] not in notation.symbols and word[0] not in notation.functions:
                raise UnreadableError(f"the word {word[0][:20]!r}")
            found.append(Token("name", word[0]))
            at = word.end()
        elif sign := _SIGNS.match(text, at):
            depth += {"(": 1, ")": -1}.get(sign[0], 0)
            found.append(Token("".join(sign[0].split())))
            at = sign.end()
        elif comment := _COMMENT.match(text, at):
            at = comment.end()
        else:
            raise UnreadableError(f"the sign {char!r}")
    return found


def _numeral(text: str, match: re.Match[str], *, with_power: bool) -> tuple[Token, int]:
    digits, decimals = match[1] or "", match[2] if match[1] else match[3]
    if match.end() - match.start() > MAX_DIGITS:
        raise OverLimitError(f"a number of more than {MAX_DIGITS} digits")
    power = _POWER_OF_TEN.match(text, match.end()) if with_power else None
    if power is None and decimals is None:
        if len(digits) > 1 and digits[0] == "0" and digits.strip("0"):
            raise UnreadableError("a number that begins with 0")
        return Token("num", digits, int(digits)), match.end()
    end = power.end() if power else match.end()
    if power and (len(power[1]) > 5 or abs(int(power[1])) > _MAX_POWER_OF_TEN):
        raise OverLimitError(f"a power of ten beyond {_MAX_POWER_OF_TEN}")
    places = len(decimals or "")
    value = Fraction(int(digits + (decimals or "")), 10**places)
    if power:
        value *= Fraction(10) ** int(power[1])
    return Token("num", text[match.start() : end], value, places), end


class _LooseReader:
    """Reads the loose dialect; ``text`` has its signs in ASCII already."""

    def __init__(self, text: str, notation: Notation) -> None:
        self.text = text
        self.notation = notation
        self.at = 0
        self.found: list[Token] = []

    def all(self) -> list[Token]:
        while self.at < len(self.text):
            self.next()
        return self.found

    def next(self) -> None:
        text, at = self.text, self.at
        char = text[at]
        if char.isspace():
            self.at += 1
        elif numeral := _NUMERAL.match(text, at):
            token, self.at = _numeral(text, numeral, with_power=False)
            self.found.append(token)
        elif self.notation.cross and char in "xX":
            self.add("*", at + 1)
        elif char.isascii() and char.isalpha():
            self.word(at)
        elif raised := _RAISED.match(text, at):
            self.raised(raised)
        elif command := _COMMAND.match(text, at):
            self.command(command)
        elif sign := _LOOSE_SIGNS.match(text, at):
            self.add(sign[0], sign.end())
        elif comment := _COMMENT.match(text, at):
            self.at = comment.end()
        else:
            raise UnreadableError(f"the sign {char!r}")

    def add(self, kind: str, end: int) -> None:
        self.found.append(Token(kind))
        self.at = end

    def word(self, at: int) -> None:
        """Read one word of the vocabulary; ``2xy`` has two, ``x2`` is nothing that can be read."""
        word = self.notation.words.match(self.text, at)
        if word is None or self.text[word.end() : word.end() + 1] in tuple("0123456789_"):
            raise UnreadableError(f"the word {self.text[at : at + 20]!r}")
        self.found.append(Token("name", word[0]))
        self.at = word.end()

    def raised(self, match: re.Match[str]) -> None:
        digits = match[2].translate(_LOWERED)
        if len(digits) > MAX_DIGITS:
            raise OverLimitError(f"a number of more than {MAX_DIGITS} digits")
        self.found.append(Token("raised", digits, int(digits) * (-1 if match[1] else 1)))
        self.at = match.end()

    def command(self, match: re.Match[str]) -> None:
        name = match[1]
        if name in _NO_SIGN:
            self.at = match.end()
        elif name in _SIGN_COMMANDS:
            self.add(_SIGN_COMMANDS[name], match.end())
        elif name in _FRACTIONS:
            self.add("frac", match.end())
        else:
            self.at += 1  # \sin, \ln, \pi: the word behind it says all
