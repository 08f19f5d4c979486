r"""The marked answers of a completion: boxes and ``<answer>`` tags, and the options they name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reward_verifiers.extract.boxed import boxes, last_box
from reward_verifiers.extract.labels import MAX_PAYLOAD, Options, Unread, undressed, whole_choice


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

# What stands between two boxes that are one hedge: nothing, punctuation, joining words.
_JOIN = re.compile(
    r"(?:[\s.,;:/&|()-]|\b(?:or|and|also|maybe|perhaps|possibly|either|else|then again)\b)*",
    re.IGNORECASE,
)
_MAX_DENIAL = 24
_DENIED = re.compile(r"(?:\bnot|n['’]t|\brather than|\binstead of)[\s$*({\\]{0,6}\Z", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"[\s$*)}\\\].,]{0,8}(?:is|was|seems|would be)\s{1,3}(?:wrong|incorrect|false|a mistake|not)\b"
)


def last_marked(text: str, options: Options) -> Commitment | None:
    """Return the last box or answer tag, whichever ends later; a box inside a tag is the box."""
    box = _last_boxes(text, options)
    tags = (
        [_last_tag(text, *tag, options) for tag in _TAGS]
        if "nswer>" in text or "NSWER>" in text
        else []
    )
    tag = max((found for found in tags if found is not None), key=lambda tag: tag.end, default=None)
    if box is None or tag is None:
        return box or tag
    return box if box.end >= tag.end else tag


def _last_boxes(text: str, options: Options) -> Commitment | None:
    box = last_box(text)
    if box is None:
        return None
    if not box.closed:
        return Commitment("the last box, which is not closed,", len(text), Unread.NOTHING)
    if _DENIED.search(text, max(0, box.start - _MAX_DENIAL), box.start) or _TAKEN_BACK.match(
        text, box.end
    ):
        return Commitment("the last box", box.end, Unread.DENIED)
    names = whole_choice(box.body, options)
    near = max(0, box.start - MAX_PAYLOAD)
    if text.rfind("box", near, box.start) != -1:
        earlier = [(one.start, one.end, one.body) for one in boxes(text[: box.start], near)]
        names = _joined(text, earlier, (box.start, names), options)
    return Commitment("the last box", box.end, names)


def _last_tag(text: str, opens: str, closes: str, options: Options) -> Commitment | None:
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
        return Commitment("the answer tag, which is not closed,", unclosed, Unread.NOTHING)
    if not spans:
        return None
    start, end, body = spans.pop()
    if last_box(body) is not None:
        return None
    names = _joined(text, spans, (start, whole_choice(body.strip(), options)), options)
    return Commitment("the answer tag", end, names)


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
