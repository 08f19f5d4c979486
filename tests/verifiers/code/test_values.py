"""When a returned value is what was expected."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_verifiers.code.values import in_json, same_value
from reward_verifiers.code_cases import read_cases
from reward_verifiers.code_spec import Comparison, FloatTolerance

NAN = math.nan


def same(got: object, expected: object, **rules: Any) -> bool:
    rule = rules.pop("rule", Comparison.TOKENS)
    return same_value(got, expected, rule, **rules)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1, 1),
        (1.0, 1),
        (1, 1.0),
        ((1, (2,)), [1, [2]]),
        (None, None),
        ("a", "a"),
        ({"a": (1,)}, {"a": [1]}),
        ({1: 2, -3: 4}, {"1": 2, "-3": 4}),
        (0.1 + 0.2, 0.3),
        (1 / 3, 0.33333),
        (NAN, NAN),
        (10**400, 10**400),
        ([], []),
    ],
)
def test_equal_values_of_equal_types(got: object, expected: object) -> None:
    assert same(got, expected)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (True, 1),
        (1, True),
        (False, 0),
        ("1", 1),
        (1, "1"),
        (None, False),
        (0, None),
        ([], None),
        ({1, 2}, [1, 2]),
        (b"a", "a"),
        (1j, 1),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        ([1, 2, 3], [1, 2]),
        ([], {}),
        ({"a": 1, 1: 2, "1": 2}, {"a": 1, "1": 2}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({True: 1}, {"true": 1}),
        (1000000007.0, 1000000008),
        (1000000007, 1000000008),
        (10**400, 1.5),
        (math.inf, 1e308),
        (0.3334, 0.3333),
        ("a", ["a"]),
    ],
)
def test_what_only_looks_alike_is_wrong(got: object, expected: object) -> None:
    assert not same(got, expected)


def test_exact_forgives_no_float_and_a_tolerance_what_it_says() -> None:
    assert not same(0.1 + 0.2, 0.3, rule=Comparison.EXACT)
    assert same(1.0, 1, rule=Comparison.EXACT)
    wide = FloatTolerance.model_validate({"float": 0.01})
    assert same(100.5, 100.0, rule=wide)
    assert not same(102.0, 100.0, rule=wide)
    assert not same(99, 100, rule=wide)


def test_any_order_is_asked_of_the_outer_list_alone() -> None:
    assert same([[2, 1], [3]], [[3], [2, 1]], any_order=True)
    assert not same([[1, 2], [3]], [[3], [2, 1]], any_order=True)
    assert same({2, 1}, [1, 2], any_order=True)
    assert not same([1, 1, 2], [1, 2, 2], any_order=True)
    assert not same([True, 2], [1, 2], any_order=True)
    assert same([{"b": 1}, None, "x", 2.0], [2, "x", {"b": 1}, None], any_order=True)


def test_what_is_nested_too_deeply_equals_nothing() -> None:
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    assert not same(deep, [[]])
    assert not same(deep, [[]], any_order=True)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)
in_data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(plain, in_data, st.booleans())
def test_any_plain_value_is_compared_and_shown(got: object, expected: object, order: bool) -> None:
    same(got, expected, any_order=order)
    assert isinstance(in_json(got), str)


@settings(deadline=None)
@given(in_data, st.booleans(), st.sampled_from(list(Comparison)))
def test_a_value_is_what_its_json_says(value: object, order: bool, rule: Comparison) -> None:
    assert same(value, json.loads(json.dumps(value)), any_order=order, rule=rule)


@settings(deadline=None)
@given(st.lists(in_data, max_size=6), st.randoms())
def test_a_shuffled_list_is_the_same_in_any_order(values: list[object], chance: Random) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    assert same(shuffled, values, any_order=True, rule=Comparison.EXACT)


def test_inputs_are_lists_or_lines_of_json() -> None:
    cases = read_cases([[1, "a"], '[1, 2]\n"x\\ny"\n', ""], [3, '{"a": true}', "null"])
    assert [case.arguments for case in cases] == [[1, "a"], [[1, 2], "x\ny"], []]
    assert [case.accepted for case in cases] == [(3,), ({"a": True},), (None,)]


def test_beside_a_list_an_output_is_what_it_is() -> None:
    assert read_cases([["a"]], ["3"])[0].accepted == ("3",)


def test_outputs_that_are_all_lists_of_one_may_be_wrapped() -> None:
    assert read_cases([[1], [2]], [[5], [[1, 2]]])[1].accepted == ([[1, 2]], [1, 2])
    assert read_cases([[1], [2]], [[5], [1, 2]])[0].accepted == ([5],)
    assert read_cases(["1"], ["[5]"])[0].accepted == ([5],)


@pytest.mark.parametrize(
    ("inputs", "outputs", "why"),
    [
        (["[1"], ["1"], r"inputs\.0: '\[1' is no JSON"),
        ([[1]], ["x"], None),
        (["1"], ["True"], r"outputs\.0: 'True' is no JSON"),
        ([{"a": 1}], [1], r"inputs\.0: expected a list of arguments"),
        (["[" * 5000 + "]" * 5000], ["1"], r"inputs\.0: nested"),
        (["[" * 200 + "]" * 200], ["1"], r"inputs\.0: nested more than 100 deep"),
    ],
)
def test_tests_that_cannot_be_read_are_refused(
    inputs: list[object], outputs: list[object], why: str | None
) -> None:
    if why is None:
        read_cases(inputs, outputs)
        return
    with pytest.raises(ValueError, match=why):
        read_cases(inputs, outputs)
