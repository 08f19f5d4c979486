"""Checks that know the one prompt they come with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise

from reward_verifiers.ifeval.ifbench.names import NORTHERN_CAPITALS
from reward_verifiers.ifeval.ifbench.punctuation import AROUND, bare_words
from reward_verifiers.ifeval.text.text import Text

_DIGITS = re.compile(r"\d+")
_MULTIPLES = [str(number) for number in range(14, 51, 7)]
_QUESTION = re.compile(r"Question \d+[.|):;]?\s*")
_OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAYS = {4: 30, 6: 30, 9: 30, 11: 30, 2: 29, 0: 99}


def multiples(text: Text) -> bool:
    """Whether the numbers are 14, 21, 28, 35, 42, 49, in this order."""
    return _DIGITS.findall(text.raw) == _MULTIPLES


def mcq_count_length(text: Text) -> bool:
    """Whether there are four questions, each with five options and longer than the one before.

    The text starts with ``Question``; ``Question 1`` and so on part the questions.
    """
    if not text.raw.startswith("Question"):
        return False
    questions = [question for part in _QUESTION.split(text.raw) if (question := part.strip())]
    if len(questions) != 4:
        return False
    lengths = []
    for question in questions:
        lines = [line.strip() for line in question.split("\n")]
        options = [index for index, line in enumerate(lines) if _OPTION.match(line)]
        if len(options) != 5:
            return False
        lengths.append(len(" ".join(lines[: options[0]]).strip()))
    return all(length < after for length, after in pairwise(lengths))


def reverse_newline(text: Text) -> bool:
    """Whether 52 or more lines from the first with ``Zimbabwe`` on are in reverse order.

    Accents do not count; lines of mere punctuation are none.
    """
    lines = [bare for line in text.lines if (bare := line.strip(AROUND))]
    start = next((index for index, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
    plain = _plain_characters(text.raw)
    countries = [line.translate(plain) for line in lines[start:]]
    return len(countries) >= 52 and all(line >= after for line, after in pairwise(countries))


def word_reverse(text: Text) -> bool:
    """Whether ``bald eagle`` occurs once the order of the words is turned round.

    Upstream also asks whether the result is one sentence; it has no punctuation, so it always is.
    """
    return "bald eagle" in " ".join(reversed(bare_words(text.raw)))


def character_reverse(text: Text) -> bool:
    """Whether ``bald eagle`` occurs spelt backwards, in any case."""
    return "elgae dlab" in text.lower


def european_capitals_sort(text: Text) -> bool:
    """Whether the text lists the 27 capitals, parted by commas; accents do not count."""
    entries = text.raw.translate(_plain_characters(text.raw)).split(",")
    return [bare for entry in entries if (bare := entry.strip())] == list(NORTHERN_CAPITALS)


def date_format_list(text: Text) -> bool:
    """Whether the text is a list of dates from 1769 to 1821, parted by commas.

    Months go from 00 to 12, days from 00 to the longest that the month can be; month 00 has any.
    """
    return all(_is_napoleonic(date.strip()) for date in text.raw.split(","))


def _is_napoleonic(date: str) -> bool:
    match = _DATE.fullmatch(date)
    if not match:
        return False
    year, month, day = map(int, match.groups())
    return 1769 <= year <= 1821 and month <= 12 and day <= _DAYS.get(month, 31)


def _plain_characters(text: str) -> Mapping[int, str]:
    """Return what ASCII is left of each other character of ``text`` once it is decomposed (NFKD).

    One by one: decomposing long runs of accents together takes quadratic time to put them in
    order, and they are dropped anyway.
    """
    foreign = {character for character in set(text) if not character.isascii()}
    return {
        ord(character): unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        for character in foreign
    }
