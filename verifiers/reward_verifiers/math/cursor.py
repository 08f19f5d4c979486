"""A place in a run of tokens, with what every reader of expressions does there."""

from __future__ import annotations

from collections.abc import Sequence

from reward_verifiers.math.tokens import Token, UnreadableError

MAX_DEPTH = 60
"""Expressions within each other. Python's stack holds several times as many."""

END = Token("end", "")
CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "floor": "floor", "ceil": "ceil"}


class Cursor:
    """Reads from ``tokens``, from ``at`` on."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0

    def peek(self) -> Token:
        """Return the token at hand."""
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    def next(self) -> Token:
        """Return the token at hand and go on."""
        token = self.peek()
        self.at += 1
        return token

    def is_sign(self, *texts: str) -> bool:
        """Whether the token at hand is one of these operators."""
        token = self.peek()
        return token.kind == "op" and token.text in texts

    def is_open(self, text: str) -> bool:
        """Whether the token at hand is this opening bracket."""
        token = self.peek()
        return token.kind == "open" and token.text == text

    def negated(self) -> bool:
        """Read signs, and return whether they make what follows negative."""
        negative = False
        while self.is_sign("+", "-"):
            negative ^= self.next().text == "-"
        return negative

    def close(self, closer: str) -> None:
        """Read a closing bracket."""
        token = self.next()
        if token.kind != "close" or token.text != closer:
            raise UnreadableError(f"{closer!r} is missing")

    def deeper(self) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
