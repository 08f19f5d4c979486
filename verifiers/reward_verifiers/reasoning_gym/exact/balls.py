"""Numbers to 60 digits that know how wrong they are, and what functions make of them.

A ball is a float and a bound for its error. Every operation bounds the error of its result, so that
digits which cancelled are never taken for digits that agree: ``(x + 10**99) - 10**99`` is a ball so
wide that nothing is decided by it. An operation whose result would be too wide or too large, or
that has none, raises ``NoValueError``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from reward_verifiers.math.evaluate import context

BITS = 220
"""Precision of the floats."""

_MP = context(BITS)
_EXACT = -math.inf
_SHARP_BITS = 64
"""How many bits of an argument must be sure before a function is applied to it."""
_MAX_TURNING_BITS = 64
_MAX_GROWING_BITS = 20
_MAX_SIZE = 1 << 24
"""Binary exponents past this are refused before they are computed."""


class NoValueError(ArithmeticError):
    """There is no value here, or none that is known well enough."""


class Ball(NamedTuple):
    """``mid`` is within 2**``err`` of the number that is meant; it may be complex."""

    mid: Any
    err: float
    size: float
    """The binary exponent of ``mid``, minus infinity for 0."""

    @property
    def is_real(self) -> bool:
        """Whether nothing but error is left of the imaginary part."""
        part = _MP.im(self.mid)
        return not part or _MP.mag(part) <= self.err + 1


@lru_cache(maxsize=512)
def exactly(number: int | Fraction) -> Ball:
    """Return the ball of a rational number."""
    if number in (-1, 0, 1, 2):
        return _whole(int(number))
    fraction = Fraction(number)
    return _rounded(_MP.mpf(fraction.numerator) / fraction.denominator)


def _whole(number: int) -> Ball:
    """Return a number that is a float as it stands."""
    mid = _MP.mpf(number)
    return Ball(mid, _EXACT, _size(mid))


def _size(mid: Any) -> float:
    if isinstance(mid, _MP.mpf):
        # What mpmath's ``mag`` adds up, in a third of its time.
        _, digits, exponent, n_bits = mid._mpf_
        return float(exponent + n_bits) if digits else _EXACT
    return float(_MP.mag(mid)) if mid else _EXACT


def pi() -> Ball:
    """Return the ball of pi."""
    return _rounded(+_MP.pi)


def euler() -> Ball:
    """Return the ball of Euler's number."""
    return _rounded(+_MP.e)


ZERO, ONE = exactly(0), exactly(1)


def _rounded(mid: Any, *errors: float) -> Ball:
    """Return ``mid`` with its own rounding and the sum of these errors."""
    size = _size(mid)
    if abs(size) > _MAX_SIZE and mid:
        raise NoValueError("too large or too small")
    return Ball(mid, _together(size - BITS + 3, *errors) if errors else size - BITS + 3, size)


def _together(*errors: float) -> float:
    """Return the logarithm of the sum of errors whose logarithms are given."""
    largest = max(errors)
    if largest == _EXACT:
        return _EXACT
    # The last is for the rounding of this very sum.
    return largest + math.log2(sum(2.0 ** (err - largest) for err in errors)) + 2.0**-20


def added(balls: Sequence[Ball]) -> Ball:
    """Return the sum."""
    total = balls[0].mid
    largest = _EXACT
    for ball in balls[1:]:
        total = total + ball.mid
        largest = max(largest, ball.size, _size(total))
    rounding = largest - BITS + 3 + len(balls).bit_length()
    return _rounded(total, rounding, *(ball.err for ball in balls))


def negated(ball: Ball) -> Ball:
    """Return the same with the other sign."""
    return Ball(-ball.mid, ball.err, ball.size)


def multiplied(left: Ball, right: Ball) -> Ball:
    """Return the product."""
    return _rounded(
        left.mid * right.mid,
        left.size + right.err,
        right.size + left.err,
        left.err + right.err,
    )


def inverted(ball: Ball) -> Ball:
    """Return one over it."""
    _check_away_from_zero(ball)
    return _rounded(1 / ball.mid, ball.err - 2 * ball.size + 3)


def raised(ball: Ball, exponent: Fraction) -> Ball:
    """Return the principal value of a rational power."""
    top, bottom = exponent.numerator, exponent.denominator
    if not top:
        return ONE
    if exponent == 1:
        return ball
    if bottom > _SHARP_BITS or abs(top) * (abs(ball.size) + 1) > _MAX_SIZE:
        raise NoValueError("a power that is too large")
    if bottom > 1 or top < 0:
        _check_away_from_zero(ball)
    if not ball.mid:
        return Ball(ball.mid, ball.err * top if ball.err < 0 else ball.err, _EXACT)
    base = ball.mid
    if bottom == 2:
        base = _MP.sqrt(base)
    elif bottom > 2:
        base = _MP.root(base, bottom)
    mid = base**top
    size = _size(mid)
    relative = ball.err - ball.size + abs(top).bit_length() + 3
    if relative > -_SHARP_BITS and ball.err != _EXACT:
        raise NoValueError("a power of too wide a ball")
    return _rounded(mid, size + relative, size - BITS + abs(top).bit_length() + 3)


def absolute(ball: Ball) -> tuple[Ball, Ball]:
    """Return the absolute value of a real number, and its sign."""
    _check_away_from_zero(ball)
    if not ball.is_real:
        raise NoValueError("not real")
    real = _MP.re(ball.mid)
    return Ball(abs(real), ball.err, ball.size), exactly(1 if real > 0 else -1)


def sin(ball: Ball) -> Ball:
    """Return the sine."""
    _check_small(ball, _MAX_TURNING_BITS)
    return _rounded(_MP.sin(ball.mid), ball.err + _imaginary_size(ball))


def cos(ball: Ball) -> Ball:
    """Return the cosine."""
    _check_small(ball, _MAX_TURNING_BITS)
    return _rounded(_MP.cos(ball.mid), ball.err + _imaginary_size(ball))


def exp(ball: Ball) -> Ball:
    """Return e to that power."""
    _check_small(ball, _MAX_GROWING_BITS)
    mid = _MP.exp(ball.mid)
    return _rounded(mid, _size(mid) + ball.err + 1)


def log(ball: Ball) -> Ball:
    """Return the natural logarithm, of a negative number its principal value."""
    _check_away_from_zero(ball)
    return _rounded(_MP.log(ball.mid), ball.err - ball.size + 2)


def by_slope(name: str, ball: Ball, slope: Ball) -> Ball:
    """Return what mpmath's function ``name`` makes of it, where its derivative is ``slope``.

    For the inverse functions: their derivatives are known to be sharp where they have a value.
    """
    _check_small(ball, _MAX_TURNING_BITS)
    return _rounded(getattr(_MP, name)(ball.mid), slope.size + ball.err + 3)


def _check_away_from_zero(ball: Ball) -> None:
    if not ball.mid or (ball.err != _EXACT and ball.err > ball.size - _SHARP_BITS):
        raise NoValueError("zero, or too wide to tell")


def _check_small(ball: Ball, bits: int) -> None:
    if ball.size > bits or ball.err > -_SHARP_BITS:
        raise NoValueError("an argument that is too large or too wide")


def _imaginary_size(ball: Ball) -> float:
    """Return by how many bits a sine can grow off the real axis."""
    part = _MP.im(ball.mid)
    if not part:
        return 1
    if _MP.mag(part) > _MAX_GROWING_BITS:
        raise NoValueError("an argument that is too large")
    return float(abs(part)) * 1.5 + 2
