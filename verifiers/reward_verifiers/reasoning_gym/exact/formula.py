"""Reads a formula into a tree, by precedence, with bounded depth: linear in its tokens.

The tree is that of ``reward_verifiers.math.nodes``; nothing in it is simplified or evaluated.
"""

from __future__ import annotations

from fractions import Fraction

from reward_verifiers.math.nodes import Call, Expr, Neg, Num, Pow, Prod, Sum, Sym
from reward_verifiers.reasoning_gym.exact.bounds import MAX_DEPTH
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError, UnreadableError
from reward_verifiers.reasoning_gym.exact.tokens import Notation, Token, tokens

_END = Token("end")
_BEGINNINGS = frozenset(("name", "(", "frac"))
"""What may follow a factor without a sign between; never a numeral."""

BITWISE = {"|": 1, "^": 2, "&": 3, "<<": 4, ">>": 4}
"""How tightly Python's bitwise operators bind, all of them less than a sum."""


def formula(text: str, notation: Notation) -> Expr:
    """Return the tree of ``text``.

    Raises:
        UnreadableError: it is no formula in this notation.
        OverLimitError: it is nested too deeply, or a numeral is too long.
    """
    reader = _Reader(tokens(text, notation), notation)
    tree = reader.whole()
    if reader.ahead is not _END:
        raise UnreadableError(f"the sign {reader.ahead.kind!r}")
    return tree


class _Reader:
    def __init__(self, found: list[Token], notation: Notation) -> None:
        self.found = found
        self.notation = notation
        self.at = 0
        self.depth = 0
        self.bars = 0

    @property
    def ahead(self) -> Token:
        """The next token."""
        return self.found[self.at] if self.at < len(self.found) else _END

    def taken(self, *kinds: str) -> Token | None:
        """Take and return the next token if it is of one of these kinds."""
        token = self.ahead
        if token.kind not in kinds:
            return None
        self.at += 1
        return token

    def expect(self, kind: str) -> None:
        if not self.taken(kind):
            raise UnreadableError(f"no {kind!r}")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise OverLimitError(f"nested more than {MAX_DEPTH} deep")

    # ---------------------------------------------------------------------------------- by strength

    def whole(self, strength: int = 1) -> Expr:
        """Read sums joined by bitwise operators, where there are such, else one sum."""
        left = self.sum()
        while self.notation.bitwise and BITWISE.get(self.ahead.kind, 0) >= strength:
            sign = self.ahead.kind
            self.at += 1
            left = Call(sign, (left, self.whole(BITWISE[sign] + 1)))
            self.deeper()  # as many deep as there are operators, for who walks the tree
        return left

    def sum(self) -> Expr:
        terms = [self.product()]
        while sign := self.taken("+", "-"):
            term = self.product()
            terms.append(Neg(term) if sign.kind == "-" else term)
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def product(self) -> Expr:
        factors, divisors = [self.signed()], list[Expr]()
        while True:
            if self.taken("*"):
                factors.append(self.signed())
            elif self.taken("/"):
                divisors.append(self.signed())
            elif sign := self.taken("//", "%"):
                name = "quotient" if sign.kind == "//" else "remainder"
                factors = [Call(name, (_product(factors, divisors), self.signed()))]
                divisors = []
            elif self.is_factor_ahead():
                factors.append(self.power())
            else:
                return _product(factors, divisors)

    def is_factor_ahead(self) -> bool:
        """Whether another factor follows without a sign; ``2 3`` and ``x 2`` are no products."""
        if not self.notation.loose:
            return False
        return self.ahead.kind in _BEGINNINGS or (self.ahead.kind == "|" and not self.bars)

    def signed(self) -> Expr:
        negative = False
        while sign := self.taken("+", "-"):
            negative ^= sign.kind == "-"
        if self.notation.bitwise and self.taken("~"):
            self.deeper()
            arg: Expr = Call("~", (self.signed(),))
        else:
            arg = self.power()
        return Neg(arg) if negative else arg

    def power(self) -> Expr:
        base = self.atom()
        while self.taken("!"):
            base = Call("factorial", (base,))
            self.deeper()
        if raised := self.taken("raised"):
            return Pow(base, Num(raised.value))
        if not self.taken("**"):
            return base
        self.deeper()
        exponent = self.signed()
        self.depth -= 1
        return Pow(base, exponent)

    def atom(self) -> Expr:
        token = self.ahead
        self.at += 1
        if token.kind == "num":
            return Num(token.value, token.places)
        if token.kind == "name":
            return self.named(token.text)
        if token.kind == "(":
            return self.group()
        if token.kind == "|" and self.notation.loose:
            return self.absolute()
        if token.kind == "frac":
            return Prod((self.bracketed(),), (self.bracketed(),))
        raise UnreadableError(f"the sign {token.kind!r} where a number was due")

    # -------------------------------------------------------------------------------------- by kind

    def group(self) -> Expr:
        """Read up to the bracket that closes the one just taken."""
        self.deeper()
        bars, self.bars = self.bars, 0
        inner = self.whole()
        self.expect(")")
        self.bars = bars
        self.depth -= 1
        return inner

    def bracketed(self) -> Expr:
        self.expect("(")
        return self.group()

    def absolute(self) -> Expr:
        self.deeper()
        self.bars += 1
        inner = self.sum()
        self.expect("|")
        self.bars -= 1
        self.depth -= 1
        return Call("abs", (inner,))

    def named(self, word: str) -> Expr:
        if word in self.notation.symbols:
            return Sym(self.notation.aliases.get(word, word))
        name = self.notation.functions[word]
        if self.notation.loose:
            return self.applied(name)
        return Call(name, self.arguments())

    def arguments(self) -> tuple[Expr, ...]:
        self.expect("(")
        self.deeper()
        args = [self.sum()]
        while self.taken(","):
            args.append(self.sum())
        self.expect(")")
        self.depth -= 1
        return tuple(args)

    def applied(self, name: str) -> Expr:
        r"""Read what a function is applied to: ``sin(x)``, ``sin^2(x)``, ``\sin 2x``, ``ln|x|``."""
        power = self.power_of_function()
        if self.ahead.kind == "(":
            call: Expr = Call(name, self.arguments())
        else:
            call = Call(name, (self.bare_argument(),))
        return call if power is None else Pow(call, Num(power))

    def power_of_function(self) -> int | None:
        raised = self.taken("raised")
        if raised is None and self.taken("**"):
            bracket = self.taken("(")
            raised = self.taken("num")
            if raised is None or (bracket and not self.taken(")")):
                raise UnreadableError("a function to no plain power")
        if raised is None:
            return None
        if isinstance(raised.value, Fraction) or raised.value < 1:
            raise UnreadableError("a function to a power that may be its inverse")  # sin^{-1}
        return raised.value

    def bare_argument(self) -> Expr:
        self.deeper()
        factors = [self.power()]
        while self.ahead.kind == "name" and self.ahead.text in self.notation.symbols:
            factors.append(self.power())
        self.depth -= 1
        return _product(factors, [])


def _product(factors: list[Expr], divisors: list[Expr]) -> Expr:
    if len(factors) == 1 and not divisors:
        return factors[0]
    return Prod(tuple(factors), tuple(divisors))
