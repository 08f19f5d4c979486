"""Responses to IFEval's instructions: prose of about 1,200 characters, half of it obedient.

Which instructions are asked for, how often, and how many at a time is as in the official data (541
prompts, 834 instructions). Each response is written to follow each of its instructions or not, at
even odds; two instructions of one response may get in each other's way, as they do in the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

N_CHARS = 1_200

COUNTS: Mapping[str, int] = {
    "keywords:existence": 39,
    "keywords:frequency": 42,
    "keywords:forbidden_words": 49,
    "keywords:letter_frequency": 33,
    "language:response_language": 31,
    "length_constraints:number_sentences": 52,
    "length_constraints:number_paragraphs": 27,
    "length_constraints:number_words": 52,
    "length_constraints:nth_paragraph_first_word": 12,
    "detectable_content:number_placeholders": 27,
    "detectable_content:postscript": 26,
    "detectable_format:number_bullet_lists": 31,
    "detectable_format:constrained_response": 10,
    "detectable_format:number_highlighted_sections": 48,
    "detectable_format:multiple_sections": 14,
    "detectable_format:json_format": 17,
    "detectable_format:title": 37,
    "combination:two_responses": 24,
    "combination:repeat_prompt": 41,
    "startend:end_checker": 26,
    "startend:quotation": 41,
    "change_case:capital_word_frequency": 25,
    "change_case:english_capital": 25,
    "change_case:english_lowercase": 39,
    "punctuation:no_comma": 66,
}
"""How often each instruction is in the official data.

Source: google-research/instruction_following_eval, ``data/input_data.jsonl``.
"""

SIZES = (1,) * 305 + (2,) * 179 + (3,) * 57
"""How many instructions each prompt has."""


class Response(NamedTuple):
    """What was asked for, and what a model wrote."""

    ids: list[str]
    kwargs: list[dict[str, Any]]
    text: str


def responses(seed: int) -> list[Response]:
    """Return 541 responses, the same for the same seed."""
    rng = Random(seed)
    asked = [name for name, count in COUNTS.items() for _ in range(count)]
    sizes = list(SIZES)
    rng.shuffle(asked)
    rng.shuffle(sizes)
    pending = iter(asked)
    return [_response(rng, [next(pending) for _ in range(size)]) for size in sizes]


def _response(rng: Random, ids: list[str]) -> Response:
    text = prose(rng, _ENGLISH, N_CHARS)
    kwargs = []
    for name in ids:
        asked, follow = _ASKED[name](rng)
        kwargs.append(asked)
        if rng.random() < 0.5:
            text = follow(text)
    return Response(ids, kwargs, text)


def prose(rng: Random, words: Mapping[str, tuple[str, ...]], n_chars: int) -> str:
    """Return about ``n_chars`` characters of sentences in a few paragraphs."""
    said: list[str] = []
    n_written = 0
    while n_written < n_chars:
        pattern = rng.choice(words["patterns"])
        fields = {kind: rng.choice(words[kind]) for kind in ("noun", "verb", "adjective", "place")}
        sentence = pattern.format(**fields, other=rng.choice(words["noun"]), n=rng.randint(2, 90))
        said.append(sentence + ("\n\n" if rng.random() < 0.15 else " "))
        n_written += len(said[-1])
    return "".join(said).strip()


_ENGLISH: Mapping[str, tuple[str, ...]] = {
    "patterns": (
        "The {adjective} {noun} has {verb} the {other} for more than {n} years.",
        "In {place}, people have often {verb} a {noun} before the {other} was {adjective}.",
        "Dr. Lee, who works in {place}, said that the {noun} isn't {adjective} at all!",
        "Why has nobody {verb} the {other}? It seems {adjective}, but it's hard to tell.",
        "There are {n} reasons to think that a {adjective} {noun} could be {verb} by then.",
        "Whether or not the {noun} is {adjective}, the {other} will be {verb} again in {place}.",
        "I'd say the {noun} costs about ${n}.50, i.e. less than the {other} that we {verb}.",
        "First of all, make sure that your {noun} is {adjective}; then look at the {other}.",
        "It was {verb} by the {other} from {place}, and everyone liked the {adjective} {noun}.",
        "However, this doesn't mean that each {noun} must be {adjective} (or even {verb}).",
        "When the {noun} arrived at {n} a.m., most of the {other} had already been {verb}.",
        'They called it "the {adjective} {noun}" and never {verb} another one in {place}.',
    ),
    "noun": (
        *("garden", "teacher", "company", "river", "letter", "history", "market", "student"),
        *("question", "computer", "village", "doctor", "kitchen", "project", "winter", "program"),
        *("journey", "customer", "language", "painting", "mountain", "meeting", "science", "idea"),
    ),
    "verb": (
        *("described", "changed", "followed", "supported", "visited", "forgotten", "explained"),
        *("improved", "discovered", "protected", "replaced", "measured", "invited", "avoided"),
    ),
    "adjective": (
        *("important", "quiet", "beautiful", "expensive", "difficult", "well-known", "modern"),
        *("useful", "strange", "friendly", "careful", "powerful", "traditional", "simple"),
    ),
    "place": ("London", "the U.S.", "New York", "India", "a small town", "Europe", "the north"),
}

_FOREIGN: Mapping[str, tuple[str, ...]] = {
    "de": (
        "Das alte Haus am Rande der Stadt wurde im letzten Jahr verkauft.",
        "Niemand wusste genau, warum der Garten so lange leer geblieben war.",
        "Wir haben uns trotzdem entschieden, noch einmal dorthin zu fahren.",
    ),
    "es": (
        "La casa est\u00e1 cerca del r\u00edo y tiene un jard\u00edn muy grande.",
        "Nadie sabe por qu\u00e9 el mercado cerr\u00f3 tan temprano ese d\u00eda.",
        "A pesar de todo, decidimos volver a visitar el pueblo.",
    ),
    "fr": (
        "La maison se trouve au bord de la rivi\u00e8re et poss\u00e8de un grand jardin.",
        "Personne ne sait pourquoi le march\u00e9 a ferm\u00e9 si t\u00f4t ce jour-l\u00e0.",
        "Malgr\u00e9 tout, nous avons d\u00e9cid\u00e9 de revenir dans le village.",
    ),
    "it": (
        "La casa si trova vicino al fiume e ha un giardino molto grande.",
        "Nessuno sa perch\u00e9 il mercato abbia chiuso cos\u00ec presto quel giorno.",
        "Nonostante tutto, abbiamo deciso di tornare nel paese.",
    ),
    "ru": (
        "\u0414\u043e\u043c \u0441\u0442\u043e\u0438\u0442 \u0443 \u0440\u0435\u043a\u0438.",
        "\u041d\u0438\u043a\u0442\u043e \u043d\u0435 \u0437\u043d\u0430\u0435\u0442, "
        "\u043f\u043e\u0447\u0435\u043c\u0443 \u0440\u044b\u043d\u043e\u043a "
        "\u0437\u0430\u043a\u0440\u044b\u043b\u0441\u044f.",
    ),
    "hi": (
        "\u0918\u0930 \u0928\u0926\u0940 \u0915\u0947 \u092a\u093e\u0938 \u0939\u0948\u0964",
        "\u0915\u093f\u0938\u0940 \u0915\u094b \u0928\u0939\u0940\u0902 "
        "\u092a\u0924\u093e \u0939\u0948 \u0915\u093f \u092c\u093e\u091c\u093e\u0930 "
        "\u0915\u094d\u092f\u094b\u0902 \u092c\u0902\u0926 \u0939\u0941\u0906\u0964",
    ),
}

Follow = Callable[[str], str]
Asked = tuple[dict[str, Any], Follow]


def _relation(rng: Random) -> str:
    return rng.choice(("less than", "at least"))


def _as_it_is(text: str) -> str:
    return text


def _existence(rng: Random) -> Asked:
    words = rng.sample(_ENGLISH["noun"], rng.randint(1, 4))
    return {"keywords": words}, lambda text: f"{text} {' '.join(words)}."


def _frequency(rng: Random) -> Asked:
    word = rng.choice(("the", *_ENGLISH["noun"]))
    kwargs = {"keyword": word, "frequency": rng.randint(1, 4), "relation": _relation(rng)}
    return kwargs, _as_it_is


def _forbidden(rng: Random) -> Asked:
    return {"forbidden_words": rng.sample(_ENGLISH["noun"], rng.randint(1, 3))}, _as_it_is


def _letter(rng: Random) -> Asked:
    kwargs = {
        "letter": rng.choice("ceqtz"),
        "let_frequency": rng.randint(3, 40),
        "let_relation": _relation(rng),
    }
    return kwargs, _as_it_is


def _language(rng: Random) -> Asked:
    code = rng.choice(tuple(_FOREIGN))

    def follow(_: str) -> str:
        said = ""
        while len(said) < N_CHARS:
            said += rng.choice(_FOREIGN[code]) + rng.choice((" ", " ", "\n\n"))
        return said

    return {"language": code}, follow


def _sentences(rng: Random) -> Asked:
    return {"num_sentences": rng.randint(8, 24), "relation": _relation(rng)}, _as_it_is


def _words(rng: Random) -> Asked:
    return {"num_words": rng.randint(150, 300), "relation": _relation(rng)}, _as_it_is


def _paragraphs(rng: Random) -> Asked:
    def follow(text: str) -> str:
        return "\n***\n".join(text.split("\n\n"))

    return {"num_paragraphs": rng.randint(2, 4)}, follow


def _first_word(rng: Random) -> Asked:
    count, word = rng.randint(2, 5), rng.choice(("however", "first", "the"))

    def follow(text: str) -> str:
        sentences = text.replace("\n\n", " ").split(". ")
        return "\n\n".join(f"{word} {sentences[at % len(sentences)]}." for at in range(count))

    kwargs = {"num_paragraphs": count, "nth_paragraph": rng.randint(1, count), "first_word": word}
    return kwargs, follow


def _placeholders(rng: Random) -> Asked:
    count = rng.randint(1, 6)
    return {"num_placeholders": count}, lambda text: text + " [name]" * count


def _postscript(rng: Random) -> Asked:
    marker = rng.choice(("P.S.", "P.P.S"))
    return {"postscript_marker": marker}, lambda text: f"{text}\n\n{marker} Thank you for asking."


def _bullets(rng: Random) -> Asked:
    count = rng.randint(2, 5)

    def follow(text: str) -> str:
        return text + "".join(f"\n{rng.choice('*-')} point {n}" for n in range(count))

    return {"num_bullets": count}, follow


def _constrained(rng: Random) -> Asked:
    answer = rng.choice(("yes", "no", "maybe"))
    return {}, lambda _: f"My answer is {answer}."


def _highlights(rng: Random) -> Asked:
    count = rng.randint(1, 4)

    def follow(text: str) -> str:
        words = text.split(" ")
        for at in range(count):
            place = 5 * (at + 1)
            words[place : place + 2] = [f"*{' '.join(words[place : place + 2])}*"]
        return " ".join(words)

    return {"num_highlights": count}, follow


def _sections(rng: Random) -> Asked:
    count, word = rng.randint(2, 5), rng.choice(("SECTION", "Section", "PARAGRAPH", "Day"))

    def follow(text: str) -> str:
        return "".join(f"{word} {n + 1}\n{text[n * 200 : n * 200 + 200]}\n\n" for n in range(count))

    return {"section_spliter": word, "num_sections": count}, follow


def _json(rng: Random) -> Asked:
    def follow(text: str) -> str:
        said = text.replace('"', "'").replace("\n", " ")
        return f'```json\n{{"title": "An answer", "text": "{said}"}}\n```'

    return {}, follow


def _title(rng: Random) -> Asked:
    return {}, lambda text: f"<<{rng.choice(_ENGLISH['noun'])} of joy>>\n\n{text}"


def _two_responses(rng: Random) -> Asked:
    return {}, lambda text: f"{text}\n\n******\n\n{text[: N_CHARS // 2]}"


def _repeat(rng: Random) -> Asked:
    request = prose(rng, _ENGLISH, 150)
    return {"prompt_to_repeat": request}, lambda text: f"{request}\n\n{text}"


def _end(rng: Random) -> Asked:
    phrase = rng.choice(("Any other questions?", "Is there anything else I can help with?"))
    return {"end_phrase": phrase}, lambda text: f"{text} {phrase}"


def _quotation(rng: Random) -> Asked:
    return {}, lambda text: f'"{text}"'


def _capital_words(rng: Random) -> Asked:
    kwargs = {"capital_frequency": rng.randint(1, 12), "capital_relation": _relation(rng)}
    return kwargs, _as_it_is


def _capital(rng: Random) -> Asked:
    return {}, str.upper


def _lowercase(rng: Random) -> Asked:
    return {}, str.lower


def _no_comma(rng: Random) -> Asked:
    return {}, lambda text: text.replace(",", "")


_ASKED: Mapping[str, Callable[[Random], Asked]] = {
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
    "punctuation:no_comma": _no_comma,
}
