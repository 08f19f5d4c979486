"""The four functions of the domain, and what no input may cost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hangs import no_hang

from reward_verifiers.errors import BadSpecError
from reward_verifiers.math import judge, perfect_completion, shortcut, verify
from reward_verifiers.math.compare import equal
from reward_verifiers.specs import Accept, MathSpec, Thinking
from reward_verifiers.verdict import Outcome

ROOT = Path(__file__).parents[3]

COSTLY = [
    *("9^{9^{9}}", "9^{9^{9^9}}", "10^{10^{10}}", "7^{10^9}", "2^{10^8}", "1000000!", "100000!"),
    *("9!!!", "((9!)!)!", r"\binom{10^6}{5*10^5}", "e^{e^{e^{e^{e}}}}", r"7^{7^{7^7}} \mod 10"),
    *(r"\sum_{k=1}^{10^5}1/k^2", r"\int e^{-x^4+x^2+\sin x}\,dx", r"\gcd(2^{99991}-1,2^{99989}-1)"),
    *(r"\sin(10^{10^{5}})", r"\tan(9^{9^9})", "(x+y)^{1000000}", "x^{x^{x^{x^x}}}"),
    *("(" * 200 + "x" + ")" * 200, "{" * 3000 + "8" + "}" * 3000, "-" * 1900 + "1"),
    *("abcdefghij" * 1000, "1" + "+1" * 10_000, "1" + "+1" * 900, "9" * 100_000, "1," * 900),
    *(r"\frac{1}{1+" * 400 + "x" + "}" * 400, r"\frac" * 400, r"\sqrt" * 300, "x!" * 300),
    *(r"2\frac{" * 20 + "3}{2" + "}" * 20, "A^{" * 35 + "2" + "}" * 35, "C(" * 35 + "2" + ")" * 35),
    *(
        r"\{" + ",".join(map(str, range(300))) + r"\}",
        "|" * 900,
        "x=" * 600,
        "1<" * 600,
        "{x<" * 30,
    ),
    *(" " * 1900, "\\text{" * 200, "a_" * 500, r"\cos(x+1)" * 20, "~(" * 500, "1 234" * 300),
]


@pytest.mark.parametrize("answer", COSTLY, ids=lambda answer: answer[:20])
@pytest.mark.parametrize("gold", ["7", "x^2+1", r"\{1,2\}", "9^{9^9}"])
def test_no_answer_costs_more_than_moments_or_earns_anything(gold: str, answer: str) -> None:
    with no_hang(5):
        verdict = judge(answer, MathSpec(gold=gold))
    assert verdict.outcome in (Outcome.WRONG, Outcome.OVER_LIMIT) or answer == "9^{9^{9}}"


@pytest.mark.parametrize(
    ("gold", "answer", "score"),
    [
        ("42", "42", 1.0),
        ("42", " $42$. ", 1.0),
        ("42", "43", 0.0),
        (r"\frac{1}{2}", "0.5", 1.0),
        ("0.5", r"\frac{1}{2}", 1.0),
        (r"\frac{1}{2}", r"\frac{1}{3}", 0.0),
        (r"-\frac{4}{6}", "-2/3", 1.0),
    ],
)
def test_the_shortcut_decides_plain_numbers(gold: str, answer: str, score: float) -> None:
    verdict = shortcut(answer, MathSpec(gold=gold))
    assert verdict is not None
    assert verdict.score == score


@pytest.mark.parametrize(
    ("gold", "answer"),
    [
        *[("0.33", "1/3"), (r"\pi", "3"), ("3", r"\pi"), ("(1,2)", "1"), ("1,234", "1234")],
        *[("42", "42%"), ("42", "x=42"), ("1/0", "1"), ("7", "1/0"), ("42", "9" * 500)],
    ],
)
def test_the_shortcut_leaves_what_it_is_not_sure_of(gold: str, answer: str) -> None:
    assert shortcut(answer, MathSpec(gold=gold)) is None


def test_the_shortcut_leaves_near_numbers_to_a_tolerance() -> None:
    spec = MathSpec(gold="100", tolerance=0.01)
    assert shortcut("100.5", spec) is None
    assert judge("100.5", spec).details == {"rule": "tolerance"}
    assert judge("102", spec).score == 0.0


def test_any_of_several_golds_is_right() -> None:
    spec = MathSpec(gold=["x+1", "7"])
    assert judge("1+x", spec).score == 1.0
    assert judge("7", spec).score == 1.0
    assert judge("8", spec).score == 0.0
    assert shortcut("7", spec) is not None
    assert shortcut("8", spec) is None


@pytest.mark.parametrize(
    "gold",
    [
        *("?", r"\boxed{}", "$$", r"\text{}", "...", "  ", "{}", "####", "[answer]"),
        *(
            "NaN",
            "nan",
            "$NaN$",
            r"\text{nan}",
            "-nan",
            "N/A",
            "n/a",
            "#N/A",
            "None",
            "null",
            "NULL",
        ),
        *("1/0", r"\frac{1}{0}", r"\frac10", r"\boxed{\frac{x}{0}}", "0/0", "x = 1/0", "(1, 1/0)"),
        *("NaN, 3", r"\boxed{7", r"so \boxed{NaN}", "#### nan"),
    ],
)
def test_a_gold_without_a_value_is_the_data_s_fault_whatever_is_answered(gold: str) -> None:
    spec = MathSpec(gold=gold)
    for completion in (
        r"\boxed{7}",
        "The answer is nan.",
        f"\\boxed{{{gold}}}",
        "I do not know.",
        "",
    ):
        with pytest.raises(BadSpecError, match="gold"):
            verify(completion, spec)
    with pytest.raises(BadSpecError):
        judge("7", spec)
    with pytest.raises(BadSpecError):
        perfect_completion(spec)


@pytest.mark.parametrize(
    "gold",
    [
        *(
            "none",
            r"\text{None}",
            "undefined",
            r"\infty",
            r"\emptyset",
            r"\{\}",
            "-",
            "*",
            "<",
            "0",
        ),
        *("1/0.5", "0/1", r"\frac{0}{01}", "10/05", "banana", "N/A_1", "nullity"),
        *("2^{0}", r"\binom{5}{0}", "{0}", r"\sqrt{2}{0}"),
    ],
)
def test_a_gold_that_looks_empty_but_is_not_verifies_itself(gold: str) -> None:
    spec = MathSpec(gold=gold)
    assert verify("I do not know.", spec).outcome is Outcome.NO_ANSWER
    assert verify(perfect_completion(spec), spec).score == 1.0


def test_among_several_golds_those_without_a_value_do_not_count() -> None:
    spec = MathSpec(gold=["NaN", "7", "1/0"])
    assert verify(r"\boxed{7}", spec).score == 1.0
    assert verify(r"\boxed{8}", spec).outcome is Outcome.WRONG
    assert verify(r"\boxed{NaN}", spec).outcome is Outcome.WRONG
    assert verify(perfect_completion(spec), spec).score == 1.0
    with pytest.raises(BadSpecError):
        verify(r"\boxed{7}", MathSpec(gold=["NaN", "1/0"]))


def test_a_gold_that_no_reader_takes_is_compared_as_text() -> None:
    gold = r"\unknown{x} \longmapsto 3"
    assert judge(r"\unknown{x}\longmapsto3", MathSpec(gold=gold)).details == {"rule": "same_text"}
    assert judge("3", MathSpec(gold=gold)).details == {"rule": "text"}


@pytest.mark.parametrize(
    "gold",
    [
        *(
            "7",
            "$7$",
            r"\boxed{7}",
            r"\[7\]",
            r"We get $3+4=\boxed{7}$.",
            "3 + 4 = <<3+4=7>>\n#### 7",
        ),
        r"First \boxed{1}, then \boxed{7}",
    ],
)
def test_a_gold_may_be_a_solution_with_a_box(gold: str) -> None:
    spec = MathSpec(gold=gold)
    assert judge("7", spec).score == 1.0
    assert judge("1", spec).score == 0.0


def test_a_perfect_completion_is_right_also_where_thinking_is_required() -> None:
    spec = MathSpec(gold=r"$\frac{1}{2}$", thinking=Thinking.REQUIRE)
    completion = perfect_completion(spec)
    assert completion is not None
    assert verify(completion, spec).score == 1.0


def test_the_string_rules_count_only_where_they_are_asked_for() -> None:
    gold, answer = "5", "5 ways, 3 of them odd"
    alone = judge(answer, MathSpec(gold=gold))
    either = judge(answer, MathSpec(gold=gold, accept=Accept.ANY_VERIFIER))
    assert alone.score == 0.0
    assert either.score in (0.0, 1.0)


def test_every_verdict_names_its_rule() -> None:
    for gold, answer in (
        ("x", "y"),
        ("7", r"\int x"),
        ("7", "(("),
        ("7", "7.0"),
        ("7", "9" * 5000),
    ):
        verdict = judge(answer, MathSpec(gold=gold))
        assert verdict.reason
        assert verdict.details["rule"]


def test_a_comparison_says_whether_the_answer_could_be_read() -> None:
    assert equal("x^2", "x*x").readable
    assert equal("x^2", "y").readable
    assert not equal("x^2", "((").readable
    assert not equal("x^2", "(" * 5000).readable


def test_a_gold_that_is_a_task_is_computed() -> None:
    assert equal(r"\sum_{k=1}^{10} k", "55").equal
    assert not equal(r"\sum_{k=1}^{10} k", "54").equal
    assert not equal("55", r"\sum_{k=1}^{10} k").equal


PROGRAM = """
import json, sys
from reward_verifiers.math.compare import equal
rows = [json.loads(line) for name in ("equal", "near_miss")
        for line in open(f"{sys.argv[1]}/{name}.jsonl", encoding="utf-8")]
print([(c.equal, c.rule, c.reason) for c in (equal(r["gold"], r["answer"]) for r in rows
       if "int_" not in r["gold"] and "sum_" not in r["gold"])])
"""


def test_verdicts_do_not_depend_on_the_hash_seed() -> None:
    outputs = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "verifiers")}
        rows = str(Path(__file__).parent / "rows")
        outputs.add(
            subprocess.run(
                [sys.executable, "-c", PROGRAM, rows],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
    assert len(outputs) == 1
