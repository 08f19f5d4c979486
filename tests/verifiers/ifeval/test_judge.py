"""How the instructions of an item make its verdict."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.ifeval.classic.json_format import MAX_DEPTH
from reward_verifiers.ifeval.families import FAMILIES
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval_spec import Family
from reward_verifiers.registry import read_spec, verifier
from reward_verifiers.verdict import Verdict

NO_COMMA, TITLE, QUOTED = (
    "punctuation:no_comma",
    "detectable_format:title",
    "startend:quotation",
)


def judge(completion: str, *ids: str, **spec: Any) -> Verdict:
    read = read_spec({"domain": "ifeval", "instruction_id_list": list(ids), **spec})
    return verifier("ifeval").verify(completion, read)


def test_the_score_is_the_share_of_instructions_that_are_followed() -> None:
    verdict = judge("<<Rain>> it rained", NO_COMMA, TITLE, QUOTED)
    assert verdict.score == pytest.approx(2 / 3)
    assert verdict.reason == "2 of 3 instructions followed"
    assert [one["followed"] for one in verdict.details["instructions"]] == [True, True, False]


def test_all_or_nothing_pays_nothing_for_a_part() -> None:
    assert judge("<<Rain>> it rained", NO_COMMA, TITLE, QUOTED, reward="all").score == 0.0
    assert judge('"<<Rain>> it rained"', NO_COMMA, TITLE, QUOTED, reward="all").score == 1.0


def test_the_same_instruction_twice_counts_twice() -> None:
    assert judge("a, b", NO_COMMA, NO_COMMA, TITLE).score == 0.0
    assert judge("a b", NO_COMMA, NO_COMMA, TITLE).score == pytest.approx(2 / 3)


def test_a_loose_verdict_tells_the_strict_one_too() -> None:
    (one,) = judge('Sure!\n"Rain."', QUOTED, mode="loose").details["instructions"]
    assert one == {"id": QUOTED, "followed": True, "followed_strictly": False}
    (one,) = judge('"Rain."', QUOTED, mode="loose").details["instructions"]
    assert one == {"id": QUOTED, "followed": True, "followed_strictly": True}


def test_a_verdict_names_whose_rules_it_is_by() -> None:
    details = judge("a", NO_COMMA, family="ifbench", profile="fixed").details
    assert [details[key] for key in ("family", "version", "profile", "mode")] == [
        *("ifbench", "head", "fixed", "strict")
    ]
    assert judge("a", NO_COMMA, family="ifbench", version="2025-11").details["version"] == "2025-11"


def test_blanks_behind_the_thinking_do_not_count_and_others_do() -> None:
    assert judge('<think>x</think>\n\n"a"', QUOTED).extracted == '"a"'
    assert judge('\n"a"', QUOTED).extracted == '\n"a"'


@pytest.mark.parametrize("family", Family)
def test_every_family_judges_its_ids_and_no_others(family: Family) -> None:
    for version, table in FAMILIES[family].items():
        assert table, version
    assert (set(CLASSIC) <= set(FAMILIES[family][version])) is (family is not Family.RLVR)


@settings(deadline=None)
@given(st.text(), st.sampled_from(["strict", "loose"]), st.sampled_from(["parity", "fixed"]))
def test_any_completion_gets_a_verdict(completion: str, mode: str, profile: str) -> None:
    bare = [name for name, row in CLASSIC.items() if not row.arguments]
    verdict = judge(completion, *bare, mode=mode, profile=profile)
    assert 0.0 <= verdict.score < 1.0


@settings(deadline=None)
@given(st.text(alphabet="AaNnTtDd'\u00c9 .,-iscCoOmMeE", max_size=60))
def test_words_in_capitals_are_counted_as_all_words_would_be(raw: str) -> None:
    text = Text(raw)
    assert text.n_capital_words == sum(map(str.isupper, text.words))


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1])
def test_json_is_read_up_to_a_depth(depth: int) -> None:
    nested = "[" * depth + '"]]"' + "]" * depth
    assert judge(nested, "detectable_format:json_format").score == float(depth <= MAX_DEPTH)


def test_brackets_in_strings_of_json_nest_nothing() -> None:
    flat = '["' + "[{" * 1000 + '\\"' + "[" * 1000 + '"]'
    assert judge(flat, "detectable_format:json_format").score == 1.0
