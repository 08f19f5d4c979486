"""How the tests ask: us, and the official checkers."""

from __future__ import annotations

import csv

from verifiers.ifeval import oracles
from verifiers.ifeval.ifbench.material import Case

from reward_verifiers.ifeval import judge
from reward_verifiers.specs import IfevalSpec


def follows(
    name: str, case: Case, version: str, *, mode: str = "strict", profile: str = "parity"
) -> bool:
    """Return our verdict."""
    spec = IfevalSpec.model_validate(
        {
            "family": "ifbench",
            "version": version,
            "instruction_id_list": [name],
            "kwargs": [case.kwargs],
            "mode": mode,
            "profile": profile,
        }
    )
    return judge(case.text, spec).score == 1.0


def official(table: oracles.Table, name: str, case: Case, *, loose: bool = False) -> bool | str:
    """Return the official verdict, or the name of the exception that the checker does not catch."""
    try:
        return oracles.verdict(table, name, case.kwargs, case.text, loose=loose)
    except (IndexError, ZeroDivisionError, csv.Error) as error:
        return type(error).__name__
