"""binary_matrix, n_queens, spiral_matrix, string_insertion: a grid, a list, a word.

The package's rules (0.1.25). 1.0 for the text of ``answer`` (n_queens: of one of
``metadata.valid_answers``; spiral_matrix: but for blanks around it). Else the answer is evaluated,
and lists that spell the same earn 0.1 (n_queens 0.5). Else 0.0.

Fixed: 1.0 for the same cells in any notation, else 0.0.

=====================================  =================  ======================================
answer                                 package            fixed
=====================================  =================  ======================================
right, as a list of lists              0.1 (queens 0.5)   1.0: it is the same grid
right, with other blanks or commas     0.0                1.0
right, in a code fence or quotes       0.0 or 0.1         1.0
=====================================  =================  ======================================

Not as the package: see ``literals`` for what evaluation would read, and we do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from reward_verifiers.reasoning_gym.exact import fields
from reward_verifiers.reasoning_gym.exact.bounds import check_length
from reward_verifiers.reasoning_gym.exact.errors import UnreadableError
from reward_verifiers.reasoning_gym.exact.fields import Entry
from reward_verifiers.reasoning_gym.exact.literals import joined, literal, rows_of
from reward_verifiers.reasoning_gym.exact.rows import cells, grid

_DIGITS = re.compile(r"-?[0-9]{1,100}")
_SQUARES = re.compile(r"(?:\\?[_Q] ?)+")
_LETTERS = re.compile(r"[A-Za-z]+")
_AS_LIST = 0.1
_BOARD_AS_LIST = 0.5

Read = Callable[[str], str]
"""From an answer to the text that is compared; raises UnreadableError."""


def binary_matrix(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to binary_matrix."""
    gold = fields.text(entry, "answer")
    check_length(answer, len(gold))
    if fixed:
        _check_gold(gold, _number_grid)
        return _fixed(answer, [gold], _number_grid, _literal_grid)
    return _packaged(answer, [gold], _literal_grid, _AS_LIST)


def n_queens(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to n_queens."""
    golds = fields.texts(entry, "metadata.valid_answers")
    check_length(answer, max(map(len, golds), default=0))
    if fixed:
        return _fixed(answer, golds, _board, _literal_board)
    return _packaged(answer, golds, _literal_board, _BOARD_AS_LIST)


def spiral_matrix(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to spiral_matrix."""
    gold = fields.text(entry, "answer").strip()
    check_length(answer, len(gold))
    if fixed:
        _check_gold(gold, _number_list)
        return _fixed(answer, [gold], _number_list, _literal_list)
    return _packaged(answer.strip(), [gold], _literal_list, _AS_LIST)


def string_insertion(answer: str, entry: Entry, *, fixed: bool) -> float:
    """Score an answer to string_insertion."""
    gold = fields.text(entry, "answer")
    check_length(answer, len(gold))
    if fixed:
        return _fixed(answer, [gold], _word, _literal_word)
    return _packaged(answer, [gold], _literal_word, _AS_LIST)


def _check_gold(gold: str, read: Read) -> None:
    """Refuse an entry whose own answer is none, though it would be the same text."""
    try:
        read(gold)
    except UnreadableError as error:
        raise fields.bad_field("answer", str(error)) from error


def _packaged(answer: str, golds: Collection[str], read: Read, as_list: float) -> float:
    if answer in golds:
        return 1.0
    try:
        return as_list if read(answer) in golds else 0.0
    except UnreadableError:
        return 0.0


def _fixed(answer: str, golds: Collection[str], read: Read, as_package: Read) -> float:
    """Score an answer that may be written in any way, those that the package pays for included."""
    if _packaged(answer, golds, as_package, 1.0):
        return 1.0
    return _packaged(answer, golds, read, 1.0)


# ------------------------------------------------------------------------- as the package evaluates


def _literal_grid(answer: str) -> str:
    return "\n".join(joined(row, " ") for row in rows_of(literal(answer)))


def _literal_board(answer: str) -> str:
    rows = rows_of(literal(answer))
    if any(isinstance(cell, int) for row in rows for cell in rows_of(row)):
        raise UnreadableError("a number on the board")
    return "\n".join(joined(row, " ") for row in rows)


def _literal_list(answer: str) -> str:
    return joined(literal(answer), " ")


def _literal_word(answer: str) -> str:
    letters = rows_of(literal(answer))
    if any(isinstance(letter, int) for letter in letters):
        raise UnreadableError("a number among letters")
    return joined(list(letters), "")


# ----------------------------------------------------------------------------- as people write them


def _number_grid(answer: str) -> str:
    return "\n".join(" ".join(row) for row in grid(answer, _DIGITS))


def _board(answer: str) -> str:
    rows = grid(answer, _SQUARES)
    plain = ["".join(row).replace(" ", "").replace("\\", "") for row in rows]
    return "\n".join(" ".join(row) for row in plain)


def _number_list(answer: str) -> str:
    return " ".join(cells(answer, _DIGITS))


def _word(answer: str) -> str:
    return "".join(cells(answer, _LETTERS))
