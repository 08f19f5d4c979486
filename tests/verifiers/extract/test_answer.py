from __future__ import annotations

import pytest
from hangs import no_hang
from hypothesis import given
from hypothesis import strategies as st

from reward_verifiers.extract.answer import MAX_ANSWER_CHARS, math_answer
from reward_verifiers.specs import MathMode, Thinking
from reward_verifiers.verdict import Outcome, Verdict

NO_ANSWER = None
pieces = [
    *(r"\boxed{", r"\boxed", r"\fbox{", r"\(", r"\)", r"\[", r"\]", r"\text{", r"\n", "<think>"),
    *("</think>", "<answer>", "</answer>", "####", "**", "answer", "Answer:", "final", "is", "the"),
    *("or", "and", "not", "is wrong", "x=", "1/2", "-1", "..", *"{}}$=78,:.#"),
]
messy = st.lists(
    st.one_of(st.text(max_size=4), st.sampled_from([*pieces, " ", "\n"])), max_size=25
).map("".join)


def read(text: str, mode: MathMode = MathMode.STANDARD) -> str | None:
    """Return the answer, or None when the verdict is no_answer."""
    answer = math_answer(text, mode, Thinking.STRIP)
    if isinstance(answer, Verdict):
        assert answer.outcome is Outcome.NO_ANSWER
        assert answer.reason
        return None
    return answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (r"\boxed{8} then, after correction, \boxed{7}", "7"),
        (r"\boxed{3+4} = \boxed{7}", "7"),
        (r"\boxed{3}. \boxed{7}", "7"),
        (r"Since \boxed{3} is a root, \boxed{7} is not.", "7"),
        ("\\boxed{3}\n\\boxed{7}", "7"),
        (r"\boxed{8} or \boxed{7}", NO_ANSWER),
        (r"$\boxed{8}$ or $\boxed{7}$", NO_ANSWER),
        (r"\[\boxed{8}\quad\text{or}\quad\boxed{7}\]", NO_ANSWER),
        (r"either \boxed{8}, \boxed{9} or \boxed{7}", NO_ANSWER),
        (r"\boxed{8} (or maybe \boxed{7})", NO_ANSWER),
        (r"\boxed{8} / \boxed{7}", NO_ANSWER),
        (r"\boxed{8} - \boxed{7}", NO_ANSWER),
        (r"area=\boxed{8} or area=\boxed{7}", "8, 7"),
        (r"$f(3)=\boxed{8}$ or $f(3)=\boxed{7}$", "8, 7"),
        (r"$\angle A=\boxed{8}$, $\angle B=\boxed{7}$", r"\angle A=8, \angle B=7"),
        (r"the answer is \boxed{8} or the answer is \boxed{7}", NO_ANSWER),
        (r"\boxed{8}. Maybe the answer is \boxed{7}", NO_ANSWER),
        (r"From \boxed{8} to get the answer \boxed{7}", "7"),
        (r"$x = \boxed{1} \quad y = \boxed{2}$", "x=1, y=2"),
        (r"$\boxed{\frac{1}{2}}$ or $\boxed{0.5}$", "0.5"),
        (r"$\boxed{-1/2}$ or $\boxed{0.5}$", NO_ANSWER),
        (r"\boxed{1/0} or \boxed{2/0}", NO_ANSWER),
        (r"\boxed{\frac{1}{2}} or equivalently \boxed{50\%}", r"50\%"),
        (r"\boxed{8} oder \boxed{7}", NO_ANSWER),
        ("Either\n\\[\\boxed{8}\\]\nor\n\\[\\boxed{7}\\]", NO_ANSWER),
        ("\\[\\boxed{8},\\]\n\\[\\boxed{7}\\]", "7"),
        (r"\boxed{8}, or rather \boxed{7}", "7"),
        (r"\boxed{8} but also \boxed{7}", "8, 7"),
        (r"\boxed{8}? \boxed{7}?", NO_ANSWER),
        (r"\boxed{8}\boxed{7}", NO_ANSWER),
        (r"\fbox{8} or \boxed{7}", NO_ANSWER),
        (r"\boxed{7} or \boxed{ 7 }", "7"),
        (r"\boxed{0}, \boxed{1} and \boxed{7}", "0, 1, 7"),
        (r"$\boxed{1}$ and $\boxed{2}$", "1, 2"),
        (r"First \boxed{5} then we have \boxed{1}, \boxed{2}", "1, 2"),
        (r"$x=\boxed{1}$ or $x=\boxed{2}$", "1, 2"),
        (r"\boxed{x=1} or \boxed{x=2}", "x=1, x=2"),
        (r"$a = \boxed{1}$, $b=\boxed{2}$", "a=1, b=2"),
        (r"\boxed{a=1} and \boxed{b=2}", "a=1, b=2"),
        (r"x=\boxed{1} or y=\boxed{2}", NO_ANSWER),
        (r"(a) \boxed{8} (b) \boxed{7}", "8, 7"),
        ("(1) $\\boxed{8}$;\n(2) $\\boxed{7}$;\n(3) $\\boxed{7}$", "8, 7, 7"),
        ("**Part A:** \\boxed{8}\n\n**Part B:** \\boxed{7}", "8, 7"),
        ("- a) \\boxed{8}\n- b) \\boxed{7}", "8, 7"),
        (r"(i) \boxed{8} and (ii) \boxed{8}", "8, 8"),
        (r"(a) \boxed{8} or (b) \boxed{7}", NO_ANSWER),
        (r"(a) The area is \boxed{8}. (b) The length is \boxed{7}", "7"),
        (r"\boxed{8} (b) \boxed{7}", "7"),
        (r"f(a) \boxed{8} f(b) \boxed{7}", "7"),
        (r"\boxed{7}, not \boxed{8}", "7"),
        (r"\boxed{7} rather than \boxed{8}", "7"),
        (r"\boxed{7} \neq \boxed{8}", "7"),
        (r"it is not \boxed{8}", NO_ANSWER),
        (r"it isn't \boxed{8}", NO_ANSWER),
        (r"not \boxed{6} and not \boxed{8}", NO_ANSWER),
        (r"\boxed{8} is wrong", NO_ANSWER),
        (r"\boxed{8}. Wait, that's wrong.", NO_ANSWER),
        ("$\\boxed{8}$.\n\nHmm, this is not correct. The result is 7.", NO_ANSWER),
        (r"\boxed{8}. This is not correct for x < 0, which is excluded.", "8"),
        (r"\boxed{8}. That is right. It is wrong to say 7.", "8"),
        (r"$\boxed{8}$ is not the right answer", NO_ANSWER),
        (r"$\boxed{8}$ is not divisible by 3", "8"),
        (r"\boxed{7", NO_ANSWER),
        (r"\boxed{8}, no \boxed{7", NO_ANSWER),
        (r"\boxed{}", NO_ANSWER),
        (r"\boxed{\ldots}", NO_ANSWER),
        (r"\boxed{\text{your answer}}", NO_ANSWER),
        (r"\boxed{answer}", NO_ANSWER),
        (r"The answer 7 is \boxed{}", NO_ANSWER),
        (r"The answer is 7. \boxed{}", NO_ANSWER),
        (r"\boxed{\{\}}", r"\{\}"),
        (r"\boxed{<}", "<"),
        (r"\boxed{<answer>}", NO_ANSWER),
    ],
)
def test_boxes(text: str, answer: str | None) -> None:
    assert read(text) == answer
    assert read(text, MathMode.STRICT) == answer
    assert read(text, MathMode.LENIENT) == answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("The answer is 7.", "7"),
        ("the final answer is $\\frac{1}{2}$. I hope it is correct.", r"\frac{1}{2}"),
        ("The answer is 7. I hope it is correct.", "7"),
        ("Answer: 7", "7"),
        ("ANSWER: 7", "7"),
        ("**Answer:** 7", "7"),
        ("**Answer**: 7", "7"),
        ("**Final Answer: 7**", "7"),
        ("**The final answer is:** $7$", "7"),
        ("**The answer is 7.**", "7"),
        ("Final Answer:\n\n$$\n7\n$$", "7"),
        ("**Final Answer**\n\\[ x = 7 \\]\nDone.", "x = 7"),
        ("### Answer\n7", "7"),
        ("## Final answer\n\n**7**", "7"),
        ("\\textbf{Answer:} 7", "7"),
        ("Final result: 7", "7"),
        ("The final solution is 7", "7"),
        ("The answer to the question is 7.", "7"),
        ("Thus the answer is simply 7!", "7"),
        ("the answer is 3.14", "3.14"),
        ("the answer is 1,234.", "1,234"),
        ("The answer is 7, since 3+4 = 7.", "7"),
        ("The answer is 7 (because 3+4 = 7).", "7"),
        ("The answer is 7 apples.", "7 apples"),
        ("The answer is 7 apples that are left in the basket.", "7 apples"),
        ("The answer is 7 million people in the city.", "7 million"),
        ("The answer is 7 more than we had.", "7 more than we had"),
        ("Answer: 7; 8", "7; 8"),
        ("The answer is $7$ ways of doing this thing.", "7 ways"),
        ("The answer is 7 or 8", "7 or 8"),
        ("The answer is 7 or maybe it is eight", "7 or maybe it is eight"),
        ("The answer is $7$ or $8$.", "7 or 8"),
        ("The answer is even.", "even"),
        ("The answer is no.", "no"),
        ("The answer is: (B)", "(B)"),
        ("The answer is 5. Wait, the answer is 7.", "7"),
        ("The answer is 7. I hope the answer is clear.", "7"),
        ("The answer is 7. The answer is not 8.", "7"),
        ("<answer>7</answer>", "7"),
        ("<answer>\n$7$\n</answer> done", "7"),
        ("<answer>5</answer> no <answer>7</answer>", "7"),
        ("<answer>The answer is 7</answer>", "7"),
        ("The answer is 5. <answer>7</answer>", "7"),
        ("so 3 + 4 = 7\n#### 7", "7"),
        ("so\n#### $1,234.\n", "1,234"),
        ("so\n#### **7**", "7"),
        ("<ANSWER>7</ANSWER>", "7"),
        ("The answers are 7 and 8.", "7 and 8"),
        ("The answer to 3+4 is 7.", "7"),
        ("the answer for part (b) is 7.", "7"),
        ("The answer is definitely 7.", "7"),
        ("Answer: 7. Or 8.", "7. Or 8"),
        ("答案是 7。", "7"),
        ("Thus, 7 is the final answer.", "7"),
        ("So we are done. Hence $\\frac{1}{2}$ is our answer!", r"\frac{1}{2}"),
        ("**7** is the correct answer.", "7"),
        ("\\(7\\) is the answer to the question.", "7"),
        ("So 3.14 is the answer", "3.14"),
        ("The answer is 5. No: 7 is the answer.", "7"),
        ("Ans: 7", "7"),
        ("ANS = 7", "7"),
        ("**Ans.** 7", "7"),
        ("Ans. 7", "7"),
        ("The answer is: 7 (apples)", "7 apples"),
        ("The final answer is 7 apples altogether.", "7 apples"),
        ("The answer is 7 in total.", "7"),
        ("The answer is negative 7.", "-7"),
        ("The answer is minus $7$.", "-7"),
        ("The answer is negative", "negative"),
        ("Answer: 7 \u2705", "7"),
        ("Answer: \u2705 **7** \U0001f389", "7"),
        ("The answer is 7. If x = 4, then the answer is 8.", "7"),
        ("The answer is 7. Suppose the answer is 8.", "7"),
        ("The answer is 7. I doubt that the answer is 8.", "7"),
        ("Since 3 is not a divisor, the answer is 7.", "7"),
        ("Assuming that all are equal, the answer is 7.", "7"),
        ("Is the answer 8? Let us see. The answer is 7.", "7"),
        ("The only possible answer is 7.", "7"),
        ("My answer is 7.", "7"),
    ],
)
def test_announcements(text: str, answer: str) -> None:
    assert read(text) == answer
    assert read(text, MathMode.STRICT) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "x = 7",
        "We have 3+4 = 7, and then we multiply 7 by",
        "Answer: <your answer here>",
        "Answer: [answer]",
        "Answer: ...",
        "Answer:",
        "The answer is",
        "The answer is not 7.",
        "The answer is clear.",
        "The answer is as follows",
        "What is the answer?",
        "7 answers are possible",
        "The result is 7.",
        "The solution is 7.",
        "<answer>7",
        "<answer></answer>",
        "The answer is 5. <answer>7",
        "#### 2. Compute the sum",
        "#### 7\nand then we go on",
        "The answer 7 is easy to see",
        "<answer>8</answer> or <answer>7</answer>",
        "The answer is 8, or maybe the answer is 7.",
        "Answer: 8 / Answer: 7",
        "7 is not the answer.",
        "I doubt 7 is the answer.",
        "If 7 is the answer, we are done.",
        "So 7 is the answer?",
        "7 or 8 is the answer.",
        "x = 3.14 is the answer",
        "Suppose the answer is 7.",
        "Suppose that x = 3.5, then the answer is 7.",
        "If x = 3.5, then the answer is 7.",
        "Now if we add, the answer is 7.",
        "Let us assume the answer is 7.",
        "Let's check whether the answer is 7",
        "I guess the answer is 7.",
        "I don't think the answer is 7.",
        "I am not sure the answer is 7.",
        "It would be wrong to say that the answer is 7.",
        "Is the answer 7?",
        "The answer is 7?",
        "The answer is 7? No.",
        "The answer is never 7.",
        "The wrong answer is 7.",
        "The previous answer was 7.",
        "A possible answer is 7.",
        "The student's answer is 7.",
        "The answer is 7, which is wrong.",
        "The answer is 7. But that is incorrect.",
        "means: 7",
        "trans: 7",
        "PLANS: 7",
    ],
)
def test_nothing_is_announced(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("so 3 + 4 makes 7", "7"),
        ("so **73**", "73"),
        ("it is -7.", "-7"),
        ("from 3-4", "4"),
        ("it costs $5 and then $6", "6"),
        ("about 1,234.50 in all", "1,234.50"),
        ("the share is 3/4 of it", "3/4"),
        ("that is 50% of it", "50%"),
        ("in all 1,234 people", "1,234"),
        ("5 of x_7", "5"),
        (r"Therefore $x = \frac{1}{2}$.", r"x = \frac{1}{2}"),
        (r"Therefore \(2\pi\) holds", r"2\pi"),
        ("In 5 steps: $$7$$", "7"),
        ("$x$ is 5", "5"),
        ("The answer is 7. There were 3 steps.", "7"),
        (r"first 12, then \[ \sqrt{2} \]", r"\sqrt{2}"),
    ],
)
def test_lenient_takes_the_last_number_or_formula(text: str, answer: str) -> None:
    assert read(text, MathMode.LENIENT) == answer


@pytest.mark.parametrize("text", ["", "none at all", "$", "$$", "\\(\\)", "x_7", "so CO2"])
def test_lenient_finds_no_number_where_none_is(text: str) -> None:
    assert read(text, MathMode.LENIENT) is None


def test_the_thinking_is_not_judged() -> None:
    assert read(r"<think>\boxed{8}</think>\boxed{7}") == "7"
    assert read(r"<think>\boxed{8}</think>") is None
    assert read(r"<think>\boxed{8}") is None


def test_an_answer_too_long_to_be_honest_is_over_limit() -> None:
    long = "9" * (MAX_ANSWER_CHARS + 1)
    for text in (f"\\boxed{{{long}}}", f"<answer>{long}</answer>"):
        answer = math_answer(text, MathMode.STANDARD, Thinking.STRIP)
        assert isinstance(answer, Verdict)
        assert answer.outcome is Outcome.OVER_LIMIT
    assert read(f"\\boxed{{{long[1:]}}}") == long[1:]


@given(messy, st.sampled_from(MathMode), st.sampled_from(Thinking))
def test_any_text_gets_an_answer_or_a_verdict(text: str, mode: MathMode, how: Thinking) -> None:
    answer = math_answer(text, mode, how)
    assert answer == math_answer(text, mode, how)
    assert not isinstance(answer, str) or answer == answer.strip() != ""


HOSTILE = [
    *("answer ", "answer is ", "Answer: ", "<answer>", "final answer\n", "#### ", "答案"),
    *("$", "\\(", "\\[", "7 ", "7,", "7/", "-", "1,234", " ", "\n", ", ", "(", "*"),
    *("the ", "not ", "$7$ a ", "a\\boxed", "box", "\\boxed{7}\n"),
    *("\\boxed{7} or ", "\\boxed{7}, ", "\\boxed{7} not ", "\\boxed{", "{}", "\\boxed{{}", "}"),
    *(
        "if ",
        "Suppose ",
        "is the answer. ",
        "7 is the answer. ",
        "Ans. ",
        "(a) \\boxed{7} ",
        "\nQ: ",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("start", ["", "\\boxed{"])
@pytest.mark.parametrize("end", ["", "\\boxed{7}", " answer is 7"])
def test_hostile_repetition_takes_linear_time(piece: str, start: str, end: str) -> None:
    text = start + piece * (1_000_000 // len(piece)) + end
    with no_hang():
        math_answer(text, MathMode.LENIENT, Thinking.STRIP)
