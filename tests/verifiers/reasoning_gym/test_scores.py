"""Every data set: from JSON alone its own answer is right, and others are not."""

from __future__ import annotations

import json

import pytest
from verifiers.reasoning_gym.exported import NAMES, SIZE, entries, score, spec_of, verdict
from verifiers.reasoning_gym.payloads import MARKER

from reward_verifiers.reasoning_gym.exact.table import EXACT
from reward_verifiers.reasoning_gym.rules import RULES
from reward_verifiers.registry import verifier
from reward_verifiers.specs import ReasoningGymSpec
from reward_verifiers.verdict import Outcome

VERIFIER = verifier("reasoning_gym")
WITHOUT_EXAMPLE = {"boxnet", "rush_hour"}

TRIVIAL = ("banana", "None", "[]", "{}", "[[0]]", "x", "?", "nan", "I do not know.", "-")

# One word or one small number is the answer to many entries of these.
FEW_ANSWERS = {
    *("acre", "aiw", "color_cube_rotation", "course_schedule", "game_of_life_halting", "gcd"),
    *("circuit_logic", "isomorphic_strings", "mahjong_puzzle", "ransom_note", "syllogism"),
    *("family_relationships", "zebra_puzzles", "self_reference", "rectangle_count", "lcm"),
    *("polynomial_equations", "tsumego", "largest_island", "maze", "string_insertion"),
}


def test_every_data_set_has_rules_of_one_kind() -> None:
    assert sorted([*RULES, *EXACT]) == NAMES
    assert set(entries()) == set(NAMES)
    assert {len(each) for each in entries().values()} == {SIZE}


@pytest.mark.parametrize("profile", ["fixed", "upstream"])
@pytest.mark.parametrize("name", NAMES)
def test_its_own_answer_is_right(name: str, profile: str) -> None:
    for entry in entries()[name]:
        spec = spec_of(name, entry, profile=profile)
        completion = VERIFIER.perfect_completion(spec)
        if name in WITHOUT_EXAMPLE:
            assert completion is None
            continue
        assert completion is not None
        found = VERIFIER.verify(completion, spec)
        assert found.outcome is Outcome.CORRECT, (entry["question"][:200], found.reason)


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_to_another_puzzle_is_not_right(name: str) -> None:
    rows = entries()[name]
    for entry, other in zip(rows, [*rows[1:], rows[0]], strict=True):
        answer = other["answer"]
        if answer is None or answer == entry["answer"]:
            continue
        assert score(answer, name, entry) < 1.0, (entry["answer"], answer)


@pytest.mark.parametrize("name", NAMES)
def test_what_says_nothing_earns_nothing(name: str) -> None:
    for entry in entries()[name]:
        for answer in TRIVIAL:
            assert score(answer, name, entry) == 0.0, answer


@pytest.mark.parametrize("name", NAMES)
def test_the_question_copied_earns_nothing(name: str) -> None:
    for entry in entries()[name]:
        assert score(entry["question"], name, entry) == 0.0


@pytest.mark.parametrize("name", sorted(set(NAMES) - FEW_ANSWERS))
def test_every_answer_at_once_earns_nothing(name: str) -> None:
    rows = [entry for entry in entries()[name] if entry["answer"]]
    listed = " or ".join(dict.fromkeys(entry["answer"] for entry in rows))
    for entry in rows[:5]:
        assert score(listed, name, entry) == 0.0


def test_a_spec_survives_the_way_to_a_worker() -> None:
    for name in NAMES:
        spec = spec_of(name, entries()[name][0])
        again = ReasoningGymSpec.model_validate_json(spec.model_dump_json())
        assert again == spec


def test_judging_leaves_the_entry_alone() -> None:
    for name in NAMES:
        entry = json.loads(json.dumps(entries()[name][1]))
        for profile in ("fixed", "upstream"):
            verdict(entry["answer"] or "x", name, entry, profile=profile)
        assert entry == entries()[name][1], name


def test_the_verdict_names_data_set_and_profile() -> None:
    found = verdict("7", "chain_sum", {"answer": "7"}, profile="upstream")
    assert found.details == {"dataset": "chain_sum", "profile": "upstream"}
    assert MARKER not in found.reason


@pytest.mark.parametrize("profile", ["fixed", "upstream"])
@pytest.mark.parametrize("name", NAMES)
def test_reasons_are_words_for_a_person(name: str, profile: str) -> None:
    for answer in ("null", "x", "[[", "9" * 5000, "1e999999999", "(" * 1500, "R" * 1500, "~"):
        reason = verdict(answer, name, entries()[name][0], profile=profile).reason
        assert reason
        for jargon in ("Error", "literal", "float", "Expecting", "int()", "recursion", "unpack"):
            assert jargon not in reason, reason
