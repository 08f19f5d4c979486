r"""Answers announced in words: "the final answer is 7", "**Answer:** 7", ``<answer>7</answer>``.

Read only where no box is. The last announcement counts. It must announce something: a phrase such
as "the answer is clear" is passed over, while a form that was never filled in is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from reward_verifiers.extract.payload import MAX_PAYLOAD_CHARS, Payload, payload, undressed
from reward_verifiers.extract.placeholders import is_placeholder
from reward_verifiers.verdict import Verdict

_MAX_CANDIDATES = 100  # Announcements looked at, from the end; bounds the cost on hostile text.
_NEAR = 400  # Most stand in the last lines, where the search is cheap.

_ANCHOR = re.compile(r"answers?|ans\b|result|solution|答案", re.IGNORECASE)
# What every anchor holds, and where in it: str.rfind finds these ten times as fast as the pattern.
_ANCHOR_CORES = {
    "nswer": 1,
    "Ans": 0,
    "ANS": 0,
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
_ABBREVIATED = re.compile(r"(?:\.?[\s*_}]{0,6}[:：=]|\.(?=[\s*_}]))[\s*_}]{0,6}")
# Or the anchor is a heading: "**Final Answer**" or "### Answer" alone on its line.
_HEADING_START = re.compile(r"(?:\A|\n)[ \t#*_]{0,12}(?:the\s)?(?:final\s)?\Z", re.IGNORECASE)
_HEADING_END = re.compile(r"[ \t*_}:]{0,6}\n\s{0,4}")

# Or it stands behind its value: "Thus, 72 is the final answer."
_SAID_BEFORE = re.compile(
    r"""(?:(?<=[.!?:])\s{1,3}|(?<=\n)\s{0,3})[*#>]{0,4}\s?
        (?:(?:thus|therefore|hence|so|then|finally|and|consequently)[,:]?\s{1,3}){0,2}
        (?P<value>\$[^$\n]{1,150}\$ | \\\([^\n]{1,150}?\\\) | \*\*[^*\n]{1,60}\*\*
          | [-+]?[$€£]?\d[\d,./]{0,40}%?(?:\s[a-z]{2,20}){0,2})
        \s{1,3}(?:is|are)\s(?:the|our|my)\s(?:(?:final|correct|right|required|desired)\s){0,2}\Z""",
    re.IGNORECASE | re.VERBOSE,
)
_SAID_ENDS = (
    *("the ", "our ", "my ", "final ", "correct ", "right ", "required ", "desired "),
    *("The ", "Our ", "My ", "Final ", "Correct ", "Right "),
)
_SAID = re.compile(r"[*_]{0,3}(?:[.!;\n]|\s{0,3}\Z|\s(?:to|for)\s)")
_MAX_BEFORE = 200

# Before an announcement: it is the other half of a hedge ("... or the answer is 7").
_ALTERNATIVE = re.compile(
    r"(?:\b(?:or|alternatively|maybe|perhaps|possibly)|/)[\s,:]{1,3}"
    r"(?:(?:that|the|my|our|final|correct|it is)\s){0,3}[<*]{0,2}\Z",
    re.IGNORECASE,
)

# What makes the sentence a supposition, a doubt or somebody else's: nothing is announced then. A
# supposition at its start reaches over commas ("If x = 3, then the answer is 7"), others do not.
_STOPS = (". ", "! ", "? ", "; ", "\n")
_SUPPOSED = re.compile(
    r"[\s*_#>-]{0,6}(?:(?:now|so|but|and|well)[,:]?\s)?(?:if|suppose|assume|imagine|pretend|unless)\b",
)
_SUPPOSING = (
    *("if", "supposing", "suppose", "assuming", "assume", "imagine", "pretend", "whether"),
    *("unless", "guess", "doubt", "unlikely"),
)
_SAYING = ("say", "said", "think", "believe", "claim", "conclude", "sure", "certain", "clear")
_OTHERS = (
    *("wrong", "incorrect", "possible", "plausible", "potential", "previous", "earlier"),
    *("initial", "another", "other", "his", "her", "their"),
)
_DOUBTED = re.compile(
    rf"""\b(?:{"|".join(_SUPPOSING)}
          |(?:not|(?<=n['’])t|cannot|never|wrong|incorrect)\s(?:be\s)?(?:to\s)?(?:{"|".join(_SAYING)})
        )\b[^.,;:!?\n]*\Z
      | (?:\b(?<!only\s)(?:{"|".join(_OTHERS)})|['’]s)
        (?:\s(?:final|correct|right|best))?[\s*_]{{1,3}}\Z""",
    re.VERBOSE,
)
# A sentence without one of these words needs no closer look.
_DOUBTING = frozenset((*_SUPPOSING, *_SAYING, *_OTHERS, "s"))
_NO_LETTERS = str.maketrans("*_\"'’`()[]:,>#-", " " * 15)
_QUESTIONED = re.compile(r"\?(?:\s|\Z)")
_TAKEN_BACK = re.compile(
    r"""[\s,.;:!*$)}]{0,6}(?:(?:but|oh|wait|no|hmm|and),?\s){0,3}(?:that|this|it|which)
        (?:['’]s|\s(?:is|was|seems|must\sbe|would\sbe))\s(?:wrong|incorrect|false|a\smistake
        |not\s(?:right|correct|true|possible|the\s(?:right\s|correct\s|final\s)?answer))\b""",
    re.IGNORECASE | re.VERBOSE,
)

# First words after "the answer is" that tell of the answer and not what it is.
_EMPTY_WORDS = frozenset(
    [
        *("clear", "obvious", "correct", "right", "incorrect", "wrong", "simple", "trivial"),
        *("known", "unknown", "unique", "given", "found", "shown", "required", "needed"),
        *("below", "above", "here", "there", "now", "still", "also", "as", "not", "that"),
        *("possible", "many", "what", "we", "if", "when", "it", "this", "never", "neither"),
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
        found = _announced(text, anchor)
        if found is None:
            continue
        answer, end = found
        if is_placeholder(answer):
            return Verdict.no_answer("an answer is announced and not given", answer)
        if _ALTERNATIVE.search(text[max(0, anchor.start() - 40) : anchor.start()]):
            return Verdict.no_answer("the announced answer is one of several", answer)
        if _TAKEN_BACK.match(text, end) or _QUESTIONED.search(answer):
            return Verdict.no_answer("the announced answer is taken back or questioned", answer)
        return answer
    return None


def _anchors(text: str) -> Iterator[re.Match[str]]:
    """Yield the last anchors of ``text``, the last one first."""
    near, last = max(0, len(text) - _NEAR), len(text)
    for low, high in ((near, len(text)), (0, near + len("olution"))):
        at = {core: text.rfind(core, low, high) for core in _ANCHOR_CORES}
        for _ in range(_MAX_CANDIDATES):
            core = max(at, key=at.__getitem__)
            if at[core] == -1:
                break
            anchor = _ANCHOR.match(text, max(0, at[core] - _ANCHOR_CORES[core]))
            if anchor is not None and anchor.start() < last:  # "Answer" has two of the cores
                last = anchor.start()
                yield anchor
            at[core] = text.rfind(core, low, at[core])


def _announced(text: str, anchor: re.Match[str]) -> Payload | None:
    """Return the answer that ``anchor`` announces, perhaps an empty form; None if it does not."""
    start, end = anchor.span()
    if text[max(0, start - 1) : start] + text[end : end + 1] == "<>":
        return _tagged(text, end + 1, f"</{anchor[0]}>")
    before = text[max(0, start - _MAX_BEFORE) : start]
    at = _announcement_end(text, anchor)
    if at is None:
        return _said_before(text, before, end)
    found = payload(text, at)
    if is_placeholder(found.answer):
        return found
    return found if _says_something(found.answer) and not _is_doubted(before) else None


def _said_before(text: str, before: str, end: int) -> Payload | None:
    """Return the value of "Thus, 72 is the final answer."."""
    if not before.endswith(_SAID_ENDS):
        return None
    found = _SAID_BEFORE.search(before if len(before) == _MAX_BEFORE else f"\n{before}")
    if found is None or not _SAID.match(text, end):
        return None
    answer = undressed(found["value"])
    return Payload(answer, end) if _says_something(answer) else None


def _is_doubted(before: str) -> bool:
    """Whether the sentence that ``before`` is the start of only supposes, or denies."""
    start = max(before.rfind(stop) for stop in _STOPS) + 1
    sentence = before[start:].lower()
    if _DOUBTING.isdisjoint(sentence.translate(_NO_LETTERS).split()):
        return False
    if _DOUBTED.search(sentence):
        return True
    is_whole = start > 0 or len(before) < _MAX_BEFORE
    return is_whole and _SUPPOSED.match(sentence) is not None


def _after_hashes(text: str) -> str | None:
    """Return the number after ``####`` on the last line, as GSM8K writes its answers."""
    text = text[-MAX_PAYLOAD_CHARS:].rstrip()
    line = text[text.rfind("\n") + 1 :]
    if not line.startswith("####"):
        return None
    found = _NUMBER.fullmatch(undressed(line[4:]))
    return found[0].strip() if found else None


def _tagged(text: str, at: int, closes: str) -> Payload:
    """Return what stands from ``at`` to the closing tag; nothing when it is cut off."""
    end = text.find(closes, at)
    if end == -1:
        return Payload("", len(text))
    return Payload(undressed(text[at:end]), end + len(closes))


def _announcement_end(text: str, anchor: re.Match[str]) -> int | None:
    """Return where the announced answer begins, or None if ``anchor`` announces nothing."""
    before = text[max(0, anchor.start() - 24) : anchor.start()]
    if anchor[0].lower() in ("result", "solution") and not _FINAL_BEFORE.search(before):
        return None
    if anchor[0].lower() == "ans":
        abbreviated = _ABBREVIATED.match(text, anchor.end())
        return abbreviated.end() if abbreviated and not before[-1:].isalnum() else None
    announces = _ANNOUNCES.match(text, anchor.end())
    if announces is None and _HEADING_START.search(before):
        announces = _HEADING_END.match(text, anchor.end())
    return announces.end() if announces else None


def _says_something(payload: str) -> bool:
    """Could ``payload`` be an answer, rather than a remark about one?"""
    words = payload.lower().split()
    if not words or words[0].strip(",") in _EMPTY_WORDS:
        return False
    if any(char.isdigit() or char in "\\=<>" for char in payload):
        return True
    return len(words) <= _MAX_WORDS and (len(words) == 1 or words[0] not in _ARTICLES)
