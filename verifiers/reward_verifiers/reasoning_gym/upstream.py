"""The package's own scorers, made once for a data set and configuration, without generating.

Building a data set loads what puzzles are made of: up to a quarter of a second, for each answer
where others do it. Scoring needs none of that, so an object is made past the constructor and given
just what its ``score_answer`` reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from functools import cache, lru_cache
from importlib import import_module
from io import StringIO
from types import ModuleType
from typing import Any
from warnings import catch_warnings, simplefilter

from reward_verifiers.reasoning_gym.errors import NoAnswerError
from reward_verifiers.reasoning_gym.package import PACKAGE, factory
from reward_verifiers.reasoning_gym.task import Task

_KEPT = 200

Scorer = Callable[[str, Mapping[str, Any]], float]


_RAISED = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError),
    *(AssertionError, StopIteration, UnboundLocalError, SystemExit),
)
"""What the package's scorers raise over answers that are wrong."""


def package_score(answer: str, task: Task) -> float:
    """Return what the package pays for ``answer``.

    Raises:
        NoAnswerError: the package raises an error over it.
        OverflowError, RecursionError: it is too large or too deep.
    """
    scorer = _scorer(task.dataset, json.dumps(task.config, sort_keys=True))
    entry = {**task.entry, "metadata": _as_made(task)}
    try:
        # tower_of_hanoi prints what it thinks of a move, pool_matrix's numpy warns of blank boards.
        with redirect_stdout(StringIO()), catch_warnings():
            simplefilter("ignore")
            return float(scorer(answer, entry))
    except _RAISED as error:
        raise NoAnswerError("nothing that this task asks for") from error


def parse_board(answer: str, config: Mapping[str, Any]) -> tuple[tuple[int, ...], ...]:
    """Return the board that ``answer`` is in the configured format.

    Raises:
        ValueError: it is none.
    """
    module = _module("arc.board_format")
    board: tuple[tuple[int, ...], ...] = module.parse_board(answer, board_format(config))
    return board


def board_format(config: Mapping[str, Any]) -> Any:
    """Return how ``config`` has boards of numbers written, as the package's own options."""
    options = config.get("board_format_opts") or {}
    given = {name: value for name, value in options.items() if value is not None}
    return _module("arc.board_format").BoardFormattingOptions(**given)


def read_complex(answer: str) -> complex | None:
    """Return the number that ``answer`` is, or None."""
    data_set, _ = factory().DATASETS["complex_arithmetic"]
    value: complex | None = data_set.parse_string_to_complex(answer)
    return value


@cache
def words_of_length(length: int) -> frozenset[str]:
    """Return the words of the package's ladders that have ``length`` letters."""
    data_set, _ = factory().DATASETS["word_ladder"]
    return frozenset(data_set._load_words_from_csv(length, length)[length])  # noqa: SLF001 -- no other


def _as_made(task: Task) -> dict[str, Any]:
    """Return the metadata as the package made them, as far as JSON has changed what is read.

    It is a copy: knight_swap notes its boards there.
    """
    metadata = dict(task.metadata)
    if task.dataset in ("arc_agi", "rearc"):
        metadata["output"] = tuple(tuple(row) for row in metadata["output"])
    return metadata


@lru_cache(maxsize=_KEPT)
def _scorer(dataset: str, config: str) -> Scorer:
    data_set, config_class = factory().DATASETS[dataset]
    fields = json.loads(config)
    known = {name: fields[name] for name in _READ.get(dataset, ()) if name in fields}
    scorer = data_set.__new__(data_set)
    scorer.config = config_class(**known)
    _EQUIP.get(dataset, _nothing)(scorer, fields)
    score: Scorer = scorer.score_answer
    return score


_READ: Mapping[str, tuple[str, ...]] = {
    "decimal_arithmetic": ("max_num_decimal_places",),
    "puzzle24": ("min_value", "max_value"),
    "time_intervals": ("max_time_difference_seconds", "max_date_difference_days"),
}
"""Fields of the configuration that a score depends on."""


def _nothing(scorer: Any, config: Mapping[str, Any]) -> None:
    """Most scorers read nothing but the entry."""


def _board(scorer: Any, config: Mapping[str, Any]) -> None:
    scorer.board_format_opts = board_format(config)


def _words(scorer: Any, config: Mapping[str, Any]) -> None:
    shortest, longest = config.get("min_word_length", 4), config.get("max_word_length", 4)
    scorer.word_sets = {length: words_of_length(length) for length in range(shortest, longest + 1)}


def _sokoban(scorer: Any, config: Mapping[str, Any]) -> None:
    scorer.__dict__["_Game"] = _module("games.contrib.sokoban.src.game").Game
    scorer.__dict__["_is_solved"] = _module("games.contrib.sokoban.src.utils").is_solved


def _module(name: str) -> ModuleType:
    """Return a module of the package, which has to be loaded as a whole first."""
    factory()
    return import_module(f"{PACKAGE}.{name}")


_EQUIP: Mapping[str, Callable[[Any, Mapping[str, Any]], None]] = {
    "arc_agi": _board,
    "rearc": _board,
    "sokoban": _sokoban,
    "word_ladder": _words,
}
"""What constructors set and scoring reads."""
