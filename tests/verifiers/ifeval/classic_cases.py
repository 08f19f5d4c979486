"""Cases near the border of what each of IFEval's 25 instructions accepts, made without a model.

A case is the arguments of an instruction and a text. Texts are strung together from pieces that
matter to the instruction, arguments are drawn from what such texts can just have or just miss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

PER_ID = 100
PER_LANGUAGE_ID = 80  # langdetect takes a millisecond a text, and there are eight a case


class Case(NamedTuple):
    """What is asked for, and what was written."""

    kwargs: dict[str, Any]
    text: str


PROSE = (
    "The committee met on Tuesday and agreed on three points.",
    "Mr. Smith moved to the U.S. in 1999, i.e. before the war!",
    "Don't you think it's a well-known e-mail address?",
    'She said "No." and left...',
    "It costs $3.50 (approx. 4 euros); see Fig. 2 a.m.",
    "Prices rose by 3.5%. Nobody cared",
    "Is it true?! Yes. No. Maybe",
    "A b. C d. E",
    "I\u2019d say \u201cyes\u201d \u2014 caf\u00e9 na\u00efve",
    "Dr. J. R. Doe, Ph.D., works at Acme Inc. Really.",
    "the quick brown fox jumps over the lazy dog",
    "THE CAPITAL OF NATO IS LOUD",
)
FOREIGN = (
    "Das ist ein kleines Haus am Rande der Stadt.",
    "Il fait beau aujourd'hui et nous allons au parc.",
    "La casa es muy grande y tiene un jard\u00edn.",
    "\u042d\u0442\u043e \u0440\u0443\u0441\u0441\u043a\u0438\u0439 \u0442\u0435\u043a\u0441\u0442.",
    "\u4eca\u5929\u5929\u6c14\u5f88\u597d\uff0c\u6211\u4eec\u53bb\u516c\u56ed\u3002",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643",
    "\u092f\u0939 \u090f\u0915 \u0935\u093e\u0915\u094d\u092f \u0939\u0948\u0964",
    "123 456",
    "!!! ???",
    "https://example.org a@b.org",
)
GAPS = (" ", " ", "  ", "\n", "\n\n", "\n\n\n", "\t", "\u00a0", "\r\n", "\u2028", "")


def strung(rng: Random, pieces: tuple[str, ...], most: int, gaps: tuple[str, ...] = GAPS) -> str:
    """Return up to ``most`` pieces with gaps between them, sometimes with something around."""
    said = "".join(
        part for _ in range(rng.randint(1, most)) for part in (rng.choice(pieces), rng.choice(gaps))
    )
    return rng.choice(("", "", " ", "\n", "Sure!\n")) + said + rng.choice(("", "", "\nBye.", "\n"))


def about(rng: Random, count: int) -> int:
    """Return a number near ``count``."""
    return max(0, count + rng.choice((-2, -1, -1, 0, 0, 0, 1, 1, 2)))


def relation(rng: Random) -> str:
    return rng.choice(("less than", "at least"))


def _existence(rng: Random) -> Case:
    text = strung(rng, (*PROSE, "Stra\u00dfe \u0130stanbul \u017fummer \u212a \u0131 caf\u00c9"), 3)
    known = ("smith", "U.S", "don't", "caf\u00e9", "e-mail", "k", "summer", "istanbul", "STRASSE")
    odd = ("$3", "3.5", "yes?", "colou?r", "(yes|no)", "a.b", "[0-9]+", "th", "\u00c9", "i", "euro")
    words = rng.sample((*known, *odd, *rng.choice(PROSE).split()[:2]), rng.choice((1, 1, 2)))
    return Case({"keywords": words}, text)


def _frequency(rng: Random) -> Case:
    text = strung(rng, (*PROSE, "the THE ther aaaa no NO nono \u017f S s \u212a"), 6)
    keyword = rng.choice(("the", "a", "aa", "no", "s", "k", "yes", " is ", "u.s", "e.", "\u00e9"))
    count = about(rng, text.lower().count(keyword.strip()))
    return Case({"keyword": keyword, "frequency": count, "relation": relation(rng)}, text)


def _forbidden(rng: Random) -> Case:
    text = strung(rng, (*PROSE, "under_score caf\u00e9s x-ray \u017fs ss"), 3)
    words = ("the", "on", "cafe", "caf\u00e9", "u.s", "yes", "fox", "under", "score", "ray", "no")
    odd = ("no.", "$3", "e-mail", "(dog|cat)s?", "3", "ss", "\u017fs", "don", "t", "smith", "a.m")
    return Case({"forbidden_words": rng.sample(words + odd, rng.choice((1, 1, 2)))}, text)


def _letter(rng: Random) -> Case:
    text = strung(rng, PROSE, 5)
    letter = rng.choice("aeistzqxAEZ")
    count = about(rng, text.lower().count(letter.lower()))
    return Case(
        {"letter": letter, "let_frequency": count, "let_relation": relation(rng)},
        text,
    )


def _language(rng: Random) -> Case:
    text = strung(rng, (rng.choice(FOREIGN), rng.choice((*FOREIGN, *PROSE))), 3)
    return Case({"language": rng.choice(("de", "fr", "es", "ru", "ar", "hi", "en", "pt"))}, text)


def _sentences(rng: Random) -> Case:
    text = strung(rng, PROSE, 6)
    return Case({"num_sentences": about(rng, 6), "relation": relation(rng)}, text)


def _words(rng: Random) -> Case:
    text = strung(rng, (*PROSE, FOREIGN[4], FOREIGN[6], "a_b a-b \u00bd \u0301x"), 6)
    count = about(rng, len(text.replace("-", " ").replace("'", " ").split()))
    return Case({"num_words": count, "relation": relation(rng)}, text)


def _paragraphs(rng: Random) -> Case:
    dividers = ("***", " *** ", "\n***\n", "\n\n***\n\n", "****", "******", "* * *", "\n")
    text = strung(rng, ("One.", "Two", "*x*", "", "  "), 5, dividers)
    return Case({"num_paragraphs": about(rng, text.count("***"))}, text)


def _first_word(rng: Random) -> Case:
    openings = ("Hello there", "hello, you", "'Hello' he", "\"'hello", "HELLO!", "well", "", " ")
    text = strung(rng, openings, 5, ("\n\n", "\n\n", "\n\n\n", "\n", "\n \n\n", "\n\n\n\n"))
    filled = [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]
    count = max(1, len(filled) + rng.choice((-1, 0, 0, 0, 0, 0)))
    first = rng.choice(("hello", "Hello", "well", "sure"))
    nth = rng.randint(1, count)
    if filled and rng.random() < 0.5:
        first = filled[min(nth, len(filled)) - 1].split()[0].strip("'\"!,.")
    kwargs = {"num_paragraphs": count, "nth_paragraph": nth, "first_word": first or "hello"}
    return Case(kwargs, text)


def _placeholders(rng: Random) -> Case:
    text = strung(rng, ("[name]", "[]", "[[a]", "[a]]", "[", "]", "[a\nb]", "[a [b] c]", "x"), 8)
    return Case({"num_placeholders": about(rng, text.count("]"))}, text)


def _postscript(rng: Random) -> Case:
    pieces = (
        "P.S. hi",
        "p.s.",
        "P. S. x",
        "P.S",
        "P.P.S. x",
        "p. p. s",
        "P.P.S",
        "PS: x",
        "p.\ns.",
    )
    text = strung(rng, (*pieces, "Post", "x", "$PS"), 2)
    markers = ("P.S.", "P.P.S", "P.P.S.", "PS:", "p.s.", "P. S.", "Post", "PS|x", "$PS", " P.S. ")
    return Case({"postscript_marker": rng.choice(markers)}, text)


def _bullets(rng: Random) -> Case:
    marks = ("* a", "- a", "** a", "*", "-", "---", "*a", "  * a", "\t- a", "***", "x", "", "*\tb")
    text = strung(rng, marks, 8, ("\n", "\n", "\n\n", "\n \n", "\r\n", "\u2028", " "))
    starts = [line.lstrip()[:1] for line in text.split("\n")]
    return Case({"num_bullets": about(rng, starts.count("*") + starts.count("-"))}, text)


def _constrained(rng: Random) -> Case:
    answers = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
    near = ("my answer is yes.", "My answer is yes", "My answer is *no*.", "My answer  is no.", "x")
    return Case({}, strung(rng, (*answers, *near), 2))


def _highlights(rng: Random) -> Case:
    marks = ("*a*", "**b**", "***c***", "* d", "*e\nf*", "**", "* *", "** **", "*g **h** i*", "x*")
    text = strung(rng, marks, 5, (" ", "", "\n"))
    return Case({"num_highlights": about(rng, text.count("*") // 3)}, text)


def _sections(rng: Random) -> Case:
    marks = (
        "Section 1",
        "Section2",
        "SECTION 3",
        "Section  4",
        "Section X",
        "Day\n1",
        "Section\n5",
    )
    text = strung(rng, (*marks, "Section 12 3", "x"), 6)
    splitter = rng.choice(("Section", "SECTION", "Day", " Section ", "S.ction", "(Section|Day)"))
    count = about(rng, text.count(splitter.strip()))
    return Case({"section_spliter": splitter, "num_sections": count}, text)


def _json(rng: Random) -> Case:
    values = ('{"a": 1}', "[1, 2]", "NaN", "-Infinity", '"x"', "12", "{'a': 1}", "{}", "[1,]", "x")
    before = rng.choice(("", "", "```json\n", "```", "```JSON ", "```Json", "``` json", "Here: "))
    after = rng.choice(("", "", "```", "\n```\n", " ``` ", "."))
    value = rng.choice((*values, "[" * 40 + "]" * 40, '{"a": "[[{"}', '"\\ud800"', "1" * 5000))
    return Case({}, rng.choice(("", " ", "Sure:\n")) + before + value + after)


def _title(rng: Random) -> Case:
    marks = ("<<a>>", "<<>>", "<< >>", "<<<>>>", "<<a>", "<<<a>>", "<<\n>>", "<a>", ">>", "<<", "<")
    return Case({}, strung(rng, (*marks, "x"), 4, (" ", "", "\n")))


def _two_responses(rng: Random) -> Case:
    said = ("A", "B", "A ", "", "a\nb")
    text = strung(rng, said, 3, ("******", "\n******\n", "*******", "************", "*****", " "))
    return Case({}, text)


def _repeat(rng: Random) -> Case:
    request = rng.choice(PROSE)
    said = rng.choice((request, request.upper(), request[:-1], f" {request} ", request + "!"))
    given = rng.choice((request, f" {request}\n", request.lower()))
    before = rng.choice(("", "", "\n", "Sure.\n", "**", '"'))
    return Case({"prompt_to_repeat": given}, before + said + rng.choice(("", "\nAnswer", "**")))


def _end(rng: Random) -> Case:
    phrase = rng.choice(
        ("Any other questions?", " Is that ALL? ", "The end.", '"Bye"', "\u03a3\u03a3")
    )
    said = rng.choice((phrase, phrase.strip().upper(), phrase.strip()[:-1], phrase.strip() + "."))
    after = rng.choice(("", "", '"', '""', ' "', "\n", "\nBye", "*"))
    return Case({"end_phrase": phrase}, rng.choice(PROSE) + " " + said + after)


def _quotation(rng: Random) -> Case:
    marks = ('"', '"', '"', "\u201c", "'", "", '""', ' "', '"\n', '\n"')
    said = rng.choice((rng.choice(PROSE), "", "a"))
    return Case({}, rng.choice(marks) + said + rng.choice(marks))


def _capital_words(rng: Random) -> Case:
    text = strung(rng, (*PROSE, "DON'T CANNOT GIMME", "A-B I'M OK!", "\u00dcBER \u2160 \u02b0"), 6)
    count = about(rng, sum(word.isupper() for word in text.split()))
    return Case({"capital_frequency": count, "capital_relation": relation(rng)}, text)


def _capital(rng: Random) -> Case:
    text = strung(rng, (*PROSE[:6], "ok", "\u2160", "123"), 3)
    foreign = rng.choice(FOREIGN).upper()
    return Case({}, rng.choice((text.upper(), text.upper(), text.upper() + "\nb", text, foreign)))


def _lowercase(rng: Random) -> Case:
    text = strung(rng, (*PROSE[:6], "ok", "\u2170", "123"), 3)
    foreign = rng.choice(FOREIGN).lower()
    return Case({}, rng.choice((text.lower(), text.lower(), text.lower() + "\nB", text, foreign)))


def _comma(rng: Random) -> Case:
    return Case({}, strung(rng, (*PROSE[4:], "a, b", "\uff0c", "\u060c", "1;2"), 2))


MAKERS: Mapping[str, Callable[[Random], Case]] = {
    "keywords:existence": _existence,
    "keywords:frequency": _frequency,
    "keywords:forbidden_words": _forbidden,
    "keywords:letter_frequency": _letter,
    "language:response_language": _language,
    "length_constraints:number_sentences": _sentences,
    "length_constraints:number_paragraphs": _paragraphs,
    "length_constraints:number_words": _words,
    "length_constraints:nth_paragraph_first_word": _first_word,
    "detectable_content:number_placeholders": _placeholders,
    "detectable_content:postscript": _postscript,
    "detectable_format:number_bullet_lists": _bullets,
    "detectable_format:constrained_response": _constrained,
    "detectable_format:number_highlighted_sections": _highlights,
    "detectable_format:multiple_sections": _sections,
    "detectable_format:json_format": _json,
    "detectable_format:title": _title,
    "combination:two_responses": _two_responses,
    "combination:repeat_prompt": _repeat,
    "startend:end_checker": _end,
    "startend:quotation": _quotation,
    "change_case:capital_word_frequency": _capital_words,
    "change_case:english_capital": _capital,
    "change_case:english_lowercase": _lowercase,
    "punctuation:no_comma": _comma,
}


_ABOUT_LANGUAGE = {
    "language:response_language",
    "change_case:english_capital",
    "change_case:english_lowercase",
}


def cases(name: str) -> list[Case]:
    """Return the cases of an instruction: the same each time."""
    rng = Random(f"ifeval {name}")
    count = PER_LANGUAGE_ID if name in _ABOUT_LANGUAGE else PER_ID
    return [MAKERS[name](rng) for _ in range(count)]
