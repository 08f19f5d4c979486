"""When the reference is reset."""

from __future__ import annotations

from reward_trainer.resets import Resets
from reward_trainer.sections import Reset


def test_by_schedule_counted_from_the_last_one() -> None:
    resets, rules = Resets(), Reset(every=10)
    due = []
    # One for another reason at step 4 puts the schedule off.
    for step in range(1, 30):
        if step == 4 or resets.due(step, 0.0, rules):
            resets.done(step)
            due.append(step)
    assert due == [4, 14, 24]


def test_by_divergence() -> None:
    rules = Reset(kl_above=0.5)
    assert Resets().due(1, 0.5, rules) is None
    assert Resets().due(1, 0.51, rules) == "divergence 0.51 is above 0.5"


def test_by_a_blend_that_no_longer_rises() -> None:
    resets, rules = Resets(), Reset(plateau_evaluations=2, plateau_min_gain=0.01)
    for blend, due in ((0.3, False), (0.4, False), (0.405, False), (0.41, True)):
        resets.evaluated(blend, rules)
        assert (resets.due(1, 0.0, rules) is not None) is due, blend


def test_small_rises_add_up() -> None:
    resets, rules = Resets(), Reset(plateau_evaluations=2, plateau_min_gain=0.01)
    for blend in (0.3, 0.306, 0.312, 0.318, 0.324):
        resets.evaluated(blend, rules)
        assert resets.due(1, 0.0, rules) is None


def test_after_a_reset_the_blend_is_to_rise_anew() -> None:
    resets, rules = Resets(), Reset(plateau_evaluations=1)
    for blend in (0.5, 0.4):
        resets.evaluated(blend, rules)
    assert resets.due(2, 0.0, rules) == "the blend has not risen in 1 evaluations"
    resets.done(2)
    resets.evaluated(0.3, rules)
    assert resets.due(3, 0.0, rules) is None


def test_nothing_is_due_without_rules() -> None:
    resets = Resets(evaluations_without_gain=100)
    assert resets.due(1000, 1e9, Reset()) is None


def test_its_memory_is_saved_whole() -> None:
    resets = Resets(last_step=3, best_blend=0.5, evaluations_without_gain=1)
    assert Resets(**resets.state()) == resets  # type: ignore[arg-type] - what state() has made
