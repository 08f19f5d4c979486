"""What an announcement announces: from where it begins to the end of its sentence, undressed."""

from __future__ import annotations

import re
from typing import NamedTuple

from reward_verifiers.units import is_unit_word

MAX_PAYLOAD_CHARS = 2000
"""Characters read of an answer that no tag encloses."""

_DISPLAYED = re.compile(r"(\$\$|\\\[)(.*?)(\$\$|\\\])", re.DOTALL)
# Where the announcement ends: the sentence, the line, or the explanation that follows.
_END = re.compile(
    r"""[.!;](?!\s{1,2}(?:(?:or|maybe)\b|[\d$\\(-]))(?=\s|\Z|[*$"'_)}]{1,4}(?:\s|\Z))
      | 。 | \n | </answer>
      | [\s,(]{1,3}(?:since|because|which|so|as|hence|therefore|i\ hope)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LEAD = re.compile(
    r"""(?:(?:simply|just|exactly|precisely|therefore|thus|then|clearly|indeed|definitely|certainly
        |actually|in\ fact|approximately|about|roughly|given\ by|equal\ to|option|choice
        |the\ (?:number|value|set|interval|pair|point|fraction)(?:\ is|\ of)?
        )[\s:]{1,3}){1,2}""",
    re.IGNORECASE | re.VERBOSE,
)
_DRESS = re.compile(r"\*\*|__|`|\\[()\[\]]|(?<!\\)\$")
_MARKS = "✅✔☑✓🎉🎊🎯🏆👍💯⭐✨🙂😊\ufe0f"

_VALUE = r"\$[^$\n]+\$|\\\([^\n]+?\\\)|[-+]?[\d.,/]*\d%?"
# A value and then prose that tells what it counts: "7 apples are left in the basket".
_VALUE_THEN_PROSE = re.compile(rf"({_VALUE})((?:\s+[A-Za-z'-]+){{3,}},?)")
# "72 clips altogether", "72 (clips)".
_VALUE_IN_ALL = re.compile(
    rf"((?:{_VALUE})(?:\s[A-Za-z'-]+)?),?\s(?:altogether|overall|in\s(?:all|total))"
)
_VALUE_THEN_NOUN = re.compile(rf"({_VALUE})\s?\(([A-Za-z]+(?:\s[A-Za-z]+)?)\)")
_SIGN_IN_WORDS = re.compile(r"(?:negative|minus)\s(?=[$\\(]{0,2}[\d.\\])", re.IGNORECASE)
# Such prose may say more than what the value counts; then it is judged with the value.
_TELLING = re.compile(r"\b(?:or|and|not|but|nor|plus|minus|times|over|isn't|wrong|maybe|point)\b")


class Payload(NamedTuple):
    """An announced answer, and where it ends."""

    answer: str
    end: int


def payload(text: str, at: int) -> Payload:
    """Return the answer at ``text[at:]``, up to the end of its sentence."""
    line = text[at : at + MAX_PAYLOAD_CHARS]
    start = len(line) - len(line.lstrip())
    lead = _LEAD.match(line, start)
    start = lead.end() if lead else start
    displayed = _DISPLAYED.match(line, start)
    if displayed:
        return Payload(undressed(displayed[2]), at + displayed.end())
    end = _END.search(line, start)
    stop = end.start() if end else len(line)
    return Payload(undressed(_without_prose(line[start:stop])), at + stop)


def undressed(answer: str) -> str:
    """Return ``answer`` without emphasis, delimiters, quotes and marks around it."""
    plain = _DRESS.sub("", answer).strip().rstrip(".,;:!* \n" + _MARKS).strip("\"' \n" + _MARKS)
    return _SIGN_IN_WORDS.sub("-", plain, count=1) if _SIGN_IN_WORDS.match(plain) else plain


def _without_prose(line: str) -> str:
    """Return a value with what it counts, without the words that tell more of that."""
    prose = _VALUE_THEN_PROSE.fullmatch(line)
    if prose and is_unit_word(prose[2].split()[0]) and not _TELLING.search(prose[2]):
        return f"{prose[1]} {prose[2].split()[0]}"
    if in_all := _VALUE_IN_ALL.fullmatch(line):
        return in_all[1]
    noun = _VALUE_THEN_NOUN.fullmatch(line)
    return f"{noun[1]} {noun[2]}" if noun else line
