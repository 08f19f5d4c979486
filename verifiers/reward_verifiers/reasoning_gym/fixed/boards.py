"""Boards of numbers: what an answer has right of what the question left open."""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import Any

from reward_verifiers.reasoning_gym.fixed.plain import said
from reward_verifiers.reasoning_gym.fixed.progress import beyond, constant_share, share
from reward_verifiers.reasoning_gym.task import Task, gold_read
from reward_verifiers.reasoning_gym.upstream import parse_board

_FORMAT_FACTOR = 0.9  # the package's, for a board that is not written as asked
_WORDS = re.compile(r"[^\W\d_vV]|[?!~≠¬]|-[0-9]")  # a futoshiki may be drawn with the letter v


def number_puzzle(answer: str, task: Task) -> float:
    """Score a sudoku or a futoshiki: 1.0 for the solution, else the open cells that are right.

    Only cells that the question left open count, beyond what any one number everywhere would have
    right, times 0.9 as in the package; and the board must keep the numbers that were given, and
    have no words around it. The package counts those too, so copying the question earns what part
    of the board was given.

    Raises:
        BadSpecError: the entry's own answer is not the solution in its metadata.
    """
    solution, puzzle = task.metadata["solution"], task.metadata["puzzle"]
    gold = gold_read(task, lambda gold: _solved(gold, solution))
    if _trimmed(answer) == _trimmed(gold):
        return 1.0
    if _WORDS.search(said(answer)):
        return 0.0
    board = _digits(answer, len(solution), len(solution[0]))
    if board is None:
        return 0.0
    wanted = list(chain.from_iterable(solution))
    given = list(chain.from_iterable(puzzle))
    cells = list(chain.from_iterable(board))
    if not len(wanted) == len(given) == len(cells):
        return 0.0
    if any(shown and shown != cell for shown, cell in zip(given, cells, strict=True)):
        return 0.0
    filled = [cell for cell, shown in zip(cells, given, strict=True) if not shown]
    opened = [cell for cell, shown in zip(wanted, given, strict=True) if not shown]
    score = _FORMAT_FACTOR * beyond(share(filled, opened), constant_share(opened))
    return score * min(1.0, len(task.gold) / len(answer))


def game_of_life(answer: str, task: Task) -> float:
    """Score 1.0 for the board, else its cells beyond the question's board and all of one kind.

    The package counts cells alone: the empty board and the question's own earn most of it.
    """
    wanted, given = gold_read(task, json.loads), json.loads(answer)
    shape = _shape(wanted)
    if shape is None or _shape(given) != shape:
        return 0.0
    asked = _board_of(task.question)
    cells = list(chain.from_iterable(wanted))
    asked_cells = list(chain.from_iterable(asked)) if _shape(asked) == shape else []
    score = share(list(chain.from_iterable(given)), cells)
    return beyond(score, constant_share(cells), share(asked_cells, cells))


def arc(answer: str, task: Task) -> float:
    """Score 1.0 for the board, else 0.0.

    The package gives 0.05 for any board; and it compares tuples with the lists that JSON has, so
    that after export nothing was right.
    """
    board = parse_board(answer, task.config)
    wanted = tuple(tuple(row) for row in task.metadata["output"])
    return float(board == wanted)


def _solved(gold: str, solution: list[list[int]]) -> str:
    """Return ``gold``, which has to show ``solution``."""
    if _digits(gold, len(solution), len(solution[0])) != solution:
        raise ValueError("it is not the board of metadata.solution")
    return gold


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))


def _digits(answer: str, n_rows: int, n_columns: int) -> list[list[int]] | None:
    """Return the rows of digits, if they are as many and as long as the board's."""
    lines = ([int(char) for char in line if char in "123456789"] for line in answer.split("\n"))
    rows = [row for row in lines if row]
    fits = len(rows) == n_rows and all(len(row) == n_columns for row in rows)
    return rows if fits else None


def _shape(board: Any) -> list[int] | None:
    """Return the lengths of the rows of a board of whole numbers, or None of anything else."""
    if not isinstance(board, list) or not all(isinstance(row, list) for row in board):
        return None
    whole = all(isinstance(cell, int) for cell in chain.from_iterable(board))
    return [len(row) for row in board] if whole else None


def _board_of(question: str) -> Any:
    """Return the board at the end of ``question``, or None."""
    start, end = question.rfind("[["), question.rfind("]]")
    try:
        return json.loads(question[start : end + 2]) if 0 <= start < end else None
    except ValueError:
        return None
