"""The language is the one that langdetect names with seed 0."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from random import Random

import numpy as np
import pytest
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from verifiers.ifeval.text.samples import LANGUAGES, PROSE, SIGNS, texts

from reward_verifiers.ifeval.text import language
from reward_verifiers.ifeval.text.language import detect, exact_probabilities
from reward_verifiers.ifeval.text.letters import groups
from reward_verifiers.ifeval.text.profiles import profiles
from reward_verifiers.ifeval.text.twister import words_of_seed_0


@cache
def factory() -> DetectorFactory:
    """Return langdetect's own detectors, its languages in the order of ours."""
    made = DetectorFactory()
    made.set_seed(0)
    read = [path.read_text("utf-8") for path in files("langdetect").joinpath("profiles").iterdir()]
    made.load_json_profile(sorted(read, key=lambda profile: str(json.loads(profile)["name"])))
    return made


def told(text: str) -> tuple[str | None, list[float]]:
    """Return langdetect's answer and its probabilities."""
    detector = factory().create()
    detector.append(text)
    try:
        return detector.detect(), detector.langprob
    except LangDetectException:
        return None, []


def agree(text: str) -> None:
    expected, probabilities = told(text)
    assert detect(text) == expected, text
    found = np.frombuffer(groups(text), dtype=np.int32)
    assert (len(found) == 0) == (expected is None), text
    if expected is not None:
        assert exact_probabilities(found).tolist() == probabilities, text


@pytest.mark.parametrize("name", LANGUAGES)
def test_declarations_are_told_as_by_langdetect(name: str) -> None:
    agree(LANGUAGES[name])


def test_the_languages_are_told_apart() -> None:
    told_wrong = {name for name, text in LANGUAGES.items() if detect(text) != name}
    assert not told_wrong - {"zh-cn", "zh-tw"}


@pytest.mark.parametrize(
    "text",
    [*PROSE, *(change(text) for text in PROSE for change in (str.upper, str.lower, str.title))],
)
def test_prose_is_told_as_by_langdetect(text: str) -> None:
    agree(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", "12 34!", "https://example.com", "me@example.com", "HTTP", "a", "\u65e5", *SIGNS],
)
def test_short_texts_are_told_as_by_langdetect(text: str) -> None:
    agree(text)


@pytest.mark.parametrize("seed", range(2))
def test_random_texts_are_told_as_by_langdetect(seed: int) -> None:
    for text in texts(300 + seed, 60):
        agree(text)


def test_mixed_alphabets_are_told_as_by_langdetect() -> None:
    random = Random(5)
    for _ in range(60):
        pieces = random.choices(tuple(LANGUAGES.values()), k=random.randint(2, 3))
        agree(
            random.choice(("", " ", "\n")).join(piece[: random.randint(1, 40)] for piece in pieces)
        )


@pytest.mark.parametrize(
    "text",
    [
        "a@bb c@d e@ff.g@h x" * 3,
        "n" * 70 + "@example.com und noch ein Wort",
        "siehe http://example.com/" + "a" * 2100 + " und weiter",
        "@a @b.c a@b a.b@c.d.e -_.@x-y",
        "e\u0301te\u0301 tie\u0302\u0301ng vie\u0323\u0302t " * 4,
        "wort " * 3000 + "http://example.com " * 100,
        "\u01a1\u0301 y\u0309 " + "the end",
        "\u1ee3c t\u1ea1o \u0438 \u0441\u043e\u0432\u0435\u0441\u0442\u044c\u044e",
    ],
)
def test_addresses_marks_and_the_end_are_taken_as_by_langdetect(text: str) -> None:
    agree(text)


def test_no_more_than_10000_characters_count() -> None:
    assert (
        detect("word " * 2000 + LANGUAGES["ru"] * 50)
        == detect("word " * 2000)
        == told("word " * 2000)[0]
    )


def test_what_rounding_could_decide_is_worked_out_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(language, "_MARGIN", 1.0)
    assert [detect(text) for text in PROSE] == [told(text)[0] for text in PROSE]


def test_a_long_search_outlasts_the_first_words_of_the_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = [detect(text) for text in PROSE]
    monkeypatch.setattr(language, "_FEW_WORDS", 8)
    assert [detect(text) for text in PROSE] == expected


def test_threads_that_begin_at_once_agree() -> None:
    for cached in (profiles, language._stream):
        cached.cache_clear()
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(detect, [LANGUAGES["de"]] * 16))
    assert answers == ["de"] * 16


def test_the_stream_is_that_of_random_with_seed_0() -> None:
    random = Random(0)
    assert words_of_seed_0(3) == [random.getrandbits(32) for _ in range(3 * 624)]


def test_the_stream_is_long_enough_for_any_text() -> None:
    stream = np.array(words_of_seed_0(language._N_BLOCKS), dtype=np.uint32)
    # The most words are thrown away where there are just more groups than a power of two.
    for n_groups in [1, *(2**power for power in range(1, 15)), 30_000]:
        n_draws = int((stream >> np.uint32(32 - n_groups.bit_length()) < n_groups).sum())
        assert n_draws > language._N_TRIALS * (language._LAST_UPDATE + 1 + language._CHUNK + 4)
