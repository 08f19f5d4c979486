"""One committed letter or none: never a guess, in linear time."""

from __future__ import annotations

import string
from unittest import mock

import pytest
from hangs import no_hang
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.extract import option_texts
from reward_verifiers.extract.choice import NoChoice, committed_choice
from reward_verifiers.extract.choice_phrases import MAX_PHRASES
from reward_verifiers.extract.option_texts import option_by_text
from reward_verifiers.memo import MAX_BYTES, Memo
from reward_verifiers.specs import StemSpec
from reward_verifiers.stem import perfect_completion, verify
from reward_verifiers.verdict import Outcome

NAMES = ["iron", "copper", "gold", "zinc", "tin", "lead", "silver", "nickel", "cobalt", "mercury"]
METALS = dict(zip("ABCDEFGHIJ", NAMES, strict=True))
REASONING = "We weigh the options in turn and look at what each of them would mean. " * 60


def letter(text: str, options: dict[str, str] = METALS) -> str | None:
    choice = committed_choice(text, options)
    return None if isinstance(choice, NoChoice) else choice


@pytest.mark.parametrize(
    "text",
    [
        r"The answer is $\boxed{\textbf{C}}$.",
        "**Correct Answer: Option C**",
        "So, the answer is C: gold",
        "I'll go with C",
        "Answer: C</s>",
        "The answer is C<|im_end|>",
        "Answer: C ✅",
        "Answer: __C__",
        "> Answer: C",
        "Answer：C",
        "the answer choice is C",
        "Therefore, C is the correct answer.",
        "The answer to this question is C.",
        "The correct answer is C and not A.",
        "The answer is:\n$$\\text{C}$$",
        "The answer is (C).\n\nLet me know if you have questions!",
        "<answer>\nThe answer is C\n</answer>",
        "iron is out. The answer is C.",
        r"\boxed{\text{C. } gold}",
    ],
)
def test_a_committed_letter_is_read(text: str) -> None:
    assert letter(text) == "C"


@pytest.mark.parametrize(
    "text",
    [
        "A. thaliana is a plant.",
        "D. tin is what it may be",
        "The answer is C or, less likely, A.",
        "The answer is A, B, or C.",
        "The answers are A and C.",
        "The answer is C/D.",
        "Answer: gold, or iron",
        "Suppose the answer is C.",
        "We don't think the answer is C.",
        "The correct answer is not C.",
        "The solution contains C.",
        "Answer: C-14 dating",
        "Answer: c = 5",
        "The answer is C++.",
        "Answer: C? Or not.",
        "What is the answer? C?",
    ],
)
def test_what_is_not_committed_is_not_read(text: str) -> None:
    assert letter(text) is None


def test_the_reason_says_what_is_missing() -> None:
    assert committed_choice("The answer is A or C.", METALS) == NoChoice(
        "the last phrase that gives an answer names several options"
    )
    assert committed_choice(r"\boxed{Q}", METALS) == NoChoice(
        "the last box gives a letter that is none of the options"
    )
    assert committed_choice("", METALS) == NoChoice("no option is committed to")


def test_only_the_last_phrases_are_tried() -> None:
    assert letter("The answer is C." + " option" * (MAX_PHRASES - 1)) == "C"
    assert letter("The answer is C." + " option" * MAX_PHRASES) is None


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        ("A ", 50_000),
        ("answer is ", 10_000),
        ("answer is A or ", 7_000),
        (r"\boxed{", 14_000),
        (r"\boxed{A} or ", 8_000),
        (r"\boxed{A}", 11_000),
        ("<answer>", 12_000),
        ("<answer>A</answer>", 5_000),
        ("\nQ: ", 25_000),
        ("\nQuestion: Answer: ", 5_000),
        ("(C) is the correct ", 5_000),
        ("option ", 14_000),
        ("**", 50_000),
        (" ", 100_000),
        ("\n", 100_000),
        (r"\text{", 16_000),
        ("答案", 50_000),
        ("if ", 33_000),
        ("or ", 33_000),
        ("C", 100_000),
        ("<|x|>", 20_000),
        ("The answer is A. D is also ", 3_700),
        ("The answer is A. If not ", 4_300),
    ],
)
def test_hostile_text_of_100_000_characters_takes_linear_time(unit: str, times: int) -> None:
    with no_hang(5):  # under 50 ms on an idle core
        committed_choice(unit * times, METALS)


@pytest.mark.parametrize(
    "end", [r"So \boxed{C}", r"The answer is $\boxed{\text{C}}$.", "Answer: C", "**Answer**: (C)"]
)
def test_a_typical_completion_names_its_choice_at_the_end(end: str) -> None:
    assert letter(REASONING + end) == "C"


NASTY_WORDS = (
    *("A or B", "1", "11", "None of the above", "", " ", "A", "B", "C.", "A. iron", r"\boxed{A}"),
    *("the answer is B", "}", "{", r"\frac{1}{2}", "0.5", "1/2", "<answer>B</answer>", "(C)"),
)
NASTY_TEXTS = st.sampled_from(NASTY_WORDS)
OPTIONS = st.integers(2, 26).flatmap(
    lambda n: st.lists(NASTY_TEXTS | st.text(max_size=20), min_size=n, max_size=n).map(
        lambda texts: dict(zip(string.ascii_uppercase, texts, strict=False))
    )
)


@given(OPTIONS, st.data())
def test_every_gold_verifies_itself(options: dict[str, str], data: st.DataObject) -> None:
    gold = data.draw(st.sampled_from(sorted(options)))
    spec = StemSpec(gold=gold, options=options)
    completion = perfect_completion(spec)
    assert completion is not None
    assert verify(completion, spec).outcome is Outcome.CORRECT


@given(OPTIONS, st.data())
def test_an_option_text_names_its_option_or_none(
    options: dict[str, str], data: st.DataObject
) -> None:
    written = data.draw(st.sampled_from(sorted(options)))
    found = option_by_text(options[written], options)
    assert found is None or found == written or options[found].strip() == options[written].strip()


PIECES = (
    *("the answer is ", "Answer: ", "A", "B", "C", " or ", ", ", " and ", r"\boxed{", "}", "**"),
    *("(", ")", ".", "\n", "<answer>", "</answer>", "not ", "option ", " is correct", "gold"),
    *("<think>", "</think>", "$", r"\text{", "iron", "if ", "?", " ", "Question: ", "either "),
)
FRAGMENTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@given(st.text(max_size=300) | FRAGMENTS)
@settings(max_examples=300)
def test_any_text_gets_an_option_or_a_reason(text: str) -> None:
    choice = committed_choice(text, METALS)
    assert choice.reason if isinstance(choice, NoChoice) else choice in METALS


@given(FRAGMENTS)
@settings(max_examples=300)
def test_an_option_is_only_chosen_by_its_letter_or_its_text(text: str) -> None:
    chosen = letter(text)
    assert chosen is None or chosen in text.upper() or METALS[chosen] in text


@given(st.lists(st.sampled_from("ABCDEFGHIJ"), min_size=2, max_size=5, unique=True), st.data())
def test_letters_in_a_row_are_never_an_answer(letters: list[str], data: st.DataObject) -> None:
    joint = data.draw(
        st.sampled_from([" or ", ", ", " and ", "/", ", or ", " & ", " or maybe ", "; "])
    )
    dress = data.draw(st.sampled_from(["{}", "({})", "**{}**", r"\text{{{}}}"]))
    listed = joint.join(dress.format(one) for one in letters)
    frame = data.draw(
        st.sampled_from(
            ["The answer is {}.", "Answer: {}", r"\boxed{{{}}}", "{}", "<answer>{}</answer>"]
        )
    )
    assert letter(frame.format(listed)) is None


@pytest.mark.parametrize("commitment", ["The answer is C.", r"\boxed{C}.", "Option C is correct."])
@pytest.mark.parametrize(
    "afterwards",
    [
        "But D also works.",
        "However, one could argue that D is also correct.",
        "Option D (zinc) might be right, too.",
        "\n\nAlternatively, the answer is D.",
        "\n*Note: (D) is acceptable.*",
        "If not, D.",
        "The answer could also be D.",
        "Zinc is a valid alternative.",
        "C and D are both correct.",
    ],
)
def test_another_option_that_is_as_good_takes_a_commitment_back(
    commitment: str, afterwards: str
) -> None:
    assert letter(f"{commitment} {afterwards}") is None


@pytest.mark.parametrize("commitment", ["The answer is C.", r"\boxed{C}.", "Option C is correct."])
@pytest.mark.parametrize(
    "afterwards",
    [
        "None of A, B, or D could be correct.",
        "While D is also plausible, C is the better one.",
        "D may seem plausible, but zinc corrodes.",
        "D is also a possible electrode, which does not matter.",
        "If the metal were reactive, D would also be correct.",
        "D could be correct only if zinc were noble.",
        "A possible alternative would be zinc, but it corrodes.",
        "I might also be wrong.",
        "Is D also correct? No.",
    ],
)
def test_what_is_said_of_other_options_leaves_a_commitment_alone(
    commitment: str, afterwards: str
) -> None:
    assert letter(f"{commitment} {afterwards}") == "C"


@given(st.sampled_from("ABCDEFGHIJ"), st.sampled_from("ABCDEFGHIJ"))
def test_of_two_commitments_the_last_one_counts(first: str, last: str) -> None:
    text = f"The answer is {first}. But no, that was rash.\nThe answer is {last}."
    assert letter(text) == last


def test_options_of_combining_marks_are_read_quickly() -> None:
    with no_hang():
        committed_choice("The answer is foo.", {"A": "\u0301\u0316" * 40_000, "B": "2"})


def test_large_options_are_read_once_and_not_kept_beyond_a_bound() -> None:
    with mock.patch.object(Memo, "_keep", autospec=True, side_effect=Memo._keep) as kept:
        for n in range(100):
            head = f"{n % 2}" + "abé " * 2400
            options = {letter: f"{letter}{head}" for letter in string.ascii_uppercase}
            committed_choice("The answer is foo.", options)
    assert kept.call_count == 2
    assert option_texts.READ.held_bytes <= MAX_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "<answer>" + "\\boxed" * 160_000 + "</answer>",
        "<answer>" * 125_000,
        "</answer>" * 110_000,
        "<answer>C</answer>" * 55_000,
        "<answer>" + "C" * 1_000_000,
        "\\boxed" * 160_000 + "\nQ1: x" * 8,
        "\\fbox" * 200_000 + "\nQ1: x" * 8,
        "\\boxed" + " " * 1_000_000 + "\nQ1: x" * 8,
        "\\boxed" + "1" * 1_000_000 + "x" + "\nQ1: x" * 8,
    ],
)
def test_a_hostile_megabyte_of_marks_is_read_quickly(text: str) -> None:
    with no_hang(5):  # under 100 ms on an idle core
        committed_choice(text, METALS)
