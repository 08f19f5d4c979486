r"""Reads one scalar expression from tokens by recursive descent, to a bounded depth.

Precedence as in print: ``1/2x`` is read from the left, ``\sin 2x`` takes the whole product,
``2\frac{1}{3}`` is a mixed number when the fraction is proper.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from reward_verifiers.math.nodes import (
    Call,
    Const,
    Expr,
    Neg,
    Num,
    PlusMinus,
    Pow,
    Prod,
    Root,
    Sum,
    Sym,
    symbols,
)
from reward_verifiers.math.tokens import Token, UnreadableError

MAX_DEPTH = 60
"""Expressions within each other. Python's stack holds several times as many."""

_END = Token("end", "")
_CLOSING = {"(": ")", "[": "]", "{": "}", "\\{": "\\}", "floor": "floor", "ceil": "ceil"}
_CONSTANTS = {"pi": Const("pi"), "e": Const("e"), "i": Const("i"), "oo": Const("oo")}
_CHOOSE = {"C": "binom", "P": "arrangements", "A": "arrangements"}
_UNKNOWN_FUNCTIONS = frozenset("fghFGH")
_ACCENTS = frozenset(
    ("overline", "bar", "vec", "hat", "overrightarrow", "tilde", "widehat", "dot", "ddot", "overset")
)  # fmt: skip
_ANGLES = frozenset(("angle", "triangle", "measuredangle", "square"))
_SAME_FUNCTION = {"tg": "tan", "ctg": "cot", "cosec": "csc", "arctg": "arctan", "arcctg": "arccot", "lg": "log", "Arg": "arg",
                  "sign": "sgn", "sh": "sinh", "ch": "cosh", "th": "tanh"}  # fmt: skip
_INVERTIBLE = frozenset(("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth"))
_ADDS = frozenset("+-") | {"pm", "mp"}
_STARTS = frozenset(("num", "sym", "func", "open", "cmd"))


def expression(tokens: Sequence[Token]) -> Expr:
    """Read the whole of ``tokens`` as one expression.

    Raises:
        UnreadableError: it is none.
    """
    reader = ExpressionReader(tokens)
    expr = reader.sum()
    if reader.at < len(tokens):
        raise UnreadableError(f"{tokens[reader.at].text!r} after an expression")
    return expr


class ExpressionReader:
    """Reads expressions from a run of tokens, from ``at`` on."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0

    # ------------------------------------------------------------------------------------ sums, products

    def sum(self) -> Expr:
        """Read terms joined by plus and minus."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        terms = [self.term()]
        while self.peek().kind == "op" and self.peek().text in _ADDS:
            terms.append(self.term())
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Sum(tuple(terms))

    def term(self) -> Expr:
        """Read signs and a product."""
        signs: list[str] = []
        while self.peek().kind == "op" and self.peek().text in _ADDS:
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
        factors, divisors = [self.factor()], []
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
            fraction = self.proper_fraction()
            if fraction is not None and isinstance(whole.value, int):
                factors[-1] = Sum((whole, fraction))
                return
        if token.kind == "num" and not (_closes(before) or before.text in ("!", "!!")):
            raise UnreadableError("two numbers side by side")
        factors.append(self.factor())
        if before.text == "}" and token.text == "{" and isinstance(whole, Num):
            raise UnreadableError("two numbers side by side")

    def proper_fraction(self) -> Expr | None:
        r"""Read ``\frac{3}{5}`` or `` 3/5`` behind a whole number, if it is one and below one."""
        start = self.at
        token = self.peek()
        if token.kind == "cmd" and token.text == "frac":
            fraction = self.factor()
            if _is_proper(fraction) and not self.follows_power():
                return fraction
        elif token.kind == "num" and token.space:
            above = self.next()
            slash = self.peek()
            if slash.kind == "op" and slash.text == "/" and not slash.space:
                self.next()
                below = self.next()
                if below.kind == "num" and above.num and below.num:
                    fraction = Prod((above.num,), (below.num,))
                    if _is_proper(fraction) and not self.follows_power():
                        return fraction
        self.at = start
        return None

    def follows_power(self) -> bool:
        token = self.peek()
        return token.kind == "op" and token.text in ("^", "!")

    def begins_factor(self, token: Token) -> bool:
        """Whether ``token`` starts a factor that multiplies what stands before it."""
        if token.kind in _STARTS:
            return token.text not in ("env:", "<") and not token.text.startswith("env:")
        if token.kind == "word":
            return len(token.text) <= 3
        return token.kind == "op" and token.text in ("|", "||") and self.bars == 0

    def signed_factor(self) -> Expr:
        """Read a factor behind a multiplication sign, where a minus may stand."""
        negative = False
        while self.peek().kind == "op" and self.peek().text in "+-":
            negative ^= self.next().text == "-"
        factor = self.factor()
        return Neg(factor) if negative else factor

    # ----------------------------------------------------------------------------------- powers, atoms

    def factor(self) -> Expr:
        """Read an atom with what stands behind and above it."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
        expr = self.postfixed(self.atom())
        self.depth -= 1
        return expr

    def postfixed(self, expr: Expr) -> Expr:
        steps = 0
        while self.peek().kind == "op":
            sign = self.peek().text
            if sign == "^":
                self.next()
                if self.takes_degree():
                    expr = Call("deg", (expr,))
                    continue
                return self.postfixed(Pow(expr, self.exponent()))
            if sign == "!":
                expr = Call("factorial", (expr,))
            elif sign == "!!":
                expr = Call("factorial2", (expr,))
            elif sign == "%":
                expr = Call("percent", (expr,))
            elif sign == "deg" or (sign == "circ" and isinstance(expr, Num)):
                expr = Call("deg", (expr,))
            else:
                break
            self.next()
            steps += 1
            if steps > 4:
                raise UnreadableError("signs in a row")
        return expr

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
        negative = False
        while self.peek().kind == "op" and self.peek().text in "+-":
            negative ^= self.next().text == "-"
        token = self.peek()
        if token.kind == "open" and token.text == "{":
            expr = self.group()
        elif token.kind == "num" and token.num is not None and not self.is_chain():
            self.next()
            expr = token.num
        else:
            expr = self.factor()
        return Neg(expr) if negative else expr

    def is_chain(self) -> bool:
        after = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else _END
        return after.kind == "op" and after.text in ("^", "!")

    def atom(self) -> Expr:
        """Read the smallest whole thing."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnreadableError("nested too deeply")
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
        if name in _CHOOSE and self.peek().text in ("_", "^", "("):
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
        if follows.kind == "open" and follows.text == "(" and (name in _UNKNOWN_FUNCTIONS):
            self.next()
            return Call(f":{full}", self.arguments(")"))
        return Sym(full)

    def choose(self, name: str) -> Expr | None:
        """Read ``C_5^2``, ``C^2_5``, ``C(5, 2)``: combinations (C) and arrangements (A, P) with numbers at both ends."""
        start = self.at
        if self.peek().text == "(":
            self.next()
            args = self.arguments(")")
            if len(args) == 2 and all(isinstance(arg, Num) for arg in args):
                return Call(_CHOOSE[name], args)
            self.at = start
            return None
        ends: dict[str, Expr] = {}
        for _ in range(2):
            sign = self.peek()
            if sign.kind != "op" or sign.text not in "_^" or sign.text in ends:
                break
            self.next()
            ends[sign.text] = self.group()
        below, above = ends.get("_"), ends.get("^")
        if isinstance(below, Num) and isinstance(above, Num):
            n, k = (below, above) if below.value >= above.value else (above, below)
            return Call(_CHOOSE[name], (n, k))
        self.at = start
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

    # --------------------------------------------------------------------------- brackets, functions

    def bracketed(self, opener: str) -> Expr:
        closer = _CLOSING.get(opener)
        if closer is None:
            raise UnreadableError(f"the bracket {opener!r} inside an expression")
        if opener == "{" and self.peek().text == "}":
            return self.empty_group()
        bars, self.bars = self.bars, 0
        if opener == "{" and self.has_over():
            expr = self.over()
        else:
            expr = self.sum()
        self.bars = bars
        self.close(closer)
        return Call(opener, (expr,)) if opener in ("floor", "ceil") else expr

    def empty_group(self) -> Expr:
        """Read ``{}^5C_2`` and ``{}_5C_2`` behind their opening brace."""
        self.next()
        if self.peek().kind == "op" and self.peek().text in "^_":
            self.next()
            n = self.group()
            letter = self.next()
            if letter.text in _CHOOSE and self.peek().text == "_":
                self.next()
                return Call(_CHOOSE[letter.text], (n, self.group()))
        raise UnreadableError("an empty group")

    def has_over(self) -> bool:
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text == "{") - (token.text == "}")
            if depth < 0:
                return False
            if depth == 0 and token.kind == "cmd" and token.text == "over":
                return True
        return False

    def over(self) -> Expr:
        above = self.sum()
        self.next()
        return Prod((above,), (self.sum(),))

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
        below = self.group()
        if _is_derivative(self.tokens[start : self.at]):
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
                if not isinstance(value, int) or not 1 <= value <= 1000:
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
        if name in ("overline", "bar") and not _has_names(inner):
            return Call("conj", (inner,))
        if texts in ("i", "j", "k") or name in ("vec", "overrightarrow", "hat", "widehat"):
            return Sym(f"vec:{texts}")
        return Sym(f"{name}:{texts}")

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
            return self.arguments(_CLOSING[token.text])
        if token.kind == "open" and token.text in ("{", "\\{"):
            self.next()
            return self.arguments(_CLOSING[token.text])
        return (self.bare_argument(),)

    def bare_argument(self) -> Expr:
        """Read an argument without brackets: a sign and factors, up to the next sign or function."""
        negative = False
        while self.peek().kind == "op" and self.peek().text in "+-":
            negative ^= self.next().text == "-"
        token = self.peek()
        factors = [self.factor()]
        divisors: list[Expr] = []
        if not (token.kind == "op" and token.text == "|"):
            while True:
                token = self.peek()
                if token.kind == "op" and token.text == "/":
                    self.next()
                    divisors.append(self.factor())
                elif self.begins_factor(token) and token.kind != "func" and token.text != "(":
                    self.side_by_side(factors, divisors)
                else:
                    break
        product = _product(factors, divisors)
        return Neg(product) if negative else product

    def arguments(self, closer: str) -> tuple[Expr, ...]:
        bars, self.bars = self.bars, 0
        args = [self.sum()]
        while self.peek().kind == "sep" and self.peek().text == ",":
            self.next()
            args.append(self.sum())
        self.bars = bars
        self.close(closer)
        return tuple(args)

    # ---------------------------------------------------------------------------------------- tokens

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def close(self, closer: str) -> None:
        token = self.next()
        if token.kind != "close" or token.text != closer:
            raise UnreadableError(f"{closer!r} is missing")


def _product(factors: list[Expr], divisors: list[Expr]) -> Expr:
    if len(factors) == 1 and not divisors:
        return factors[0]
    return Prod(tuple(factors), tuple(divisors))


def _is_vector(expr: Expr) -> bool:
    return isinstance(expr, Sym) and expr.name.startswith("vec:")


def _has_names(expr: Expr) -> bool:
    return bool(symbols(expr))


def _closes(token: Token) -> bool:
    return token.kind == "close"


def _is_proper(fraction: Expr) -> bool:
    match fraction:
        case Prod((Num(int(above)),), (Num(int(below)),)):
            return 0 < above < below
    return False


def _is_derivative(tokens: Sequence[Token]) -> bool:
    """Whether a fraction is d/dx or dy/dx."""
    letters = [token.text for token in tokens if token.kind in ("sym", "word")]
    if not letters or len(letters) > 4:
        return False
    joined = "".join(letters)
    return joined in ("ddx", "ddt", "dydx", "dxdt", "dydt", "dfdx", "dxdy", "ddy")


def fraction_of(expr: Expr) -> Fraction | None:
    """Return the rational that ``expr`` plainly is (a numeral, a fraction of two, their negatives)."""
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
