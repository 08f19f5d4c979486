r"""The marked answers of a completion: boxes and ``<answer>`` tags, and the options they name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reward_verifiers.extract.boxed import Box, boxes, last_box
from reward_verifiers.extract.dress import undressed
from reward_verifiers.extract.labels import Unread, label_alone, leading_choice, whole_choice
from reward_verifiers.extract.option_texts import MAX_PAYLOAD, Options


@dataclass(frozen=True, slots=True)
class Commitment:
    """A place where an option is named, and what it names."""

    where: str
    end: int
    names: str | Unread


_TAGS = (
    ("<answer>", "</answer>"),
    ("<Answer>", "</Answer>"),
    ("<ANSWER>", "</ANSWER>"),
    ("<final_answer>", "</final_answer>"),
)
_MAX_JOINED = 30
_MAX_GAP = 80
_MAX_UNCLOSED = 20

# What stands between two boxes that are one hedge: nothing, punctuation, joining words.
_JOIN = re.compile(
    r"(?:[\s.,;:/&|()-]|\b(?:or|and|also|maybe|perhaps|possibly|either|else|then again)\b)*",
    re.IGNORECASE,
)
_MAX_DENIAL = 40
_DENIED = re.compile(
    r"(?:(?:\bnot|n['’]t)(?:\s{1,3}(?:equal\s{1,3}to|be|option|the\s{1,3}answer))?|\brather than"
    r"|\binstead of|\\neq?|≠|~~|\\(?:[bx]?cancel|sout|st|not))[\s$*({\\]{0,6}\Z",
    re.IGNORECASE,
)
_WRONG = r"(?:wrong|incorrect|false|a mistake"
_TAKEN_BACK = re.compile(
    rf"[\s$*)}}\\\].,]{{0,8}}(?:(?:is|was|seems|would be)\s{{1,3}}{_WRONG}|not)\b"
    rf"|(?:but\s)?(?:this|that|it|which)(?:['’]s|\s(?:is|was|seems))\s{{1,3}}{_WRONG}"
    r"|not\s(?:right|correct|the\s(?:right\s|correct\s)?(?:answer|option)))\b)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"""[\s$*)}\\\].,;]{0,8}\(?\s?(?:(?:or|and/or|alternatively|actually|no)\b|[/|])[,:]?\s{0,3}
    (?:(?:rather|maybe|perhaps|possibly|even|else|it\s(?:is|could\sbe|might\sbe|may\sbe))\s{1,3}){0,3}""",
    re.IGNORECASE | re.VERBOSE,
)
_MAX_ELSE = 80


def last_marked(text: str, options: Options) -> Commitment | None:
    """Return the last box or answer tag, whichever ends later; a box inside a tag is the box."""
    last = last_box(text)
    box = None if last is None else _last_boxes(text, last, options)
    tags = (
        [_last_tag(text, *tag, last, options) for tag in _TAGS]
        if "nswer>" in text or "NSWER>" in text
        else []
    )
    tag = max((found for found in tags if found is not None), key=lambda tag: tag.end, default=None)
    if box is None or tag is None:
        return box or tag
    return box if box.end >= tag.end else tag


def _last_boxes(text: str, box: Box, options: Options) -> Commitment:
    if not box.closed:
        return Commitment("the last box, which is not closed,", len(text), Unread.NOTHING)
    before = text[max(0, box.start - _MAX_DENIAL) : box.start]
    if _DENIED.search(before) or _TAKEN_BACK.match(text, box.end):
        return Commitment("the last box", box.end, Unread.DENIED)
    names = _told(text, box.end, whole_choice(box.body, options), options)
    near = max(0, box.start - MAX_PAYLOAD)
    if text.rfind("box", near, box.start) != -1:
        earlier = [(one.start, one.end, one.body) for one in boxes(text[: box.start], near)]
        names = _joined(text, earlier, (box.start, names), options)
    return Commitment("the last box", box.end, names)


def _told(text: str, end: int, names: str | Unread, options: Options) -> str | Unread:
    """Return what the mark that ends at ``end`` names; a hedge if "or D" follows."""
    more = _ELSE.match(text, end)
    if more is None or not isinstance(names, str):
        return names
    rest = text[more.end() : more.end() + _MAX_ELSE].partition("\n")[0]
    other = leading_choice(rest, options)
    is_other = other is Unread.HEDGE or (isinstance(other, str) and other != names)
    return Unread.HEDGE if is_other else names


def _last_tag(
    text: str, opens: str, closes: str, box: Box | None, options: Options
) -> Commitment | None:
    """Return the last of such tags; None also where there is a box in it, which counts instead."""
    spans: list[tuple[int, int, str]] = []
    before = len(text)
    while len(spans) < _MAX_JOINED:
        close = text.rfind(closes, 0, before)
        start = text.rfind(opens, 0, close) if close != -1 else -1
        if start == -1:
            break
        spans.insert(0, (start, close + len(closes), text[start + len(opens) : close]))
        before = start
        if text[max(0, start - _MAX_GAP) : start].rfind(closes) == -1:
            break
    unclosed = text.rfind(opens)
    if unclosed != -1 and (not spans or unclosed >= spans[-1][1]):
        return _unclosed_tag(text, unclosed, len(opens), options)
    if not spans:
        return None
    start, end, body = spans.pop()
    if box is not None and start < box.start < end:
        return None
    names = _told(text, end, whole_choice(body.strip(), options), options)
    return Commitment("the answer tag", end, _joined(text, spans, (start, names), options))


def _unclosed_tag(text: str, start: int, length: int, options: Options) -> Commitment:
    """Return the label that the text ends with behind its last tag.

    Where the closing tag is a stop string, samplers leave it out. But a text that hits its limit
    looks alike, so nothing counts that could have gone on: a label alone does, words do not.
    """
    where = "the answer tag, which is not closed,"
    rest = text[start + length : start + length + _MAX_UNCLOSED + 1].rstrip()
    letter = label_alone(rest, options) if len(rest) <= _MAX_UNCLOSED else None
    if letter is None:
        return Commitment(where, start, Unread.NOTHING)
    return Commitment(where, len(text), letter)


def _joined(
    text: str,
    earlier: list[tuple[int, int, str]],
    last: tuple[int, str | Unread],
    options: Options,
) -> str | Unread:
    """Return what the last of several marks names; a hedge if one joined to it names another."""
    at, names = last
    for start, end, body in reversed(earlier[-_MAX_JOINED:]):
        gap = text[end:at]
        if len(gap) > _MAX_GAP or not _JOIN.fullmatch(undressed(gap)):
            break
        if whole_choice(body, options) != names:
            return Unread.HEDGE
        at = start
    return names
