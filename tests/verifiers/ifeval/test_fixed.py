"""Profile ``fixed``: each repair, beside what the official code says."""

from __future__ import annotations

from typing import Any

import pytest

from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.registry import read_spec, verifier

REPAIRS: list[tuple[str, dict[str, Any], str, bool, bool]] = [
    ("keywords:existence", {"keywords": ["U.S"]}, "The U-S", True, False),
    ("keywords:existence", {"keywords": ["C++"]}, "ccc", True, False),
    ("keywords:existence", {"keywords": ["C++"]}, "I use c++.", True, True),
    (
        "keywords:frequency",
        {"keyword": "a.", "frequency": 2, "relation": "at least"},
        "abac",
        True,
        False,
    ),
    ("keywords:forbidden_words", {"forbidden_words": ["a.c"]}, "an abc", False, True),
    ("keywords:forbidden_words", {"forbidden_words": ["c#"]}, "I use C#.", True, False),
    ("keywords:forbidden_words", {"forbidden_words": ["c#"]}, "I use C#x.", False, True),
    ("language:response_language", {"language": "fr"}, "12:30", True, False),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "b"},
        "a\n\n\n\nb",
        False,
        True,
    ),
    ("detectable_content:postscript", {"postscript_marker": "P.T"}, "pet", True, False),
    ("detectable_format:number_bullet_lists", {"num_bullets": 1}, "* a\n---", False, True),
    ("detectable_format:number_bullet_lists", {"num_bullets": 0}, "-5 degrees", False, True),
    ("detectable_format:number_bullet_lists", {"num_bullets": 0}, "*really* so", False, True),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "*\n* a\n* b", True, True),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        "***a***",
        True,
        False,
    ),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 1},
        "2 * 3 * 4",
        True,
        False,
    ),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 2},
        "*a* **b**",
        True,
        True,
    ),
    (
        "detectable_format:number_highlighted_sections",
        {"num_highlights": 1},
        "* a *b c* d",
        True,
        True,
    ),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "S.", "num_sections": 1},
        "Sx1",
        True,
        False,
    ),
    ("detectable_format:json_format", {}, "Infinity", True, False),
    ("detectable_format:json_format", {}, "5", True, False),
    ("detectable_format:json_format", {}, "```json\n[1, {}]\n```", True, True),
    ("detectable_format:title", {}, "<<>> <<>>", True, False),
    ("detectable_format:title", {}, "<<Rain>>", True, True),
    ("combination:two_responses", {}, "a\n*******\nb", True, False),
    ("combination:two_responses", {}, "a\n******\nb", True, True),
    ("change_case:english_capital", {}, "\u2160", True, False),
    ("change_case:english_lowercase", {}, "\u2170", True, False),
]


@pytest.mark.parametrize(("name", "kwargs", "text", "parity", "fixed"), REPAIRS)
def test_a_repair_changes_what_it_should(
    name: str, kwargs: dict[str, Any], text: str, parity: bool, fixed: bool
) -> None:
    for profile, expected in (("parity", parity), ("fixed", fixed)):
        spec = {"domain": "ifeval", "instruction_id_list": [name], "kwargs": [kwargs]}
        verdict = verifier("ifeval").verify(text, read_spec({**spec, "profile": profile}))
        assert verdict.score == float(expected), profile


def test_every_repair_is_tried() -> None:
    repaired = {name for name, row in CLASSIC.items() if row.fixed or row.fixed_arguments}
    assert {name for name, _, _, parity, fixed in REPAIRS if parity is not fixed} == repaired
