"""A broken entry is the data's fault: the complaint names the field."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from verifiers.reasoning_gym.exact.frozen import frozen

from reward_verifiers.errors import BadSpecError
from reward_verifiers.reasoning_gym.exact.table import EXACT

FIELDS = [(dataset, field) for dataset, scorer in EXACT.items() for field in scorer.fields]


def entry_of(dataset: str) -> dict[str, Any]:
    return copy.deepcopy(frozen()[dataset][0].entry)


def changed(entry: dict[str, Any], field: str, value: object) -> dict[str, Any]:
    *path, last = field.split(".")
    holder = entry
    for part in path:
        holder = holder[part]
    holder[last] = value
    return entry


@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize(("dataset", "field"), FIELDS)
def test_a_missing_field_is_named(dataset: str, field: str, *, fixed: bool) -> None:
    entry = entry_of(dataset)
    *path, last = field.split(".")
    holder = entry
    for part in path:
        holder = holder[part]
    del holder[last]

    with pytest.raises(BadSpecError, match=rf"^entry\.{field}: missing$"):
        EXACT[dataset].score("1", entry, fixed=fixed)


@pytest.mark.parametrize("value", [None, 1.5, True, {}, [None], [[1]], float("nan")])
@pytest.mark.parametrize(("dataset", "field"), FIELDS)
def test_a_field_of_another_type_is_named(dataset: str, field: str, value: object) -> None:
    entry = changed(entry_of(dataset), field, value)

    with pytest.raises(BadSpecError, match=rf"^entry\.{field}: expected "):
        EXACT[dataset].score("1", entry, fixed=True)


@pytest.mark.parametrize("dataset", [name for name, field in FIELDS if "metadata" in field])
def test_missing_metadata_are_named(dataset: str) -> None:
    with pytest.raises(BadSpecError, match=r"^entry\.metadata: missing$"):
        EXACT[dataset].score("1", {"answer": entry_of(dataset)["answer"]}, fixed=True)


UNREADABLE = [
    ("bitwise_arithmetic", "metadata.problem", "__import__('os').system('true')"),
    ("bitwise_arithmetic", "metadata.problem", "1 << 10 ** 9"),
    ("bitwise_arithmetic", "metadata.problem", "1 << 9999999999"),
    ("bitwise_arithmetic", "metadata.problem", "(" * 100_000),
    ("bitwise_arithmetic", "metadata.problem", "0x1 + 0777"),
    ("bitwise_arithmetic", "metadata.problem", ""),
    ("number_sorting", "answer", "__import__('os').system('true')"),
    ("number_sorting", "answer", "[open('x')]"),
    ("number_sorting", "answer", "[" * 100_000),
    ("number_sorting", "answer", "['nan']"),
    ("number_sorting", "metadata.direction", "sideways"),
    ("polynomial_multiplication", "answer", "(x + 1)*(x - 1)"),
    ("polynomial_multiplication", "answer", "x**(10**9)"),
    ("polynomial_multiplication", "answer", "exit()"),
    ("polynomial_multiplication", "answer", ""),
    ("simple_integration", "metadata.integrand", "exit()"),
    ("simple_integration", "metadata.integrand", "sin(X, X)"),
    ("simple_integration", "metadata.integrand", "9**9**9*X"),
    ("simple_integration", "metadata.integrand", "log(X - X)"),
    ("simple_integration", "metadata.variable", "C"),
    ("simple_integration", "metadata.variable", "xy"),
    ("intermediate_integration", "metadata.variable", ""),
]


@pytest.mark.parametrize(("dataset", "field", "value"), UNREADABLE)
def test_what_cannot_be_read_is_named(dataset: str, field: str, value: str) -> None:
    entry = changed(entry_of(dataset), field, value)

    with pytest.raises(BadSpecError, match=rf"^entry\.{field}: "):
        EXACT[dataset].score("1", entry, fixed=True)


@pytest.mark.parametrize("dataset", sorted(EXACT))
def test_an_entry_is_left_as_it_was(dataset: str) -> None:
    entry = entry_of(dataset)
    for fixed in (True, False):
        EXACT[dataset].score(EXACT[dataset].oracle(entry), entry, fixed=fixed)
    assert entry == entry_of(dataset)


def test_numbers_that_came_as_floats_are_whole() -> None:
    entry = {"answer": "", "metadata": {"numbers": [1.0, 2.0, 3.0, 4.0]}}
    assert EXACT["puzzle24"].score("1*2*3*4", entry, fixed=True) == 1.0
