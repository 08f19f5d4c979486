"""Ranges of tokens, and where they can be cut: outside of all brackets."""

from __future__ import annotations

from collections.abc import Sequence

from reward_verifiers.math.tokens import Token, UnreadableError


class Ranges:
    """A run of tokens with its brackets paired."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.partner = _partners(tokens)

    def cuts(
        self, low: int, high: int, kind: str, signs: tuple[str, ...] = ()
    ) -> list[tuple[int, int]]:
        """Return the ranges between tokens of ``kind`` (and of ``signs``) outside brackets."""
        ranges, start, at = [], low, low
        while at < high:
            token = self.tokens[at]
            if token.kind == kind and (not signs or token.text in signs):
                ranges.append((start, at))
                start = at + 1
            at = self.after(at)
        ranges.append((start, high))
        return ranges

    def set_operations(self, low: int, high: int) -> tuple[list[tuple[int, int]], list[str]]:
        """Return the ranges between the signs of set operations outside brackets, and the signs."""
        cuts, signs, start, at = [], [], low, low
        while at < high:
            token = self.tokens[at]
            after_set = at - start == 1 and self.tokens[start].kind == "set"
            if token.kind == "setop" or (token.text == "-" and after_set):
                cuts.append((start, at))
                signs.append("minus" if token.text == "-" else token.text)
                start = at + 1
            at = self.after(at)
        cuts.append((start, high))
        return cuts, signs

    def after(self, at: int) -> int:
        """Return the index behind the token at ``at``, or behind the brackets it opens."""
        return self.partner.get(at, at) + 1


def _partners(tokens: Sequence[Token]) -> dict[int, int]:
    """Return the closing index for each opening bracket; half-open intervals pair ( with ]."""
    partner: dict[int, int] = {}
    stack: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == "open":
            stack.append(index)
        elif token.kind == "close":
            if not stack or not _pairs(tokens[stack[-1]].text, token.text):
                raise UnreadableError(f"{token.text!r} closes nothing")
            partner[stack.pop()] = index
    if stack:
        raise UnreadableError(f"{tokens[stack[-1]].text!r} is never closed")
    return partner


def _pairs(opener: str, closer: str) -> bool:
    if opener in "([":
        return closer in ")]"
    return closer == {"{": "}", "\\{": "\\}", "<": ">"}.get(opener, opener)
