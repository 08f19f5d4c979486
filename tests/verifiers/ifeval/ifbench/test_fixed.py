"""Profile ``fixed``: what is known to be wrong upstream, before and after."""

from __future__ import annotations

import string
from typing import Any, NamedTuple

import pytest
from verifiers.ifeval.ifbench.cases import MAKERS, cases
from verifiers.ifeval.ifbench.judging import follows
from verifiers.ifeval.ifbench.material import Case

from reward_verifiers.ifeval.ifbench import HEAD


class Repair(NamedTuple):
    """A text, what head says of it, and what is right."""

    name: str
    text: str
    right: bool
    kwargs: dict[str, Any]


STORY = " ".join(f"{letter}pex ran home." for letter in string.ascii_uppercase)
QUOTED_STORY = STORY.replace("Cpex", '"Cpex')
SPAN = {"prompt_to_repeat": "one two three four five", "n_start": 1, "n_end": 3}
KEYWORDS = {f"keyword{at}": word for at, word in enumerate(("art", "bee", "cat", "dog", "eel"), 1)}
COUNTED = "art" + " bee" * 2 + " cat" * 3 + " dog" * 5 + " eel" * 7
REFERENCE = {"reference_text": "the cat sat on the mat", "percentage": 100}

REPAIRS = [
    # allenai/IFBench#34: words are meant, not characters; the last one is included.
    Repair("repeat:repeat_span", "two three four", True, SPAN),
    Repair("repeat:repeat_span", "ne", False, SPAN | {"n_end": 2}),
    # allenai/IFBench#34: trigrams of words, not of characters.
    Repair("ratio:overlap", "he cat sat on th", False, REFERENCE),
    Repair("ratio:overlap", "sat on the cat", True, REFERENCE | {"percentage": 50}),
    # allenai/IFBench#34: a quote before the first word is not its letter.
    Repair("custom:sentence_alphabet", QUOTED_STORY, True, {}),
    # allenai/IFBench#34, #22, scitix/sieval#105: punctuation is no word.
    Repair(
        "words:words_position", 'The, whisper was a whisper end."', True, {"keyword": "whisper"}
    ),
    Repair("words:words_position", "(whisper is a whisper end", False, {"keyword": "whisper"}),
    # allenai/IFBench#34: all words must differ.
    Repair("ratio:sentence_words", "Cat. Cat. Cat.", False, {}),
    # allenai/IFBench#34: a keyword in another word is not there.
    Repair("count:keywords_multiple", f"{COUNTED} start", True, KEYWORDS),
    Repair("count:keywords_multiple", COUNTED.replace("art", "start"), False, KEYWORDS),
    # scitix/sieval#105: all blank lines are skipped, not every other one.
    Repair("format:line_indent", "a\n\n\n b\n  c", True, {}),
    # scitix/sieval#105: no question at all is no ratio, and a quoted sentence is one.
    Repair("ratio:sentence_type", "Hello!", False, {}),
    Repair("ratio:sentence_type", 'He left. She said "Go." Why?', True, {}),
    # scitix/sieval#105: a line break is not yet another paragraph.
    Repair("words:vowel", "the bees\nin it", True, {}),
    # LiveBench#468: bold text is no bullet, and a hyphen in a word no sub-bullet.
    Repair("format:sub-bullets", "* **one**\n  - sub", True, {}),
    Repair("format:sub-bullets", "* well-known", False, {}),
    Repair("format:sub-bullets", "No bullets", False, {}),
    # LiveBench#468: words of different lines are no neighbours.
    Repair("words:no_consecutive", "One tax\nTwo cats", True, {}),
    # Head lost the curly quotes that it replaces by straight ones.
    Repair("format:quote_unquote", "\u201ca\u201d\u201cb\u201d c", False, {}),
    Repair("format:quote_unquote", "He said \u201ca\u201d", False, {}),
]


@pytest.mark.parametrize("repair", REPAIRS)
def test_a_known_bug_is_repaired(repair: Repair) -> None:
    case = Case(repair.kwargs, repair.text)
    assert follows(repair.name, case, "head") is not repair.right
    assert follows(repair.name, case, "head", profile="fixed") is repair.right


@pytest.mark.parametrize("name", MAKERS)
def test_fixed_verdicts_are_one_for_both_versions(name: str) -> None:
    for case in cases(name, 30):
        head = follows(name, case, "head", profile="fixed")
        assert follows(name, case, "2025-11", profile="fixed") is head
        if HEAD[name].fixed is None:
            assert follows(name, case, "head") is head


def test_every_repair_is_tested() -> None:
    assert {name for name, row in HEAD.items() if row.fixed} == {each.name for each in REPAIRS}


@pytest.mark.parametrize(
    ("name", "text", "kwargs"),
    [
        ("repeat:repeat_span", "two three four", SPAN),
        ("custom:sentence_alphabet", STORY, {}),
        ("words:words_position", "The whisper is a whisper now.", {"keyword": "whisper"}),
        ("ratio:sentence_words", "Cat sat. Dog ran. Owl ate.", {}),
        ("count:keywords_multiple", COUNTED, KEYWORDS),
        ("words:vowel", "the bees in it", {}),
        ("format:line_indent", "a\n b\n  c", {}),
        ("ratio:sentence_type", "One. Two. Three?", {}),
        ("format:sub-bullets", "* one\n- a\n* two\n  - b", {}),
        ("words:no_consecutive", "one two six\nnine ten", {}),
        ("format:quote_unquote", '"a" is a letter', {}),
    ],
)
def test_what_is_plainly_right_stays_so(name: str, text: str, kwargs: dict[str, Any]) -> None:
    assert follows(name, Case(kwargs, text), "head", profile="fixed")


def test_two_paragraphs_are_none() -> None:
    assert not follows("words:vowel", Case({}, "the bees\n \nin it"), "head", profile="fixed")
