"""Cases of the instructions that belong to one prompt."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from random import Random

from verifiers.ifeval.ifbench.material import Case, words

from reward_verifiers.ifeval.ifbench.names import NORTHERN_CAPITALS


def _rows(rng: Random, header: str, rows: int, fields: Callable[[], str], gap: str) -> Case:
    made = [header, *(gap.join(fields() for _ in "12345") for _ in range(rows))]
    return Case({}, rng.choice(("\n", "\n", "\r\n")).join(made) + rng.choice(("", "\n")))


def _multiples(rng: Random) -> Case:
    gap = rng.choice((",", ", ", "\n", " and ", " "))
    return Case({}, rng.choice(("", "Sure: ")) + gap.join(map(str, range(14, 50, 7))))


def _mcq(rng: Random) -> Case:
    made = []
    for at in range(1, 5):
        mark = rng.choice((".", ")", ":", ""))
        asked = "Who " + "very " * (at + (-1 if rng.random() < 0.1 else 0)) + "much painted this?"
        letters = "ABCDE"[: 5 if rng.random() < 0.97 else 4]
        options = [f"{letter}{rng.choice(').|')} Monet" for letter in letters]
        made.append("\n".join((f"Question {at}{mark} {asked}", *options)))
    return Case({}, rng.choice(("\n\n", "\n")).join(made))


def _reverse_newline(rng: Random) -> Case:
    letters = string.ascii_uppercase[:25]
    names = sorted((f"{a}{b}land" for a in letters for b in "a\u00e3"), reverse=True)
    made = ["Zimbabwe", *names[: rng.choice((51, 51, 50, 52, 53))], "A", "A"]
    made = made[: rng.choice((51, 52, 52, 52, 53))]
    return Case({}, rng.choice(("", "List:\n")) + rng.choice(("\n", "\n- ", "\n\n")).join(made))


def _word_reverse(rng: Random) -> Case:
    said = rng.choice(
        ("Eagle bald the", "Eagle Bald", "eagle. bald", "bald eagle", "Eagle the bald")
    )
    return Case({}, f"{words(rng, 0, 2)} {said}{rng.choice(('', '.', ' is', '! It'))}")


def _character_reverse(rng: Random) -> Case:
    said = rng.choice((".elgae dlaB ehT", "Elgae Dlab", "elgaE dlab", "bald eagle", "elgae  dlab"))
    return Case({}, f"{words(rng, 0, 1)}{said}{words(rng, 0, 1)}")


def _sentence_alphabet(rng: Random) -> Case:
    letters = string.ascii_uppercase
    made = [
        f"{letter}{rng.choice(('pe', 'xx bear', 'oot'))}{rng.choice('.!?.')}" for letter in letters
    ]
    at = rng.randrange(26)
    made[at] = rng.choice(('"', "", "", "", " ")) + made[at]
    return Case({}, rng.choice((" ", "\n")).join(made[: rng.choice((26, 26, 26, 25))]))


def _european_capitals(rng: Random) -> Case:
    gap = rng.choice((", ", ",", ",\n", ", , "))
    listed = gap.join(NORTHERN_CAPITALS)
    accents = rng.random() < 0.5
    return Case({}, listed.replace("Chisinau", "Chi\u0219in\u0103u") if accents else listed)


def _csv_city(rng: Random) -> Case:
    fields = ("1", "France", '"New, York"', '"a ""b"""', "", " x", "a'b", '"a\nb"')
    rows = rng.choice((7, 7, 7, 7, 6, 8))
    return _rows(rng, "ID,Country,City,Year,Count", rows, lambda: rng.choice(fields), ",")


def _csv_special(rng: Random) -> Case:
    quote = rng.random() < 0.3
    names = ("ProductID", "Category", "Brand", "Price", "Stock")
    header = rng.choice((",", ", ")).join(f'"{name}"' if quote else name for name in names)
    fields = ("1", "Shoes", "a&b", "9.99", "", "x y", "b")
    special = rng.choice(
        ('"A&B"', '"a b"', '"x,y"', '"a"', '"!"', '"x\n!"', '"caf\u00e9"', '"a-1"')
    )
    rare = rng.randrange(70)
    drawn = iter(range(1000))

    def field() -> str:
        return special if next(drawn) == rare else rng.choice(fields)

    return _rows(rng, header, rng.choice((14, 14, 14, 13)), field, ",")


def _csv_quotes(rng: Random) -> Case:
    names = ("StudentID", "Subject", "Grade", "Semester", "Score")
    header = rng.choice(("\t", "\t ", "\t")).join(f'"{name}"' for name in names)
    fields = ('"1"', '"Math"', '"A b"', '"A"', '""', ' "x"', '"x" ')
    odd = rng.choice(("1", "", '"', '"x"'))
    rare = rng.randrange(40)
    drawn = iter(range(1000))

    def field() -> str:
        return odd if next(drawn) == rare else rng.choice(fields)

    return _rows(rng, header, rng.choice((3, 3, 3, 4)), field, "\t")


def _dates(rng: Random) -> Case:
    years, months, days = (1769, 1821, 1800, 1805), (1, 2, 4, 12, 0), (1, 28, 29, 30, 31, 0)
    made = [
        f"{rng.choice(years)}-{rng.choice(months):02}-{rng.choice(days):02}"
        for _ in range(rng.randint(1, 3))
    ]
    odd = (
        "1768-01-01",
        "1822-01-01",
        "1800-13-01",
        "1800-00-99",
        "\u0661\u0668\u0660\u0660-01-01",
        "1800-1-01",
    )
    made += rng.sample(odd, rng.choice((0, 0, 0, 1)))
    return Case({}, rng.choice((", ", ",", ",\n")).join(made))


MAKERS: Mapping[str, Callable[[Random], Case]] = {
    "custom:multiples": _multiples,
    "custom:mcq_count_length": _mcq,
    "custom:reverse_newline": _reverse_newline,
    "custom:word_reverse": _word_reverse,
    "custom:character_reverse": _character_reverse,
    "custom:sentence_alphabet": _sentence_alphabet,
    "custom:european_capitals_sort": _european_capitals,
    "custom:csv_city": _csv_city,
    "custom:csv_special_character": _csv_special,
    "custom:csv_quotes": _csv_quotes,
    "custom:date_format_list": _dates,
}
