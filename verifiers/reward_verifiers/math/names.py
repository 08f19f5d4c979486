"""Names that answers give to values: ``x = 5``, ``Area: 12``, ``(x, y) = (1, 2)``, ``AB : BC``."""

from __future__ import annotations

from collections.abc import Sequence

from reward_verifiers.math.nodes import Items, Labelled, Value
from reward_verifiers.math.ranges import Ranges
from reward_verifiers.math.tokens import Token
from reward_verifiers.math.words import says_something

_DECORATIONS = frozenset(("angle", "triangle", "vec", "overline", "hat"))
_INTEGERS = frozenset(("Z", "N"))


def variable(tokens: Sequence[Token]) -> str:
    """Return the name of the variable that ``tokens`` are; empty for anything else."""
    if not tokens or tokens[0].kind != "sym":
        return ""
    if len(tokens) == 1:
        return tokens[0].text
    named = label(tokens)
    return named[0] if named and not named[1] else ""


def label(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...]] | None:
    """Return (name, arguments) if ``tokens`` are a name for a value; None for mathematics.

    A letter with its subscript and primes, a word, a segment, or one of these applied to names and
    numbers: ``x``, ``a_{n}``, ``f'``, ``Area``, ``AB``, ``f(x)``, ``P(A)``. A product, a number or
    a sum is no name.
    """
    rest = list(tokens)
    if len(rest) > 2 and rest[0].text == "m" and rest[1].text == "angle":
        rest.pop(0)
    if len(rest) > 2 and rest[0].text in ("|", "||") and rest[-1].text == rest[0].text:
        rest = rest[1:-1]
        if rest[0].text in "xyzabc":
            return None
    while rest and rest[0].kind == "cmd" and rest[0].text in _DECORATIONS:
        rest.pop(0)
    if len(rest) > 2 and rest[0].text == "{" and rest[-1].text == "}":
        rest = rest[1:-1]
    if not rest or rest[0].kind not in ("sym", "word", "text", "func"):
        return None
    head = rest[0]
    if head.kind == "func" and head.text not in ("max", "min", "gcd", "lcm", "arg"):
        return None
    if head.text in ("e", "i", "pi", "oo") and head.kind == "sym":
        return None
    if head.kind == "word" and len(head.text) == 2 and head.text.islower():
        return None
    return _named(head, rest)


def _named(head: Token, rest: list[Token]) -> tuple[str, tuple[str, ...]] | None:
    at, name = 1, head.text
    while at < len(rest) and head.kind in ("word", "text") and rest[at].kind in ("word", "text"):
        name += f" {rest[at].text}"
        at += 1
    while at < len(rest) and rest[at].text in ("_", "'"):
        sign = rest[at].text
        at += 1
        name += sign
        if sign == "_":
            end = _subscript_end(rest, at)
            name += "".join(token.text for token in rest[at:end] if token.text not in "{}")
            at = end
    if head.kind != "sym" and says_something(name):
        return None
    if at >= len(rest):  # past it where nothing follows an underscore
        return (name if head.kind == "sym" else name.casefold()), ()
    inside = rest[at + 1 : -1]
    if rest[at].text not in ("(", "[") or rest[-1].text not in (")", "]") or not inside:
        return None
    if any(token.kind == "op" and token.text in "+-*/^" for token in inside):
        return None
    args = tuple(token.text for token in inside if token.text != ",")
    return name, args


def _subscript_end(tokens: list[Token], at: int) -> int:
    if at >= len(tokens) or tokens[at].text != "{":
        return at + 1
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index].text == "{") - (tokens[index].text == "}")
        if depth == 0:
            return index + 1
    return len(tokens)


def integer_parameter(tokens: Sequence[Token]) -> str:
    r"""Return the letter of ``k \in \mathbb{Z}`` or "k an integer"; empty for anything else."""
    texts = [token.text for token in tokens]
    if len(tokens) >= 3 and tokens[0].kind == "sym" and texts[1] == "in":
        last = tokens[-1] if tokens[-1].text not in ("}", "+", "*") else tokens[2]
        if (last.kind == "set" and last.text in _INTEGERS) or tokens[2].text in _INTEGERS:
            return texts[0]
    if len(tokens) >= 2 and tokens[0].kind == "sym" and "integer" in " ".join(texts[1:]).lower():
        return texts[0]
    if len(tokens) == 2 and texts[0].lower() == "integer" and tokens[1].kind == "sym":
        return texts[1]
    return ""


def of_point(ranges: Ranges, low: int, high: int) -> list[str]:
    """Return the names in ``(x, y)``; none where the range is something else."""
    tokens = ranges.tokens[low:high]
    if len(tokens) < 5 or tokens[0].text != "(" or ranges.partner.get(low) != high - 1:
        return []
    cuts = ranges.cuts(low + 1, high - 1, "sep", (",",))
    found = [variable(ranges.tokens[start:end]) for start, end in cuts]
    return found if all(found) else []


def ratio_without_names(
    ranges: Ranges, cuts: list[tuple[int, int]]
) -> list[tuple[int, int]] | None:
    """Return the values of ``AB : BC = 1 : 2`` without their names; None: it has none."""
    half = len(cuts) // 2
    sides = ranges.cuts(*cuts[half], "rel", ("=",))
    if len(cuts) % 2 == 0 or len(sides) != 2:
        return None
    named = [*cuts[:half], sides[0]]
    if not all(label(ranges.tokens[start:end]) for start, end in named):
        return None
    return [sides[1], *cuts[half + 1 :]]


def are_points(parts: Sequence[Value]) -> bool:
    """Whether each of ``parts`` gives a value to each of the same two or more names.

    The names may be left out after the first: "(x, y) = (1, 2) and (2, 1)".
    """
    names = _names(parts[0])
    if len(set(names)) < 2:
        return False
    return all(
        isinstance(part, Items)
        and (
            sorted(_names(part)) == sorted(names)
            or (part.style == "tuple" and len(part.items) == len(names))
        )
        for part in parts
    )


def _names(value: Value) -> list[str]:
    if not isinstance(value, Items) or value.style != "list":
        return []
    return [item.label for item in value.items if isinstance(item, Labelled)]
