"""The benchmarks of ProRL's protocol, in one table to read.

Sampling is at temperature 0.6 and top_p 0.95, of up to 32k tokens. Mathematics, programs and
science are pass@1, estimated by 16 samples of each prompt and all or nothing; puzzles and
instructions are the mean of a score that may be partial. Of Reasoning Gym there are 100 puzzles of
each task; the three tasks that ProRL did not train on stand apart.

Source: ProRL, https://arxiv.org/abs/2505.24864, section 3.4. Which copy of a benchmark the authors
took is told there for programs (PRIME's validation split) and for GPQA-diamond alone; the others
below are the copies in common use. The rules of a benchmark's answers are the row formats'
(``docs/rows.md``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

SAMPLES = 16
TEMPERATURE = 0.6
TOP_P = 0.95
MAX_TOKENS = 32_768
PUZZLES_A_TASK = 100

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")  # it is the name of files, too


class Group(StrEnum):
    """What a benchmark is averaged with."""

    MATH = "math"
    CODE = "code"
    STEM = "stem"
    LOGIC = "logic"
    IF = "if"


class Judged(StrEnum):
    """What a benchmark's number is."""

    RIGHT = "right"
    """Pass@1: the share of completions that are right in all."""
    SCORE = "score"
    """The mean score, parts included."""


class Wording(StrEnum):
    """How a row that holds no prompt of its own is put to the model; see ``wording.py``."""

    MATH = "math"
    CHOICE = "choice"
    PROGRAM = "program"
    FUNCTION = "function"
    AS_IS = "as_is"


@dataclass(frozen=True, kw_only=True, slots=True)
class Benchmark:
    """One benchmark, and where its items are unless a file is given."""

    name: str
    """It is also its row beside the paper's figures (``paper.py``)."""
    group: Group | None
    """None: it is a set of the user's own, beside which no figure of the paper stands."""
    judged: Judged
    wording: Wording
    domain: str | None
    """What the reward service must be able to judge; None: its rows say."""
    items: str
    """``hub:owner/name:config@split``, ``rg:`` and a set of Reasoning Gym, or a file."""
    format: str | None = None
    """The format of its rows; None: they are recognised by their fields."""
    where: tuple[str, str] | None = None
    """Only rows whose field, the first, holds the second."""
    trained_on: bool = True
    """False for what ProRL kept out of its training altogether, tasks and not only items."""


def _math(name: str, items: str, form: str | None = "problem_answer") -> Benchmark:
    return Benchmark(
        name=name,
        group=Group.MATH,
        judged=Judged.RIGHT,
        wording=Wording.MATH,
        domain="math",
        items=items,
        format=form,
    )


def _prime(name: str, data_source: str) -> Benchmark:
    return Benchmark(
        name=name,
        group=Group.CODE,
        judged=Judged.RIGHT,
        wording=Wording.AS_IS,
        domain="code",
        items="hub:PRIME-RL/Eurus-2-RL-Data@validation",
        format="verl",
        where=("data_source", data_source),
    )


SUITE: tuple[Benchmark, ...] = (
    _math("aime24", "hub:HuggingFaceH4/aime_2024@train"),
    _math("aime25", "hub:math-ai/aime25@test"),
    _math("amc", "hub:AI-MO/aimo-validation-amc@train"),
    _math("math500", "hub:HuggingFaceH4/MATH-500@test"),
    _math("minerva", "hub:math-ai/minervamath@test", "question_answer"),
    _math("olympiad_bench", "hub:Hothan/OlympiadBench:OE_TO_maths_en_COMP@train", "olympiad_bench"),
    _prime("apps", "apps"),
    _prime("code_contests", "codecontests"),
    _prime("codeforces", "codeforces"),
    _prime("taco", "taco"),
    Benchmark(
        name="humaneval_plus",
        group=Group.CODE,
        judged=Judged.RIGHT,
        wording=Wording.FUNCTION,
        domain="code",
        items="hub:evalplus/humanevalplus@test",
        format="humaneval",
    ),
    Benchmark(
        name="livecodebench",
        group=Group.CODE,
        judged=Judged.RIGHT,
        wording=Wording.PROGRAM,
        domain="code",
        items="hub:livecodebench/code_generation_lite@test",
        format="livecodebench",
    ),
    Benchmark(
        name="gpqa_diamond",
        group=Group.STEM,
        judged=Judged.RIGHT,
        wording=Wording.CHOICE,
        domain="stem",
        items="hub:spawn99/GPQA-diamond-ClaudeR1@train",
    ),
    Benchmark(
        name="ifeval",
        group=Group.IF,
        judged=Judged.SCORE,
        wording=Wording.AS_IS,
        domain="ifeval",
        items="hub:google/IFEval@train",
        format="ifeval",
    ),
    Benchmark(
        name="reasoning_gym",
        group=Group.LOGIC,
        judged=Judged.SCORE,
        wording=Wording.AS_IS,
        domain="reasoning_gym",
        items="rg:prorl",
    ),
    Benchmark(
        name="reasoning_gym_held_out",
        group=Group.LOGIC,
        judged=Judged.SCORE,
        wording=Wording.AS_IS,
        domain="reasoning_gym",
        items="rg:held_out",
        trained_on=False,
    ),
)

SETS = {"prorl": tuple(one.name for one in SUITE)} | {
    group.value: tuple(one.name for one in SUITE if one.group is group) for group in Group
}
"""Names that stand for several benchmarks."""


def own_set(name: str, items: str) -> Benchmark:
    """Return a benchmark of the user's own: items as they are, and their mean score.

    Raises:
        ValueError: it cannot be called so.
    """
    if name in SETS:
        members = ", ".join(SETS[name])
        raise ValueError(f"{name!r} is a set of benchmarks: name one of {members}")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a name: take letters, digits, _ . and -")
    return Benchmark(
        name=name,
        group=None,
        judged=Judged.SCORE,
        wording=Wording.AS_IS,
        domain=None,
        items=items,
    )


def chosen(names: Sequence[str], own: Sequence[Benchmark] = ()) -> list[Benchmark]:
    """Return what ``names``, of benchmarks, of sets of them and of ``own``, stand for; each once.

    Raises:
        ValueError: a name is none of these; the message names the nearest.
    """
    by_name = {one.name: one for one in (*SUITE, *own)}
    found: dict[str, Benchmark] = {}
    for name in names:
        members = SETS.get(name) or (name,)
        if members[0] not in by_name:
            raise ValueError(_unknown(name, [*SETS, *by_name]))
        found |= {member: by_name[member] for member in members}
    return list(found.values())


def _unknown(name: str, there: Sequence[str]) -> str:
    close = get_close_matches(name, there, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"there is no benchmark {name!r}{hint}; there are {', '.join(there)}"
