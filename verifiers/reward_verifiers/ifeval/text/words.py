"""Cutting a text into words and signs."""

from __future__ import annotations

import re
from functools import cache

from reward_verifiers.ifeval.text.punkt import BLANK
from reward_verifiers.ifeval.text.sentences import sent_tokenize
from reward_verifiers.ifeval.text.word_characters import word_class


def word_tokenize(text: str) -> list[str]:
    """Return the words and signs of ``text``, as ``nltk.word_tokenize`` does."""
    return [word for sentence in sent_tokenize(text) for word in treebank(sentence)]


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    word = f"[{word_class()}]"
    rules = (
        (r"([«“‘„]|`+)", r" \1 "),
        (r"^\"", "``"),
        (r"(``)", r" \1 "),
        (r"([ (\[{<])(\"|'{2})", r"\1 `` "),
        (rf"(?i)(?<!{word})(')(?!(?:re|ve|ll|m|t|s|d|n)(?!{word}))(?={word})", r"\1 "),
        (rf"([^.])(\.)([\])}}>\"'»”’ ]*+){BLANK}*$", r"\1 \2 \3 "),
        (r"([:,])(\D)", r" \1 \2"),
        (r"([:,])$", r" \1 "),
        (r"\.{2,}", r" \g<0> "),
        (r"[;@#$%&]", r" \g<0> "),
        ("[\u2012-\u2015]", r" \g<0> "),
        (rf"([^.])(\.)([\])}}>\"']*+){BLANK}*$", r"\1 \2\3 "),
        (r"[?!]", r" \g<0> "),
        (r"([^'])' ", r"\1 ' "),
        (r"\*", r" \g<0> "),
        (r"[\][(){}<>]", r" \g<0> "),
        (r"--", r" -- "),
    )
    later = (
        (r"([»”’])", r" \1 "),
        (r"''", " '' "),
        (r'"', " '' "),
        (rf"{BLANK}+", " "),
        (r"([^' ])('[sS]|'[mM]|'[dD]|') ", r"\1 \2 "),
        (r"([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
        (r"(?i)\b(can)(not)\b", r" \1 \2 "),
        (r"(?i)\b(d)('ye)\b", r" \1 \2 "),
        (r"(?i)\b(gim)(me)\b", r" \1 \2 "),
        (r"(?i)\b(gon)(na)\b", r" \1 \2 "),
        (r"(?i)\b(got)(ta)\b", r" \1 \2 "),
        (r"(?i)\b(lem)(me)\b", r" \1 \2 "),
        (r"(?i)\b(more)('n)\b", r" \1 \2 "),
        (r"(?i)\b(wan)(na)(?=\s)", r" \1 \2 "),
        (r"(?i) ('t)(is)\b", r" \1 \2 "),
        (r"(?i) ('t)(was)\b", r" \1 \2 "),
    )
    first, second = (
        [(re.compile(pattern), new) for pattern, new in group] for group in (rules, later)
    )
    return (*first, (re.compile(r"^|\Z"), " "), *second)


def treebank(sentence: str) -> list[str]:
    """Return the words and signs of one sentence, as NLTK's ``NLTKWordTokenizer`` does."""
    for pattern, new in _rules():
        sentence = pattern.sub(new, sentence)
    return sentence.split()
