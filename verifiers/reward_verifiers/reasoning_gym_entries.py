"""What each data set's rules read of an entry and of a configuration, and what is refused of them.

Entries come from outside. Here it is made sure, before anything is judged, that what a rule will
read is there, is of the right kind and is not too large; inside, that is trusted. The names of the
data sets, and of the fields of their configurations, are the package's; tests compare them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    create_model,
)

from reward_verifiers.complaints import kind
from reward_verifiers.plain_json import check_json
from reward_verifiers.reasoning_gym_configs import CONFIG_FIELDS

__all__ = [
    "CONFIG_FIELDS",
    "SCORED_CONFIG",
    "WITHOUT_ORACLE",
    "check_config",
    "check_entry",
]

_MAX_CELLS = 10_000  # of a board
_MAX_SIDE = 200
_LONG = 100_000
_MAX_NUMBER = 10**300
_TURN = re.compile(r"(?:[12]?[LRDUBF]w?|[XYZMES])'?2?")


class _Part(BaseModel):
    """Base of the shapes: what no rule reads may stand beside."""

    model_config = ConfigDict(extra="ignore")


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number, got {kind(value)}")  # noqa: TRY004 -- pydantic's
    if abs(value) > _MAX_NUMBER:
        raise ValueError("a number too large to judge with")
    return value


def _turns(moves: str) -> str:
    strange = next((move for move in moves.split() if not _TURN.fullmatch(move)), None)
    if strange is not None:
        raise ValueError(f"expected turns such as R U' F2, got {strange[:20]!r}")
    return moves


def _name(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(  # noqa: TRY004 -- as pydantic wants it
            f"expected text or a whole number, got {kind(value)}"
        )
    return value


_Text = Annotated[StrictStr, Field(max_length=_LONG)]
_Word = Annotated[StrictStr, Field(max_length=1000)]
_Whole = Annotated[StrictInt, Field(ge=-(10**30), le=10**30)]
_Number = Annotated[Any, AfterValidator(_number)]
_Name = Annotated[Any, AfterValidator(_name)]
_Names = Annotated[list[_Name], Field(max_length=1000)]
_Edge = Annotated[list[_Name], Field(min_length=2, max_length=2)]
_Count = Annotated[StrictInt, Field(ge=1, le=_MAX_SIDE)]
_Texts = Annotated[list[_Text], Field(max_length=_MAX_CELLS)]
_Words = Annotated[list[_Word], Field(min_length=1, max_length=_MAX_CELLS)]
_Wholes = Annotated[list[_Whole], Field(max_length=_MAX_CELLS)]
_Row = Annotated[list[_Whole], Field(min_length=1, max_length=_MAX_SIDE)]
_Board = Annotated[list[_Row], Field(min_length=1, max_length=_MAX_SIDE)]
_Cells = Annotated[list[_Words], Field(min_length=1, max_length=_MAX_SIDE)]
_Delimiter = Annotated[StrictStr, Field(min_length=1, max_length=10)]
_Pair = Annotated[list[_Number], Field(min_length=2, max_length=2)]


class _Button(_Part):
    name: _Word
    type: _Word
    value: _Whole
    active_state: _Word


class _Graph(_Part):
    vertices: _Names
    edges: Annotated[list[_Edge], Field(max_length=_MAX_CELLS)]
    color_options: _Names


class _Jugs(_Part):
    jug_capacities: Annotated[list[_Whole], Field(min_length=1, max_length=26)]
    target: _Whole


class _BoardFormat(_Part):
    alphabet: Annotated[list[_Word], Field(min_length=1, max_length=100)] | None = None
    col_delimiter: _Delimiter | None = None
    row_delimiter: _Delimiter | None = None
    array_brackets: StrictBool | None = None


_Squares = Annotated[dict[str, _Texts], Field(min_length=1, max_length=1000)]
_Steps = Annotated[
    dict[_Word, Annotated[list[_Word], Field(max_length=100)]], Field(max_length=1000)
]
_Pieces = Annotated[dict[_Word, _Word | None], Field(max_length=1000)]

_METADATA: Mapping[str, Mapping[str, Any]] = {
    "advanced_geometry": {"task_type": _Word},
    "arc_agi": {"output": _Board},
    "bitwise_arithmetic": {"problem": Annotated[StrictStr, Field(max_length=5000)]},
    "boxnet": {"initial_state": _Squares},
    "calendar_arithmetic": {"task": _Word},
    "complex_arithmetic": {"result": _Pair},
    "countdown": {"numbers": _Wholes, "target": _Number},
    "cryptarithm": {"words_letters": _Words, "result_letters": _Word},
    "fraction_simplification": {
        "simplified_numerator": _Whole,
        "simplified_denominator": _Whole,
        "numerator": _Whole,
        "denominator": _Whole,
    },
    "futoshiki": {"solution": _Board, "puzzle": _Board},
    "graph_color": {"puzzle": _Graph},
    "group_anagrams": {"solution": _Cells},
    "intermediate_integration": {"variable": _Word, "integrand": _Text},
    "jugs": {"puzzle": _Jugs},
    "kakurasu": {"row_sums": _Wholes, "col_sums": _Wholes, "n_rows": _Count, "n_cols": _Count},
    "knight_swap": {
        "is_possible": StrictBool,
        "board": _Steps,
        "pieces": _Pieces,
        "start_turn": _Word,
    },
    "mini_sudoku": {"solution": _Board, "puzzle": _Board},
    "n_queens": {"valid_answers": _Texts},
    "number_format": {"solution": _Number},
    "number_sorting": {"direction": _Word},
    "palindrome_generation": {"letters": _Words},
    "palindrome_partitioning": {"solution": Annotated[list[_Words], Field(max_length=_MAX_CELLS)]},
    "propositional_logic": {
        "variables": Annotated[
            list[Annotated[StrictStr, Field(min_length=1, max_length=1)]],
            Field(min_length=1, max_length=12),
        ],
        "premises": Annotated[list[_Word], Field(max_length=100)],
    },
    "puzzle24": {"numbers": _Wholes},
    "quantum_lock": {
        "initial_value": _Whole,
        "initial_state": _Word,
        "target_value": _Whole,
        "buttons": Annotated[list[_Button], Field(min_length=1, max_length=26)],
    },
    "rearc": {"output": _Board},
    "rubiks_cube": {
        "cube_size": Annotated[StrictInt, Field(ge=2, le=10)],
        "scramble_moves": Annotated[StrictStr, Field(max_length=500), AfterValidator(_turns)],
    },
    "rush_hour": {"board_config": Annotated[StrictStr, Field(min_length=36, max_length=36)]},
    "shortest_path": {"matrix": _Cells},
    "simple_integration": {"variable": _Word, "integrand": _Text},
    "sokoban": {"gamestr": _Text},
    "spell_backward": {"word": _Word},
    "letter_jumble": {"scrambled_words": _Words},
    "sudoku": {"solution": _Board, "puzzle": _Board},
    "survo": {"board_size": _Count, "solution": _Board},
    "time_intervals": {"task_type": _Word},
    "tower_of_hanoi": {
        "num_disks": _Count,
        "num_pegs": _Count,
        "start_peg": _Count,
        "target_peg": _Count,
    },
    "word_ladder": {
        "start_word": _Word,
        "end_word": Annotated[StrictStr, Field(min_length=3, max_length=5)],
    },
    "word_sorting": {"sorted_words": _Words, "transformed_words": _Words},
}
"""What a data set's rules read of ``metadata``; a data set that is not here: nothing."""

_WHERE: Mapping[tuple[str, str, Any], Mapping[str, Any]] = {
    ("advanced_geometry", "task_type", "orthocenter"): {
        "ortho": Annotated[list[_Word], Field(min_length=2, max_length=2)]
    },
    ("knight_swap", "is_possible", True): {
        "solution": Annotated[list[Any], Field(max_length=1000)]
    },
}
"""What they read besides where a field has a certain value."""

WITHOUT_ORACLE = frozenset(
    {"boxnet", "graph_color", "propositional_logic", "rubiks_cube", "rush_hour"}
)
"""Data sets of many right answers, whose entries have none."""

_MAX_SECONDS = 10**9

_BOARDS: Mapping[str, Any] = {"board_format_opts": (_BoardFormat | None, None)}

_CONFIG: Mapping[str, Mapping[str, Any]] = {
    "arc_agi": _BOARDS,
    "rearc": _BOARDS,
    "decimal_arithmetic": {
        "max_num_decimal_places": (Annotated[StrictInt, Field(ge=0, le=100)], 3)
    },
    "time_intervals": {
        "max_time_difference_seconds": (Annotated[StrictInt, Field(ge=1, le=_MAX_SECONDS)], 1),
        "max_date_difference_days": (Annotated[StrictInt, Field(ge=1, le=_MAX_SECONDS)], 1),
    },
    "puzzle24": {
        "min_value": (_Whole, 1),
        "max_value": (_Whole, 10),
    },
    "word_ladder": {
        "min_word_length": (Annotated[StrictInt, Field(ge=3, le=5)], 3),
        "max_word_length": (Annotated[StrictInt, Field(ge=3, le=5)], 5),
    },
}
"""What scores depend on of a configuration."""

SCORED_CONFIG: Mapping[str, tuple[str, ...]] = {
    name: tuple(fields) for name, fields in _CONFIG.items()
}
"""The names of those fields."""


def check_entry(dataset: str, entry: Any) -> None:
    """Make sure that ``entry`` is one of the data set's, as far as its rules read it.

    Raises:
        ValueError: it is too large, no JSON, or another data set's; as a ``ValidationError``, if a
            field is missing or of the wrong kind.
    """
    check_json(entry)
    metadata = entry.get("metadata")
    if isinstance(metadata, Mapping):
        _check_source(dataset, metadata)
        for (name, field, value), fields in _WHERE.items():
            if name == dataset and metadata.get(field) == value:
                _shape(dataset, tuple(fields)).model_validate(entry)
                return
    _shape(dataset, ()).model_validate(entry)


def _check_source(dataset: str, metadata: Mapping[str, Any]) -> None:
    """Refuse an entry that names another data set as the one that made it."""
    for field in ("source_dataset", "source"):
        named = metadata.get(field)
        if isinstance(named, str) and named != dataset and named in CONFIG_FIELDS:
            raise ValueError(f"metadata.{field} is {named!r}, but the data set is {dataset!r}")


def check_config(dataset: str, config: Mapping[str, Any]) -> None:
    """Make sure that ``config`` has only fields of the data set's, and usable ones.

    Raises:
        ValueError: a field is unknown; as a ``ValidationError``, if one is of the wrong kind.
    """
    check_json(config)
    for name in config:
        if name not in CONFIG_FIELDS[dataset] | {"seed", "size"}:
            listed = ", ".join(sorted(CONFIG_FIELDS[dataset]))
            raise ValueError(f"unknown field {name[:50]!r} of {dataset}; known: {listed}")
    if dataset in _CONFIG:
        create_model("_Config", __base__=_Part, **_CONFIG[dataset]).model_validate(config)


@cache
def _shape(dataset: str, besides: tuple[str, ...]) -> type[BaseModel]:
    """Return the model of an entry of ``dataset`` whose metadata have ``besides`` too."""
    fields = dict(_METADATA.get(dataset, {}))
    for (name, _, _), more in _WHERE.items():
        if name == dataset and tuple(more) == besides:
            fields |= more
    wanted: dict[str, Any] = {name: (kind_of, ...) for name, kind_of in fields.items()}
    metadata = create_model("_Metadata", __base__=_Part, **wanted)
    may_lack = dataset in WITHOUT_ORACLE
    answer: Any = (_Text | None, None) if may_lack else (_Text, ...)
    return create_model(
        "_Entry",
        __base__=_Part,
        question=(_Text | None, None),
        answer=answer,
        metadata=(metadata, ... if fields else {}),
    )
