"""Texts to read: prose and all that makes it hard to cut, mixed at random."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

LANGUAGES: dict[str, str] = json.loads(
    (Path(__file__).parent / "languages.json").read_text("utf-8")
)
"""The first article of the Universal Declaration of Human Rights, by language."""

PROSE = (
    'Mr. Smith, Ph.D., went to "Washington" (D.C.) on Jan. 5th at 3:30 p.m. He said: "I can\'t '
    "believe it's not butter!\" Isn't it... great? Yes. J. S. Bach wrote 3.5 pieces, i.e. more "
    "than No. 2. The U.S. Army paid $5,000 -- or 5% of it -- to Acme Inc. However, Mrs. X did not.",
    "# Plan\n\n* **First**: do it (now!)\n* *Second* - wait; see `x.y`\n1. One.\n2. Two: [link]"
    "(http://example.com/a?b=c).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
    "```python\nprint('hi.')\n```",
    "She wrote \u2018gonna\u2019 and \u201cwanna.\u201d \u2014 'Tis what y'all cannot do, "
    "d'ye see? The dogs' owner's \"friend\" (a.k.a. 'Bob') said 'no.' !?! And on . . . . The end",
    "THIS IS LOUD. DON'T SHOUT AT IBM'S CEO! WHY NOT?! BECAUSE NASA SAID SO...\n\nP.S. It's 1999.",
    "all lower case, no capitals. mail me at a.b-c@example.org or see www.example.com. ok? ok.",
    "\n\n  Dear Sir,\n\tI am writing (again) about the so-called \xabplan\xbb.\xa0It failed.\r\n",
)

SIGNS = (
    *("Mr.", "Dr.", "U.S.", "e.g.", "etc.", "Jan.", "No. 5", "J. S. Bach", "p.m.", "Inc.", "Ph.D."),
    *("...", "....", ". . .", ". . . .", "?", "!", "?!", "!!!", '?"', '!"', '."', ".\u201d", ".)"),
    *("\u201c", "\u201d", "\u2018", "\u2019", "\xab", "\xbb", "\u201e", '"', '""', "'", "''", "`"),
    *("``", "(", ")", "[", "]", "{", "}", "<", ">", "<<T>>", "--", "---", "\u2014", "\u2013", "*"),
    *("**b**", "#", ":", ";", ",", ",,", "::", ":5", "5:30", "1,000", "3.14", "$5", "5%", "@", "-"),
    *("a@b.co", "http://x.y/z?q=1", "can't", "I'm", "'tis", "'Twas", "d'ye", "gonna", "wanna"),
    *("cannot", "CANNOT", "gimme", "lemme", "more'n", "'n'", "'em", "'90s", "N'T", "'ll", "don't."),
    *("dogs'", "'a", "''a", "a''", "x's'", "\n", "\n\n", "  ", "\t", "\r\n", "\x0b", "\xa0"),
    *("\u2003", "\u2028", "\x85", "\x1c", "\x1f", "\xe9", "\xdf", "\u0130", "\u017f", "\u01c5"),
    *("\xb2", "\xbd", "\u2460", "\u24b6", "e\u0301", "\u0928", "\u65e5", "\uac00", "\U0001f600"),
    *("\u200d", "_", "a_b", "A", "I", "x.", "A.B.", "a.b", "1.", "-5.", "The", "He", "But", "This"),
    *("Co.", ".com", ".a", "co-etc.", "IBM", "a:b", "x,", "x:", "_.", "\u0663.", '"Hi."', "Hi.)"),
    *(".]", "!)", ".*", ".:", ".@", ".--", ".-", "--.", "\u2018Hi.\u2019 She", "Hello,World"),
)

WORDS = (
    *("the", "a", "of", "and", "to", "in", "is", "you", "that", "it", "he", "was", "for"),
    *("on", "are", "with", "as", "his", "they", "at", "one", "have", "this", "from", "word"),
    *("but", "what", "some", "we", "can", "out", "other", "were", "all", "there", "when"),
    *("up", "use", "your", "how", "said", "an", "each", "she", "London", "Paris", "Monday"),
    *("January", "Smith", "New", "York", "Company", "President", "number", "people", "water"),
    *("first"),
)

_SOUP = " .?!,:;'\"`-*()[]{}<>\n\taAbB1sStTnN\u2019\u201d\u201c\u2018\xab\xbb\u2014\xa0"


def texts(seed: int, n_texts: int) -> Iterator[str]:
    """Yield ``n_texts`` texts, the same ones for the same seed."""
    random = Random(seed)
    kinds = (_mixture, _mixture, _spliced, _broken, _soup)
    for _ in range(n_texts):
        yield random.choice(kinds)(random)


LOOPED = (
    *(". ", ".", ",", ":", "?", "!", '"', "'", "...", "..", "Mr.", "U.S. ", "e.g. ", "etc.", "A"),
    *("a", "J. ", "The ", "He", "IBM", "5", "1.", "word", " ", "  ", "\n", "\t", "\x0b", "\x1c"),
    *("\0", "\x01", "\xa0", "\u2003", "\x85", "\u3000", ")", "(", "--", "`", "''", "n't", "'s"),
    *("'ll", "'RE", "\u201d", "\u2019", "\xbb", "_", "\xe9", "\u0663", "can", "not", ";", "@"),
)


def loops(seed: int, n_texts: int) -> Iterator[str]:
    """Yield texts that say a few tokens again and again, in turn or as they come."""
    random = Random(seed)
    for _ in range(n_texts):
        tokens = random.choices(LOOPED, k=random.randint(1, 6))
        if random.random() < 0.3:
            yield "".join(tokens) * random.randint(1, 6)
        else:
            yield "".join(random.choices(tokens, k=random.randint(1, 16)))


def _mixture(random: Random) -> str:
    """Words and signs, in any case, with and without blanks between them."""
    pieces = []
    for _ in range(random.randint(1, 24)):
        piece = random.choice(WORDS if random.random() < 0.5 else SIGNS)
        pieces.append(random.choice((str, str, str, str.upper, str.capitalize))(piece))
        pieces.append(random.choice((" ", " ", " ", "", ". ", ", ", "! ", "? ", "\n", "  ")))
    return "".join(pieces)


def _spliced(random: Random) -> str:
    """Two pieces of prose in two languages."""
    both = (*PROSE, *LANGUAGES.values())
    first, second = (_slice(random, random.choice(both)) for _ in range(2))
    return first + random.choice((*SIGNS, "", " ")) + second


def _broken(random: Random) -> str:
    """Prose with characters lost and put in."""
    characters = list(random.choice(PROSE))
    for _ in range(random.randint(1, 12)):
        place = random.randrange(len(characters))
        characters[place] = random.choice(("", *SIGNS))
    return "".join(characters)


def _soup(random: Random) -> str:
    return "".join(random.choices(_SOUP, k=random.randint(0, 30)))


def _slice(random: Random, text: str) -> str:
    start = random.randrange(len(text))
    return text[start : start + random.randint(1, 80)]
