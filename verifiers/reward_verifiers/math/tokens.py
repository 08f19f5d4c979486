r"""Cuts a folded formula into tokens: one linear pass with one pattern.

Styling disappears here (``\left``, ``\displaystyle``, spacing, ``$``), synonyms become one
(``\leqslant`` and ``<=``), and text inside ``\text{...}`` stays one token, so that words never turn into products.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reward_verifiers.math.nodes import Num
from reward_verifiers.math.numerals import Commas, numeral

MAX_TOKENS = 3_000


class UnreadableError(ValueError):
    """The text is no mathematics that this reader knows; the message says why. Never leaves the room."""


class UnevaluatedError(UnreadableError):
    """The text is a task rather than an answer: an integral, a sum, a limit, a derivative."""


class Token(NamedTuple):
    """A piece of a formula."""

    kind: str
    """num, sym, func, word, text, op, open, close, sep, rel, set, setop, logic, cmd or dots."""
    text: str
    num: Num | None = None
    space: bool = False
    """Whether blank space stood before it."""
    start: int = 0
    """Where it begins in the text."""
    end: int = 0


_TOKEN = re.compile(
    r"""
      (?P<space>(?:[\s~$]|\\(?:left|right)\s*\.|\\(?:therefore|because|ldotp)(?![A-Za-z])|\\[,;:!>\ ]|\\(?:q?quad|thinspace|enspace|displaystyle|textstyle|limits|left|right|middle
        |[bB]igg?[lrm]?|hfill|hspace\{[^{}]*\}|hskip|phantom\{[^{}]*\}|mathstrut|strut|nolimits|nonumber
        |textnormal|normalsize|large|Large|bf|it|rm|sf|tt)(?![A-Za-z]))+)
    | (?P<digit>\.?\d)
    | (?P<cmd>\\(?:[A-Za-z]+\*?|[^A-Za-z]|\Z))
    | (?P<letters>[A-Za-z]+)
    | (?P<dots>\.\.\.+)
    | (?P<rel><=|>=|=<|=>|!=|<>|==|->|<-+>|[=<>])
    | (?P<op>\*\*|!!|[-+*/^_!%'|])
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<sep>[,;:&])
    | (?P<text>[\u20ac\u00a3\u00a5\u20b9\u00a2])
    """,
    re.VERBOSE,
)

_RELATIONS = {
    **dict.fromkeys(("le", "leq", "leqslant", "leqq", "<=", "=<"), "<="),
    **dict.fromkeys(("ge", "geq", "geqslant", "geqq", ">="), ">="),
    **dict.fromkeys(("lt", "<"), "<"),
    **dict.fromkeys(("gt", ">"), ">"),
    **dict.fromkeys(("ne", "neq", "!=", "<>"), "!="),
    **dict.fromkeys(("=", "=="), "="),
    **dict.fromkeys(("approx", "simeq", "cong", "thickapprox", "doteq"), "~"),
    **{name: name for name in ("sim", "propto", "parallel", "perp", "subset", "subseteq", "supset", "supseteq", "in", "notin")},
    **dict.fromkeys(("to", "rightarrow", "longrightarrow", "->"), "->"),
    **dict.fromkeys(("Rightarrow", "implies", "Longrightarrow", "=>"), "=>"),
    **dict.fromkeys(("Leftrightarrow", "iff", "Longleftrightarrow", "leftrightarrow", "<->"), "<=>"),
    **dict.fromkeys(("gets", "leftarrow", "<-"), "<-"),
    "equiv": "equiv",
}  # fmt: skip
_OPERATORS = {
    **dict.fromkeys(("cdot", "ast", "bullet", "*"), "*"),
    "times": "times",
    **dict.fromkeys(("div", "/"), "/"),
    **dict.fromkeys(("pm", "plusmn"), "pm"),
    **dict.fromkeys(("**", "^", "sp"), "^"),
    **dict.fromkeys(("%", "percent"), "%"),
    **dict.fromkeys(("mod", "bmod"), "mod"),
    **dict.fromkeys(("vert", "lvert", "rvert", "|"), "|"),
    **dict.fromkeys(("Vert", "lVert", "rVert", "\\|"), "||"),
    **dict.fromkeys(("degree", "degrees"), "deg"),
    "circ": "circ",
    "prime": "'",
    "mp": "mp",
    "sb": "_",
    "pmod": "pmod",
    "pod": "pmod",
}
_OPENERS = {
    "{": "\\{",
    "lbrace": "\\{",
    "langle": "<",
    "lfloor": "floor",
    "lceil": "ceil",
    "lbrack": "[",
    "lparen": "(",
}
_CLOSERS = {"}": "\\}", "rbrace": "\\}", "rangle": ">", "rfloor": "floor", "rceil": "ceil", "rbrack": "]", "rparen": ")"}  # fmt: skip
_SET_OPERATORS = {
    "cup": "cup", "bigcup": "cup", "cap": "cap", "bigcap": "cap", "setminus": "minus", "backslash": "minus",
    "smallsetminus": "minus",
}  # fmt: skip
_LOGIC = {"lor": "lor", "vee": "lor", "land": "land", "wedge": "land"}
_EMPTY = frozenset(("emptyset", "varnothing", "O"))
_DOTS = frozenset(("ldots", "dots", "cdots", "dotsc", "dotsb", "vdots", "ddots"))
_UNEVALUATED = frozenset(
    ("int", "iint", "iiint", "oint", "sum", "prod", "lim", "limsup", "liminf", "det", "coprod")
)  # fmt: skip
FUNCTIONS = frozenset(
    f"{prefix}{name}{suffix}"
    for name in ("sin", "cos", "tan", "cot", "sec", "csc")
    for prefix, suffix in (("", ""), ("", "h"), ("arc", ""), ("a", ""), ("a", "h"), ("ar", "h"), ("arc", "h"))
) | {"log", "ln", "lg", "lb", "exp", "max", "min", "gcd", "lcm", "arg", "Re", "Im", "sgn", "sign", "floor", "ceil",
     "abs", "cosec", "tg", "ctg", "arctg", "arcctg", "sqrt", "cbrt", "sh", "ch", "th", "Arg", "binom"}  # fmt: skip
_GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi omega Gamma "
    "Delta Theta Lambda Pi Sigma Phi Psi Omega Xi Upsilon upsilon ell hbar omicron aleph".split()
)
_VARIANTS = {
    "varphi": "phi",
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varrho": "rho",
    "imath": "i",
    "jmath": "j",
}
_TEXT = frozenset(
    ("text", "textbf", "textit", "textrm", "textsf", "texttt", "textsc", "mbox", "hbox", "mathrm", "mathbf", "mathit", "mathsf",
     "mathcal", "mathscr", "mathfrak", "operatorname", "bold", "boldsymbol", "bm", "emph", "underline", "mathtt", "textup", "mathnormal")
)  # fmt: skip
_MATH_FONTS = frozenset(
    ("mathrm", "mathit", "mathsf", "mathtt", "operatorname", "mathnormal", "textit")
)
_VECTOR_FONTS = frozenset(("mathbf", "boldsymbol", "bm", "bold", "textbf"))
_ANNOUNCING = frozenset(
    f"{article}{adjective}{noun}{verb}"
    for article in ("", "the ")
    for adjective in ("", "final ", "correct ")
    for noun in ("answer", "ans", "result", "solution", "value")
    for verb in ("", " is")
) | {"answer =", "is", "it is", "we get", "therefore", "thus", "so", "hence"}
_UNIT_LETTERS = frozenset("msghlLNJWVAKFTCHt")
_WORDS = {
    **dict.fromkeys(("or", "and"), "logic"),
    **dict.fromkeys(("union",), "setop"),
}
_JOINING = {
    **dict.fromkeys(("or", "and", "and/or"), ("logic", "or")),
    "and": ("logic", "and"),
    **dict.fromkeys(("where", "for", "with", "for all", "for any", "such that", "if", "when"), ("sep", ",")),
    **dict.fromkeys(("for some", "for every", "for each", "for integer", "for any integer"), ("sep", ",")),
    **dict.fromkeys(("in", "is in"), ("rel", "in")),
    "to": ("text", "to"),
    "union": ("setop", "cup"),
    **dict.fromkeys(("degrees", "degree", "deg"), ("op", "deg")),
    **dict.fromkeys(("percent", "per cent"), ("op", "%")),
    "mod": ("op", "mod"),
    **dict.fromkeys(("negative", "minus"), ("op", "-")),
    "plus": ("op", "+"),
}  # fmt: skip
_NAMED_SETS = frozenset("RZNQCP")
_PLAINISH = re.compile(r"[\s\d.,+\-*/^()=<>\\%]*")


def tokenize(text: str, commas: Commas = Commas.AUTO) -> list[Token]:
    """Cut the folded ``text`` into tokens.

    Raises:
        UnreadableError: it holds signs that mean nothing here, or too many tokens.
    """
    return _Lexer(text, commas).run()


class _Lexer:
    """One pass over one text."""

    def __init__(self, text: str, commas: Commas) -> None:
        self.text = text
        self.commas = commas
        self.at = 0
        self.rows = 0
        self.space = False
        self.begin = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        text, size = self.text, len(self.text)
        while self.at < size:
            self.begin = self.at
            match = _TOKEN.match(text, self.at)
            if match is None:
                raise UnreadableError(f"the sign {text[self.at]!r}")
            kind = match.lastgroup
            if kind == "digit":
                self.digit()
                continue
            if kind == "letters" and self.takes_one():
                self.at += 1
                self.letters(text[self.begin])
                continue
            self.at = match.end()
            if kind == "space":
                self.space = True
            elif kind == "cmd":
                self.command(match[0][1:].rstrip("*") or "\\")
            elif kind == "letters":
                self.letters(match[0])
            elif kind == "rel":
                self.add("rel", _RELATIONS.get(match[0], match[0]))
            elif kind == "op":
                self.add("op", _OPERATORS.get(match[0], match[0]))
            else:
                self.bracket(str(kind), match[0])
            if len(self.tokens) > MAX_TOKENS:
                raise UnreadableError(f"more than {MAX_TOKENS} signs")
        return self.tokens

    def add(self, kind: str, text: str, num: Num | None = None) -> None:
        self.tokens.append(Token(kind, text, num, self.space, self.begin, self.at))
        self.space = False

    def bracket(self, kind: str, text: str) -> None:
        if text in "([":
            self.rows += 1
        elif text in ")]":
            self.rows -= 1
        self.add(kind, text)

    def digit(self) -> None:
        if self.text[self.at].isdigit() and self.takes_one():
            self.at += 1
            self.add("num", self.text[self.begin], Num(int(self.text[self.begin])))
            return
        raised = bool(self.tokens) and self.tokens[-1].text in ("_", "^")
        read = numeral(self.text, self.at, self.commas, in_row=self.rows > 0, spaced=not raised)
        if read is None:
            raise UnreadableError("a number that cannot be read")
        self.at = read.end
        self.add("num", read.digits, read.num)

    def takes_one(self) -> bool:
        r"""Whether an argument without braces stands here, which is one sign: ``\frac12``, ``\frac ab``."""
        if not self.tokens:
            return False
        last = self.tokens[-1]
        if last.text == "^" and last.kind == "op":
            return self.text[self.at].isalpha() and not self.text.startswith(
                ("pi", "oo", "inf"), self.at
            )
        if last.kind == "cmd" and last.text in ("frac", "binom"):
            return True
        if len(self.tokens) < 2:
            return False
        before = self.tokens[-2]
        return (
            before.kind == "cmd"
            and before.text in ("frac", "binom")
            and last.kind in ("num", "sym")
            and len(last.text) == 1
        )

    def letters(self, run: str) -> None:
        if len(run) == 1:
            self.add("sym", run)
        elif run in FUNCTIONS:
            self.add("func", run)
        elif run in _WORDS:
            self.add(_WORDS[run], "cup" if run == "union" else run)
        elif run in ("pi", "Pi", "PI") or run in _GREEK:
            self.add("sym", "pi" if run in ("Pi", "PI") else run)
        elif run in ("inf", "infinity", "infty", "oo", "Infinity"):
            self.add("sym", "oo")
        elif run in ("mod", "degrees", "degree", "percent"):
            self.add(*_JOINING[run])
        else:
            self.split_or_word(run)

    def split_or_word(self, run: str) -> None:
        """Add ``2sqrt``-like runs as pieces, everything else as a word."""
        for name in ("sqrt", "pi", "sin", "cos", "tan", "log", "ln"):
            if run.endswith(name) and len(run) - len(name) == 1:
                self.add("sym", run[0])
                self.letters(name)
                return
        self.add("word", run)

    def command(self, name: str) -> None:
        if name in _RELATIONS:
            self.add("rel", _RELATIONS[name])
        elif name in _OPERATORS:
            self.add("op", _OPERATORS[name])
        elif name in FUNCTIONS and name not in ("sqrt", "binom"):
            self.add("func", name)
        elif name in _OPENERS:
            self.rows += name in ("{", "lbrace", "langle")
            self.add("open", _OPENERS[name])
        elif name in _CLOSERS:
            self.rows -= name in ("}", "rbrace", "rangle")
            self.add("close", _CLOSERS[name])
        elif name in _TEXT:
            self.words(name)
        else:
            self.rare_command(name)

    def rare_command(self, name: str) -> None:
        if name in _GREEK or name == "pi":
            self.add("sym", name)
        elif name in _VARIANTS:
            self.add("sym", _VARIANTS[name])
        elif name == "infty":
            self.add("sym", "oo")
        elif name in _SET_OPERATORS:
            self.add("setop", _SET_OPERATORS[name])
        elif name in _LOGIC:
            self.add("logic", _LOGIC[name])
        elif name in _EMPTY:
            self.add("set", "empty")
        elif name in _DOTS:
            self.add("dots", "...")
        elif name in _UNEVALUATED:
            raise UnevaluatedError(f"an unevaluated \\{name}")
        elif name in ("frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac", "over"):
            self.add("cmd", "frac" if name != "over" else "over")
        elif name in ("binom", "dbinom", "tbinom"):
            self.add("cmd", "binom")
        elif name in ("begin", "end"):
            self.environment(name)
        elif name in ("\\", "cr", "newline"):
            self.add("sep", "\\\\")
        elif name in ("mathbb", "Bbb", "mathds", "R", "Z", "N", "Q"):
            self.named_set(name)
        elif name == "$" or name == "pounds" or name == "euro":
            self.add("text", {"$": "$", "pounds": "GBP", "euro": "EUR"}[name])
        elif name in ("textcolor", "color", "colorbox"):
            self.argument()
        elif name == "mid":
            self.add("sep", "mid")
        elif name == "colon":
            self.add("sep", ":")
        elif name == "&":
            self.add("logic", "and")
        elif name in ("textdegree", "text°"):
            self.add("op", "deg")
        else:
            self.add("cmd", name)

    def named_set(self, name: str) -> None:
        letter = name if len(name) == 1 else self.argument().strip()
        if letter not in _NAMED_SETS:
            self.add("sym", letter if len(letter) == 1 else f"bb:{letter}")
            return
        self.add("set", letter)

    def environment(self, side: str) -> None:
        name = self.argument().strip().rstrip("*")
        if side == "begin" and name in ("array", "tabular"):
            self.argument()
        self.rows += 1 if side == "begin" else -1
        self.add("open" if side == "begin" else "close", f"env:{name}")

    def words(self, command: str) -> None:
        """Take the argument of a text command whole."""
        content = self.argument()
        bare = content.strip().strip("~").strip()
        if len(bare) == 1 and bare.isalpha():
            if bare in _UNIT_LETTERS and command not in _VECTOR_FONTS and self.is_behind_number():
                self.add("text", bare)
                return
            vector = command in _VECTOR_FONTS and command != "textbf" and bare in "ijkuvwabn"
            self.add("sym", f"vec:{bare}" if vector else bare)
        elif command in _MATH_FONTS and bare.isalpha() and bare.isascii():
            self.letters(bare)
            if self.tokens[-1].kind == "word":
                self.tokens[-1] = self.tokens[-1]._replace(kind="text")
        elif not self.tokens and bare.rstrip(":. ").lower() in _ANNOUNCING:
            self.space = True
        elif bare.endswith(":") and len(bare) > 1:
            self.add("text", " ".join(bare[:-1].split()))
            self.add("sep", ":")
        elif bare.strip(" ,;").lower() in _JOINING and not (
            bare == "in" and self.is_behind_number()
        ):
            kind, sign = _JOINING[bare.strip(" ,;").lower()]
            self.add(kind, sign)
        elif bare and _PLAINISH.fullmatch(bare):
            for token in tokenize(bare, self.commas):
                self.tokens.append(token._replace(start=self.begin, end=self.at))
        elif bare or not content:
            self.add("text", " ".join(bare.split()))
        else:
            self.space = True

    def is_behind_number(self) -> bool:
        r"""Whether a number ended just before, so that ``5\text{ m}`` is five metres."""
        last = self.tokens[-1] if self.tokens else None
        return last is not None and (last.kind in ("num", "close") or last.text == "pi")

    def argument(self) -> str:
        """Return the braced argument at hand (or the one character), raw."""
        text, size = self.text, len(self.text)
        while self.at < size and text[self.at] in " ~\t\n":
            self.at += 1
        if self.at >= size:
            return ""
        if text[self.at] != "{":
            self.at += 1
            return text[self.at - 1]
        depth, start = 0, self.at + 1
        for index in range(self.at, size):
            if text[index] == "{":
                depth += 1
            elif text[index] == "}":
                depth -= 1
                if depth == 0:
                    self.at = index + 1
                    return text[start:index]
        raise UnreadableError("a brace that is never closed")
