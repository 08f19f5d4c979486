from __future__ import annotations

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.answer import math_answer
from reward_verifiers.extract.endings import answer_endings
from reward_verifiers.specs import MathMode, Thinking
from reward_verifiers.verdict import Verdict

TOKENS = [
    *("<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "</s>", "[/INST]", "[INST]"),
    *("<eos>", "<end_of_turn>", "<|end|>", "<|return|>", "<｜end▁of▁sentence｜>", "<|user|>"),
]
HEADINGS = [
    *("Question:", "**Question:**", "Q:", "Q2.", "Problem:", "## Problem\n", "PROBLEM 3:"),
    *(
        "Question 7.",
        "Human:",
        "User:",
        "### Instruction:\n",
        "### Instruction\n",
        "问题：",
        "> Q:",
    ),
]


def read(text: str, mode: MathMode = MathMode.STANDARD) -> str | None:
    answer = math_answer(text, mode, Thinking.STRIP)
    return None if isinstance(answer, Verdict) else answer


@pytest.mark.parametrize("token", TOKENS)
@pytest.mark.parametrize(
    "answer", ["The answer is 4", "The answer is 4.", "**Answer:** 4 ", "#### 4"]
)
def test_the_end_of_the_turn_is_no_part_of_the_answer(token: str, answer: str) -> None:
    assert read(answer + token) == "4"
    assert read(f"{answer}{token}\n{token}") == "4"
    assert read(rf"So \boxed{{4}}{token}") == "4"


@pytest.mark.parametrize("token", TOKENS)
def test_another_turn_is_not_judged(token: str) -> None:
    assert read(rf"So \boxed{{4}}.{token}\boxed{{5}}") == "4"
    assert read(f"The answer is 4.{token}The answer is 5.") == "4"


@pytest.mark.parametrize("heading", HEADINGS)
def test_an_answer_to_another_question_is_not_judged(heading: str) -> None:
    for mode in (MathMode.STANDARD, MathMode.LENIENT):
        assert read(f"The answer is 4.\n\n{heading} What is 2+3?\nThe answer is 5.", mode) == "4"
        assert read(f"The answer is 4.\n{heading} 2+3? \\boxed{{5}}", mode) == "4"
    assert read(f"So \\boxed{{4}}.\n\n{heading} 2+3? \\boxed{{5}}", MathMode.STRICT) == "4"


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_question_restated_before_any_answer_is_read_on_from(heading: str) -> None:
    assert read(f"Let me see.\n{heading} What is 2+3?\nThe answer is 5.") == "5"
    assert read(f"{heading} What is 2+3?\nThe answer is 5.") == "5"
    assert read(f"Put it into \\boxed{{}}.\n{heading} 2+3?\n\\boxed{{5}}") == "5"
    assert read(f"Answer: ...\n{heading} 2+3?\n\\boxed{{5}}") == "5"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("**Problem 1:** \\boxed{3}\n**Problem 2:** and so \\boxed{4}", "4"),
        ("Question 1. The answer is 3.\nQuestion 2. The answer is 4.", "4"),
        ("Problem 1: The answer is 3.\nProblem 7: The answer is 4.", "3"),
        ("Problem: 1+2\nThe answer is 3.\nProblem: 2+2\nThe answer is 4.", "3"),
    ],
)
def test_numbered_parts_are_one_solution(text: str, answer: str) -> None:
    assert read(text) == answer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The question: is it so?",
        "A Question: of taste",
        "\nQuestionable: no",
        "\nPQ: a segment",
        "\nThe User: nobody",
        "a <|b|> c",
        "x < 3 > y",
        "[1, 2]",
    ],
)
def test_no_ending_is_made_up(text: str) -> None:
    assert answer_endings(text) == []


def test_messages_on_another_channel_belong_to_the_same_turn() -> None:
    text = r"so \boxed{4}<|end|><|start|>assistant<|channel|>final<|message|>\boxed{5}<|return|>"
    for thinking in Thinking.STRIP, Thinking.KEEP:
        assert math_answer(text, MathMode.STANDARD, thinking) == "5"


@given(st.lists(st.sampled_from([*TOKENS, *HEADINGS, "\n", "a ", "1 ", "#"])).map("".join))
def test_endings_are_few_ordered_and_in_the_text(text: str) -> None:
    found = answer_endings(text)
    assert found == sorted(set(found))
    assert len(found) <= 8
    assert all(0 <= at < len(text) for at in found)


@pytest.mark.parametrize(
    "piece", [*TOKENS, *HEADINGS, "Q", "\nQ:", "Q: ", "<", ">", "[", "#", "\n#"]
)
def test_hostile_repetition_takes_linear_time(piece: str) -> None:
    text = f">{piece * (300_000 // len(piece))}"
    with no_hang():
        answer_endings(text)
