"""Two different values offered at once earn nothing, whichever of them is right."""

from __future__ import annotations

import pytest

from reward_verifiers.math import verify
from reward_verifiers.specs import MathMode, MathSpec

JOINTS = [
    *(" or ", ", ", " and ", "; ", " / ", " or maybe ", ", or ", " or else ", ", possibly ", "? "),
    *(" vs ", ", alternatively ", " (or) ", " and/or ", r" \text{ or } ", r"\quad\text{or}\quad "),
    *(
        " or the answer is ",
        " or it could be ",
        " or x = ",
    ),
    *(r" $\lor$ ", r"~or~", r"\,or\,", " or perhaps ", ", and also ", " OR ", " | "),
]
PLACES = [
    r"So \boxed{%s}%s\boxed{%s}.",
    r"So $\boxed{%s}$%s$\boxed{%s}$.",
    r"\[\boxed{%s}%s\boxed{%s}\]",
    r"So \fbox{%s}%s\boxed{%s} is it.",
    r"So \boxed{\boxed{%s}%s\boxed{%s}}.",
    r"So \boxed{%s%s%s}.",
    "The answer is %s%s%s.",
    "**Final Answer:** $%s$%s$%s$",
    "### Answer\n%s%s%s",
    "<answer>%s%s%s</answer>",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("joint", JOINTS)
def test_a_hedge_earns_nothing(place: str, joint: str) -> None:
    for one, other in (("7", "8"), (r"\frac{1}{2}", r"\sqrt{2}"), ("12", "-3.5")):
        completion = place % (one, joint, other)
        for gold in (one, other):
            for mode in (MathMode.STANDARD, MathMode.LENIENT):
                spec = MathSpec(gold=gold, mode=mode)
                assert verify(completion, spec).score == 0.0, (completion, gold)


@pytest.mark.parametrize("joint", [", ", " and ", "; "])
def test_a_list_boxed_part_by_part_is_the_list(joint: str) -> None:
    completion = rf"So $\boxed{{7}}${joint}$\boxed{{8}}$."
    assert verify(completion, MathSpec(gold="7, 8")).score == 1.0
    assert verify(completion, MathSpec(gold="8, 7")).score == 1.0
    assert verify(completion, MathSpec(gold="7, 8, 9")).score == 0.0


@pytest.mark.parametrize("joint", JOINTS)
def test_the_same_value_twice_is_no_hedge(joint: str) -> None:
    assert verify(rf"So \boxed{{7}}{joint}\boxed{{7}}.", MathSpec(gold="7")).score == 1.0
