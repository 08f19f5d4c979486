"""What an answer is once read: a small immutable tree. Numbers are exact; nothing is simplified.

Two layers. *Expressions* are scalars that can be evaluated (``evaluate.py``). *Values* are what an
answer may be as a whole: an expression with a unit, a tuple, a set of reals, a relation, words.
``reader.py`` makes them, ``compare.py`` compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from reward_verifiers.units import Unit

# -------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Num:
    """A numeral, exactly. ``places`` is how many decimals were written, None for an exact one."""

    value: int | Fraction
    places: int | None = field(default=None, compare=False)

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Sym:
    """A variable, with its subscript and primes in the name."""

    name: str

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Const:
    """A constant: ``pi``, ``e``, ``i`` or ``oo`` (infinity)."""

    name: str

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of two or more terms; a difference has a ``Neg`` term."""

    terms: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return self.terms


@dataclass(frozen=True, slots=True)
class Prod:
    """The product of ``factors`` divided by the product of ``divisors``."""

    factors: tuple[Expr, ...]
    divisors: tuple[Expr, ...] = ()

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return self.factors + self.divisors


@dataclass(frozen=True, slots=True)
class Neg:
    """Minus ``arg``."""

    arg: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return (self.arg,)


@dataclass(frozen=True, slots=True)
class Pow:
    """``base`` to the ``exponent``."""

    base: Expr
    exponent: Expr

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return (self.base, self.exponent)


@dataclass(frozen=True, slots=True)
class Root:
    """The ``index``-th root of ``arg``: real for an odd index and a negative argument."""

    arg: Expr
    index: int = 2

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return (self.arg,)


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied to arguments; a name that starts with a colon is an unknown one."""

    name: str
    args: tuple[Expr, ...]

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return self.args


@dataclass(frozen=True, slots=True)
class PlusMinus:
    """Both ``arg`` and ``-arg``; ``tied`` is -1 for the sign that goes against the others."""

    arg: Expr
    tied: int = 1

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return (self.arg,)


def symbols(expr: Expr) -> frozenset[str]:
    """Return the names of the variables in ``expr``."""
    return frozenset(node.name for node in walk(expr) if type(node) is Sym)


def walk(expr: Expr) -> Iterator[Expr]:
    """Yield ``expr`` and every expression in it, in reading order."""
    waiting = [expr]
    while waiting:
        node = waiting.pop()
        yield node
        parts = node.parts
        if parts:
            waiting.extend(reversed(parts))


Expr = Num | Sym | Const | Sum | Prod | Neg | Pow | Root | Call | PlusMinus

# ------------------------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Scalar:
    """An expression, with the unit or the noun that was written after it."""

    expr: Expr
    unit: Unit | None = None
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """Values in a row, in the brackets of ``style``: tuple, bracket, angle, set or list (none)."""

    style: str
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of values; one column or one row is a vector."""

    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """Real numbers between two ends; a single point has equal, included ends."""

    low: Expr
    high: Expr
    has_low: bool
    has_high: bool


@dataclass(frozen=True, slots=True)
class RealSet:
    """A union of intervals, with the variable it was said of, where one was."""

    parts: tuple[Interval, ...]
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """Values chained by relation signs: ``sides[0] ops[0] sides[1] ...``."""

    sides: tuple[Value, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value with the name it was given: ``x = 5``, ``Paolo: 18``, ``f(x) = 2x``."""

    label: str
    value: Value
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    r"""A value for every integer ``parameter``: ``k\pi, k \in \mathbb{Z}``."""

    value: Value
    parameter: str


@dataclass(frozen=True, slots=True)
class Based:
    """Digits in a stated base other than ten."""

    digits: str
    base: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """``a : b`` and longer."""

    parts: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, in minutes after midnight."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A letter that names an option, with what the option says where that was written too."""

    letter: str
    content: Value | None = None


@dataclass(frozen=True, slots=True)
class Congruence:
    """``value`` modulo ``modulus``, said of ``variable`` where one was named."""

    value: Expr
    modulus: Expr
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words, case folded, one space between."""

    text: str


Value = (
    Scalar
    | Items
    | Matrix
    | RealSet
    | Relation
    | Labelled
    | Family
    | Based
    | Ratio
    | Clock
    | Choice
    | Congruence
    | Words
)

MINUS_INFINITY = Neg(Const("oo"))
INFINITY = Const("oo")
REALS = RealSet((Interval(MINUS_INFINITY, INFINITY, False, False),))
EMPTY = RealSet(())
