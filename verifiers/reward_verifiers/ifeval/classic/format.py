"""The format of the text: lists, sections, highlights, a title, fixed answers."""

from __future__ import annotations

import re
from typing import Any

from reward_verifiers.ifeval.arguments import filled
from reward_verifiers.ifeval.pattern import linear_pattern
from reward_verifiers.ifeval.text.text import Text

_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_SINGLE = re.compile(r"\*([^\n*]*)\*")
_DOUBLE = re.compile(r"\*\*([^\n*]*)\*\*")
_TITLE = re.compile(r"<<([^<>\n]+)>>")
_EMPHASIS = re.compile(r"(?<!\*)(\*{1,3})(?![\s*])[^\n*]*(?<![\s*])\1(?!\*)")
_LIST_ITEM = re.compile(r"[*-]\s+(?![-*\s])")
MAX_SPLITTER_CHARS = 200


def number_bullet_lists(text: Text, *, num_bullets: int) -> bool:
    """Whether exactly so many lines begin with ``-``, or with ``*`` and another character."""
    return _n_bullets(text) == num_bullets


def _n_bullets(text: Text) -> int:
    """Count as the official patterns do, whose "another character" may be a line's end.

    So an asterisk alone on its line is a bullet that takes in the next line as well.
    """
    if "*" not in text.raw and "-" not in text.raw:
        return 0
    n_dashes = n_stars = 0
    taken_in = False
    for line in text.lines:
        begun = line.lstrip()
        n_dashes += begun[:1] == "-"
        if taken_in or begun[:1] != "*":
            taken_in = False
        elif begun[1:2] != "*":
            n_stars += 1
            taken_in = len(begun) == 1
    # Such an asterisk on the last line has no character behind it.
    return n_dashes + n_stars - taken_in


def number_list_items(text: Text, *, num_bullets: int) -> bool:
    """Whether there are exactly so many items of Markdown lists: a mark, a blank, a text."""
    return sum(map(bool, map(_LIST_ITEM.match, map(str.lstrip, text.lines)))) == num_bullets


def constrained_response(text: Text) -> bool:
    """Whether one of the three answers is in the text."""
    return any(answer in text.raw for answer in _ANSWERS)


def number_highlighted_sections(text: Text, *, num_highlights: int) -> bool:
    """Whether there are at least so many ``*...*`` and ``**...**``, counted apart and added."""
    n_stars = text.raw.count("*")
    # Each takes two, and may be counted as both.
    if n_stars < num_highlights:
        return False
    spans = [*_SINGLE.findall(text.raw), *_DOUBLE.findall(text.raw)]
    return sum(bool(span.strip()) for span in spans) >= num_highlights


def number_emphases(text: Text, *, num_highlights: int) -> bool:
    """Whether Markdown would emphasise at least so many passages, each counted once."""
    return sum(1 for _ in _EMPHASIS.finditer(text.raw)) >= num_highlights


def multiple_sections(text: Text, *, section_spliter: re.Pattern[str], num_sections: int) -> bool:
    """Whether the word and a number mark at least so many sections."""
    # The official code counts the pieces of re.split, which returns the groups of a pattern too.
    pieces_each = 1 + section_spliter.groups
    return len(section_spliter.findall(text.raw)) * pieces_each >= num_sections


def title(text: Text) -> bool:
    """Whether a line holds ``<<...>>`` with something inside."""
    return ">>" in text.raw and any(map(_has_title, text.lines))


def _has_title(line: str) -> bool:
    # The official pattern takes all from the first "<<" to the last ">>" of a line.
    opened, closed = line.find("<<"), line.rfind(">>")
    if opened < 0 or closed < opened + 3:
        return False
    return bool(line[opened : closed + 2].lstrip("<").rstrip(">").strip())


def title_alone(text: Text) -> bool:
    """Whether there is a ``<<...>>`` with something inside, brackets apart."""
    return any(map(str.strip, _TITLE.findall(text.raw)))


def official_splitter(value: Any) -> re.Pattern[str]:
    """Read the word that marks sections, which is a pattern.

    Raises:
        ValueError: it is no text, or a pattern that cannot be searched for.
    """
    return linear_pattern(rf"\s?{_splitter(value)}\s?\d+\s?")


def literal_splitter(value: Any) -> re.Pattern[str]:
    """Read the word that marks sections, which means its characters.

    Raises:
        ValueError: it is no text.
    """
    return re.compile(rf"\s?{re.escape(_splitter(value))}\s?\d+\s?")


def _splitter(value: Any) -> str:
    splitter = filled(value).strip()
    if len(splitter) > MAX_SPLITTER_CHARS:
        raise ValueError(f"longer than {MAX_SPLITTER_CHARS} characters")
    return splitter
