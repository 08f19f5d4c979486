r"""Cuts a folded formula into tokens: one linear pass with one pattern.

Styling disappears here (``\left``, ``\displaystyle``, spacing, ``$``), synonyms become one sign,
and text inside ``\text{...}`` stays one token, so that words never turn into products.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from reward_verifiers.math import vocabulary
from reward_verifiers.math.nodes import Num
from reward_verifiers.math.numerals import Commas, numeral

MAX_TOKENS = 1_500


class UnreadableError(ValueError):
    """The text is no mathematics that this reader knows; says why. Never leaves the room."""


class UnevaluatedError(UnreadableError):
    """The text is a task rather than an answer: an integral, a sum, a limit."""


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
      (?P<space>(?:[\s~$]|\\[,;:!>\ ]|\\(?:left|right)\s*\.
        |\\(?:therefore|because|q?quad|thinspace|enspace|displaystyle|textstyle|limits|left|right
        |middle|[bB]igg?[lrm]?|hfill|hspace\{[^{}]*\}|phantom\{[^{}]*\}|mathstrut|strut|nolimits
        |nonumber|notag|tag\*?\{[^{}]*\}|ensuremath|checkmark|blacksquare|qed|Box|normalsize|large|Large|bf|it|rm|sf|tt)(?![A-Za-z]))+)
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

_WORDISH = re.compile(r"(?:[A-Za-z][A-Za-z\s.,:;'()~-]*)?")
_PLAINISH = re.compile(r"[\s\d.,+\-*/^()=<>\\%]*")
_NOT_NAMES_AFTER_POWER = ("pi", "oo", "inf")


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
        self.begin = 0
        self.rows = 0
        self.space = False
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        text, size = self.text, len(self.text)
        while self.at < size:
            self.begin = self.at
            match = _TOKEN.match(text, self.at)
            if match is None:
                raise UnreadableError(f"the sign {text[self.at]!r}")
            self.take(str(match.lastgroup), match)
            if len(self.tokens) > MAX_TOKENS:
                raise UnreadableError(f"more than {MAX_TOKENS} signs")
        return self.tokens

    def take(self, kind: str, match: re.Match[str]) -> None:
        """Add what was matched; digits and letters may turn out to be longer or shorter."""
        if kind == "digit":
            self.digit()
            return
        written = match[0]
        if kind == "letters" and self.takes_one():
            written = written[0]
        self.at += len(written)
        if kind == "space":
            self.space = True
        elif kind == "cmd":
            self.command(written[1:].rstrip("*") or "\\")
        elif kind == "letters":
            self.letters(written)
        elif kind == "rel":
            self.sign(vocabulary.RELATIONS.get(written, ("rel", written)))
        elif kind == "op" and written != "|":
            self.sign(vocabulary.OPERATORS.get(written, ("op", written)))
        else:
            self.rows += (written in "([") - (written in ")]")
            self.add(kind, written)

    def add(self, kind: str, text: str, num: Num | None = None) -> None:
        self.tokens.append(Token(kind, text, num, self.space, self.begin, self.at))
        self.space = False

    def sign(self, sign: vocabulary.Sign) -> None:
        self.add(*sign)

    # ------------------------------------------------------------------- numbers and letters

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
        r"""Whether an argument without braces stands here, which is one sign: ``\frac12``."""
        if not self.tokens:
            return False
        last = self.tokens[-1]
        if last.text == "^" and last.kind == "op":
            letter = self.text[self.at].isalpha()
            return letter and not self.text.startswith(_NOT_NAMES_AFTER_POWER, self.at)
        if _takes_two(last):
            return True
        first = last.kind in ("num", "sym") and len(last.text) == 1
        return first and len(self.tokens) > 1 and _takes_two(self.tokens[-2])

    def letters(self, run: str) -> None:
        """Add a run of letters: a variable, a name, or a word (which may yet be a product)."""
        if len(run) == 1:
            self.add("sym", run)
            return
        known = vocabulary.NAMES.get(run)
        if run == "to" and self.is_behind_number():
            known = vocabulary.WORDS[run]
        if self.is_unit(run):
            self.add("word", run)
            return
        if known is not None:
            self.sign(known)
            return
        for name in vocabulary.GLUED_NAMES:
            if run.endswith(name) and len(run) - len(name) == 1:
                self.add("sym", run[0])
                self.sign(vocabulary.NAMES[name])
                return
        self.add("word", run)

    # ------------------------------------------------------------------------------ commands

    def command(self, name: str) -> None:
        known = vocabulary.COMMANDS.get(name)
        if known is not None:
            self.rows += known[1] in ("\\{", "<") and known[0] == "open"
            self.rows -= known[1] in ("\\}", ">") and known[0] == "close"
            self.sign(known)
        elif name in vocabulary.STYLES and self.is_formula_ahead():
            self.space = True
        elif name in vocabulary.TEXT:
            self.words(name)
        elif name in vocabulary.TASKS:
            raise UnevaluatedError(f"an unevaluated \\{name}")
        elif name in ("begin", "end"):
            self.environment(name)
        elif name in vocabulary.DOUBLE_STRUCK:
            self.named_set(self.argument().strip())
        elif name in vocabulary.COLORS:
            self.argument()
        else:
            self.add("cmd", name)

    def is_formula_ahead(self) -> bool:
        """Whether the argument at hand is mathematics, and no letter, word or plain number."""
        at, content = self.at, self.argument()
        self.at = at
        return not _WORDISH.fullmatch(content) and not _PLAINISH.fullmatch(content)

    def named_set(self, letter: str) -> None:
        if letter in vocabulary.NAMED_SETS:
            self.add("set", letter)
        else:
            self.add("sym", letter if len(letter) == 1 else f"bb:{letter}")

    def environment(self, side: str) -> None:
        name = self.argument().strip().rstrip("*")
        if side == "begin" and name in ("array", "tabular"):
            self.argument()
        self.rows += 1 if side == "begin" else -1
        self.add("open" if side == "begin" else "close", f"env:{name}")

    # ---------------------------------------------------------------------------------- text

    def words(self, command: str) -> None:
        """Take the argument of a text command whole."""
        content = self.argument()
        bare = content.strip(" ~\t\n\r")
        if len(bare) == 1 and bare.isalpha():
            self.letter_in_text(command, bare)
        elif self.is_unit(bare):
            self.add("text", bare)
        elif command in vocabulary.MATH_FONTS and bare.isalpha() and bare.isascii():
            self.letters(bare)
            if self.tokens[-1].kind == "word":
                self.tokens[-1] = self.tokens[-1]._replace(kind="text")
        elif bare or not content:
            self.phrase(bare)
        else:
            self.space = True

    def letter_in_text(self, command: str, letter: str) -> None:
        """Add one letter: a unit behind a number, a vector in bold, else a variable."""
        vector = command in vocabulary.VECTOR_FONTS
        if letter in vocabulary.UNIT_LETTERS and not vector and self.is_behind_number():
            self.add("text", letter)
        elif vector and letter in vocabulary.VECTOR_LETTERS:
            self.add("sym", f"vec:{letter}")
        else:
            self.add("sym", letter)

    def phrase(self, text: str) -> None:
        """Add words: an announcement, a label, a sign in words, plain figures, or just words."""
        joining = vocabulary.WORDS.get(text.strip(" ,;").lower())
        if not self.tokens and text.rstrip(":. ").lower() in vocabulary.ANNOUNCEMENTS:
            self.space = True
        elif text.endswith(":") and len(text) > 1:
            self.add("text", " ".join(text[:-1].split()))
            self.add("sep", ":")
        elif joining is not None and not (text == "in" and self.is_behind_number()):
            if joining != ("sep", ",") or not self.tokens or self.tokens[-1].text != ",":
                self.sign(joining)
        elif text.strip() in vocabulary.FUNCTIONS:
            self.add("func", text.strip())
        elif text and _PLAINISH.fullmatch(text):
            for token in tokenize(text, self.commas):
                self.tokens.append(token._replace(start=self.begin, end=self.at))
        else:
            self.add("text", " ".join(text.split()))

    def is_behind_number(self) -> bool:
        r"""Whether a number ended just before, so that ``5\text{ m}`` is five metres."""
        last = self.tokens[-1] if self.tokens else None
        return last is not None and (last.kind in ("num", "close") or last.text == "pi")

    def is_unit(self, name: str) -> bool:
        """Whether what could be a function ends a number, so that ``7 min`` is a time."""
        ahead = self.text[self.at : self.at + 20].strip(" ~.\\,;")
        ends = not ahead or (name == "min" and ahead[0].isdigit())  # "20 min 30 sec"
        return name in vocabulary.UNIT_FUNCTIONS and ends and self.is_behind_number()

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


def _takes_two(token: Token) -> bool:
    return token.kind == "cmd" and token.text in ("frac", "binom")
