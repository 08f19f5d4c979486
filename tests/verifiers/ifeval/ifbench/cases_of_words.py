"""Cases of words and sentences."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from itertools import pairwise
from random import Random

from verifiers.ifeval.ifbench.material import WORDS, Case, about, capital, sentence, words


def _alphabet(rng: Random) -> Case:
    start = rng.randrange(26)
    letters = [string.ascii_lowercase[(start + step) % 26] for step in range(rng.randint(1, 12))]
    made = [
        rng.choice(("", "", "(", '"')) + letter + rng.choice(("x", "", "oo")) for letter in letters
    ]
    return Case({}, rng.choice((" ", " ", ". ", "\n")).join(map(rng.choice((str, capital)), made)))


def _vowel(rng: Random) -> Case:
    chosen = [
        rng.choice(("the", "gym", "sit", "in", "Egg", "bee", "tin", "net", "at", "on"))
        for _ in "12345"
    ]
    return Case({}, " ".join(chosen))


def _consonants(rng: Random) -> Case:
    clustered = (
        "strong",
        "That",
        "this",
        "long's",
        "gym",
        "shy,",
        "x-th",
        "myth",
        "\u00dfth",
        "n't",
    )
    return Case({}, " ".join(rng.choice(clustered) for _ in range(rng.randint(1, 6))))


def _palindrome(rng: Random) -> Case:
    known = (
        "Racecar",
        "radar",
        "level",
        "madam,",
        "civic",
        "re-fer",
        "12321",
        "tenet",
        "noon",
        "Anna",
    )
    return Case({}, " ".join(rng.choice(known) for _ in range(rng.randint(10, 14))))


def _prime_lengths(rng: Random) -> Case:
    known = (
        "go",
        "the",
        "seven",
        "a-b",
        "x.y,z",
        "letters",
        "\u00e9t\u00e9",
        "e.g.",
        "to",
        "x" * 97,
        "No!",
    )
    return Case(
        {}, rng.choice((" ", "\n")).join(rng.choice(known) for _ in range(rng.randint(1, 6)))
    )


def _start_verb(rng: Random) -> Case:
    verbs = ("Go to", "Consider the", "run", "Take it", "Is this", "Having", "Let us", "See the")
    more = ("Explaining that", "is", "Write a", '"Stop"', "went", "Being", "was not", "Give me")
    first = rng.choice((*verbs, *more, *verbs, *more, rng.choice(WORDS)))
    return Case({}, f"{first} {words(rng, 0, 4)}{rng.choice(('', '.'))}")


def _repeats(rng: Random) -> Case:
    chosen = [rng.choice(("a", "A,", "b", "b-c", "bc", "d'")) for _ in range(rng.randint(1, 9))]
    return Case({"small_n": rng.randint(1, 4)}, " ".join(chosen))


def _syllables(rng: Random) -> Case:
    odd = ("cat", "dog", "banana", "Elephant", "the", "tree's", "xyz", "A")
    even = ("apple", "tiger", "river", "42", "o-pen", "Table", "literature")
    pair = rng.choice(((odd, even), (even, odd)))
    return Case({}, " ".join(rng.choice(pair[at % 2]) for at in range(rng.randint(1, 6))))


def _last_first(rng: Random) -> Case:
    chain = [rng.choice(("cat", "Dog", "sun", "re-do", "x")) for _ in range(rng.randint(2, 5))]
    made = [
        rng.choice(("", "", "(", "*")) + f"{capital(first)} {words(rng, 0, 2)} {last}"
        for first, last in pairwise(chain)
    ]
    made = [each + rng.choice(".!?") for each in made]
    return Case({}, rng.choice((" ", "\n", "  ")).join(made))


def _paragraph_last_first(rng: Random) -> Case:
    made = []
    for _ in range(rng.randint(1, 4)):
        word = rng.choice(("Cat", "sun", "x", "na\u00efve"))
        made.append(
            f"{word} {words(rng, 0, 3)} {word.lower()}{rng.choice(('.', '', '!)', ' ***'))}"
        )
    made.insert(rng.randrange(len(made) + 1), rng.choice(("", " ", "\t", "(a)", "A.")))
    return Case({}, "\n".join(made))


def _no_consecutive(rng: Random) -> Case:
    made = [
        rng.choice("abcdefghij") + rng.choice(("o", "", "'s")) for _ in range(rng.randint(2, 7))
    ]
    return Case({}, rng.choice((" ", "\n", " - ")).join(made))


def _words_position(rng: Random) -> Case:
    keyword = rng.choice(("whisper", "Vibrant", "despite"))
    said = rng.choice((keyword, keyword, keyword, keyword.upper()))
    first = rng.choice(("The", "The", "A", '"The', "A,"))
    last = rng.choice(("end", "end", "end", "end.", "!", "end!", 'end."', "end?!", "it's", "end)"))
    return Case({"keyword": keyword}, f"{first} {said} {words(rng, 0, 3)} {keyword} {last}")


def _keyword_position(rng: Random) -> Case:
    keyword = rng.choice(("target", "Giggle", "cannot", "U.S.", "well-off"))
    tokens = [rng.choice((*WORDS[:15], ",", "it's")) for _ in range(rng.randint(1, 5))]
    at = rng.randrange(len(tokens) + 1)
    tokens.insert(at, rng.choice((keyword, keyword, keyword.upper())))
    made = [sentence(rng, rng.choice(".!?")) for _ in range(rng.randint(0, 2))]
    kwargs = {
        "keyword": keyword,
        "n": len(made) + rng.choice((1, 1, 1, 2)),
        "m": at + rng.choice((0, 1, 1, 1, 2)) or 1,
    }
    return Case(kwargs, " ".join([*made, capital(" ".join(tokens)) + rng.choice((".", "!"))]))


def _alliteration(rng: Random) -> Case:
    made = []
    for length in range(rng.randint(0, 1), rng.randint(2, 5)):
        letter = rng.choice("bcdf")
        run = " ".join(
            f"{rng.choice(('', '(', ''))}{letter}{end}" for end in "xyzwuvu"[: length + 1]
        )
        made.append(capital(run) + rng.choice((" q", "", " 'q")) + rng.choice((".", "!", ".")))
    return Case({}, rng.choice((" ", "\n")).join(made))


def _increment(rng: Random) -> Case:
    step = rng.randint(1, 3)
    start = rng.randint(1, 3)
    words_of = [start + step * at for at in range(rng.randint(2, 4))]
    ends = (".", "!", "?", '."', ".")
    made = [capital(" ".join(["word"] * count)) + rng.choice(ends) for count in words_of]
    return Case({"small_n": float(rng.choice((step, step, step, step + 1)))}, " ".join(made))


def _keyword(rng: Random) -> Case:
    word = rng.choice(("eat", "Giraffe", "U.S", "so-so", "don't", "42", "x y", "e"))
    made = [sentence(rng) for _ in range(rng.randint(1, 5))]
    at = rng.randrange(len(made))
    inside = rng.choice((word, word.upper(), f"un{word}", f"{word}s", f"{word},", f'"{word}"'))
    made[at] = f"{capital(words(rng, 0, 2))} {inside} {words(rng, 0, 2)}{rng.choice('.!?')}"
    return Case({"word": word, "N": float(about(rng, at + 1))}, " ".join(made))


MAKERS: Mapping[str, Callable[[Random], Case]] = {
    "words:alphabet": _alphabet,
    "words:vowel": _vowel,
    "words:consonants": _consonants,
    "words:palindrome": _palindrome,
    "words:prime_lengths": _prime_lengths,
    "words:start_verb": _start_verb,
    "words:repeats": _repeats,
    "words:odd_even_syllables": _syllables,
    "words:last_first": _last_first,
    "words:paragraph_last_first": _paragraph_last_first,
    "words:no_consecutive": _no_consecutive,
    "words:words_position": _words_position,
    "words:keywords_specific_position": _keyword_position,
    "sentence:alliteration_increment": _alliteration,
    "sentence:increment": _increment,
    "sentence:keyword": _keyword,
}
