"""What holds for any text: a verdict, the same one always, and never another exception."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reward_verifiers.errors import BadSpecError
from reward_verifiers.math import judge, perfect_completion, shortcut, verify
from reward_verifiers.math.compare import equal
from reward_verifiers.specs import Accept, MathSpec
from reward_verifiers.verdict import Outcome, Verdict

PIECES = (
    *"0123456789xyzabckneiCE+-*/^_!=<>()[]{},.;:|&%'$~ \\",
    *("\\\\", "\\frac", "\\sqrt", "\\frac{1}{2}", "\\pi", "\\{", "\\}", "\\left("),
    *("\\right)", "\\pm", "\\le", "\\in", "\\cup", "\\setminus", "\\mathbb{R}", "\\infty"),
    *("\\text{", "\\text{ or }", "\\text{cm}", "\\begin{pmatrix}", "\\end{pmatrix}", "\\ln"),
    *("\\sin", "\\log_2", "^\\circ", "\\%", "\\int", "\\sum", "\\binom", "\\overline{3}"),
    *("\\cdot", "\\times", "^{2}", "_{1}", "\\pmod{5}", "\\mid", "\\ne", "\\langle"),
    *("\\rangle", "1,234", "0.5", "PM", "and", "no solution", "\xb2", "\xbd", "\u2212"),
    *(
        "\u03c0",
        "\u2026",
        "\x0crac",
        "\u200b",
        "\x00",
    ),
)
FORMULAS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
TEXTS = st.one_of(FORMULAS, st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
ANSWERS = st.one_of(FORMULAS, st.text(max_size=60))

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.fractions(-100, 100, max_denominator=50).map(
        lambda q: f"\\frac{{{q.numerator}}}{{{q.denominator}}}"
    ),
)
EXPRESSIONS = st.recursive(
    st.one_of(NUMBERS, st.sampled_from(["x", "y", "\\pi", "n", "e"])),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]})+({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})\\cdot({p[1]})"),
        st.tuples(inner, inner)
        .filter(lambda p: p[1].strip("(-)") != "0")  # such a gold is the data's fault
        .map(lambda p: f"\\frac{{{p[0]}}}{{{p[1]}}}"),
        inner.map(lambda a: f"\\sqrt{{{a}}}"),
        inner.map(lambda a: f"-({a})"),
        inner.map(lambda a: f"\\sin({a})"),
    ),
    max_leaves=6,
)


def judged(gold: str, answer: str) -> Verdict | None:
    try:
        return judge(answer, MathSpec(gold=gold))
    except BadSpecError:
        return None


@given(gold=TEXTS.filter(bool), answer=ANSWERS)
@settings(max_examples=600, deadline=None)
def test_any_two_texts_get_a_verdict(gold: str, answer: str) -> None:
    verdict = judged(gold, answer)
    if verdict is not None:
        assert verdict.outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.OVER_LIMIT)
        assert verdict == judged(gold, answer)


@given(gold=FORMULAS.filter(bool))
@settings(max_examples=300, deadline=None)
def test_a_gold_is_equal_to_itself(gold: str) -> None:
    verdict = judged(gold, gold)
    assert verdict is None or verdict.score == 1.0


@given(expression=EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_a_formula_boxed_is_right(expression: str) -> None:
    spec = MathSpec(gold=expression)
    completion = perfect_completion(spec)
    assert completion is not None
    assert verify(completion, spec).score == 1.0


@given(left=EXPRESSIONS, right=EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_equality_of_formulas_has_no_direction(left: str, right: str) -> None:
    assert equal(left, right).equal == equal(right, left).equal


@given(expression=EXPRESSIONS)
@settings(max_examples=150, deadline=None)
def test_adding_and_taking_away_changes_nothing(expression: str) -> None:
    same = equal(expression, f"({expression})+17-17")
    assume(same.rule not in ("gold_without_value", "sampled_nowhere"))
    assert same.equal
    assert not equal(expression, f"({expression})+1").equal


@given(number=st.integers(10**30, 10**298), step=st.integers(1, 10**6))
def test_long_integers_are_compared_to_the_last_digit(number: int, step: int) -> None:
    spec = MathSpec(gold=str(number))
    for verifier in (judge, shortcut):
        right, wrong = verifier(str(number), spec), verifier(str(number + step), spec)
        assert right is not None
        assert right.score == 1.0
        assert wrong is not None
        assert wrong.score == 0.0


@given(
    gold=st.fractions(-1000, 1000, max_denominator=1000),
    answer=st.fractions(-1000, 1000, max_denominator=1000),
)
def test_the_shortcut_says_what_the_judge_says(gold: Fraction, answer: Fraction) -> None:
    spec = MathSpec(gold=f"\\frac{{{gold.numerator}}}{{{gold.denominator}}}")
    text = f"{answer.numerator}/{answer.denominator}"
    quick = shortcut(text, spec)
    assert quick is not None
    assert quick.score == judge(text, spec).score == float(gold == answer)


@given(gold=TEXTS.filter(bool), answer=ANSWERS)
@settings(max_examples=300, deadline=None)
def test_the_shortcut_never_raises_nor_contradicts_the_judge(gold: str, answer: str) -> None:
    quick = shortcut(answer, MathSpec(gold=gold))
    if quick is not None:
        slow = judged(gold, answer)
        assert slow is not None
        assert quick.score == slow.score


@given(gold=FORMULAS.filter(bool), answer=FORMULAS)
@settings(max_examples=200, deadline=None)
def test_a_second_verifier_only_ever_adds(gold: str, answer: str) -> None:
    alone = judged(gold, answer)
    if alone is not None and alone.score:
        assert judge(answer, MathSpec(gold=gold, accept=Accept.ANY_VERIFIER)).score
