"""What is said behind a commitment that takes it back: another option is as good, or may be.

"The answer is B. D is equally valid." names two options as surely as "B or D" does. What merely
speaks of another option ("D is wrong", "A is also a metal") leaves the commitment alone.
"""

from __future__ import annotations

import re

from reward_verifiers.extract.labels import bare_choice
from reward_verifiers.extract.option_texts import Options

_WINDOW = 200  # characters behind a commitment that still are about it
_CAPITAL = re.compile(r"(?<![A-Za-z0-9_])[A-Z](?![A-Za-z0-9_])")
# Most texts have no such word, and are read no further.
_HINT = re.compile(
    r"also|both|equal|equiv|likewise|could|might|may|can\b|too\b|well\b|alternat|otherwise|or\b|else|if\b"
    r"|same|(?:i|a)ble\b|ified|valid|possib|perhaps|identical|second|other|\bas\b|reason|答|选|也|同|或",
    re.IGNORECASE,
)
_TEXT_HINT = re.compile(
    r"equally|alternative|also|\b(?:too|as\swell|just\sas)\b|(?:could|might|may)\sbe\b"
    r"|(?:plausi|accepta|defensi|possi|via)ble|valid",
    re.IGNORECASE,
)
_MAX_SUBJECT = 80

_LABEL = (
    r"(?:(?:option|choice|answer|letter)\s{1,2})?[*_$(\[\"'\\]{0,4}(?<!\w)"
    r"%s(?!['’]?\w)[*_$)\]\"'\\]{0,4}"
)
_NOUN = r"(?:answer|option|choice|alternative|candidate|possibilit(?:y|ie)|response|pick)s?\b"
_GOOD = (
    r"(?:correct|right|true|valid|plausible|possible|acceptable|defensible|justifiable|justified"
    r"|viable|arguable|reasonable|suitable|appropriate|likely|good|fine|accepted|defended)\b"
)
# An adjective by itself, or with a noun that means an option: "a possible product" is neither.
_FIT = (
    rf"(?:(?:an?|the|another|as)\s{{1,2}}){{0,2}}(?:{_GOOD}(?:\s{{1,2}}{_NOUN}"
    r"|(?=\s{0,2}(?:[^\w\s]|\Z|\n)|\s{1,2}(?:too|as|here|in|if|because|depending|since|for|under|given"
    rf"|and|or|though|although|at)\b))|{_NOUN})"
)
_ALSO = (
    r"(?:also|equally|likewise|still|well|just\s{1,2}as|arguably|conceivably|perhaps|possibly"
    r"|both|all)"
)
_BE = r"(?:is|are|was|were|be|seems?|looks?|remains?|works?|fits?)"
_PREDICATE = re.compile(
    rf"""\s{{1,2}}(?:
      {_BE}\s{{1,2}}(?:{_ALSO}\s{{1,2}}){{1,2}}{_FIT}
    | (?:could|might|may|can)\s{{1,2}}(?:{_ALSO}\s{{1,2}}){{0,3}}
      (?:be\s{{1,2}}(?:(?:{_ALSO}|considered|argued|seen|regarded|to|be)\s{{1,2}}){{0,3}}{_FIT}
        |(?:work|fit|apply|qualify|be)(?=\s{{0,2}}(?:[^\w\s]|\Z)|\s(?:too|here|as\s)))
    | {_BE}\s{{1,2}}{_FIT},?\s{{1,2}}(?:too|as\s{{1,2}}well)\b
    | {_BE},?\s{{1,2}}(?:too|as\s{{1,2}}well)\b(?=\s{{0,2}}(?:[^\w\s]|\Z))  # not "is too small"
    | (?:also|equally)\s{{1,2}}(?:works?|fits?|qualif(?:ies|y)|appl(?:ies|y)|answers?|holds?)\b
    | (?:is|are|seems?|remains?)\s{{1,2}}(?:an?\s{{1,2}}|another\s{{1,2}})?
      (?!(?:correct|right|true|likely|good|fine|suitable|appropriate)\b){_GOOD}
      (?:\s{{1,2}}{_NOUN}|(?=\s{{0,2}}(?:[.!)\n]|\Z)))
    | (?P<alike>(?:is|are)\s{{1,2}}(?:just\s{{1,2}})?
      (?:as\s{{1,2}}{_GOOD}|equivalent|identical|equal|the\s{{1,2}}same)
      \s{{1,2}}(?:as|to)\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SUBJECT = re.compile(_LABEL % "(?P<letter>[A-Z])" + r"(?:\s{0,2}\([^()\n]{1,60}\))?\Z")
_LEAD = re.compile(
    r"[\s*_(>-]{0,6}(?:(?:however|but|and|also|note(?:\s{1,2}that)?|that\s{1,2}said|though|although"
    r"|while|still|both|the|p\.?s\.?)\b[\s,:*_]{0,4}){0,3}",
    re.IGNORECASE,
)
_FILLER = (
    r"(?:(?:rather|maybe|perhaps|possibly|even|also|equally|likewise|else|then|just|try|(?:the|my)?\s?answer(?:\s{1,2}(?:is|(?:w|c)ould\s{1,2}be))?"
    r"|it(?:['’]s|\s{1,2}(?:is|would\s{1,2}be))|(?:I(?:['’]d|\s{1,2}would)?\s{1,2})?(?:choose|pick|say|go\s{1,2}with))"
    r"[,:]?\s{1,2}){0,4}"
)
_STOP = r"(?=\s{0,2}(?:[.!?;,)\n]|\Z))"
_OTHER = _LABEL % "(?-i:(?P<letter>[A-Z]))"
# The other option behind what makes it one: "or D", "alternatively: D", "it could also be D".
_NAMED = re.compile(
    rf"""(?: (?:\A|[.!?;\n(])[\s*_(>-]{{0,6}}
          (?:or|also|equally|likewise|else|maybe|perhaps|possibly)\b
      | \b(?:alternatively|alternative|otherwise
          |(?:alternat\w{{1,3}}|second|other)\s{{1,2}}answer)\b
      | \b(?:could|might|may)\s{{1,2}}(?:{_ALSO}\s{{1,2}}){{0,2}}be )
    [,:]?[*_]{{0,2}}\s{{1,2}}{_FILLER}{_OTHER}{_STOP}""",
    re.VERBOSE | re.IGNORECASE,
)
_IN_CASE = re.compile(
    rf"""\bif\s(?P<case>[^.,;\n]{{1,60}}?)(?:,|\s{{1,2}}then\b),?\s{{1,2}}{_FILLER}{_OTHER}{_STOP}""",
    re.VERBOSE | re.IGNORECASE,
)
_FAILS = re.compile(r"\b(?:not|wrong|incorrect|false|invalid|rejected)\b|n['’]t\b", re.IGNORECASE)
_FOREIGN = re.compile(
    r"(?P<letter>[A-Z])[)）]?\s?(?:选项|選項)?\s?(?:也|同样|同樣)(?:是|可能|可以|正确|正確|对|對|成立|合理)"
    r"|(?:或者|或|也可能是|也可以是|也可以选)\s?(?P<other>[A-Z])(?![\w/])"
)
_DENIED = re.compile(
    r"\b(?:not|never|no|none|nor|neither|cannot|false|wrong|incorrect|unlike|doubt)\b|n['’]t\b",
    re.IGNORECASE,
)
# What turns back to the commitment: "D is also plausible, but B is better".
_TURNS = re.compile(
    r"\b(?:but|yet|however|wrong|incorrect|mistaken?|only\s{1,2}if|if\b.{1,80}\b(?:were|had)|not)\b"
    r"|n['’]t\b|\?",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.!;,](?=\s|\Z)|\n|\s(?:and|so|because|since|here|in)\b")
_PRONOUN = re.compile(
    r"\s{1,2}(?:it|that|this|mine|the\s(?:other|first|former|latter|above))\b", re.I
)
_SENTENCE_END = re.compile(r"[.!;](?=\s|\Z)|\n")


def is_doubted(text: str, end: int, chosen: str, options: Options) -> bool:
    """Whether what ``text`` says behind ``end`` makes another option as good as ``chosen``."""
    near = text[end : end + _WINDOW]
    letters = any(_is_other(letter, chosen, options) for letter in _CAPITAL.findall(near))
    if letters:
        return _HINT.search(near) is not None and (
            _is_named(near, chosen, options)
            or _is_praised(near, chosen, options)
            or (not near.isascii() and _is_foreign(near, chosen, options))
        )
    return _TEXT_HINT.search(near) is not None and _is_praised(near, chosen, options)


def _is_named(near: str, chosen: str, options: Options) -> bool:
    for found in _NAMED.finditer(near):
        before = near[_sentence_start(near, found.start()) : found.start()]
        if _is_other(found["letter"], chosen, options) and not _DENIED.search(before):
            return True
    for found in _IN_CASE.finditer(near):
        of_it = _FAILS.search(found["case"])
        if of_it is not None and _is_other(found["letter"], chosen, options):
            return True
    return False


def _is_praised(near: str, chosen: str, options: Options) -> bool:
    for found in _PREDICATE.finditer(near):
        before = near[_sentence_start(near, found.start()) : found.start()]
        if _DENIED.search(before) or _turns_back(near, found.end(), chosen):
            continue
        if found["alike"] and not _is_of(near[found.end() :], chosen, options):
            continue  # "D is equal to four times B"
        subject = _SUBJECT.search(before)
        if subject is not None:
            letter: str | None = subject["letter"]
        else:
            lead = _LEAD.match(before)
            words = before[0 if lead is None else lead.end() :]
            letter = bare_choice(words, options) if len(words) <= _MAX_SUBJECT else None
        if letter is not None and _is_other(letter, chosen, options):
            return True
    return False


def _is_of(text: str, chosen: str, options: Options) -> bool:
    """Whether a sentence goes on with ``chosen``, or with a word that stands for it."""
    stop = _CLAUSE_END.search(text)
    named = text if stop is None else text[: stop.start()]
    return _PRONOUN.match(named) is not None or bare_choice(named, options) == chosen


def _is_foreign(near: str, chosen: str, options: Options) -> bool:
    return any(
        _is_other(found["letter"] or found["other"], chosen, options)
        for found in _FOREIGN.finditer(near)
    )


def _is_other(letter: str, chosen: str, options: Options) -> bool:
    return letter != chosen and letter in options


def _turns_back(near: str, start: int, chosen: str) -> bool:
    """Whether the rest of the sentence denies what was said, or says more of ``chosen``."""
    stop = _SENTENCE_END.search(near, start)
    rest = near[start : len(near) if stop is None else stop.end()]
    return _TURNS.search(rest) is not None or re.search(rf",.*\b{chosen}\b", rest) is not None


def _sentence_start(near: str, end: int) -> int:
    return max(near.rfind(stop, 0, end) for stop in (". ", "! ", "? ", ".\n", "\n", ";", ": ")) + 1
