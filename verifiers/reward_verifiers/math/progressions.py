r"""Rows with dots in the middle, spelled out: ``1, 3, 5, \ldots, 11`` is six numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reward_verifiers.math.nodes import Neg, Num, Scalar, Value
from reward_verifiers.math.ranges import Ranges
from reward_verifiers.math.tokens import Token, UnreadableError

_MAX_ITEMS = 5_000


def row_of_values(
    ranges: Ranges, cuts: Sequence[tuple[int, int]], read: Callable[[int, int], Value]
) -> list[Value]:
    r"""Read parts, of which one may be the dots in ``1, 2, \ldots, 10``."""
    dots = [at for at, (low, high) in enumerate(cuts) if _is_dots(ranges.tokens[low:high])]
    if len(dots) != 1:
        return [read(*cut) for cut in cuts]
    sides = cuts[: dots[0]], cuts[dots[0] + 1 :]
    before, after = ([read(*cut) for cut in side] for side in sides)
    found = spelled_out(before, after)
    if found is None:
        raise UnreadableError("dots that stand for no progression")
    return found


def _is_dots(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].kind == "dots"


def spelled_out(before: Sequence[Value], after: Sequence[Value]) -> list[Value] | None:
    """Return all numbers of an arithmetic progression; None: what is written is none."""
    first, last = _whole(before), _whole(after)
    if first is None or last is None or len(first) < 2 or not last:
        return None
    step = first[1] - first[0]
    if not step or (last[-1] - first[0]) % step:
        return None
    count = (last[-1] - first[0]) // step + 1
    if not len(first) + len(last) <= count <= _MAX_ITEMS:
        return None
    found = [first[0] + step * place for place in range(count)]
    if found[: len(first)] != first or found[-len(last) :] != last:
        return None
    return [Scalar(Num(number)) for number in found]


def _whole(values: Sequence[Value]) -> list[int] | None:
    """Return the whole numbers that ``values`` are; None: one is something else."""
    found = []
    for value in values:
        match value:
            case Scalar(Num(int(number)), None, ""):
                found.append(number)
            case Scalar(Neg(Num(int(number))), None, ""):
                found.append(-number)
            case _:
                return None
    return found
