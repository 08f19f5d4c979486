r"""Read one option out of a short text: ``C``, ``\textbf{(C)}``, ``Option c``, ``C. iron``.

A letter is a label only if nothing stands beside it that could make it something else: the ``A`` of
"A polygenic trait" is an article, and that of "A or C" one half of a hedge.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import islice

from reward_verifiers.extract.dress import CLOSERS, undressed
from reward_verifiers.extract.option_texts import MAX_PAYLOAD, Options, option_by_text


class Unread(Enum):
    """Why a text names no option."""

    NOTHING = auto()
    """It does not speak of the options."""
    HEDGE = auto()
    """It names several options."""
    CONFLICT = auto()
    """Its letter and its text belong to different options."""
    DENIED = auto()
    """It is taken back: "not \\boxed{A}", "\\boxed{A} is wrong"."""
    NOT_AN_OPTION = auto()
    """Its letter is none of the options."""


_LABEL = re.compile(
    r"""[\s*"'“‘`]{0,6}
    (?:(?:the\s{1,3})?(?:(?:final|correct|right|best)\s{1,3})?(?:answer|option|choice|letter)\b
       (?:\s{1,3}is)?\s{0,3}[:=]?\s{0,3}(?:(?:option|choice|letter)\s{1,3})?)?
    (?: (?:\[\[|[(\[{<])\s?(?P<bracketed>[A-Za-z])\s?(?:\]\]|[)\]}>])
      | (?P<bare>[A-Za-z])(?!_?[^\W_]|_\{|[\^=+]|['’]\w)["”]? )
    """,
    re.VERBOSE | re.IGNORECASE,
)

_LOWER_ALONE = r"[a-z](?=\s*(?:$|[.,;)\]/]))"  # "C, a metal" is no second label
_SECOND = re.compile(
    rf"""[\s.)\]]{{0,4}}(?:[,/&;|+-]|\b(?:or|and|nor)\b){{1,2}}\s{{0,3}}
    (?:(?:or|and|also|possibly|maybe|perhaps|even|both|either|option|choice|answer)\s{{1,3}}){{0,4}}
    (?:[(\[]\s?(?P<bracketed>[A-Za-z])\s?[)\]]|(?P<bare>[A-Z](?![\w]|['’]\w)|{_LOWER_ALONE}))
    (?!\s{{1,3}}(?:is|was|are|would|has|does)\b)""",
    re.VERBOSE,
)
# Second thoughts, as in "C (possibly D)", "C, though it could be D", "C, but D is also possible".
_AFTERTHOUGHT = re.compile(
    r"""[\s)\]]{0,4}[(\[]\s?(?P<bracketed>[A-Z])\s?(?:[)\]]|\Z)(?!\s{1,3}(?:is|was|are|would|has|does)\b)
      | [\s)\]]{0,3}[.,;(]\s{0,3}(?:no|actually|alternatively|otherwise|else|rather)[,:]?\s{1,3}
        (?:it\s?['’]?i?s\s{1,3})?(?:option\s{1,3})?[(\[]?(?P<bare>[A-Z])(?!\w)
      | [^.!?\n]{0,60}?
    (?: \b(?:possibly|maybe|perhaps|(?:could|might|may)\s{1,3}(?:also\s{1,3}|well\s{1,3})?be)\s{1,3}
        (?:option\s{1,3})?[(\[]?(?P<maybe>[A-Z])(?!\w)
      | \b(?P<also>[A-Z])\)?\s{1,3}(?:
          (?:is|seems|(?:could|might|may|would|can)(?:\s{1,3}be)?)\s{1,3}also\s{1,3}(?:an?\s{1,3})?
            (?:possib|plausib|correct|right|valid|acceptab|candidate|good|option|answer|work|fit)
          |also\s{1,3}(?:works?|fits?|qualifies|answers)\b
          |(?:(?:is|seems|could|might|may|would|can|be|an?|works?|fits?|possible|plausible|correct
            |right|valid|acceptable|candidate|good|option|answer)\s{1,3}){1,4}
           (?:too|as\s{1,3}well)\b ) )""",
    re.VERBOSE | re.IGNORECASE,
)
_OR = re.compile(r"[\s.,;)(\]]{0,5}(?:or|and/or)\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s{0,3}[.,:)\]][\s.:)\]–—-]{0,4}|\s{1,3}[–—-]{1,3}\s{1,3}")
_CONTINUATION = re.compile(
    r"\s{0,3}[,;。]"
    r"|\s{1,3}(?:(?:because|since|as|due|given|which|where|based|according|for|rather|instead|here"
    r"|(?:and\s{1,3})?not)\b"
    r"|is\s{1,3}(?:the\s{1,3})?(?:correct|right|best)\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[]([A-Z])[)\]]")
_SAYS_OF_IT = re.compile(
    r"\s*(?:if|unless|when|except|is|was|are|has|does|not|and|or|but)\b", re.IGNORECASE
)
# What denies the label before it, as in "C (wrong)" and "C: not really".
_DISMISSED = re.compile(
    r"[\s.,:;)\](–—-]{1,5}(?:(?:this|that|it|which)\s)?(?:is\s|was\s)?"
    r"(?:wrong|incorrect|false|not\s(?:really|sure|certain|correct|right|exactly|quite))[\s).!]*\Z",
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"\s{1,3}\(([^()]{1,200})\)")
# Where the text of an option may end inside a sentence.
_TEXT_END = re.compile(
    r"[.!](?=\s|$)|,?\s(?:because|since|due|which|as|not)\b|\s\("
    r"|(?P<joint>\s?[,;/&+]\s?(?:(?:and|or)\b)?|\s(?:and|or)\b)",
    re.IGNORECASE,
)
_MAX_TEXT_ENDS = 5
_OWN_LABEL = re.compile(r"\s\((?:(?:option|choice)\s)?(?P<letter>[A-Z])\)", re.IGNORECASE)


def whole_choice(text: str, options: Options) -> str | Unread:
    r"""Return the option that all of ``text`` names: the content of a box or of an answer tag.

    A lone letter of an option is always its label. Else an option's exact text wins over a letter
    that opens it: with an option "A. thaliana", that is what "A. thaliana" means.
    """
    if len(text) > MAX_PAYLOAD:
        return Unread.NOTHING
    plain = undressed(text)
    label = _LABEL.match(plain)
    if label is None:
        found = option_by_text(plain, options)
        if found is None and _OWN_LABEL.search(plain, max(0, len(plain.rstrip()) - 12)):
            return _leading_text(plain, options)  # "gold (C)"
        return found or Unread.NOTHING
    letter = _letter(label)
    alone = not plain[label.end() :].strip(CLOSERS)
    if alone and letter in options:
        return letter
    by_text = option_by_text(plain, options)
    by_label = _labelled(label, plain, options)
    if (
        by_label is Unread.NOTHING
        and label["bracketed"]
        and not _SAYS_OF_IT.match(plain, label.end())
    ):
        by_label = letter if letter in options else Unread.NOT_AN_OPTION
    if by_text is None or by_text == by_label:
        return by_label
    return Unread.CONFLICT if _names_its_text(label, plain, options) else by_text


def bare_choice(text: str, options: Options) -> str | None:
    """Return the option that ``text`` is the label, the text, or both of, and nothing more."""
    plain = undressed(text)
    label = _LABEL.match(plain)
    if label is not None and _letter(label) in options:
        rest = plain[label.end() :]
        if not rest.strip(CLOSERS) or _names_its_text(label, plain, options):
            return _letter(label)
    return option_by_text(plain, options)


def label_alone(text: str, options: Options) -> str | None:
    """Return the option whose label, a capital or in brackets, is all of ``text``."""
    plain = undressed(text)
    label = _LABEL.match(plain)
    if label is None or plain[label.end() :].strip(CLOSERS) or (label["bare"] or "A").islower():
        return None
    return _letter(label) if _letter(label) in options else None


def leading_choice(text: str, options: Options) -> str | Unread:
    """Return the option that ``text``, the line behind "the answer is", begins with."""
    plain = undressed(text[:MAX_PAYLOAD])
    label = _LABEL.match(plain)
    if label is not None:
        found = _labelled(label, plain, options)
        # In a sentence "x" is more often a variable than an option that is not there.
        variable = found is Unread.NOT_AN_OPTION and (label["bare"] or "").islower()
        if found not in (Unread.NOTHING, Unread.DENIED) and not variable:
            return found
    return _leading_text(plain, options)


def _labelled(label: re.Match[str], plain: str, options: Options) -> str | Unread:
    """Return the option of ``label``, given what follows it."""
    letter, rest = _letter(label), plain[label.end() :]
    if _hedged(letter, rest, options):
        return Unread.HEDGE
    if _DISMISSED.match(rest) and not _names_its_text(label, plain, options):
        return Unread.DENIED
    known = letter if letter in options else Unread.NOT_AN_OPTION
    if not rest.strip(CLOSERS):
        return known
    text = _text_behind(label, rest)
    if text is not None:
        named = _leading_text(text, options)
        if named == letter:
            return known
        if named is not Unread.NOTHING:
            return named if named is Unread.HEDGE else Unread.CONFLICT
        if text is not rest:
            return known
    if _CONTINUATION.match(rest) or option_by_text(rest, options) == letter:
        return known
    # "(F) a quarter of that" is F in the model's own words; "(F) is wrong" speaks of F.
    if (label["bracketed"] or "").isupper() and not _SAYS_OF_IT.match(rest):
        others = {other[1] for other in _BRACKETED.finditer(rest)} - {letter}
        return known if others.isdisjoint(options) else Unread.NOTHING
    return Unread.NOTHING


def _hedged(letter: str, rest: str, options: Options) -> bool:
    """Whether ``rest`` goes on to name another option: "or C", ", C", "/C", ". C"."""
    if _OR.match(rest):
        return True
    thought = _AFTERTHOUGHT.match(rest)
    if thought is not None:
        other = next(filter(None, thought.groups()))
        if other.isupper() and other != letter and other in options:
            return True
    second = _SECOND.match(rest)
    if second is None:
        separator = _SEPARATOR.match(rest)
        second = None if separator is None else _LABEL.match(rest, separator.end())
        if second is not None and rest[second.end() :].strip(CLOSERS):
            return False
    if second is None:
        return False
    other = _letter(second)
    return other != letter and other in options


def _text_behind(label: re.Match[str], rest: str) -> str | None:
    """Return the words that go with the label: "C. iron", "(C) iron", "C (iron)"; or None."""
    parenthesis = _PARENTHESIS.match(rest)
    if parenthesis is not None:
        return parenthesis[1]
    separator = _SEPARATOR.match(rest)
    if separator is not None:
        return rest[separator.end() :]
    return rest if label["bracketed"] else None


def _names_its_text(label: re.Match[str], plain: str, options: Options) -> bool:
    text = _text_behind(label, plain[label.end() :])
    return text is not None and option_by_text(text, options) == _letter(label)


def _leading_text(plain: str, options: Options) -> str | Unread:
    """Return the option whose text ``plain`` is, or begins with up to the end of a clause."""
    letter = option_by_text(plain, options)
    if letter is not None:
        return letter
    ends = list(islice(_TEXT_END.finditer(plain), _MAX_TEXT_ENDS))
    for end in reversed(ends):  # the longest text first: "I and II" is not "I"
        letter = option_by_text(plain[: end.start()], options)
        if letter is not None:
            if _joined_to_another(letter, end, plain, options):
                return Unread.HEDGE
            label = _OWN_LABEL.match(plain, end.start())
            other = letter if label is None else label["letter"].upper()
            return Unread.CONFLICT if other != letter and other in options else letter
    return Unread.NOTHING


def _joined_to_another(letter: str, end: re.Match[str], plain: str, options: Options) -> bool:
    """Whether behind ``end`` another option is named: "gold or zinc", "gold and D. zinc"."""
    if _OR.match(plain, end.start()) or _OR.match(plain, end.end()):
        return True
    if end["joint"] is None:
        return False
    label = _LABEL.match(plain, end.end())
    if label is not None and not _SAYS_OF_IT.match(plain, label.end()):
        other = _letter(label)
        if other != letter and other in options and (label["bracketed"] or label["bare"].isupper()):
            return True
    rest = plain[end.end() :]
    texts = [rest, *(rest[: stop.start()] for stop in islice(_TEXT_END.finditer(rest), 2))]
    return any(option_by_text(text, options) not in (None, letter) for text in texts)


def _letter(label: re.Match[str]) -> str:
    return (label["bracketed"] or label["bare"]).upper()
