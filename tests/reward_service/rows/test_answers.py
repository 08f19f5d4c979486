"""The kind of a free STEM answer, rule by rule."""

from __future__ import annotations

import pytest

from reward_service.rows.answers import guessed_type


@pytest.mark.parametrize(
    ("gold", "kind"),
    [
        ("42", "value"),
        ("-3.5e-7", "value"),
        ("6.02 \\times 10^{23}", "value"),
        ("\\frac{2}{3}", "value"),
        ("2\\sqrt{3}", "value"),
        ("\\pi", "value"),
        ("1,024", "value"),
        ("9.8 m/s^2", "quantity"),
        ("5 \\text{ kg}", "quantity"),
        ("300 K", "quantity"),
        ("H2O", "formula"),
        ("NaCl", "formula"),
        ("Ca(OH)2", "formula"),
        ("2H2 + O2 -> 2H2O", "formula"),
        ("E = mc^2", "formula"),
        ("\\frac{mv^2}{r}", "formula"),
        ("mitochondria", "text"),
        ("No", "text"),
        ("DNA", "text"),
        ("Faraday's law", "text"),
        ("", "text"),
    ],
)
def test_the_kind_of_an_answer(gold: str, kind: str) -> None:
    assert guessed_type(gold) == kind
