"""Moves that are carried out: every one must be possible."""

from __future__ import annotations

import re
from typing import Any

from reward_verifiers.reasoning_gym.errors import TooCostlyError
from reward_verifiers.reasoning_gym.fixed.plain import said
from reward_verifiers.reasoning_gym.task import Task
from reward_verifiers.reasoning_gym.texts import bare
from reward_verifiers.reasoning_gym.upstream import package_score

_SIDE = 6
_EXIT_ROW = 2
_MAX_MOVES = 1000
_LONG_MOVE = re.compile(r"([A-Z][+-])([0-9]{2,})")
_STEPS = frozenset("UDLR ,\n\t\r")
_MOVE = re.compile(r"([A-Z])([+-])(\d)(?!\d)")
_BETWEEN_MOVES = re.compile(r"[\s,;.>→\[\]()'\"-]*")


def rush_hour(answer: str, task: Task) -> float:
    """Score 1.0 for possible moves that bring the red car out, else 0.0.

    The package passes over moves that are not possible, so that trying all of them in turn gets
    the car out; and it pays 0.01 for anything.
    """
    board = _named_as_shown(task.metadata["board_config"])
    plain = said(answer)
    moves = _MOVE.findall(plain)
    if len(moves) > _MAX_MOVES:
        raise TooCostlyError(f"more than {_MAX_MOVES} moves")
    if not moves or not _BETWEEN_MOVES.fullmatch(_MOVE.sub("", plain)):
        return 0.0
    if not all(_moved(board, car, int(steps), sign == "+") for car, sign, steps in moves):
        return 0.0
    out = _EXIT_ROW * _SIDE + _SIDE - 2
    return float(board[out] == board[out + 1] == "A")


def _named_as_shown(cells: str) -> list[str]:
    """Return the cells with the cars renamed, from A without a gap, as the question shows them."""
    cars = sorted(set(cells) - set("ox"))
    shown = {car: chr(ord("A") + place) for place, car in enumerate(cars)}
    return [shown.get(cell, cell) for cell in cells]


def _moved(board: list[str], car: str, steps: int, forward: bool) -> bool:
    """Move ``car`` if that is possible; return whether it is."""
    cells = [at for at, name in enumerate(board) if name == car]
    if len(cells) < 2 or not steps:
        return False
    stride = cells[1] - cells[0]
    for _ in range(steps):
        front = cells[-1] + stride if forward else cells[0] - stride
        leaves_row = stride == 1 and front // _SIDE != cells[0] // _SIDE
        if leaves_row or not 0 <= front < len(board) or board[front] != "o":
            return False
        board[front] = car
        board[cells.pop(0 if forward else -1)] = "o"
        cells.insert(len(cells) if forward else 0, front)
    return True


def quantum_lock(answer: str, task: Task) -> float:
    """Score 1.0 for presses that reach the target in as few as the entry's, 0.5 in more, else 0.0.

    As in the package, but each press must be a button that can be pressed then, and stand alone:
    it reads every A, B and C of a sentence as one, and passes over what cannot be pressed.
    """
    presses = [word for word in re.split(r"[\s,>→-]+", bare(answer)) if word]
    if len(presses) > _MAX_MOVES:
        raise TooCostlyError(f"more than {_MAX_MOVES} presses")
    if _pressed(presses, task.metadata) != task.metadata["target_value"]:
        return 0.0
    n_gold = len(re.findall("[A-C]", task.gold.upper()))
    return 1.0 if len(presses) <= n_gold else 0.5


def _pressed(presses: list[str], metadata: Any) -> int | None:
    """Return the value after ``presses``, or None if one of them is not possible."""
    buttons = {button["name"]: button for button in metadata["buttons"]}
    value, color = metadata["initial_value"], metadata["initial_state"]
    for press in presses:
        button = buttons.get(press.upper())
        if button is None or button["active_state"] not in (color, "any"):
            return None
        amount = button["value"]
        kind = button["type"]
        if kind == "add":
            value += amount
        elif kind == "subtract":
            value -= amount
        elif kind == "multiply":
            value *= amount
        color = "green" if color == "red" else "red"
    return int(value)


def sokoban(answer: str, task: Task) -> float:
    """Score 1.0 for moves that bring every box home, else 0.0.

    As in the package, but the answer must be moves and nothing else: it takes the capital letters
    U, D, L and R out of any text, and some puzzles are solved by those of their own question.
    """
    steps = bare(answer)
    if not steps or not _STEPS.issuperset(steps):
        return 0.0
    return float(package_score(steps, task) >= 1.0)


def rush_hour_as_package(answer: str, task: Task) -> float:
    """Score as the package does, which takes each step of a move one by one.

    No car moves more than four cells, and what it cannot do is passed over: 9 steps are as good as
    999999999.
    """
    return package_score(_LONG_MOVE.sub(_shortened, answer), task)


def _shortened(move: re.Match[str]) -> str:
    steps = move[2].lstrip("0")
    return f"{move[1]}{steps if len(steps) == 1 else 9 if steps else 0}"
