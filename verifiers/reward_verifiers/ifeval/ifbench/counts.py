"""How many of something: words, names, numbers, pronouns."""

from __future__ import annotations

import re
from collections import Counter

from reward_verifiers.ifeval.ifbench.names import PERSON_NAMES, PERSONAL_PRONOUNS, PRONOUNS
from reward_verifiers.ifeval.ifbench.punctuation import AROUND, bare_words, without_punctuation
from reward_verifiers.ifeval.text.sentences import sent_tokenize
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.words import treebank

_CONJUNCTIONS = frozenset(("and", "but", "for", "nor", "or", "so", "yet"))
_NAME = re.compile(rf"\b(?:{'|'.join(PERSON_NAMES)})\b")
_DIGITS = re.compile(r"\d+")
_PUNCTUATION = frozenset(".,!?;:")
_JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_PRONOUN = re.compile("|".join(sorted(PRONOUNS)))
_REPETITIONS = (1, 2, 3, 5, 7)


def word_count_range(text: Text, *, min_words: int, max_words: int) -> bool:
    """Whether the number of words lies between the two, both included."""
    return min_words <= text.n_word_runs <= max_words


def unique_word_count(text: Text, *, N: int) -> bool:
    """Whether there are at least ``N`` different words; all that is mere punctuation is one."""
    return len({word.strip(AROUND) for word in text.lower.split()}) >= N


def conjunctions(text: Text, *, small_n: int) -> bool:
    """Whether coordinating conjunctions are written in at least ``small_n`` different ways."""
    ways = {word for word in text.raw.split() if word.strip(AROUND).lower() in _CONJUNCTIONS}
    return len(ways) >= small_n


def person_names(text: Text, *, N: int) -> bool:
    """Whether at least ``N`` of the listed names occur as words."""
    return len(set(_NAME.findall(text.raw))) >= N


def person_names_anywhere(text: Text, *, N: int) -> bool:
    """Whether at least ``N`` of the listed names occur, in other words too."""
    return sum(name in text.raw for name in PERSON_NAMES) >= N


def numbers(text: Text, *, N: int) -> bool:
    """Whether there are exactly ``N`` runs of digits once punctuation is gone."""
    return len(_DIGITS.findall(without_punctuation(text.raw))) == N


def pronouns(text: Text, *, N: int) -> bool:
    """Whether at least ``N`` tokens are pronouns; a slash parts words."""
    # A token is a stretch of its sentence, so nothing is cut where no pronoun can be.
    lower = text.raw.replace("/", " ").lower()
    sentences = Counter(sent_tokenize(lower)) if _PRONOUN.search(lower) else Counter()
    found = 0
    for sentence, times in sentences.items():
        if found < N and _PRONOUN.search(sentence):
            found += times * sum(token in PRONOUNS for token in treebank(sentence))
    return found >= N


def personal_pronouns(text: Text, *, N: int) -> bool:
    """Whether at least ``N`` words are personal pronouns; a slash parts words."""
    return sum(word in PERSONAL_PRONOUNS for word in bare_words(text.raw.replace("/", " "))) >= N


def punctuation(text: Text) -> bool:
    """Whether each of ``. , ! ? ; :`` occurs apart from one interrobang, which must occur."""
    raw = text.raw
    if "?!" in raw:
        rest = raw.replace("?!", "", 1)
    elif "!?" in raw:
        rest = raw.replace("!?", "", 1)
    elif "\u203d" in raw:
        rest = raw
    else:
        return False
    return _PUNCTUATION.issubset(rest)


def words_japanese(text: Text, *, N: int) -> bool:
    """Whether every ``N``-th word has a Japanese character, or is a number or punctuation."""
    nth = (word.strip(AROUND) for word in text.raw.split()[N - 1 :: N])
    return all(not word or word.isdigit() or _JAPANESE.search(word) for word in nth)


def keywords_multiple(text: Text, **keywords: str) -> bool:
    """Whether ``keyword1`` to ``keyword5`` occur once, twice, 3, 5 and 7 times, in words too."""
    return all(
        text.lower.count(keywords[f"keyword{index}"].lower()) == times
        for index, times in enumerate(_REPETITIONS, start=1)
    )


def whole_keywords_multiple(text: Text, **keywords: str) -> bool:
    """The same with whole words only: ``art`` is not in ``start``."""
    return all(
        len(whole_word(keywords[f"keyword{index}"]).findall(text.raw)) == times
        for index, times in enumerate(_REPETITIONS, start=1)
    )


def whole_word(keyword: str) -> re.Pattern[str]:
    """Return what finds ``keyword`` as a whole word, in any case."""
    return re.compile(rf"\b{re.escape(keyword)}\b", re.IGNORECASE)
