r"""Reads one scalar expression from tokens by recursive descent, to a bounded depth.

Precedence as in print: ``1/2x`` is read from the left, ``\sin 2x`` takes the whole product,
``2\frac{1}{3}`` is a mixed number when the fraction is proper.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reward_verifiers.math.atoms import AtomReader
from reward_verifiers.math.nodes import Call, Expr, Neg, Num, PlusMinus, Pow, Prod, Sum, Sym
from reward_verifiers.math.tokens import Token, UnreadableError

_ADDS = ("+", "-", "pm", "mp")
_STARTS = frozenset(("num", "sym", "func", "open", "cmd"))
_INFIX = ("<", "over", "choose")
_POSTFIXES = {"!": "factorial", "!!": "factorial2", "%": "percent", "deg": "deg"}
_MAX_POSTFIXES = 4


def expression(tokens: Sequence[Token]) -> Expr:
    """Read the whole of ``tokens`` as one expression.

    Raises:
        UnreadableError: it is none.
    """
    reader = ExpressionReader(tokens)
    expr = reader.over() if reader.has_over() else reader.sum()
    if reader.at < len(tokens):
        raise UnreadableError(f"{tokens[reader.at].text!r} after an expression")
    return expr


class ExpressionReader(AtomReader):
    """Reads sums, products and powers of atoms."""

    # ------------------------------------------------------------------ sums, products

    def sum(self) -> Expr:
        """Read terms joined by plus and minus."""
        self.deeper()
        terms = [self.term()]
        while self.is_sign(*_ADDS):
            terms.append(self.term())
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def term(self) -> Expr:
        """Read signs and a product."""
        signs: list[str] = []
        while self.is_sign(*_ADDS):
            signs.append(self.next().text)
        expr = self.product()
        if sum(sign in ("pm", "mp") for sign in signs) > 1:
            raise UnreadableError("signs in a row")
        for sign in signs:
            if sign in ("pm", "mp"):
                expr = PlusMinus(expr, 1 if sign == "pm" else -1)
        return Neg(expr) if signs.count("-") % 2 else expr

    def product(self) -> Expr:
        """Read factors: multiplied by a sign, by standing side by side, or divided."""
        factors, divisors = [self.factor()], list[Expr]()
        while True:
            token = self.peek()
            if token.kind == "op" and token.text in ("*", "/", "times"):
                self.next()
                target = divisors if token.text == "/" else factors
                target.append(self.signed_factor())
                if token.text == "times" and _is_vector(factors[-1]) and _is_vector(factors[-2]):
                    factors[-2:] = [Call(":cross", (factors[-2], factors[-1]))]
            elif token.kind == "op" and token.text == "mod":
                self.next()
                left = _product(factors, divisors)
                factors, divisors = [Call("mod", (left, self.signed_factor()))], []
            elif self.begins_factor(token):
                self.side_by_side(factors, divisors)
            else:
                return _product(factors, divisors)

    def side_by_side(self, factors: list[Expr], divisors: list[Expr]) -> None:
        """Read a factor that follows without a sign: a mixed number's fraction, or a multiplier."""
        before = self.tokens[self.at - 1]
        token = self.peek()
        whole = factors[-1]
        if before.kind == "num" and isinstance(whole, Num) and not divisors:
            fraction = self.fraction_behind_number()
            if fraction is not None:
                mixed = isinstance(whole.value, int) and _is_proper(fraction)
                factors[-1:] = (
                    [self.postfixed(Sum((whole, fraction)))] if mixed else [whole, fraction]
                )
                return
        powers = isinstance(whole, Pow) and (before.kind == "sym" or token.space)
        if (
            token.kind == "num"
            and before.kind != "close"
            and before.text not in ("!", "!!")
            and not powers
        ):
            raise UnreadableError("two numbers side by side")
        factors.append(self.factor())
        if before.text == "}" and token.text == "{" and isinstance(whole, Num):
            raise UnreadableError("two numbers side by side")

    def fraction_behind_number(self) -> Expr | None:
        r"""Read ``\frac{3}{5}``, or the ``3/5`` of ``1 3/5``; None: none of them is at hand."""
        token = self.peek()
        if token.kind == "cmd" and token.text == "frac":
            start = self.at
            fraction = self.atom()
            sign = self.peek()
            if _is_proper(fraction) and (sign.text == "%" or self.is_degree_ahead()):
                return fraction  # in 33\frac13\% the sign belongs to all of it
            self.at = start
            return self.factor()
        ahead = self.tokens[self.at : self.at + 4]
        if token.kind != "num" or not token.space or len(ahead) < 3:
            return None
        above, slash, below, after = (*ahead, ahead[0])[:4]
        raised = len(ahead) == 4 and after.text in ("^", "!")
        if slash.text != "/" or slash.space or raised or not above.num or not below.num:
            return None
        fraction = Prod((above.num,), (below.num,))
        if not _is_proper(fraction):
            return None
        self.at += 3
        return fraction

    def begins_factor(self, token: Token) -> bool:
        """Whether ``token`` starts a factor that multiplies what stands before it."""
        if token.kind in _STARTS:
            return token.text not in _INFIX and not token.text.startswith("env:")
        if token.kind == "word":
            return len(token.text) <= 3
        return token.kind == "op" and token.text in ("|", "||") and self.bars == 0

    def signed_factor(self) -> Expr:
        """Read a factor behind a multiplication sign, where a minus may stand."""
        negative = self.negated()
        factor = self.factor()
        return Neg(factor) if negative else factor

    # ----------------------------------------------------------- powers, and arguments

    def factor(self) -> Expr:
        """Read an atom with what stands behind and above it."""
        self.deeper()
        expr = self.postfixed(self.atom())
        self.depth -= 1
        return expr

    def postfixed(self, expr: Expr) -> Expr:
        for _ in range(_MAX_POSTFIXES):
            sign = self.peek().text if self.peek().kind == "op" else ""
            if sign == "^":
                self.next()
                if not self.takes_degree():
                    return self.postfixed(Pow(expr, self.exponent()))
                expr = Call("deg", (expr,))
            elif sign in _POSTFIXES:
                self.next()
                expr = Call(_POSTFIXES[sign], (expr,))
            elif sign == "circ" and isinstance(expr, Num):
                self.next()
                expr = Call("deg", (expr,))
            else:
                return expr
        raise UnreadableError("signs in a row")

    def is_degree_ahead(self) -> bool:
        """Whether a raised degree sign is at hand."""
        start = self.at
        if not (self.peek().kind == "op" and self.peek().text == "^"):
            return False
        self.next()
        found = self.takes_degree()
        self.at = start
        return found

    def takes_degree(self) -> bool:
        r"""Read ``\circ``, bare or in braces, if it is what is raised."""
        ahead = self.tokens[self.at : self.at + 3]
        texts = [token.text for token in ahead]
        if texts[:1] in (["deg"], ["circ"]) and ahead[0].kind == "op":
            self.at += 1
            return True
        if texts in (["{", "deg", "}"], ["{", "circ", "}"]):
            self.at += 3
            return True
        return False

    def exponent(self) -> Expr:
        """Read what is raised: a group, or a signed atom."""
        negative = self.negated()
        token = self.peek()
        if self.is_open("{"):
            expr = self.group()
        elif token.num is not None and not self.is_chain():
            self.next()
            expr = token.num
        else:
            expr = self.factor()
        return Neg(expr) if negative else expr

    def is_chain(self) -> bool:
        """Whether what is raised is raised itself, or a factorial."""
        after = self.tokens[self.at + 1 : self.at + 2]
        return bool(after) and after[0].kind == "op" and after[0].text in ("^", "!")

    def bare_argument(self) -> Expr:
        """Read an argument without brackets: factors, up to the next sign or function."""
        negative = self.negated()
        factors, divisors = [self.factor()], list[Expr]()
        while not (len(factors) == 1 and isinstance(factors[0], Call) and factors[0].name == "abs"):
            token = self.peek()
            if self.is_sign("/"):
                self.next()
                divisors.append(self.factor())
            elif self.begins_factor(token) and token.kind != "func" and token.text != "(":
                self.side_by_side(factors, divisors)
            else:
                break
        product = _product(factors, divisors)
        return Neg(product) if negative else product


def _product(factors: list[Expr], divisors: list[Expr]) -> Expr:
    if len(factors) == 1 and not divisors:
        return factors[0]
    return Prod(tuple(factors), tuple(divisors))


def _is_vector(expr: Expr) -> bool:
    return isinstance(expr, Sym) and expr.name.startswith("vec:")


def _is_proper(fraction: Expr) -> bool:
    match fraction:
        case Prod((Num(int(above)),), (Num(int(below)),)):
            return 0 < above < below
    return False


def fraction_of(expr: Expr) -> Fraction | None:
    """Return the rational that ``expr`` plainly is: a numeral, a fraction, their negatives."""
    match expr:
        case Num(value):
            return Fraction(value)
        case Neg(arg):
            inner = fraction_of(arg)
            return None if inner is None else -inner
        case Prod((above,), (below,)):
            top, bottom = fraction_of(above), fraction_of(below)
            if top is None or not bottom:
                return None
            return top / bottom
    return None
