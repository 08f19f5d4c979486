"""The program in a completion."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.code import extract, perfect_completion, shortcut
from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.verdict import Outcome, Verdict

TESTS = {"type": "stdio", "inputs": ["1"], "outputs": ["1"]}
T = "```"
TWO = f"{T}python\na\n{T}\ntext\n{T}python\nb\n{T}"


def spec(**fields: Any) -> CodeSpec:
    return CodeSpec.model_validate({"tests": TESTS, **fields})


@pytest.mark.parametrize(
    ("policy", "program"),
    [("last", "b\n"), ("first", "a\n"), ("all", "a\n\nb\n"), ("whole", "b\n")],
)
def test_the_spec_says_which_block_is_the_program(policy: str, program: str) -> None:
    assert extract(TWO, spec(extract=policy)) == program


def test_whole_takes_what_has_no_block() -> None:
    assert extract("    return 1\n", spec(extract="whole")) == "    return 1\n"
    assert extract(f"print(1)\n{T}\nThat is it.", spec(extract="whole")) == "print(1)\n"
    assert isinstance(extract("</think> \n", spec(extract="whole")), Verdict)


def test_code_in_the_thinking_is_no_answer() -> None:
    assert extract(f"<think>{TWO}</think>\n{T}python\nc\n{T}", spec()) == "c\n"
    for completion in (f"<think>{TWO}", f"{TWO}<think>", f"<think>{TWO}</think> no code"):
        found = extract(completion, spec())
        assert isinstance(found, Verdict)
        assert found.outcome is Outcome.NO_ANSWER
    assert extract(f"<think>{TWO}", spec(thinking="keep")) == "b\n"


@pytest.mark.parametrize(
    ("completion", "reason"),
    [
        ("", "no python code block"),
        (f"{T}python\nprint(1)", "the python code block is not closed"),
        (f"{T}rust\nfn main() {{}}\n{T}", "no python code block; there are blocks tagged 'rust'"),
    ],
)
def test_a_completion_without_a_program_is_told_why(completion: str, reason: str) -> None:
    found = extract(completion, spec())
    assert isinstance(found, Verdict)
    assert (found.outcome, found.reason) == (Outcome.NO_ANSWER, reason)


def test_the_program_is_that_of_the_spec_s_language() -> None:
    text = f"{T}python\na\n{T}\n{T}C++\nb\n{T}"
    assert extract(text, spec(language="cpp")) == "b\n"
    assert extract(text, spec(language="c++")) == "b\n"
    assert extract(text, spec()) == "a\n"


@settings(deadline=None)
@given(st.text(), st.sampled_from(["last", "first", "all", "whole"]))
def test_any_completion_has_a_program_or_a_verdict(completion: str, policy: str) -> None:
    assert isinstance(extract(completion, spec(extract=policy)), str | Verdict)


def test_nothing_is_decided_without_running() -> None:
    assert shortcut("print(1)", spec()) is None
    assert perfect_completion(spec()) is None
