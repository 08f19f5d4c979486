r"""Which option a completion commits to, if it commits to exactly one.

A commitment is a box, an ``<answer>`` tag, a phrase ("the answer is C", "Answer: C", "option C is
correct", "I choose C"), or a last line that is nothing but a label. The last one counts, because
reasoning corrects itself. Nothing else is read: a letter in prose is no answer, and two letters at
once are none either.

Linear on any input: boxes and tags are found by string search, phrases only behind the last box
and at most ``MAX_PHRASES`` of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reward_verifiers.extract.labels import (
    MAX_PAYLOAD,
    Options,
    Unread,
    bare_choice,
    leading_choice,
    undressed,
)
from reward_verifiers.extract.marks import Commitment, last_marked

WINDOW = 20_000
"""Characters at the end of a completion that are read; further back only boxes and tags are."""

MAX_PHRASES = 30
"""Phrases that are tried, from the last one back."""


@dataclass(frozen=True, slots=True)
class NoChoice:
    """The completion commits to no option, or not to one alone."""

    reason: str
    """Why, for a person."""


def committed_choice(text: str, options: Options) -> str | NoChoice:
    """Return the letter of the one option that ``text`` commits to, or why there is none.

    Where ``text`` goes on to another question ("Question 2: ..."), what was answered before it
    counts: base models answer, and then invent the next question with its answer.
    """
    text = _END_TOKENS.sub("", text) if text.endswith(_END_OF_TOKEN) else text
    for end in _other_questions(text):
        found = _last_commitment(text[:end], options)
        if found is not None:
            return _chosen(found)
    return _chosen(_last_commitment(text, options))


# Left over where a tokenizer's special tokens are decoded as text.
_END_OF_TOKEN = ("|>", "</s>", "<eos>")
_END_TOKENS = re.compile(r"\s?(?:<\|[\w▁]{1,24}\|>|</s>|<eos>)\Z")


_REASONS = {
    Unread.NOTHING: "names none of the options",
    Unread.HEDGE: "names several options",
    Unread.CONFLICT: "gives the letter of one option with the text of another",
    Unread.DENIED: "is denied or taken back",
    Unread.NOT_AN_OPTION: "gives a letter that is none of the options",
}


def _chosen(found: Commitment | None) -> str | NoChoice:
    if found is None:
        return NoChoice("no option is committed to")
    if isinstance(found.names, Unread):
        return NoChoice(f"{found.where} {_REASONS[found.names]}")
    return found.names


def _last_commitment(text: str, options: Options) -> Commitment | None:
    near = text[-WINDOW:]
    found = _commitment_in(near, options)
    if found is None and len(near) < len(text):
        return last_marked(text, options)
    return found


def _commitment_in(text: str, options: Options) -> Commitment | None:
    marked = last_marked(text, options)
    behind = 0 if marked is None else marked.end
    if behind >= len(text):
        return marked
    return _last_line(text, behind, options) or _last_phrase(text, behind, options) or marked


# --- phrases -------------------------------------------------------------------------------------

_NOUN_KEYS = ("nswer", "NSWER", "ption", "PTION", "hoice", "HOICE", "etter", "ans", "Ans", "ANS")
_VERB_KEYS = ("hoose", "elect", "pick", "go with")
_PRAISE_KEYS = ("orrect", "right", "best")
_LATIN_KEYS = ("espuesta", "isposta", "esposta", "ntwort")
_FOREIGN_KEYS = ("答案", "答え", "回答", "정답", "éponse", "твет")
_KEYS = (*_NOUN_KEYS, *_VERB_KEYS, *_PRAISE_KEYS, *_LATIN_KEYS)
_NEAR = 600  # most answers stand in the last lines, where the search is cheap

_LINK = r"""
    (?: [\s*_]{0,6}(?:[:：=→]|->|–|—|-(?=\s)|是|为)[\s*_]{0,6}
      | \s{1,3}(?:is|would\s{1,3}be|must\s{1,3}be|should\s{1,3}be|es|est|è|é|ist)\b
        (?:[\s*_,]{1,4}(?:therefore|thus|hence|then|clearly|definitely|probably|most|likely|indeed
           |simply|still|actually|now|in\s{1,3}fact|surely|certainly)\b){0,4}
        [\s*_]{0,6}[:：]?[\s*_]{0,6}
      | [*_]{0,3}\s{0,3}\n[\s*_\#]{0,6}
      | \s{1,3}(?=[(\[*$]) )
"""
_NOUN_PHRASE = re.compile(
    rf"""
    (?:(?P<answer>answer(?:\s{{1,3}}(?:choice|option|letter))?|答案|答え|回答|정답|respuesta|réponse|risposta|resposta|ответ|antwort)
      |(?P<thing>option|choice|letter)
      |ans(?=\s?[.:])\.? )
    (?:\s{{1,3}}(?:to|for)\s{{1,3}}(?:the|this)\s{{1,3}}(?:question|problem))?
    {_LINK}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_VERB_PHRASE = re.compile(
    r"(?:choose|select|pick|go with)\s{1,3}"
    r"(?=(?:option|choice|answer|letter)\b|[*\"'$]{0,3}[(\[]\s?[A-Z]\s?[)\]]"
    r"|[*\"'$]{0,3}[A-Z][*\"'$]{0,3}\s{0,2}(?:[.!;,]\s|[.!;]?\s*(?:\Z|\n)))",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:correct|right|best)(?![a-z])(?:\s{1,3}(?P<noun>answer|option|choice)\b(?:\s{1,3}here)?)?"
    r"(?=[\s*]{0,3}(?:[.;:!)]|\Z|\n|(?:,\s{0,3})?(?:because|since|as|so)\b|$))",
    re.IGNORECASE,
)
_PRAISED = re.compile(
    r"""(?P<noun>\b(?:option|choice|answer)\s{1,3})?
    [*(\[$]{0,4}(?<![\w\\])(?P<letter>[A-Z])(?!\w)[*)\]$]{0,4}(?:\s{0,2}\([^()\n]{1,60}\))?
    \s{1,3}is\s{1,3}(?:the\s{1,3})?(?:only\s{1,3}|single\s{1,3})?[*_]{0,2}\Z""",
    re.VERBOSE | re.IGNORECASE,
)

_FITTING = re.compile(
    r"\b(?:correct|right|best|final|likely|appropriate|suitable|accurate)[\s*_]{1,4}\Z",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:I|we)(?:['’](?:ll|d|m going to))?\s{1,3}"
    r"(?:(?:will|would|must|should|therefore|thus)\s{1,3})?\Z",
    re.IGNORECASE,
)
# "If the answer is A, ...", "the wrong answer is A", "I doubt the answer is A".
_DISOWNED = re.compile(
    r"""(?: \b(?:if|suppose|supposing|assume|assuming|whether|unless|imagine|doubt|unlikely|pretend
            |(?:do\s{1,3}not|don['’]?t|not)\s{1,3}(?:think|believe|say|sure|certain))\b[^.,;:!?\n]*
        | \b(?:wrong|incorrect|(?<!only\s)possible|plausible|potential|alternative|tempting|example
            |another|other|previous|earlier|initial|first|second|old|your|their
            |his|her|not|n['’]t|is|\w{1,20}['’]s)
            (?:\s{1,3}(?:the|an?|correct|right|best|final))*[\s*_]{1,4}
        )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_LIST_BEFORE = re.compile(
    r"(?:\b(?:or|and|nor|neither|either|both)|\b[A-Z]\)?\s{0,2}[,/&])[\s*(]{0,4}\Z", re.IGNORECASE
)
_BEFORE = 80


def _last_phrase(text: str, behind: int, options: Options) -> Commitment | None:
    """Return the last phrase behind ``behind`` that says something of the options, or None."""
    tried = 0
    near = max(behind, len(text) - _NEAR)
    for low, high in ((near, len(text)), (behind, near)):
        for at in _places(text, low, high):
            found = _phrase_at(text, at, behind, options)
            if found is not None and found is not Unread.NOTHING:
                return Commitment("the last phrase that gives an answer", at, found)
            tried += 1
            if tried == MAX_PHRASES:
                return None
    return None


def _places(text: str, low: int, high: int) -> Iterator[int]:
    """Yield where one of the keys stands in ``text[low:high]``, the last one first."""
    keys = _KEYS if text.isascii() else _KEYS + _FOREIGN_KEYS
    at = {key: found for key in keys if (found := text.rfind(key, low, high)) != -1}
    while at:
        key = max(at, key=at.__getitem__)
        yield at[key]
        at[key] = text.rfind(key, low, at[key])
        if at[key] == -1:
            del at[key]


def _phrase_at(text: str, at: int, behind: int, options: Options) -> str | Unread | None:
    """Return what the phrase whose key is at ``at`` names, or None where there is no phrase."""
    for start in (at, at - 1):
        if start < behind:
            continue
        before = text[max(behind, start - _BEFORE) : start]
        if before[-1:].isalpha() and before[-1:].isascii():
            continue  # inside a word: "bright", "kans"
        if (noun := _NOUN_PHRASE.match(text, start)) is not None:
            if (noun["thing"] and not _FITTING.search(before)) or _DISOWNED.search(before):
                return None
            return leading_choice(_line(text, noun.end()), options)
        if (verb := _VERB_PHRASE.match(text, start)) is not None:
            chosen = _SUBJECT.search(before)
            return leading_choice(_line(text, verb.end()), options) if chosen else None
        if (praise := _PRAISE.match(text, start)) is not None:
            return _praised(before, praise, options)
    return None


def _praised(before: str, praise: re.Match[str], options: Options) -> str | Unread | None:
    """Return the letter of "option C is correct", "(C) is the right answer"."""
    found = _PRAISED.search(before)
    if found is None or not (found["noun"] or praise["noun"]):
        return None
    lead = before[: found.start()]
    if _DISOWNED.search(lead):
        return None
    if _LIST_BEFORE.search(lead):
        return Unread.HEDGE
    letter = found["letter"]
    if letter.islower() and not found["noun"]:
        return None
    return letter.upper() if letter.upper() in options else Unread.NOT_AN_OPTION


def _line(text: str, start: int) -> str:
    end = text.find("\n", start, start + MAX_PAYLOAD)
    return text[start : end if end != -1 else start + MAX_PAYLOAD]


# --- the last line -------------------------------------------------------------------------------

_LONE = re.compile(
    r"""(?:(?:therefore|thus|so|hence)[,:]?\s{1,3})?
    (?:the\s{1,3})?(?:option|choice|letter)?\s{0,3}
    (?:[(\[{]\s?(?P<dressed>[A-Za-z])\s?[)\]}]|(?P<bare>[A-Z])|(?P<lower>[a-z]))[\s.)]{0,4}""",
    re.VERBOSE | re.IGNORECASE,
)
_BOLD = re.compile(
    r"\*\*\s?\(?\s?(?:option\s|choice\s)?(?P<letter>[A-Za-z])\s?[.)]{0,2}\s?\*\*", re.IGNORECASE
)
_DENIES = re.compile(
    r"\b(?:not|or|nor|neither|never|wrong|incorrect|false|except|eliminate\w*|unlike|if|rule\w*)\b"
    r"|n['’]t\b|\?",
    re.IGNORECASE,
)
_OPTION_LINE = re.compile(r"[\s*_>|-]{0,6}\(?[A-Z]\)?[*_]{0,2}\s?[.):|-]", re.IGNORECASE)
_MAX_LINE = 300


def _last_line(text: str, behind: int, options: Options) -> Commitment | None:
    """Return what the last line names if it is a label, an option's text, or both, and no more.

    Or if it has one label in bold. The last line of a list of options names nothing.
    """
    tail = text[behind:].strip()
    *_, before, line = ["", *tail[-2 * MAX_PAYLOAD :].rsplit("\n", 1)]
    if not line or len(line) > MAX_PAYLOAD:
        return None
    letter = _line_label(line) if len(line) <= _MAX_LINE else None
    if letter is None:
        letter = bare_choice(line, options)
        above = before.rstrip().rpartition("\n")[2]
        if letter is not None and (_OPTION_LINE.match(above) or bare_choice(above, options)):
            return None
    if letter is None or letter not in options:
        return None
    return Commitment("the last line", len(text), letter)


def _line_label(line: str) -> str | None:
    lone = _LONE.fullmatch(undressed(line).strip(" \t*_`\"'#"))
    if lone is not None:
        letter = lone["dressed"] or lone["bare"] or lone["lower"]
        if letter.isupper() or not line.strip().startswith(letter):
            return str(letter.upper())
        return None
    bold = list(_BOLD.finditer(line))
    # At the start of a line "**C.** gold" is an item of a list.
    if len(bold) == 1 and bold[0].start() > 0 and not _DENIES.search(line):
        return bold[0]["letter"].upper()
    return None


# --- other questions -----------------------------------------------------------------------------

_HEADER = re.compile(
    r"\n[\s*#>]{0,6}(?:Question|QUESTION|Problem|PROBLEM|Q)"
    r"[ \t]{0,2}\d{0,3}[*_]{0,3}[ \t]{0,2}[:.)]"
)
_HEADER_KEYS = ("Q", "Problem", "PROBLEM")
_MAX_HEADERS = 8


def _other_questions(text: str) -> Iterator[int]:
    """Yield where a new question begins, first to last; a header that opens the text is none."""
    if not any(key in text for key in _HEADER_KEYS):
        return
    for count, match in enumerate(_HEADER.finditer(text)):
        if count == _MAX_HEADERS:
            return
        yield match.start()
