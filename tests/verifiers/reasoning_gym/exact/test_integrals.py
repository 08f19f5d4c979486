"""Antiderivatives: notations that are read, identities that hold, and tricks that do not work."""

from __future__ import annotations

from typing import Any

import pytest

from reward_verifiers.reasoning_gym.exact.closed_form import closed_form
from reward_verifiers.reasoning_gym.exact.errors import OverLimitError
from reward_verifiers.reasoning_gym.exact.table import EXACT

SCORER = EXACT["intermediate_integration"]


def entry(integrand: str, variable: str = "x", answer: str = "") -> dict[str, Any]:
    return {"answer": answer, "metadata": {"integrand": integrand, "variable": variable}}


def fixed(answer: str, integrand: str, variable: str = "x") -> float:
    return SCORER.score(answer, entry(integrand, variable), fixed=True)


def packaged(answer: str, integrand: str) -> float:
    return SCORER.score(answer, entry(integrand), fixed=False)


RIGHT = [
    ("x*asin(3*x)", "x*asin(3*x) + sqrt(1 - 9*x**2)/3", "asin(3*x)"),
    ("arcs", "x arcsin(3x) + \\frac{1}{3}\\sqrt{1-9x^2} + C", "asin(3*x)"),
    ("atan", "3x \\arctan x - \\frac{3}{2} \\ln(x^2+1) + C", "3*atan(x)"),
    ("bars", "3*x*atan(x) - 3/2*ln|1 + x^2| + C", "3*atan(x)"),
    ("root as a power", "2(4x+2)^{3/2}/3", "4*sqrt(4*x + 2)"),
    ("root times a sum", "2/3 * (4x+2) * √(4x+2)", "4*sqrt(4*x + 2)"),
    ("pulled out", "(4√2/3)(2x+1)^(3/2)", "4*sqrt(4*x + 2)"),
    ("cube", "3 cos^5(3x + 6)/5", "-9*sin(3*x + 6)*cos(3*x + 6)**4"),
    ("small digits", "3/5 cos⁵(3x+6)", "-9*sin(3*x + 6)*cos(3*x + 6)**4"),
    ("double angle", "-cos(2x)/4 + C", "sin(x)*cos(x)"),
    ("square of the cosine", "-cos(x)^2/2", "sin(x)*cos(x)"),
    ("square of the sine", "(sin x)^2/2 + C", "sin(x)*cos(x)"),
    ("exponential", "e^x (sin x + cos x) + C", "2*exp(x)*cos(x)"),
    ("latex", "$e^{x}\\left(\\sin x + \\cos x\\right) + C$", "2*exp(x)*cos(x)"),
    ("split exponent", "-2*e^{-5} e^{2x^2} e^{5x}", "(-8*x - 10)*exp(2*x**2 + 5*x - 5)"),
    ("sinh", "2*sinh(x) + C", "exp(x) + exp(-x)"),
    ("logarithm of a power", "2*x*ln(x) - 2*x", "log(x**2)"),
    ("logarithm to a base", "x*log(x)-x + 0*x", "log(x)"),
    ("power of the question", "(7x+3)^3/21", "(7*x + 3)**2"),
    ("negative powers", "-1/(2x^2) + 3/x", "1/x**3 - 3/x**2"),
    ("shifted by a constant", "(x + 1)^2/2 + 7C", "x + 1"),
    ("label", "F(x) = x^2/2 + C", "x"),
    ("exact decimals", "0.5x^2", "x"),
    ("rounded decimals", "0.333333333333333*x**3", "x**2"),
]


@pytest.mark.parametrize(("answer", "integrand"), [row[1:] for row in RIGHT], ids=lambda t: t[:30])
def test_a_right_answer_is_right_in_any_notation(answer: str, integrand: str) -> None:
    assert fixed(answer, integrand) == 1.0


WRONG = [
    ("x*asin(3*x) + sqrt(1 - 9*x**2)", "asin(3*x)"),
    ("2*(4*x + 2)**(3/2)/3 + x/10**30", "4*sqrt(4*x + 2)"),
    ("2*(4*x + 2)**(3/2)/3 + log(x)", "4*sqrt(4*x + 2)"),
    ("cos(2x)/4", "sin(x)*cos(x)"),
    ("0.3333333*x**3", "x**2"),
    ("|x|*x/2", "x"),
    ("abs(x**2)/2 + abs(x)", "x"),
    ("x**2/2 + C*x", "x"),
    ("sin(x)**-1", "cos(x)"),
    ("sin^{-1}(x)", "cos(x)"),
    ("x^2/2 +", "x"),
    ("x^2/2 or x^2", "x"),
    ("x^2/2, x", "x"),
    ("x2/2", "x"),
    ("1/2 x 2", "x"),
    ("y**2/2", "x"),
]


@pytest.mark.parametrize(("answer", "integrand"), WRONG)
def test_a_wrong_answer_is_wrong(answer: str, integrand: str) -> None:
    assert fixed(answer, integrand) == 0.0


TRICKS = [
    "cos(x)*((x + 10**99) - 10**99)",
    "cos(x)*((x/10**99 + 1) - 1)*10**99",
    "cos(x)*((x/10**60 + sin(1)) - sin(1))*10**60",
    "10**90*x - 10**90*x + exp(x)",
    "cos(x)*(exp(x + 300)*exp(-x - 300) + 10**80 - 10**80)*x",
    "(sin(x)**2 + cos(x)**2 - 1)**-1",
    "x*exp(-exp(exp(x**2 + 9)))*10**99",
    "sin(10**200*x)/10**200",
    "log(0*x)",
    "0**x",
    "asin(9 + x**2)",
    "x/(x - x)",
    "cos(x)/0",
]


@pytest.mark.parametrize("answer", TRICKS)
def test_rounding_is_no_way_to_a_reward(answer: str) -> None:
    for integrand in ("cos(x)", "exp(x)"):
        assert paid(answer, integrand, fixed=True) == 0.0
        assert paid(answer, integrand, fixed=False) == 0.0


def paid(answer: str, integrand: str, *, fixed: bool) -> float:
    try:
        return SCORER.score(answer, entry(integrand), fixed=fixed)
    except OverLimitError:
        return 0.0


def test_a_right_answer_survives_large_terms_that_cancel_little() -> None:
    assert fixed("sin(x) + 10**20*x - 10**20*x", "cos(x)") == 1.0


def test_an_integral_that_is_left_open_is_right_for_the_package_alone() -> None:
    for answer in ("Integral(x*cos(x), x)", "-2*Integral(-x*cos(x)/2, x) + C"):
        assert packaged(answer, "x*cos(x)") == 1.0
        assert fixed(answer, "x*cos(x)") == 0.0
    assert packaged("x*Integral(cos(x), x)", "x*cos(x)") == 0.0
    assert packaged("Integral(x*cos(x), C)", "x*cos(x)") == 0.0


def test_the_package_takes_functions_for_analytic_ones() -> None:
    assert packaged("2*x*log(x) - 2*x", "log(x**2)") == 0.0
    assert packaged("x*log(x**2) - 2*x", "log(x**2)") == 1.0


def test_either_case_of_the_variable_will_do() -> None:
    assert fixed("X**2/2", "x") == 1.0
    assert fixed("x**2/2", "X", "X") == 1.0
    assert packaged("X**2/2", "x") == 0.0


COSTLY = [
    ("sin(x)" + " + sin(x)" * 120, "cos(x)"),
    ("(x+1)**999", "x"),
    ("((x+1)**9*(x+2)**9)**9", "x"),
    ("9**9**9*x", "x"),
    ("x**9**9", "x"),
    ("(" * 60 + "x" + ")" * 60, "x"),
    ("x**" * 60 + "x", "cos(x)"),
    ("0." + "1" * 700, "x"),
]


@pytest.mark.parametrize(("answer", "integrand"), COSTLY, ids=lambda text: text[:20])
def test_what_would_cost_too_much_is_over_limit(answer: str, integrand: str) -> None:
    with pytest.raises(OverLimitError):
        fixed(answer, integrand)


@pytest.mark.parametrize("function", ["sin", "cos"])
@pytest.mark.parametrize("power", ["x", "x**2", "x**3"])
@pytest.mark.parametrize("front", ["", "-", "3*", "-2*"])
def test_a_closed_form_is_right(front: str, power: str, function: str) -> None:
    integrand = f"{front}{power}*{function}(3*x)"
    answer = closed_form(entry(integrand, answer=f"Integral({integrand}, x) + C"))

    assert answer is not None
    assert fixed(answer, integrand) == packaged(answer, integrand) == 1.0


def test_only_an_open_integral_has_a_closed_form_of_ours() -> None:
    assert closed_form(entry("x*sin(x)", answer="-x*cos(x) + sin(x) + C")) is None
    assert closed_form(entry("tan(x)*x", answer="Integral(x*tan(x), x)")) is None
    assert closed_form({}) is None
