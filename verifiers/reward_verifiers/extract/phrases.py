r"""Answers announced in words: "the final answer is 7", "**Answer:** 7", ``<answer>7</answer>``.

Read only where no box is. The last announcement counts. It must announce something: a phrase such
as "the answer is clear" is passed over, while a form that was never filled in is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reward_verifiers.extract.placeholders import is_placeholder
from reward_verifiers.units import is_unit_word
from reward_verifiers.verdict import Verdict

_MAX_CANDIDATES = 100  # Announcements looked at, from the end; bounds the cost on hostile text.
_MAX_LINE = 2000  # Chars read of an answer that no tag encloses.

_ANCHOR = re.compile(r"answers?|result|solution|答案", re.IGNORECASE)
# What every anchor holds, and where in it: str.rfind finds these ten times as fast as the pattern.
_ANCHOR_CORES = {
    "nswer": 1,
    "NSWER": 1,
    "esult": 1,
    "ESULT": 1,
    "olution": 1,
    "OLUTION": 1,
    "答案": 0,
}
_FINAL_BEFORE = re.compile(r"\bfinal[\s*_]{1,4}\Z", re.IGNORECASE)

# What makes the words after the anchor an announcement: a colon, a verb or both, in any dress.
_ANNOUNCES = re.compile(
    r"""(?:\s(?:to|of|for|in)\s[^.!?:;\n]{1,60}?(?=\s(?:is|are|equals)\b))?
        [\s*_}]{0,6}
        (?:(?:is|equals|are|was|(?:will|would|must|should)\ be)(?=[\s:*_$\\])[\s*_]{0,4}[:：]?
          |[:：=]|是|为)
        [\s*_}]{0,6}""",
    re.IGNORECASE | re.VERBOSE,
)
# Or the anchor is a heading: "**Final Answer**" or "### Answer" alone on its line.
_HEADING_START = re.compile(r"(?:\A|\n)[ \t#*_]{0,12}(?:the\s)?(?:final\s)?\Z", re.IGNORECASE)
_HEADING_END = re.compile(r"[ \t*_}:]{0,6}\n\s{0,4}")

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

# A value and then prose that tells what it counts: "7 apples are left in the basket".
_VALUE_THEN_PROSE = re.compile(
    r"(\$[^$\n]+\$|\\\([^\n]+?\\\)|[-+]?[\d.,/]*\d%?)((?:\s+[A-Za-z'-]+){3,},?)"
)
# Such prose may say more than what the value counts; then it is judged with the value.
_TELLING = re.compile(r"\b(?:or|and|not|but|nor|plus|minus|times|over|isn't|wrong|maybe|point)\b")

# Before an announcement: it is the other half of a hedge ("... or the answer is 7").
_ALTERNATIVE = re.compile(
    r"(?:\b(?:or|alternatively|maybe|perhaps|possibly)|/)[\s,:]{1,3}"
    r"(?:(?:that|the|my|our|final|correct|it is)\s){0,3}[<*]{0,2}\Z",
    re.IGNORECASE,
)

# First words after "the answer is" that tell of the answer and not what it is.
_EMPTY_WORDS = frozenset(
    [
        *("clear", "obvious", "correct", "right", "incorrect", "wrong", "simple", "trivial"),
        *("known", "unknown", "unique", "given", "found", "shown", "required", "needed"),
        *("below", "above", "here", "there", "now", "still", "also", "as", "not", "that"),
        *("possible", "many", "what", "we", "if", "when", "it", "this"),
    ]
)
_ARTICLES = frozenset(["a", "an", "the", "i"])
_MAX_WORDS = 5  # An answer in words alone is short: "no real solutions exist".

_NUMBER = re.compile(r"[-+]?[$€£]?\s?[-+]?[\d.,/ ]{0,100}\d\s?\\?%?")


def announced_answer(text: str) -> str | Verdict | None:
    """Return the answer that ``text`` announces last, without its dress; None without one."""
    if (number := _after_hashes(text)) is not None:
        return number
    for anchor in _anchors(text):
        payload = _announced(text, anchor)
        if payload is None:
            continue
        if is_placeholder(payload):
            return Verdict.no_answer("an answer is announced and not given", payload)
        if _ALTERNATIVE.search(text[max(0, anchor.start() - 40) : anchor.start()]):
            return Verdict.no_answer("the announced answer is one of several", payload)
        return payload
    return None


def _anchors(text: str) -> Iterator[re.Match[str]]:
    """Yield the last anchors of ``text``, the last one first."""
    at = {core: text.rfind(core) for core in _ANCHOR_CORES}
    for _ in range(_MAX_CANDIDATES):
        core = max(at, key=at.__getitem__)
        if at[core] == -1:
            return
        anchor = _ANCHOR.match(text, max(0, at[core] - _ANCHOR_CORES[core]))
        if anchor is not None:
            yield anchor
        at[core] = text.rfind(core, 0, at[core])


def _announced(text: str, anchor: re.Match[str]) -> str | None:
    """Return the answer that ``anchor`` announces, perhaps an empty form; None if it does not."""
    before, behind = (
        text[max(0, anchor.start() - 1) : anchor.start()],
        text[anchor.end() : anchor.end() + 1],
    )
    if before + behind == "<>":
        return _tagged(text, anchor.end() + 1, f"</{anchor[0]}>")
    at = _announcement_end(text, anchor)
    if at is None:
        return None
    payload = _payload(text[at : at + _MAX_LINE])
    return payload if is_placeholder(payload) or _says_something(payload) else None


def _after_hashes(text: str) -> str | None:
    """Return the number after ``####`` on the last line, as GSM8K writes its answers."""
    text = text[-_MAX_LINE:].rstrip()
    line = text[text.rfind("\n") + 1 :]
    if not line.startswith("####"):
        return None
    found = _NUMBER.fullmatch(_undressed(line[4:]))
    return found[0].strip() if found else None


def _tagged(text: str, at: int, closes: str) -> str:
    """Return what stands from ``at`` to the closing tag; nothing when it is cut off."""
    end = text.find(closes, at)
    return "" if end == -1 else _undressed(text[at:end])


def _announcement_end(text: str, anchor: re.Match[str]) -> int | None:
    """Return where the announced answer begins, or None if ``anchor`` announces nothing."""
    before = text[max(0, anchor.start() - 24) : anchor.start()]
    if anchor[0].lower() in ("result", "solution") and not _FINAL_BEFORE.search(before):
        return None
    announces = _ANNOUNCES.match(text, anchor.end())
    if announces is None and _HEADING_START.search(before):
        announces = _HEADING_END.match(text, anchor.end())
    return announces.end() if announces else None


def _payload(line: str) -> str:
    """Return the answer at the start of ``line``, up to the end of its sentence."""
    line = _LEAD.sub("", line.lstrip(), count=1) if _LEAD.match(line.lstrip()) else line.lstrip()
    if displayed := _DISPLAYED.match(line):
        return _undressed(displayed[2])
    end = _END.search(line)
    line = line[: end.start()] if end else line
    prose = _VALUE_THEN_PROSE.fullmatch(line)
    if prose and is_unit_word(prose[2].split()[0]) and not _TELLING.search(prose[2]):
        line = f"{prose[1]} {prose[2].split()[0]}"
    return _undressed(line)


def _undressed(payload: str) -> str:
    return _DRESS.sub("", payload).strip().rstrip(".,;:!* \n").strip("\"' \n")


def _says_something(payload: str) -> bool:
    """Could ``payload`` be an answer, rather than a remark about one?"""
    words = payload.lower().split()
    if not words or words[0].strip(",") in _EMPTY_WORDS:
        return False
    if any(char.isdigit() or char in "\\=<>" for char in payload):
        return True
    return len(words) <= _MAX_WORDS and (len(words) == 1 or words[0] not in _ARTICLES)
