"""Verdicts that official checkers gave once, kept because no package carries those checkers.

Each row of a file is an instruction's id, its arguments, a text near the border of what it accepts,
and whether the official code says that the text follows. The texts are ours.

``iftrain``: ``check_following`` of ``open_instruct/IFEvalG/instructions.py`` in
allenai/open-instruct at 42c6d0d, but ``copy:repeat_phrase`` as pull request 1044 made it.
``rlvr``: ``open_instruct/if_functions.py`` at 021dd06, but ``validate_sections`` as it was in
August 2026. With NLTK 3.10.4, and langdetect 1.0.9 with seed 0.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from reward_verifiers.ifeval import judge
from reward_verifiers.specs import IfevalSpec


class Case(NamedTuple):
    """What was asked for, what was written, and the official verdict."""

    kwargs: dict[str, Any]
    text: str
    followed: bool


@cache
def stored(family: str) -> dict[str, list[Case]]:
    """Return the cases of a family by the id of the instruction."""
    packed = (Path(__file__).parent / family / "verdicts.jsonl.gz").read_bytes()
    cases = defaultdict(list)
    for line in gzip.decompress(packed).decode().splitlines():
        row = json.loads(line)
        cases[row.pop("id")].append(Case(**row))
    return dict(cases)


def followed(family: str, name: str, kwargs: dict[str, Any], text: str, **more: Any) -> bool:
    """Return our verdict on one instruction."""
    spec = IfevalSpec.model_validate(
        {"family": family, "instruction_id_list": [name], "kwargs": [kwargs], **more}
    )
    return judge(text, spec).score == 1.0
