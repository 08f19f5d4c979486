r"""Reads the smallest whole things of an expression: numbers, variables, brackets, functions.

What sums and powers are it does not know: ``expressions.py`` builds on it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from reward_verifiers.math.cursor import CLOSING, Cursor
from reward_verifiers.math.nodes import (
    Call,
    Const,
    Expr,
    Neg,
    Num,
    Pow,
    Prod,
    Root,
    Sum,
    Sym,
    symbols,
)
from reward_verifiers.math.tokens import Token, UnreadableError
from reward_verifiers.math.vocabulary import listed

_CONSTANTS = {"pi": Const("pi"), "e": Const("e"), "i": Const("i"), "oo": Const("oo")}
_CHOOSE = {"C": "binom", "P": "arrangements", "A": "arrangements"}
_UNKNOWN_FUNCTIONS = frozenset("fghFGH")
_ACCENTS = frozenset(listed("overline bar vec hat overrightarrow tilde widehat dot ddot overset"))
_VECTOR_ACCENTS = frozenset(listed("vec overrightarrow hat widehat"))
_ANGLES = frozenset(listed("angle triangle measuredangle square"))
_SAME_FUNCTION = dict(
    pair.split(":")
    for pair in listed(
        "tg:tan ctg:cot cosec:csc arctg:arctan arcctg:arccot sh:sinh ch:cosh th:tanh lg:log "
        "Arg:arg sign:sgn"
    )
)
_INVERTIBLE = frozenset(listed("sin cos tan cot sec csc sinh cosh tanh coth"))
_MAX_ROOT = 1000
_DERIVATIVES = frozenset(listed("ddx ddt dydx dxdt dydt dfdx dxdy ddy"))


class AtomReader(Cursor, ABC):
    """Reads atoms; sums, factors and what is raised are its heir's."""

    @abstractmethod
    def sum(self) -> Expr:
        """Read terms joined by plus and minus."""

    @abstractmethod
    def exponent(self) -> Expr:
        """Read what is raised."""

    @abstractmethod
    def postfixed(self, expr: Expr) -> Expr:
        """Read what stands behind and above ``expr``."""

    @abstractmethod
    def bare_argument(self) -> Expr:
        """Read a function's argument without brackets."""

    def atom(self) -> Expr:
        """Read the smallest whole thing."""
        self.deeper()
        expr = self.atom_of(self.next())
        self.depth -= 1
        return expr

    def atom_of(self, token: Token) -> Expr:
        if token.kind == "num" and token.num is not None:
            return token.num
        if token.kind == "sym":
            return self.symbol(token.text)
        if token.kind == "func":
            return self.function(token.text)
        if token.kind == "open":
            return self.bracketed(token.text)
        if token.kind == "cmd":
            return self.command(token.text)
        if token.kind == "op" and token.text in ("|", "||"):
            return self.absolute(token.text)
        if token.kind == "word" and len(token.text) <= 3:
            return self.letters(token.text)
        if token.kind == "op" and token.text == "_":
            return self.chosen()
        raise UnreadableError(f"{token.text!r} where a value should stand")

    def letters(self, run: str) -> Expr:
        """Read a run of letters as a product; the last one takes what stands behind the run."""
        factors = [_CONSTANTS.get(letter) or Sym(letter) for letter in run[:-1]]
        last = self.symbol(run[-1])
        if self.peek().kind == "op" and self.peek().text in "^!":
            last = self.postfixed(last)
        return Prod((*factors, last))

    def symbol(self, name: str) -> Expr:
        """Read a variable with its subscript, primes and arguments."""
        if name in _CHOOSE:
            choose = self.choose(name)
            if choose is not None:
                return choose
        subscript = self.subscript()
        primes = ""
        while self.peek().kind == "op" and self.peek().text == "'":
            primes += self.next().text
        if not subscript and not primes and name in _CONSTANTS:
            return _CONSTANTS[name]
        full = name + (f"_{subscript}" if subscript else "") + primes
        follows = self.peek()
        if (
            follows.kind == "open"
            and follows.text == "("
            and (name in _UNKNOWN_FUNCTIONS or self.is_at_zero())
        ):
            self.next()
            return Call(f":{full}", self.arguments(")"))
        return Sym(full)

    def is_at_zero(self) -> bool:
        """Whether ``(0)`` is at hand: a function's first value, for nobody multiplies by nought."""
        inside = self.tokens[self.at + 1 : self.at + 3]
        return len(inside) == 2 and inside[0].num == Num(0) and inside[1].text == ")"

    def choose(self, name: str) -> Expr | None:
        """Read ``C_5^2``, ``C^2_5``, ``C(5, 2)``: combinations (C) and arrangements (A, P)."""
        first = self.number_ahead(self.at + 1)
        sign = self.peek().text
        if first is None:
            return None
        number, at = first
        joint = self.tokens[at].text if at < len(self.tokens) else ""
        second = self.number_ahead(at + 1)
        if second is None:
            return None
        other, end = second
        if (
            sign == "("
            and joint == ","
            and self.tokens[end : end + 1]
            and self.tokens[end].text == ")"
        ):
            end += 1
        elif {sign, joint} != {"_", "^"}:
            return None
        self.at = end
        larger, smaller = (number, other) if number.value >= other.value else (other, number)
        return Call(_CHOOSE[name], (larger, smaller))

    def number_ahead(self, at: int) -> tuple[Num, int] | None:
        """Return the number at ``at``, bare or in braces, and the index behind it."""
        ahead = self.tokens[at : at + 3]
        if ahead and ahead[0].num is not None:
            return ahead[0].num, at + 1
        if len(ahead) == 3 and ahead[0].text == "{" and ahead[2].text == "}" and ahead[1].num:
            return ahead[1].num, at + 3
        return None

    def subscript(self) -> str:
        """Read a subscript as text; empty where there is none."""
        if not (self.peek().kind == "op" and self.peek().text == "_"):
            return ""
        self.next()
        token = self.next()
        if token.text != "{" or token.kind != "open":
            return token.text
        texts: list[str] = []
        depth = 1
        while depth:
            token = self.next()
            if token.kind == "end":
                raise UnreadableError("a subscript that is never closed")
            depth += (token.text == "{") - (token.text == "}")
            if depth:
                texts.append(token.text)
        return "".join(texts)

    def bracketed(self, opener: str) -> Expr:
        closer = CLOSING.get(opener)
        if closer is None:
            raise UnreadableError(f"the bracket {opener!r} inside an expression")
        if opener == "{" and self.peek().text == "}":
            return self.empty_group()
        bars, self.bars = self.bars, 0
        expr = self.over() if opener == "{" and self.has_over() else self.sum()
        self.bars = bars
        self.close(closer)
        return Call(opener, (expr,)) if opener in ("floor", "ceil") else expr

    def empty_group(self) -> Expr:
        """Read ``{}^5C_2`` and ``{}_5C_2`` behind their opening brace."""
        self.next()
        if self.peek().kind == "op" and self.peek().text in "^_":
            self.next()
            return self.chosen()
        raise UnreadableError("an empty group")

    def chosen(self) -> Expr:
        """Read ``_5C_2`` behind its first sign."""
        n = self.group()
        letter = self.next()
        if letter.text in _CHOOSE and self.peek().text == "_":
            self.next()
            return Call(_CHOOSE[letter.text], (n, self.group()))
        raise UnreadableError("an index of nothing")

    def has_over(self) -> bool:
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text == "{") - (token.text == "}")
            if depth < 0:
                return False
            if depth == 0 and token.kind == "cmd" and token.text in ("over", "choose"):
                return True
        return False

    def over(self) -> Expr:
        above = self.sum()
        sign = self.next()
        below = self.sum()
        return Call("binom", (above, below)) if sign.text == "choose" else Prod((above,), (below,))

    def group(self) -> Expr:
        """Read an argument: a group in braces, or one atom."""
        token = self.peek()
        if token.kind == "open" and token.text == "{":
            self.next()
            return self.bracketed("{")
        return self.atom()

    def absolute(self, bar: str) -> Expr:
        self.bars += 1
        expr = self.sum()
        self.bars -= 1
        token = self.next()
        if token.kind != "op" or token.text != bar:
            raise UnreadableError("a bar that is never closed")
        return Call("abs" if bar == "|" else "norm", (expr,))

    def command(self, name: str) -> Expr:
        if name == "frac":
            return self.fraction()
        if name in ("sqrt", "cbrt"):
            return self.root(3 if name == "cbrt" else 2)
        if name == "binom":
            return Call("binom", (self.group(), self.group()))
        if name in _ACCENTS:
            return self.accented(name)
        if name in _ANGLES:
            start = self.at
            self.group()
            return Sym(f"{name}:{''.join(token.text for token in self.tokens[start : self.at])}")
        raise UnreadableError(f"the command \\{name}")

    def fraction(self) -> Expr:
        start = self.at
        above = self.group()
        middle = self.at
        below = self.group()
        if _is_derivative(self.tokens[start:middle], self.tokens[middle : self.at]):
            raise UnreadableError("a derivative")
        return Prod((above,), (below,))

    def root(self, index: int) -> Expr:
        token = self.peek()
        if token.kind == "open" and token.text == "[" and index == 2:
            self.next()
            number = self.next()
            if number.kind == "num" and number.num is not None and self.peek().text == "]":
                self.next()
                value = number.num.value
                if not isinstance(value, int) or not 1 <= value <= _MAX_ROOT:
                    raise UnreadableError("a root of no whole degree")
                index = value
            else:
                self.at -= 1
                degree = self.sum()
                self.close("]")
                return Pow(self.group(), Prod((Num(1),), (degree,)))
        return Root(self.group(), index)

    def accented(self, name: str) -> Expr:
        start = self.at
        inner = self.group()
        texts = "".join(
            token.text for token in self.tokens[start : self.at] if token.text not in "{}"
        )
        if name in ("overline", "bar") and not symbols(inner):
            return Call("conj", (inner,))
        if texts in ("i", "j", "k") or name in _VECTOR_ACCENTS:
            return Sym(f"vec:{texts}")
        below = self.subscript()
        return Sym(f"{name}:{texts}" + (f"_{below}" if below else ""))

    def function(self, name: str) -> Expr:
        r"""Read a named function: ``\sin^2 x``, ``\log_2(8)``, ``\ln|x|``, ``\max(1, 2)``."""
        name = _SAME_FUNCTION.get(name, name)
        base: Expr | None = None
        power: Expr | None = None
        for _ in range(2):
            sign = self.peek()
            if sign.kind == "op" and sign.text == "_" and base is None:
                self.next()
                base = self.group()
            elif sign.kind == "op" and sign.text == "^" and power is None:
                self.next()
                power = self.exponent()
        if name in ("sqrt", "cbrt"):
            return Root(self.one_argument(), 3 if name == "cbrt" else 2)
        if name == "cis":
            angle = self.one_argument()
            turned = Prod((_CONSTANTS["i"], Call("sin", (angle,))))
            return Sum((Call("cos", (angle,)), turned))
        if power == Neg(Num(1)) and name in _INVERTIBLE:
            name, power = f"arc{name}", None
        args = self.function_arguments()
        if base is not None:
            if name != "log" or len(args) != 1:
                raise UnreadableError(f"a subscript of {name}")
            args = (*args, base)
        call = Call(name, args)
        return call if power is None else Pow(call, power)

    def one_argument(self) -> Expr:
        arguments = self.function_arguments()
        if len(arguments) != 1:
            raise UnreadableError("more than one argument")
        return arguments[0]

    def function_arguments(self) -> tuple[Expr, ...]:
        token = self.peek()
        if token.kind == "open" and token.text in ("(", "["):
            self.next()
            return self.arguments(CLOSING[token.text])
        if token.kind == "open" and token.text in ("{", "\\{"):
            self.next()
            return self.arguments(CLOSING[token.text])
        return (self.bare_argument(),)

    def arguments(self, closer: str) -> tuple[Expr, ...]:
        bars, self.bars = self.bars, 0
        args = [self.sum()]
        while self.peek().kind == "sep" and self.peek().text == ",":
            self.next()
            args.append(self.sum())
        self.bars = bars
        self.close(closer)
        return tuple(args)


def _is_derivative(above: Sequence[Token], below: Sequence[Token]) -> bool:
    """Whether a fraction is d/dx, dy/dx, or d(2x)/dx, of which nothing may be cancelled."""
    upper, lower = _written(above), _written(below)
    if len(lower) == 2 and lower[0] == "d" and lower[1].isalpha() and upper.startswith("d"):
        return True
    letters = [token.text for token in (*above, *below) if token.kind in ("sym", "word")]
    return 0 < len(letters) <= 4 and "".join(letters) in _DERIVATIVES


def _written(tokens: Sequence[Token]) -> str:
    """Return what ``tokens`` are without the braces of a group."""
    return "".join(token.text for token in tokens if token.text not in "{}")
