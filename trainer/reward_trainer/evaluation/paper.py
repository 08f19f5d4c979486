"""The figures that the paper reports, in percent, to set beside ours.

Source: ProRL, https://arxiv.org/abs/2505.24864, tables 1 to 3 and the table of categories of
Reasoning Gym in its appendix. The paper evaluated all of these models itself, by the protocol of
``suite.py``. Its text and its tables disagree on some averages; these are the tables'.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

BASE = "DeepSeek-R1-Distill-Qwen-1.5B"
BASE_7B = "DeepSeek-R1-Distill-Qwen-7B"
DEEPSCALER = "DeepScaleR-1.5B"
DEEPCODER = "DeepCoder-1.5B"
PRORL = "Nemotron-Research-Reasoning-Qwen-1.5B"

_MATH = ("aime24", "aime25", "amc", "math500", "minerva", "olympiad_bench", "math average")
_CODE = (
    *("apps", "code_contests", "codeforces", "taco", "humaneval_plus", "livecodebench"),
    "code average",
)
_OTHER = (
    *("gpqa_diamond", "ifeval", "reasoning_gym"),
    *("reasoning_gym/acre", "reasoning_gym/boxnet", "reasoning_gym/game_of_life_halting"),
)
_CATEGORIES = tuple(
    f"reasoning_gym/{category}"
    for category in (
        *("algebra", "algorithmic", "arc", "arithmetic", "code", "cognition", "games"),
        *("geometry", "graphs", "induction", "logic"),
    )
)


def _row(columns: tuple[str, ...], *values: float) -> dict[str, float]:
    return dict(zip(columns, values, strict=True))


FIGURES: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        BASE: _row(_MATH, 28.54, 22.71, 62.58, 82.90, 26.38, 43.58, 44.45)
        | _row(_CODE, 20.95, 16.79, 14.13, 8.03, 61.77, 16.80, 23.08)
        | _row(_OTHER, 15.86, 44.05, 4.24, 5.99, 0.00, 3.49)
        | _row(_CATEGORIES, 0.73, 3.56, 1.53, 5.36, 1.22, 6.47, 2.34, 1.05, 6.64, 1.32, 10.90),
        DEEPSCALER: _row(_MATH, 40.21, 31.46, 73.04, 89.36, 41.57, 51.63, 54.54),
        DEEPCODER: _row(_CODE, 30.37, 23.76, 21.70, 13.76, 73.40, 22.76, 30.96),
        BASE_7B: _row(_MATH, 53.54, 40.83, 82.83, 93.68, 50.60, 57.66, 63.19)
        | _row(_CODE, 42.08, 32.76, 33.08, 19.08, 83.32, 38.04, 41.39)
        | _row(_OTHER, 35.44, 58.01, 28.55, 20.21, 1.71, 12.94)
        | _row(
            _CATEGORIES, 45.80, 21.75, 3.42, 55.43, 7.84, 30.46, 5.15, 17.38, 33.29, 29.31, 34.96
        ),
        PRORL: _row(_MATH, 48.13, 33.33, 79.29, 91.89, 47.98, 60.22, 60.14)
        | _row(_CODE, 41.99, 31.80, 34.50, 20.81, 72.05, 23.81, 37.49)
        | _row(_OTHER, 41.78, 66.02, 59.06, 58.57, 7.91, 52.29)
        | _row(
            _CATEGORIES, 97.21, 53.90, 2.52, 82.81, 29.84, 40.16, 26.38, 89.84, 66.49, 73.50, 82.94
        ),
    }
)
"""By model, by row of our table (``table.py``)."""

SHORT: Mapping[str, str] = MappingProxyType(
    {
        BASE: "R1-1.5B",
        DEEPSCALER: "DeepScaleR",
        DEEPCODER: "DeepCoder",
        BASE_7B: "R1-7B",
        PRORL: "ProRL",
    }
)
"""What the columns are headed."""


def model_named(name: str) -> str:
    """Return the model of the paper that ``name``, short or long, with or without owner, means.

    Raises:
        ValueError: there is none; the message names the nearest.
    """
    wanted = name.rpartition("/")[2].lower()
    for model, short in SHORT.items():
        if wanted in (model.lower(), short.lower()):
            return model
    every = [*SHORT.values(), *FIGURES]
    lower = {one.lower(): one for one in every}
    close = get_close_matches(wanted, lower, n=1)
    hint = f"; did you mean {lower[close[0]]!r}?" if close else ""
    raise ValueError(f"the paper has no figures of {name!r}{hint}; it has {', '.join(every)}")
