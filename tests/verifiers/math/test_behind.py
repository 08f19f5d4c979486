"""What stands behind the box of a number: where it makes another number of it."""

from __future__ import annotations

import pytest

from reward_verifiers.math import verify
from reward_verifiers.specs import MathSpec


@pytest.mark.parametrize(
    ("gold", "completion"),
    [
        (r"5\text{ cm}", r"$\boxed{5}\text{ cm}$"),
        (r"5\text{ cm}", r"\boxed{0.05} m"),
        (r"5\text{ cm}^2", r"\boxed{5} cm$^2$"),
        (r"18\text{ km/h}", r"\boxed{5} m/s"),
        (r"30\text{ minutes}", r"$\boxed{\frac{1}{2}}$ hours"),
        ("5", r"\boxed{5} m"),
        ("0.42", r"$\boxed{42}\%$"),
        ("42", r"$\boxed{42}\%$"),
        (r"\frac{\pi}{4}", r"$\boxed{45}^\circ$"),
        ("7:30 PM", r"It starts at \boxed{7:30} PM."),
        (r"7:30 \text{ p.m.}", r"$\boxed{7:30}$ p.m."),
    ],
)
def test_a_unit_behind_the_box_belongs_to_the_number(gold: str, completion: str) -> None:
    assert verify(completion, MathSpec(gold=gold)).score == 1.0


@pytest.mark.parametrize(
    ("gold", "completion"),
    [
        (r"5\text{ cm}", r"$\boxed{5}\text{ m}$"),
        (r"5\text{ cm}", r"\boxed{5} m"),
        (r"5\text{ cm}", r"\boxed{5} cm$^2$"),
        ("0.42", r"$\boxed{0.42}\%$"),
        ("7:30 PM", r"It starts at \boxed{7:30} AM."),
    ],
)
def test_another_unit_behind_the_box_is_wrong(gold: str, completion: str) -> None:
    assert verify(completion, MathSpec(gold=gold)).score == 0.0


@pytest.mark.parametrize(
    ("gold", "completion"),
    [
        (r"5\text{ cm}", r"\boxed{5} in total"),
        (r"5\text{ cm}", r"\boxed{5} A circle"),
        (r"5\text{ cm}", "\\boxed{5}\nm is 5"),
        ("5", r"\boxed{5} million"),
        ("12", r"\boxed{12} dozen"),
        ("7:30", r"\boxed{7:30} PM"),
        ("7", r"\boxed{7} pm."),
        ("3,4", r"\boxed{3, 4} cm"),
    ],
)
def test_prose_scales_and_the_half_of_the_day_change_nothing(gold: str, completion: str) -> None:
    assert verify(completion, MathSpec(gold=gold)).score == 1.0
