"""Names that answers give to values: ``x = 5``, ``Area: 12``, ``(x, y) = (1, 2)``, ``AB : BC``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reward_verifiers.math.nodes import Items, Labelled, Scalar, Value
from reward_verifiers.math.ranges import Ranges
from reward_verifiers.math.tokens import Token
from reward_verifiers.math.words import says_something

_DECORATIONS = frozenset(("angle", "triangle", "vec", "overline", "hat"))
_OPERATORS = frozenset(("dim", "det", "deg", "rank", "ker", "trace", "tr"))
_UNKNOWNS = frozenset("xyzabc")
_DERIVATIVE = re.compile(
    r"(?:frac)?(?P<sign>d|partial)(?:\^?(?P<times>[2-4]))?(?P<of>[A-Za-z])(?P=sign)(?P<by>[a-z])"
    r"(?:\^?(?P<again>[2-4]))?"
)
_RATIO = re.compile(r"(?:frac(?=[A-Z]+\Z))?([A-Z]{2})/?([A-Z]{2})")
_AN_INTEGER = re.compile(r"^(?!.*\b(?:no|not|isn't|wrong|or)\b).*\binteger")
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
    r"""Return (name, arguments) if ``tokens`` are a name for a value; None for mathematics.

    A letter with its subscript and primes, a word, a segment, or one of these applied to names and
    numbers: ``x``, ``a_{n}``, ``f'``, ``f^{-1}(x)``, ``Area``, ``AB``, ``f(x)``, ``P(A)``; a
    derivative, a number of elements, an area: ``dy/dx``, ``|A \cup B|``, ``[ABC]``. A product, a
    number or a sum is no name.
    """
    rest = _unbraced(tokens)
    special = (
        _derivative(rest) or _enclosed(rest) or _composed(rest) or _quotient(rest) or _joined(rest)
    )
    if special is not None:
        return special
    if len(rest) > 2 and rest[0].text == "m" and rest[1].text == "angle":
        rest.pop(0)
    while rest and rest[0].kind == "cmd" and rest[0].text in _DECORATIONS:
        rest.pop(0)
    if len(rest) > 1 and rest[0].kind == "cmd" and rest[0].text in _OPERATORS:
        named = label(_ungrouped(rest[1:]))
        return named and (f"{rest[0].text} {named[0]}", named[1])
    rest = _ungrouped(rest, "{")
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


def _ungrouped(tokens: list[Token], openers: str = "{(") -> list[Token]:
    """Return what stands in one pair of brackets around all of ``tokens``."""
    if len(tokens) > 2 and tokens[0].text in openers and tokens[-1].text in "})":
        return tokens[1:-1]
    return tokens


def _unbraced(tokens: Sequence[Token]) -> list[Token]:
    """Return ``tokens`` without braces around single ones: ``{{a}_{n}}`` is ``{a_n}``."""
    rest = list(tokens)
    for at in range(len(rest) - 3, -1, -1):
        if rest[at].text == "{" and rest[at + 2].text == "}":
            rest[at : at + 3] = [rest[at + 1]]
    return rest


def _derivative(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...]] | None:
    r"""Read ``\frac{dy}{dx}`` as y', and ``\frac{\partial f}{\partial x}`` as f_x."""
    if len(tokens) > 16 or not any(token.text[:1] in ("d", "p") for token in tokens[:4]):
        return None
    written = "".join(token.text for token in tokens if token.text not in "{}/")
    match = _DERIVATIVE.fullmatch(written)
    if match is None or (match["times"] or "1") != (match["again"] or "1"):
        return None
    if match["sign"] == "partial":
        return f"{match['of']}_{match['by'] * int(match['times'] or 1)}", ()
    return match["of"] + "'" * int(match["times"] or 1), (match["by"],)


def _enclosed(tokens: list[Token]) -> tuple[str, tuple[str, ...]] | None:
    r"""Read ``|AB|``, ``|A \cup B|`` and ``[ABC]``: a length, a number of elements, an area."""
    if len(tokens) < 3:
        return None
    inside = tokens[1:-1]
    written = "".join(token.text for token in inside if token.text not in "{}")
    if tokens[0].text in ("|", "||") and tokens[-1].text == tokens[0].text:
        if any(token.kind in ("setop", "set") for token in inside):
            capital = all(token.kind == "setop" or token.text.isupper() for token in inside)
            return (f"|{written}|", ()) if capital else None
        return None if inside[0].text in _UNKNOWNS else label(inside)
    if tokens[0].text == "[" and tokens[-1].text == "]" and len(inside) == 1:
        return (f"[{written}]", ()) if len(written) > 2 and written.isupper() else None
    return None


def _composed(tokens: list[Token]) -> tuple[str, tuple[str, ...]] | None:
    r"""Read ``(f \circ g)(x)`` as f(g)."""
    texts = [token.text for token in tokens]
    if len(texts) != 8 or texts[0] != "(" or texts[2] != "circ" or texts[4:6] != [")", "("]:
        return None
    if texts[7] != ")" or any(tokens[at].kind != "sym" for at in (1, 3, 6)):
        return None
    return f"{texts[1]}({texts[3]})", (texts[6],)


def _quotient(tokens: list[Token]) -> tuple[str, tuple[str, ...]] | None:
    r"""Read ``\frac{AB}{CD}``, a ratio of two lengths."""
    if len(tokens) > 8 or not all(
        token.kind == "word" or token.text in ("frac", "{", "}", "/") for token in tokens
    ):
        return None
    match = _RATIO.fullmatch("".join(token.text for token in tokens if token.text not in "{}"))
    return None if match is None else ("/".join(match.groups()), ())


def _joined(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...]] | None:
    r"""Read ``A \cap B``, a set by the names of others, whichever comes first."""
    sets, signs = tokens[::2], [token.text for token in tokens[1::2]]
    if len(sets) < 2 or len(sets) == len(signs) or any(t.kind != "setop" for t in tokens[1::2]):
        return None
    letters = [token.text for token in sets]
    if len(set(signs)) > 1 or not all(
        token.kind in ("sym", "set") and len(token.text) == 1 and token.text.isupper()
        for token in sets
    ):
        return None
    return f" {signs[0]} ".join(letters if signs[0] == "minus" else sorted(letters)), ()


def _named(head: Token, rest: list[Token]) -> tuple[str, tuple[str, ...]] | None:
    at, name = 1, head.text
    while at < len(rest) and head.kind in ("word", "text") and rest[at].kind in ("word", "text"):
        name += f" {rest[at].text}"
        at += 1
    while at < len(rest) and rest[at].text in ("_", "'", "^"):
        sign = rest[at].text
        at += 1
        end = at if sign == "'" else _subscript_end(rest, at)
        raised = "".join(token.text for token in rest[at:end] if token.text not in "{}")
        if sign == "^" and not (set(raised) == {"'"} or (raised == "-1" and end < len(rest))):
            return None
        name += raised if sign == "^" else sign + raised
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
    if len(args) == 4 and head.kind == "sym" and (args[1], args[3]) == ("(", ")"):
        return f"{name}({args[0]})", args[2:3]
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
        said = any(token.kind in ("text", "word", "logic") for token in tokens[3:])
        if not said and (
            (last.kind == "set" and last.text in _INTEGERS) or tokens[2].text in _INTEGERS
        ):
            return texts[0]
    said_of_it = " ".join(texts[1:]).lower()
    if len(tokens) >= 2 and tokens[0].kind == "sym" and _AN_INTEGER.search(said_of_it):
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


def in_chain(ranges: Ranges, cuts: list[tuple[int, int]], ops: list[str]) -> list[str]:
    """Return the variables in ``x = y = z = 1``; none where another side is none."""
    found = [variable(ranges.tokens[start:end]) for start, end in cuts[:-1]]
    plain = set(ops) == {"="} and all(found) and len(set(found)) == len(found)
    last = ranges.tokens[cuts[-1][0] : cuts[-1][1]]
    return found if plain and last and not variable(last) else []


def of_ratio(
    ranges: Ranges, cuts: list[tuple[int, int]]
) -> tuple[str, list[tuple[int, int]]] | None:
    """Return the name ``AB:BC`` and the ranges of the values of ``AB : BC = 1 : 2``, or None."""
    half = len(cuts) // 2
    sides = ranges.cuts(*cuts[half], "rel", ("=",))
    if len(cuts) % 2 == 0 or len(sides) != 2:
        return None
    named = [label(ranges.tokens[start:end]) for start, end in (*cuts[:half], sides[0])]
    found = [name[0] for name in named if name]
    return (":".join(found), [sides[1], *cuts[half + 1 :]]) if len(found) == len(named) else None


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


def row_of(parts: list[Value]) -> Value:
    """Return a list, after giving a leading label to all: in "x = 1, 2" both are values of x."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    if isinstance(first, Labelled) and all(isinstance(part, Scalar) for part in parts[1:]):
        values = (first.value, *parts[1:])
        if all(isinstance(part, Scalar) for part in values):
            return Labelled(first.label, Items("list", values), first.args)
    return Items("list", tuple(parts))
