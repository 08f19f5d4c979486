"""Phrases that commit to an option: "the answer is C", "option C is correct", "hence C"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from reward_verifiers.extract.choice_foreign import (
    FOREIGN_KEYS,
    LATIN_KEYS,
    foreign_phrase,
    without_ending,
)
from reward_verifiers.extract.labels import (
    Unread,
    bare_choice,
    leading_choice,
    whole_choice,
)
from reward_verifiers.extract.marks import Commitment
from reward_verifiers.extract.option_texts import MAX_PAYLOAD, Options

MAX_PHRASES = 30
"""Phrases that are tried, from the last one back."""

_NEAR = 600  # most answers stand in the last lines, where the search is cheap
_BEFORE = 80

_NOUN_KEYS = ("nswer", "NSWER", "ption", "PTION", "hoice", "HOICE", "etter", "ans", "Ans", "ANS")
_VERB_KEYS = ("hoose", "elect", "pick", "go with", "oing with", "say ")
_PRAISE_KEYS = ("orrect", "right", "best", "losest", "most ")
_KEYS = (*_NOUN_KEYS, *_VERB_KEYS, *_PRAISE_KEYS, *LATIN_KEYS)

# Words that close an argument are everywhere, so they are read near the end alone.
_CLOSING_KEYS = (
    *("so ", "So ", "so: ", "ence", "herefore", "hus", "it", "It", "eaves", "eaving"),
    *("his is ", "hat is ", "hat's", "hat’s", "∴"),
)

_ADVERB = (
    r"(?:therefore|thus|hence|then|clearly|definitely|probably|most|likely|indeed|simply|still"
    r"|actually|now|in\s{1,3}fact|surely|certainly)\b"
)
_LINK = rf"""
    (?: (?:[\s*_]{{1,4}}here)?[\s*_]{{0,6}}(?:[:：=→]|=>|->|–|—|-(?=\s))[\s*_]{{0,6}}
      | (?:[\s*_]{{1,4}}here)?\s{{1,3}}
        (?:is|(?:would|must|should|will|can\s{{1,3}}only)\s{{1,3}}be
          |(?:appears|seems|turns\s{{1,3}}out|has|ought|proves)\s{{1,3}}to\s{{1,3}}be)\b
        (?:[\s*_,]{{1,4}}{_ADVERB}){{0,4}}(?:\s{{1,3}}to\s{{1,3}}be\b)?,?[\s*_]{{0,6}}[:：]?[\s*_]{{0,6}}
      | [*_]{{0,3}}\s{{0,3}}\n[\s*_\#]{{0,6}}
      | \s{{1,3}}(?=[(\[*$]|[A-Z][.!]?\s{{0,3}}(?:\n|\Z)) )
"""
_NOUN_PHRASE = re.compile(
    rf"""
    (?:(?P<answer>answer(?:\s{{1,3}}(?:choice|option|letter))?|ans(?=\s?[.:])\.?
       |(?:correct|right)\s{{1,3}}(?:one|statement|response))
      |(?P<thing>option|choice|letter|pick|closest) )
    (?:\s{{1,3}}(?:that|which)\s{{1,3}}
      (?:is\s{{1,3}}(?:correct|right|best)|(?:best\s{{1,3}})?(?:fits|works|matches)))?
    (?:\s{{1,3}}(?:to|for)\s{{1,3}}(?:the|this)\s{{1,3}}(?:question|problem))?
    {_LINK}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_JSON = re.compile(
    r"""(?P<quote>["'])(?:final_|correct_|my_|best_)?(?:answer|choice)(?:_(?:letter|choice|option))?(?P=quote)
    \s{0,5}:\s{0,5}(?P<open>["'])(?P<value>[^"'\\\n]{1,200})(?P=open)""",
    re.VERBOSE | re.IGNORECASE,
)
_JSON_LEAD = 16
_VERB_PHRASE = re.compile(
    r"(?:choose|select|pick|go(?:ing)? with|say)\s{1,3}"
    r"(?=(?:option|choice|answer|letter)\b|[*\"'$]{0,3}[(\[]\s?[A-Z]\s?[)\]]"
    r"|[*\"'$]{0,3}[A-Z][*\"'$]{0,3}\s{0,2}(?:[.!;,:]\s|[.!;]?\s*(?:\Z|\n)))",
    re.IGNORECASE,
)
_END = r"(?=[\s*]{0,3}(?:[.;:!)]|\Z|\n|(?:,\s{0,3})?(?:because|since|as(?!\s{1,3}well)|so)\b|$))"
_PRAISE = re.compile(
    rf"(?:(?:correct|right|best|most\s{{1,3}}(?:suitable|accurate|appropriate|fitting|correct))(?![a-z])(?:\s{{1,3}}(?P<noun>answer|option|choice)\b"
    rf"(?:\s{{1,3}}here)?)?|(?P<alone>answer)){_END}",
    re.IGNORECASE,
)
_PRAISED = re.compile(
    r"""(?P<noun>\b(?:option|choice|answer)\s{1,3})?
    [*(\[$]{0,4}(?<![\w\\])(?P<letter>[A-Z])(?!\w)[*)\]$]{0,4}(?:\s{0,2}\([^()\n]{1,60}\))?
    (?:\s{1,3}(?:is|must\s{1,3}be|has\s{1,3}to\s{1,3}be)\s{1,3}|\s{1,3}as\s{1,3}(?=the))
    (?:(?:the|our|my)\s{1,3})?
    (?:only\s{1,3}|single\s{1,3})?[*_]{0,2}\Z""",
    re.VERBOSE | re.IGNORECASE,
)
# "C is correct" says so of a statement or of an option; where it closes the argument, of an option.
_SENTENCE = re.compile(
    r"(?:(?:\A|[.!:;,\n]\s{0,3}|\n[\s*_]{0,6})(?:(?:therefore|thus|so|hence|only|and|but)[,:]?\s{1,3}){0,2}"
    r"|\b(?:therefore|thus|hence|so|only)[,:]?\s{1,3})\Z",
    re.IGNORECASE,
)
_OTHER_PRAISE = re.compile(
    r"(?<![\w\\])([A-Z])[*)\]]{0,3}\s{1,3}is\s{1,3}(?:also\s{1,3})?(?:correct|right|true)\b"
)

_RELATED = re.compile(
    r"""\b(?:is|matches|(?:corresponds|equivalent|equal|identical|(?:is\s{1,3})?closest)\s{1,3}to|fits|gives
    |agrees\s{1,3}with|leaves|leaving|(?:us|me)\s{1,3}with|makes|making|supports)
    \s{1,3}(?:the\s{1,3})?(?:only\s{1,3}|just\s{1,3})?(?:answer\s{1,3})?\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_RELATION = re.compile(
    r"(?:option|choice|answer)\s{1,3}(?=[*_$]{0,3}[(\[]?[A-Z](?!\w))", re.IGNORECASE
)
_AS_ANSWER = re.compile(
    r"\s{1,3}(?:as\s{1,3})?the\s{1,3}(?:only\s{1,3})?(?:correct|right|best)\s{1,3}(?:answer|option|choice)\Z"
)

_CLOSER = re.compile(
    r"""(?:(?:(?:therefore|thus|hence|so|∴)[,:]?\s{0,3})
          (?:(?:it|this|that)(?:['’]s|\s{1,3}(?:is|must\s{1,3}be|has\s{1,3}to\s{1,3}be|would\s{1,3}be))\s{1,3})?
       |(?P<pronoun>it|this|that)(?:['’]s|\s{1,3}(?:is|must\s{1,3}be|has\s{1,3}to\s{1,3}be))\s{1,3}
       |(?:leaves|leaving)\s{1,3}(?:(?:us|me)\s{1,3}with\s{1,3})?)
    (?:only\s{1,3}|just\s{1,3})?(?:the\s{1,3})?(?:(?:option|choice|answer)\s{1,3})?
    (?=[*_$"]{0,3}(?:[(\[]\s?[A-Z]\s?[)\]]|[A-Z](?!\w)))""",
    re.VERBOSE | re.IGNORECASE,
)
# "It's C" opens a clause; behind other words ("perhaps it's C") it may be anything.
_CLAUSE = re.compile(
    r"(?:\A|[.!;:,\n]|\b(?:but|and|so|because|since)|\bI\s{1,3}(?:think|believe|guess)(?:\s{1,3}that)?)"
    r"[\s*_]{0,6}\Z",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[.!](?=[\s*_]|\Z)(?!\s{1,3}[a-z])|(?=\n|\Z)")
_MAX_CLOSED = 2

_FITTING = re.compile(
    r"\b(?:correct|right|best|final|only|likely|appropriate|suitable|accurate|selected|chosen|closest|nearest|my)"
    r"[\s*_]{1,4}\Z",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:let(?:['’]s|\s{1,3}us)|(?:I|we)(?:['’](?:ll|d|m going to|m)|\s{1,3}am)?)\s{1,3}"
    r"(?:(?:will|would|can|must|should|therefore|thus|just)\s{1,3})?\Z",
    re.IGNORECASE,
)
# "If the answer is A, ...", "the wrong answer is A", "I doubt the answer is A".
_DISOWNED = re.compile(
    r"""(?: \b(?:if|suppose|supposing|assume|assuming|whether|unless|imagine|doubt|unlikely|pretend
            |reject\w*|exclude\w*|eliminat\w*|dismiss\w*|discard\w*|rul\w{1,3}\s{1,3}out
            |(?:do\s{1,3}not|don['’]?t|not)\s{1,3}(?:think|believe|say|sure|certain))\b[^.,;:!?\n]*
        | \b(?:false|untrue|wrong|incorrect
            |(?:not|n['’]t)\s{1,3}(?:true|correct|right|the\s{1,3}case)|mistak\w{1,5}|error|den(?:y|ied|ies)|refuse)\s{1,3}
            (?:that|to\s{1,3}(?:say|think|claim|conclude|answer|assume|believe))\b[^.,;:!?\n]*
        | \bif\b[^.;:!?\n]*\b(?:had|were|instead)\b[^.;:!?\n]*,[^.,;:!?\n]*
        | \b(?:wrong|incorrect|(?<!only\s)possible|plausible|potential|alternative|tempting|example
            |another|other|(?<!only\s)one|previous|earlier|initial|first|second|old|your|their
            |his|her|not|n['’]t|is|\w{1,20}['’]s)
            (?:\s{1,3}(?:the|an?|correct|right|best|final))*[\s*_'"]{1,4}
        | \b(?:example|format|template|e\.g\.)[:,]?[\s*_'"`“]{1,4}
        )\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_IN_CASE = re.compile(
    r"\bif\s{1,3}(?:(?:it|this|that|the\s{1,3}answer)(?:['’]s|\s{1,3}(?:is|were|was))\s{1,3})?"
    r"(?P<case>[^.,;:!?\n]{1,60}),\s{1,3}(?:then\s{1,3})?(?:the\s{1,3}|my\s{1,3})?\Z",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:if\s{1,3}(?:not|so)|otherwise|alternatively|or\s{1,3}else)\b[,:]?\s{1,3}(?:then\s{1,3})?(?:the\s{1,3})?\Z",
    re.IGNORECASE,
)
_LIST_BEFORE = re.compile(
    r"(?:\b(?:or|and|nor|neither|either|both)|\b[A-Z]\)?\s{0,2}[,/&])[\s*(]{0,4}\Z", re.IGNORECASE
)
_ALTERNATIVE = re.compile(r"\b(?:or|nor)\s{1,3}\Z", re.IGNORECASE)
_NOT_BUT = re.compile(r"not\s[^.\n]{1,60}?\bbut\s(?:rather\s|instead\s)?", re.IGNORECASE)
_RETRACTION = re.compile(
    r"[^\n.]{0,40}[.!…]{1,3}\s{1,3}(?:(?:oh|hmm+|wait|no|actually|sorry)[,.!]{0,3}\s{1,3}){0,4}"
    r"(?:(?:that|this|it)(?:['’]s|\s(?:is|was))\s(?:wrong|incorrect|not\s(?:right|correct)|a\smistake))\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\n\s{0,6}(?:or|and/or)\s", re.IGNORECASE)
_ITEM = re.compile(r"\n[\s*_>-]{0,6}\(?([A-Z])[.):]")


def last_phrase(text: str, behind: int, options: Options) -> Commitment | None:
    """Return the last phrase behind ``behind`` that says something of the options, or None.

    Closing words ("hence C", "it's C") count near the end, and where nothing is marked.
    """
    tried = 0
    near = max(behind, len(text) - _NEAR)
    for low, high in ((near, len(text)), (behind, near)):
        closing = low == near and behind == 0
        for at, weak in _places(text, low, high, closing):
            found = (
                _closing_at(text, at, options) if weak else _phrase_at(text, at, behind, options)
            )
            if found is not None and found is not Unread.NOTHING:
                return Commitment("the last phrase that gives an answer", at, found)
            tried += not weak
            if tried == MAX_PHRASES:
                return None
    return None


def _places(text: str, low: int, high: int, closing: bool) -> Iterator[tuple[int, bool]]:
    """Yield where one of the keys stands in ``text[low:high]``, the last one first.

    With it comes whether the key is one of a closing word.
    """
    foreign = () if text.isascii() else FOREIGN_KEYS
    keys = (*_KEYS, *foreign, *(_CLOSING_KEYS if closing else ()))
    at = {key: found for key in keys if (found := text.rfind(key, low, high)) != -1}
    while at:
        key = max(at, key=at.__getitem__)
        yield at[key], key in _CLOSING_KEYS
        at[key] = text.rfind(key, low, at[key])
        if at[key] == -1:
            del at[key]


def _phrase_at(text: str, at: int, behind: int, options: Options) -> str | Unread | None:
    """Return what the phrase whose key is at ``at`` names, or None where there is no phrase."""
    for start in (at, at - 1):
        if start < behind:
            continue
        before = text[max(behind, start - _BEFORE) : start]
        if (said := _json(text, start, behind, options)) is not None:
            return said
        if before[-1:].isalpha() and before[-1:].isascii():
            continue  # inside a word: "bright", "kans"
        found = _english(text, start, before, options)
        if found is None and (foreign := foreign_phrase(text, start)) is not None:
            found = _foreign(text, before, foreign, options)
        if found is not None:
            return found
    return None


def _english(text: str, start: int, before: str, options: Options) -> str | Unread | None:
    if (noun := _NOUN_PHRASE.match(text, start)) is not None:
        found = _named(text, before, noun, options)
        if found is not None:
            return found
    if (verb := _VERB_PHRASE.match(text, start)) is not None:
        chosen = _SUBJECT.search(before)
        return leading_choice(_line(text, verb.end()), options) if chosen else None
    if (praise := _PRAISE.match(text, start)) is not None:
        return _praised(text, start, before, praise, options)
    return _relation(text, start, before, options)


def _named(text: str, before: str, noun: re.Match[str], options: Options) -> str | Unread | None:
    """Return what "the answer is ..." names."""
    if (noun["thing"] and not _is_fitting(before, noun)) or _DISOWNED.search(before):
        return None
    if _is_conditional(before, options):
        return None
    if _OTHERWISE.search(before):
        return None if "would" in noun[0] else Unread.HEDGE
    line = _line(text, noun.end())
    turned = _NOT_BUT.match(line)
    found = leading_choice(line if turned is None else line[turned.end() :], options)
    if isinstance(found, str):
        if _RETRACTION.match(text, noun.end()):
            return Unread.DENIED
        if _GOES_ON.match(text, noun.end() + len(line)):
            return Unread.HEDGE
        # "Answer:\nA. iron\nB. copper" is a list.
        item = _ITEM.match(text, noun.end() + len(line))
        if item is not None and "\n" in noun[0] and item[1] != found:
            return None
    return found


def _is_conditional(before: str, options: Options) -> bool:
    """Whether ``before`` ends in "if gold, the": an option is named in case it is right."""
    found = _IN_CASE.search(before)
    return found is not None and bare_choice(found["case"], options) is not None


def _is_fitting(before: str, noun: re.Match[str]) -> bool:
    return noun["thing"].lower() == "closest" or _FITTING.search(before) is not None


def _json(text: str, start: int, behind: int, options: Options) -> str | Unread | None:
    """Return what ``{"answer": "C"}`` names."""
    first = max(behind, start - _JSON_LEAD)
    opening = max(text.rfind('"', first, start), text.rfind("'", first, start))
    found = _JSON.match(text, opening) if opening != -1 else None
    return None if found is None else whole_choice(found["value"], options)


def _praised(
    text: str, start: int, before: str, praise: re.Match[str], options: Options
) -> str | Unread | None:
    """Return the letter of "option C is correct", "(C) is the right answer", "So C is correct"."""
    found = _PRAISED.search(before)
    if found is None:
        return None
    lead = before[: found.start()]
    if _DISOWNED.search(lead):
        return None
    if _LIST_BEFORE.search(lead):
        return Unread.HEDGE
    letter = found["letter"]
    if letter.islower() and not found["noun"]:
        return None
    if not (found["noun"] or praise["noun"] or praise["alone"]):
        near = text[max(0, start - _NEAR) : start + _NEAR]
        others = set(_OTHER_PRAISE.findall(near)) - {letter}
        if others or not _SENTENCE.search(lead):
            return None
    return letter.upper() if letter.upper() in options else Unread.NOT_AN_OPTION


def _relation(text: str, start: int, before: str, options: Options) -> str | None:
    """Return the letter of "this matches option C", "which leaves option C"."""
    found = _RELATION.match(text, start)
    related = _RELATED.search(before) if found is not None else None
    if found is None or related is None or _DISOWNED.search(before[: related.start()]):
        return None
    return _closed(_line(text, found.end()), options)


def _closing_at(text: str, at: int, options: Options) -> str | Unread | None:
    """Return the letter of "hence C", "it's C", "that leaves C" at the end of a sentence."""
    for start in (at, at - 1, at - 2, at - 4):
        found = _CLOSER.match(text, start) if start >= 0 else None
        if found is None or (start and text[start - 1].isalnum()):
            continue
        before = text[max(0, start - _BEFORE) : start]
        if _ALTERNATIVE.search(before):
            return Unread.HEDGE
        if _DISOWNED.search(before) or (found["pronoun"] and not _CLAUSE.search(before)):
            return None
        return _closed(_line(text, found.end()), options)
    return None


def _closed(line: str, options: Options) -> str | None:
    """Return the option that ``line`` names, with nothing behind it to the end of the sentence."""
    for end in islice(_CLOSED.finditer(line), _MAX_CLOSED):
        sentence = line[: end.start()]
        if sentence.count("**") % 2 and "**" in line[end.end() :]:
            continue  # the stop of a label: "**C. gold**"
        letter = bare_choice(_AS_ANSWER.sub("", sentence), options)
        if letter is not None:
            return letter
    return None


def _foreign(
    text: str, before: str, found: tuple[int, str | None], options: Options
) -> str | Unread | None:
    end, letter = found
    if _DISOWNED.search(before):
        return None
    if letter is not None:
        return letter if letter in options else Unread.NOT_AN_OPTION
    return leading_choice(without_ending(_line(text, end)), options)


def _line(text: str, start: int) -> str:
    end = text.find("\n", start, start + MAX_PAYLOAD)
    return text[start : end if end != -1 else start + MAX_PAYLOAD]
