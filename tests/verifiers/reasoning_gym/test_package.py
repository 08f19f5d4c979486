"""The package: found as it is known here, loaded late, and without what it does not need."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest
from verifiers.reasoning_gym.exported import NAMES, entries

from reward_service.cli.rg_sets import ALL, HELD_OUT, PRORL, SETS, WITHOUT_LEVELS, chosen
from reward_verifiers.reasoning_gym.package import factory
from reward_verifiers.reasoning_gym.standins import itersolve, missing
from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS, WITHOUT_ORACLE
from reward_verifiers.registry import read_spec, verifier


@pytest.mark.parametrize("profile", ["fixed", "upstream"])
def test_what_the_package_warns_of_reaches_no_log(
    profile: str, recwarn: pytest.WarningsRecorder
) -> None:
    entry = entries()["pool_matrix"][0]
    spec = {"domain": "reasoning_gym", "dataset": "pool_matrix", "entry": entry, "profile": profile}
    # numpy warns of a matrix in which all is comment.
    assert verifier("reasoning_gym").verify("<answer>#</answer>", read_spec(spec)).score == 0.0
    assert [str(warning.message) for warning in recwarn] == []


def test_data_sets_and_their_configurations_are_the_packages() -> None:
    theirs = {
        name: {field.name for field in dataclasses.fields(config)} - {"seed", "size"}
        for name, (_, config) in factory().DATASETS.items()
        if name != "composite"
    }
    assert {name: set(fields) for name, fields in CONFIG_FIELDS.items()} == theirs


def test_what_has_no_curriculum_and_no_oracle_is_known() -> None:
    assert set(NAMES) - set(factory().CURRICULA) == WITHOUT_LEVELS
    without = {name for name in NAMES if entries()[name][0]["answer"] is None}
    assert without == WITHOUT_ORACLE


def test_the_sets_are_what_their_papers_have() -> None:
    assert (len(PRORL), len(HELD_OUT), len(ALL)) == (96, 3, 105)
    assert not set(PRORL) & set(HELD_OUT)
    assert chosen(["held_out", "gcd", "all"])[:4] == [*HELD_OUT, "gcd"]
    assert len(chosen(["all", *SETS])) == 105
    with pytest.raises(KeyError):
        chosen(["gcd", "nothing"])


PROGRAM = """
import sys
from reward_verifiers.registry import read_spec, verifier
domain = verifier("reasoning_gym")
for name, answer in (("gcd", "7"), ("chain_sum", "007"), ("sudoku", "7"), ("word_ladder", "7")):
    metadata = {"puzzle": [[0]], "solution": [[7]], "start_word": "cold", "end_word": "cold"}
    spec = read_spec({"domain": "reasoning_gym", "dataset": name,
                      "entry": {"answer": "7", "metadata": metadata}})
    found = domain.shortcut(domain.extract(f"<answer>{answer}</answer>", spec), spec)
    assert (found and found.score) == (1 if name in ("gcd", "chain_sum") else None)
    domain.shortcut("8", spec)
print(*sorted({"reasoning_gym", "sympy", "numpy"} & set(sys.modules)))
"""


def test_the_engines_process_never_loads_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", ["arc_agi", "sokoban", "word_ladder", "complex_arithmetic"])
def test_whatever_is_asked_first_loads_it(name: str) -> None:
    entry = entries()[name][0]
    program = (
        "import json, sys; from reward_verifiers.registry import read_spec, verifier;"
        "spec = read_spec(json.load(sys.stdin));"
        "print(verifier('reasoning_gym').judge(spec.entry['answer'], spec).score)"
    )
    spec = {"domain": "reasoning_gym", "dataset": name, "entry": entry}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        input=json.dumps(spec),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "1.0"


def test_stand_ins_are_gone_once_it_is_loaded() -> None:
    factory()
    for name in missing():
        assert name not in sys.modules


def test_every_solution_of_clauses_is_found() -> None:
    found = {tuple(solution) for solution in itersolve([(1, 2), (-1, -2)])}
    assert found == {(1, -2), (-1, 2)}
    assert list(itersolve([(1,), (-1,)])) == []
