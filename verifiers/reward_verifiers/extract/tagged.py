"""``<answer>...</answer>``: the tags that Reasoning Gym's prompts ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reward_verifiers.extract.statement import MAX_GAP, offers_several

_OPENS = "<answer>"
_CLOSES = "</answer>"


@dataclass(frozen=True, slots=True)
class Tagged:
    """What stands in the last tags of a text."""

    body: str
    """Without the blanks around it; of tags that are cut off, what there is."""
    closed: bool
    """False when the text ends before the tag is closed."""
    is_one_of_several: bool = False
    """Whether another answer stands just before it, joined to it by "or", "and" or a comma."""


def last_tagged(text: str) -> Tagged | None:
    """Return what the last tags hold, or None without any; linear in ``text``.

    Tags count as the prompts write them, in lower case. The last opening tag wins, because models
    try answers and correct themselves; of tags within tags that is the innermost, and a closing
    tag too many changes nothing. A tag that is never closed is a completion that was cut off while
    it gave its answer: it is not closed, unless what is left of it restates the answer before,
    which then counts. Other words between two answers make the last one a correction.
    """
    start = text.rfind(_OPENS)
    if start == -1:
        return None
    last = _from(text, start, len(text))
    if last.closed and not _is_joined(text, start):
        return last
    before = _from(text, text.rfind(_OPENS, 0, start), start)
    if last.closed:
        several = before.closed and before.body != last.body
        return replace(last, is_one_of_several=several)
    restated = _squeezed(before.body).startswith(_squeezed(last.body))
    return before if before.closed and restated else last


def _is_joined(text: str, start: int) -> bool:
    """Whether all between the answer before and the tag at ``start`` are words that join them."""
    close = text.rfind(_CLOSES, max(0, start - MAX_GAP - len(_CLOSES)), start)
    gap = text[close + len(_CLOSES) : start]
    return close != -1 and bool(gap.strip()) and offers_several(gap)


def _from(text: str, start: int, end: int) -> Tagged:
    """Return what the tag at ``start`` holds, reading no further than ``end``."""
    if start == -1:
        return Tagged("", closed=False)
    body_start = start + len(_OPENS)
    close = text.find(_CLOSES, body_start, end)
    if close == -1:
        return Tagged(text[body_start:end].strip(), closed=False)
    return Tagged(text[body_start:close].strip(), closed=True)


def _squeezed(text: str) -> str:
    return "".join(text.split())
