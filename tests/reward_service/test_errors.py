"""Every problem an item may have is on the wire's page, with whether it is worth a retry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reward_service.errors import BadItemError, RewardServiceError, UnscoredError
from reward_service.schema import Problem

PAGE = (Path(__file__).parents[2] / "docs" / "http.md").read_text("utf-8")


def kinds(base: type[RewardServiceError]) -> Iterator[type[RewardServiceError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


PROBLEMS = {kind.code: kind.retryable for kind in (BadItemError, *kinds(BadItemError))}
PROBLEMS |= {kind.code: kind.retryable for kind in kinds(UnscoredError)}


def test_every_problem_is_listed_with_whether_to_retry() -> None:
    _, _, section = PAGE.partition("| `problem.code` |")
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| (yes|no) \|", section, re.MULTILINE)
    listed = {code: retry == "yes" for codes, retry in rows for code in re.findall(r"\w+", codes)}

    assert listed == PROBLEMS


def test_the_field_names_every_problem() -> None:
    description = Problem.model_fields["code"].description or ""

    assert set(re.findall(r"\w+_\w+|overloaded|deadline", description)) == set(PROBLEMS)


def test_each_problem_has_a_code_of_its_own() -> None:
    named = [*kinds(BadItemError), *kinds(UnscoredError), BadItemError]
    codes = [kind.code for kind in named]

    assert len(set(codes)) == len(codes)
    assert RewardServiceError.code not in codes
