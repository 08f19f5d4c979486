"""Cases of what is counted, and of shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from verifiers.ifeval.ifbench.material import (
    WORDS,
    Case,
    about,
    capital,
    prose,
    sentence,
    spoilt,
    words,
)

from reward_verifiers.ifeval.ifbench.names import PERSON_NAMES


def _word_count_range(rng: Random) -> Case:
    text = prose(rng, 1, 3)
    low = about(rng, len(text.split()))
    return Case({"min_words": float(low), "max_words": float(low + rng.randint(0, 4))}, text)


def _unique_word_count(rng: Random) -> Case:
    text = prose(rng, 1, 3)
    return Case({"N": about(rng, len(set(text.lower().split())))}, text)


def _conjunctions(rng: Random) -> Case:
    ways = [way(word) for word in ("and", "but", "so", "yet", "or") for way in (str, capital)]
    chosen = rng.sample([*ways, "and,", "(but)", "nor", "FOR"], rng.randint(1, 6))
    return Case({"small_n": float(about(rng, len(chosen)))}, f" {words(rng, 0, 1)} ".join(chosen))


def _person_names(rng: Random) -> Case:
    near = ("Miami", "Isabella", "emma", "Leonardo", "Norah", "Jonathans", "Zoe's", "Ella-Mia")
    names = rng.sample((*PERSON_NAMES, *near), rng.randint(1, 7))
    return Case({"N": about(rng, len(names))}, rng.choice((", ", " ", "")).join(names))


def _numbers(rng: Random) -> Case:
    numbers = (
        "3",
        "3.14",
        "1,000",
        "42nd",
        "\uff11\uff12",
        "\u00b2",
        "12 13",
        "x7",
        "1-2",
        "\u0663",
    )
    chosen = [rng.choice(numbers) for _ in range(rng.randint(1, 5))]
    return Case({"N": about(rng, len(chosen))}, f" {words(rng, 0, 2)} ".join(chosen))


def _punctuation(rng: Random) -> Case:
    marks = [*".,;:", rng.choice(("?! ! ?", "!? ? !", "\u203d ? !", "?! !? ", "?!"))]
    rng.shuffle(marks)
    return Case({}, rng.choice((" ", "a")).join(marks))


def _words_japanese(rng: Random) -> Case:
    nth = rng.randint(1, 4)
    made = [
        rng.choice(("\u65e5\u672c", "\u30c6\u30b9\u30c8!", "12", "...", "\u3042x", "\u4e2d"))
        if at % nth == 0
        else rng.choice(WORDS)
        for at in range(1, rng.randint(3, 14))
    ]
    return Case({"N": float(nth)}, " ".join(made))


def _pronouns(rng: Random) -> Case:
    known = (
        "I",
        "she/her",
        "hers",
        "it's",
        "they",
        "This",
        "what's",
        "all",
        "none",
        "Everyone",
        "he'd",
        "its,",
    )
    chosen = [rng.choice(known) for _ in range(rng.randint(1, 8))]
    text = f" {words(rng, 0, 1)} ".join(chosen) + rng.choice((".", "", "?"))
    return Case({"N": about(rng, len(chosen))}, text)


def _keywords_multiple(rng: Random) -> Case:
    keywords = rng.sample(("door", "bread", "Blue", "art", "river", "x-y", "so"), 5)
    said = [
        word for word, times in zip(keywords, (1, 2, 3, 5, 7), strict=True) for _ in range(times)
    ]
    rng.shuffle(said)
    if rng.random() < 0.3:
        said[0] = rng.choice((f"s{said[0]}", f"{said[0]}ed", said[0].upper()))
    return Case({f"keyword{at}": word for at, word in enumerate(keywords, 1)}, " ".join(said))


def _stop_words(rng: Random) -> Case:
    text = words(rng, 3, 20)
    return Case({"percentage": rng.choice((10, 20, 25, 33, 40, 50.0, 60, 100))}, text)


def _overlap(rng: Random) -> Case:
    reference = prose(rng, 2, 4)
    text = reference
    for _ in range(rng.randint(0, 12)):
        text = spoilt(rng, text)
    text = rng.choice((text, text, text[: rng.randint(1, 6)]))
    own = {text[at : at + 3] for at in range(len(text) - 2)}
    seen = {reference[at : at + 3] for at in range(len(reference) - 2)}
    share = round(100 * len(own & seen) / len(own)) if own else 0
    kwargs = {"reference_text": reference, "percentage": about(rng, share + rng.choice((-1, 0, 1)))}
    return Case(kwargs, text)


def _kinds(*ends: str) -> Callable[[Random], Case]:
    def make(rng: Random) -> Case:
        signs = list(ends)
        rng.shuffle(signs)
        return Case({}, " ".join(sentence(rng, end) for end in signs))

    return make


def _sentence_words(rng: Random) -> Case:
    ends = (".", "!", "?", ".", '."')
    made = [
        f"{rng.choice(('Big', 'Red', 'Mr.', 'Odd'))} {rng.choice(('cat', 'dog', 'U.S', 'owl'))}"
        for _ in "123"
    ]
    return Case({}, " ".join(each + rng.choice(ends) for each in made))


MAKERS: Mapping[str, Callable[[Random], Case]] = {
    "count:word_count_range": _word_count_range,
    "count:unique_word_count": _unique_word_count,
    "count:conjunctions": _conjunctions,
    "count:person_names": _person_names,
    "count:numbers": _numbers,
    "count:punctuation": _punctuation,
    "count:words_japanese": _words_japanese,
    "count:pronouns": _pronouns,
    "count:keywords_multiple": _keywords_multiple,
    "ratio:stop_words": _stop_words,
    "ratio:overlap": _overlap,
    "ratio:sentence_type": _kinds(".", ".", "?", ""),
    "ratio:sentence_balance": _kinds(".", "?", "!"),
    "ratio:sentence_words": _sentence_words,
}
