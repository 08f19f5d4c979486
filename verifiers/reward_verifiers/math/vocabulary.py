r"""The words of mathematics: what each LaTeX command, plain name and word in ``\text{...}`` is.

Tables alone. Synonyms become one sign (``\leqslant``, ``\le`` and ``<=``), but signs that say
different things stay apart (``\parallel`` and ``\perp``), even where nobody here knows what to do
with them.
"""

from __future__ import annotations

from collections.abc import Iterable

Sign = tuple[str, str]
"""Kind and text of a token."""


def listed(names: str) -> tuple[str, ...]:
    """Return the blank-separated ``names``."""
    return tuple(names.split())


def _signs(kind: str, text: str, names: str) -> dict[str, Sign]:
    """Return an entry for each of the blank-separated ``names``, all meaning one sign."""
    return dict.fromkeys(names.split(), (kind, text))


def _own(kind: str, names: Iterable[str]) -> dict[str, Sign]:
    """Return an entry for each name, meaning itself."""
    return {name: (kind, name) for name in names}


_FUNCTION_STEMS = ("sin", "cos", "tan", "cot", "sec", "csc")
_OTHER_FUNCTIONS = (
    "log ln lg lb exp max min gcd lcm arg Arg Re Im sgn sign floor ceil abs cosec tg ctg arctg "
    "arcctg cis sqrt cbrt sh ch th"
)
FUNCTIONS = frozenset(
    f"{prefix}{stem}{suffix}"
    for stem in _FUNCTION_STEMS
    for prefix in ("", "arc", "ar", "a")
    for suffix in ("", "h")
) | frozenset(_OTHER_FUNCTIONS.split())

GREEK = frozenset(
    listed(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau "
        "phi chi psi omega omicron upsilon "
        "Gamma Delta Theta Lambda Pi Sigma Phi Psi Omega Xi Upsilon "
        "ell hbar aleph"
    )
)

RELATIONS: dict[str, Sign] = {
    **_signs("rel", "<=", "le leq leqslant leqq <= =<"),
    **_signs("rel", ">=", "ge geq geqslant geqq >="),
    **_signs("rel", "<", "lt <"),
    **_signs("rel", ">", "gt >"),
    **_signs("rel", "!=", "ne neq != <>"),
    **_signs("rel", "=", "= =="),
    **_signs("rel", "~", "approx simeq thickapprox doteq"),
    **_signs("rel", "->", "to rightarrow longrightarrow ->"),
    **_signs("rel", "=>", "Rightarrow implies Longrightarrow =>"),
    **_signs("rel", "<=>", "Leftrightarrow iff Longleftrightarrow leftrightarrow <->"),
    **_signs("rel", "<-", "gets leftarrow <-"),
    **_own(
        "rel",
        listed("sim cong propto parallel perp subset subseteq supset supseteq in notin equiv"),
    ),
}

OPERATORS: dict[str, Sign] = {
    **_signs("op", "*", "cdot ast bullet *"),
    **_signs("op", "/", "div /"),
    **_signs("op", "pm", "pm plusmn"),
    **_signs("op", "^", "** ^ sp"),
    **_signs("op", "%", "% percent"),
    **_signs("op", "mod", "mod bmod"),
    **_signs("op", "pmod", "pmod pod"),
    **_signs("op", "|", "vert lvert rvert"),
    **_signs("op", "||", "Vert lVert rVert |"),
    **_signs("op", "deg", "degree textdegree"),
    **_signs("op", "'", "prime"),
    **_signs("op", "_", "sb"),
    **_own("op", ("times", "circ", "mp")),
}

COMMANDS: dict[str, Sign] = {
    **_own("func", FUNCTIONS - {"sqrt", "cbrt"}),
    **_own("sym", GREEK | {"pi"}),
    **{f"var{name}": ("sym", name) for name in ("phi", "epsilon", "theta", "rho")},
    **_signs("sym", "i", "imath"),
    **_signs("sym", "j", "jmath"),
    **_signs("sym", "oo", "infty"),
    **RELATIONS,
    **OPERATORS,
    **_signs("open", "\\{", "{ lbrace"),
    **_signs("open", "<", "langle"),
    **_signs("open", "floor", "lfloor"),
    **_signs("open", "ceil", "lceil"),
    **_signs("open", "[", "lbrack"),
    **_signs("open", "(", "lparen"),
    **_signs("close", "\\}", "} rbrace"),
    **_signs("close", ">", "rangle"),
    **_signs("close", "floor", "rfloor"),
    **_signs("close", "ceil", "rceil"),
    **_signs("close", "]", "rbrack"),
    **_signs("close", ")", "rparen"),
    **_signs("setop", "cup", "cup bigcup"),
    **_signs("setop", "cap", "cap bigcap"),
    **_signs("setop", "minus", "setminus backslash smallsetminus"),
    **_signs("logic", "lor", "lor vee"),
    **_signs("logic", "land", "land wedge"),
    **_signs("logic", "and", "&"),
    **_signs("set", "empty", "emptyset varnothing O"),
    **_own("set", ("R", "Z", "N", "Q")),
    **_signs("dots", "...", "ldots dots cdots dotsc dotsb vdots ddots"),
    **_signs("cmd", "frac", "frac dfrac tfrac cfrac sfrac nicefrac"),
    **_signs("cmd", "binom", "binom dbinom tbinom"),
    **_signs("sep", "\\\\", "\\ cr newline"),
    **_signs("sep", "mid", "mid"),
    **_signs("sep", ":", "colon"),
    **_signs("text", "$", "$"),
    **_signs("text", "EUR", "euro"),
}
"""What a command without an argument of its own is."""

TASKS = frozenset(listed("int iint iiint oint sum prod lim limsup liminf coprod"))
"""Commands of what still has to be computed; SymPy can."""

COLORS = frozenset(("textcolor", "color", "colorbox"))
DOUBLE_STRUCK = frozenset(("mathbb", "Bbb", "mathds"))
NAMED_SETS = frozenset("RZNQCP")

_TEXT_FONTS = (
    "text textnormal textbf textit textrm textsf texttt textsc textup mbox hbox emph underline"
)
_MATH_FONTS = "mathrm mathit mathsf mathtt operatorname mathnormal"
_VECTOR_FONTS = "mathbf boldsymbol bm pmb bold"
TEXT = frozenset(listed(f"{_TEXT_FONTS} {_MATH_FONTS} {_VECTOR_FONTS} mathcal mathscr mathfrak"))
MATH_FONTS = frozenset(listed(f"{_MATH_FONTS} textit"))
VECTOR_FONTS = frozenset(_VECTOR_FONTS.split())
STYLES = frozenset(listed(f"{_VECTOR_FONTS} mathit mathnormal mathsf"))
VECTOR_LETTERS = frozenset("ijkuvwabn")
UNIT_LETTERS = frozenset("msghlLNJWVAKFTCHt")
UNIT_FUNCTIONS = frozenset(("min", "sec", "lb"))
"""Functions that are units behind a number, where nothing follows that they would be of."""

WORDS: dict[str, Sign] = {
    **_own("logic", ("or", "and")),
    "and/or": ("logic", "or"),
    **dict.fromkeys(
        (
            *("where", "for", "with", "such that", "if", "when", "for all", "for any", "for some"),
            *("for every", "for each", "for integer", "for any integer"),
        ),
        ("sep", ","),
    ),
    **dict.fromkeys(("in", "is in"), ("rel", "in")),
    "union": ("setop", "cup"),
    **_signs("op", "deg", "degrees degree deg"),
    **dict.fromkeys(("percent", "per cent"), ("op", "%")),
    "mod": ("op", "mod"),
    **_signs("op", "-", "negative minus"),
    "plus": ("op", "+"),
    "to": ("sep", ":"),
    **{
        f"{opening} {adverb}": ("rel", "~")
        for opening in ("or", "which is", "that is")
        for adverb in ("about", "approximately", "roughly")
    },
}
r"""What a word in ``\text{...}`` is, where it is more than a word."""

NAMES: dict[str, Sign] = {
    **_own("func", FUNCTIONS),
    **_own("sym", GREEK - {"Pi"}),
    **_signs("sym", "pi", "pi Pi PI"),
    **_signs("sym", "oo", "inf infinity infty oo Infinity"),
    **{name: WORDS[name] for name in listed("or and union mod degrees degree percent")},
}
"""What a plain run of letters is, where it is more than a word or a product."""

GLUED_NAMES = ("sqrt", "pi", "sin", "cos", "tan", "log", "ln")
"""Names that may follow a letter without a space: ``xsqrt(2)``."""

ANNOUNCEMENTS = frozenset(
    f"{article}{adjective}{noun}{verb}"
    for article in ("", "the ")
    for adjective in ("", "final ", "correct ")
    for noun in ("answer", "ans", "result", "solution", "value")
    for verb in ("", " is")
) | {"the point", "point", "answer =", "is", "it is", "we get", "therefore", "thus", "so", "hence"}
"""What may stand before an answer and says nothing."""
