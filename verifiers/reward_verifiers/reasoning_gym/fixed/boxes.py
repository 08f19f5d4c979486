"""Plans of agents that carry boxes to their targets; every action must be possible."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from reward_verifiers.reasoning_gym.errors import NoAnswerError
from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.task import Task

_BOX, _TARGET = "box_", "target_"
_AT = r"\d{1,9}(?:\.\d{1,9})?"
_AGENT = re.compile(rf"\D{{0,20}}({_AT})\D{{1,5}}({_AT})\D{{0,5}}", re.ASCII)
_SQUARE = rf"square\s?\[\s?({_AT})\s?,\s?({_AT})\s?\]"
_MOVE = re.compile(rf"\s?move\(\s?(\w{{1,99}}),\s?(?:(\w{{1,99}})|{_SQUARE})\s?\)\s?", re.ASCII)

Squares = dict[str, list[str]]
"""What lies in each square, by its center as the metadata write it: ``0.5_1.5``."""


def boxnet(answer: str, task: Task) -> float:
    """Score the share of boxes that are at their targets when the first action is not possible.

    The package passes over what is not possible, so that a plan which carries every box through
    every square brings all of them home; it has targets carried to their boxes; and it pays 0.05
    for any plan.
    """
    squares: Squares = {at: list(here) for at, here in task.metadata["initial_state"].items()}
    n_boxes = _count(squares)
    for agent, action in _actions(json.loads(undressed(answer))):
        if not _carried_out(agent, action, squares):
            break
    return (n_boxes - _count(squares)) / n_boxes if n_boxes else 0.0


def _count(squares: Squares) -> int:
    return sum(item.startswith(_BOX) for here in squares.values() for item in here)


def _actions(plan: Any) -> Iterator[tuple[str, Any]]:
    """Return agents with their actions, step by step.

    Raises:
        NoAnswerError: it is no list of steps.
    """
    if not isinstance(plan, list) or not all(isinstance(step, dict) for step in plan):
        raise NoAnswerError("no list of steps")
    return (action for step in plan for action in step.items())


def _carried_out(agent: str, action: Any, squares: Squares) -> bool:
    """Change ``squares`` as ``action`` says, if that is possible; return whether it is."""
    of_agent = _AGENT.fullmatch(agent)
    of_move = _MOVE.fullmatch(action) if isinstance(action, str) else None
    if of_agent is None or of_move is None:
        return False
    here = squares.get(_named(of_agent.groups()), [])
    box, target, *center = of_move.groups()
    if not box.startswith(_BOX) or box not in here:
        return False
    if target is not None:
        if target != _TARGET + box.removeprefix(_BOX) or target not in here:
            return False
        here.remove(target)
    else:
        there = squares.get(_named(center))
        if there is None or not _adjacent(of_agent.groups(), center):
            return False
        there.append(box)
    here.remove(box)
    return True


def _named(center: Iterable[str]) -> str:
    return "_".join(str(float(one)) for one in center)


def _adjacent(here: Iterable[str], there: Iterable[str]) -> bool:
    return sum(abs(float(one) - float(other)) for one, other in zip(here, there, strict=True)) == 1
