from __future__ import annotations

import pytest

from reward_verifiers.math import verify
from reward_verifiers.specs import MathSpec
from reward_verifiers.verdict import Outcome


@pytest.mark.parametrize("gold", [r"(-\infty,2)\cup(3,\infty)", "[1,2)", "x>3", r"\{1,2,3\}"])
def test_a_set_of_hundreds_of_numbers_is_wrong_where_an_interval_is_asked_for(gold: str) -> None:
    numbers = ",".join(map(str, range(300)))
    verdict = verify(rf"\boxed{{\{{{numbers}\}}}}", MathSpec(gold=gold))
    assert verdict.outcome is Outcome.WRONG
