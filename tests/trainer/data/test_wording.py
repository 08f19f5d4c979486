"""What a row asks."""

from __future__ import annotations

from typing import Any

import pytest

from reward_trainer.data.wording import Message, WordingError, asked
from reward_trainer.sections import Source


def user(text: str) -> list[Message]:
    return [{"role": "user", "content": text}]


def source(**fields: Any) -> Source:
    return Source(name="s", path="p", **fields)


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "why?", "spec": {}},
        {"problem": "why?", "answer": "x"},
        {"question": "why?", "answer": "x"},
        {"Question": "why?", "Correct Answer": "x"},
        {"prompt": [{"role": "user", "content": "why?"}], "reward_model": {}},
        {"messages": [{"role": "user", "content": "why?"}], "ground_truth": "x"},
        {"input": [{"role": "user", "content": "why?"}], "args": {}},
        {"responses_create_params": {"input": [{"role": "user", "content": "why?"}]}},
        {"prompt": [{"role": "user", "content": [{"type": "text", "text": "why?"}]}]},
        {"prompt": None, "problem": "why?"},
    ],
)
def test_the_prompt_is_found_under_the_usual_names(row: dict[str, Any]) -> None:
    assert asked(row, source()) == user("why?")


def test_a_field_that_is_named_is_taken_instead() -> None:
    row = {"prompt": "no", "extra": {"question": "why?"}}
    assert asked(row, source(prompt_field="extra.question")) == user("why?")


def test_answers_that_follow_are_no_part_of_the_prompt() -> None:
    said = [*user("a"), {"role": "assistant", "content": "b"}, *user("c")]
    row = {"messages": [*said, {"role": "assistant", "content": "the answer"}]}
    assert asked(row, source()) == said


@pytest.mark.parametrize(
    ("system", "first"),
    [
        (None, {"role": "system", "content": "theirs"}),
        ("ours", {"role": "system", "content": "ours"}),
        ("", {"role": "user", "content": "why?"}),
    ],
)
def test_the_system_prompt_is_kept_replaced_or_dropped(system: str | None, first: Message) -> None:
    row = {"prompt": [{"role": "system", "content": "theirs"}, *user("why?")]}
    found = asked(row, source(system=system))
    assert found[0] == first
    assert found[-1] == user("why?")[0]


def test_an_instruction_ends_what_the_user_says_and_is_said_once() -> None:
    boxed = source(instruction="Box it.")
    assert asked({"prompt": "why?"}, boxed) == user("why?\n\nBox it.")
    assert asked({"prompt": "why? Box it."}, boxed) == user("why? Box it.")


@pytest.mark.parametrize("options", [["iron", "gold"], {"A": "iron", "B": "gold"}])
def test_options_are_shown_in_their_order(options: object) -> None:
    row = {"question": "Which is noble?", "choices": options}
    shown = source(options_field="choices", instruction="Box the letter.")
    expected = "Which is noble?\n\nA. iron\nB. gold\n\nBox the letter."
    assert asked(row, shown) == user(expected)


def test_a_raw_prompt_is_sent_as_it_is() -> None:
    assert asked({"prompt": "1+1="}, source(raw=True)) == "1+1="


def test_the_row_is_not_changed() -> None:
    row = {"prompt": user("why?")}
    asked(row, source(instruction="Box it.", system="ours"))
    assert row == {"prompt": user("why?")}


@pytest.mark.parametrize(
    ("row", "fields", "why"),
    [
        ({"answer": "x"}, {}, r"no prompt under the usual names .*has answer; .*prompt_field"),
        ({}, {}, "the row has no fields"),
        ({"prompt": ""}, {}, "no prompt"),
        ({"prompt": "a"}, {"prompt_field": "b"}, r"there is no 'b'; the row has prompt"),
        ({"prompt": {"a": 1}}, {"prompt_field": "prompt"}, "a text or messages, not dict"),
        ({"prompt": ["why?"]}, {}, "a message is an object as"),
        ({"prompt": [{"role": "user"}]}, {}, "content is a text"),
        ({"prompt": [{"role": "system", "content": "a"}]}, {}, "none of the user's"),
        (
            {"prompt": [{"role": "user", "content": [{"type": "image", "image": "x"}]}]},
            {},
            "parts that are no text",
        ),
        ({"prompt": user("a")}, {"raw": True}, "raw prompts are texts"),
        ({"prompt": "a"}, {"options_field": "choices"}, "no options under 'choices'"),
        ({"prompt": "a", "choices": []}, {"options_field": "choices"}, "no options"),
    ],
)
def test_a_row_that_asks_nothing_says_what_is_wrong(
    row: dict[str, Any], fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(WordingError, match=why):
        asked(row, source(**fields))
