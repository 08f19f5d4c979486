"""Asserts that are understood without running them, and those that are not."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hangs import no_hang
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_sandboxes import plain
from reward_verifiers.code.claims import Callee, Claim, read_claim

FREE = Callee(any_free=True)


def claim(text: str, callee: Callee = FREE) -> Claim | None:
    (node,) = ast.parse(text).body
    return read_claim(node, callee)


def call_of(text: str) -> tuple[str, Any]:
    found = claim(text)
    assert found is not None
    assert found.call is not None
    return found.call.function, plain.loads(found.call.arguments)


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("assert f(1) == 3", 3, 4),
        ("assert 3 == f(1)", 3, 4),
        ("assert f(1) == 3, 'message'", 3, None),
        ("assert (f(1)) == (1, [2])", (1, [2]), [1, [2]]),
        ("assert f(1) is True", True, 1),
        ("assert f(1) == True", 1, 2),
        ("assert f(1) is not None", 0, None),
        ("assert f(1)", [0], []),
        ("assert not f(1)", "", "a"),
        ("assert f(1) != 3", 4, 3),
        ("assert f(1) > -1.5", 0, -2),
        ("assert f(1) in [1, 2]", 2, 3),
        ("assert 2 in f(1)", {1, 2}, {1}),
        ("assert f(1)[0] == 'x'", ["x"], []),
        ("assert f(1)['k'] == -1", {"k": -1}, {}),
        ("assert set(f(1)) == {1, 2}", [2, 1, 1], [1]),
        ("assert set(f(1)) == set([1, 2])", (2, 1), [[1], 2]),
        ("assert sorted(f(1)) == [1, 2]", {2, 1}, [1, "a"]),
        ("assert sorted(f(1)) == sorted([2, 1])", [1, 2], 5),
        ("assert list(f(1)) == [1]", (1,), 1),
        ("assert tuple(f(1)) == (1,)", [1], [2]),
        ("assert len(f(1)) == 2", "ab", 2),
        ("assert round(f(1), 2) == 3.14", 3.14159, 3.15),
        ("assert abs(f(1) - 0.5) < 1e-6", 0.5000001, 0.51),
        ("assert abs(0.5 - f(1)) <= 1e-6", 0.5, "0.5"),
        ("import math; assert math.isclose(f(1), 0.5, rel_tol=0.1)", 0.51, 0.6),
        ("assert f(1) == float('inf')", float("inf"), 1),
        ("assert -f(1) == 3", -3, 3),
        ("assert f(1) == -3", -3, 3),
        ("assert f(1) == {'a': [1, {2}]}", {"a": [1, {2}]}, {"a": [1, [2]]}),
        ("assert f(1) == 1e400", float("inf"), 1),
        ("assert f(1) == b'x'", b"x", "x"),
    ],
)
def test_a_simple_assert_holds_what_python_would(text: str, right: Any, wrong: Any) -> None:
    found = claim(text.rpartition("; ")[2])
    assert found is not None
    assert found.call is not None
    assert found.holds(right)
    assert not found.holds(wrong)
    # Python is the judge of what is right.
    for value, passes in ((right, True), (wrong, False)):
        namespace = {"f": lambda _x, value=value: value}
        try:
            exec(text, namespace)
        except (AssertionError, TypeError, LookupError):
            assert not passes
        else:
            assert passes


def test_arguments_are_read_as_plain_data() -> None:
    found = call_of("assert g([1, -2.5], {'a': (None, True)}, b'x', {1}, set(), -1) == 1")
    assert found == ("g", [[1, -2.5], {"a": (None, True)}, b"x", {1}, set(), -1])
    assert call_of("assert Solution().g(1) == 2") == ("Solution.g", [1])


@pytest.mark.parametrize(
    "text",
    [
        "x = f(1)",
        "assert f(1) == f(2)",
        "assert f(x) == 1",
        "assert f(1) == x",
        "assert f(key=1) == 1",
        "assert f(*[1]) == 1",
        "assert f(lambda: 1) == 1",
        "assert 1 < f(1) < 3",
        "assert f(1) == 1 and f(2) == 2",
        "assert f(1) is 3",
        "assert f(1) == 2 ** 10",
        "assert f(1) == [0] * 1000",
        "assert f(1).x == 1",
        "assert f(1)() == 1",
        "assert all(f(i) for i in range(3))",
        "assert isinstance(f(1), int)",
        "assert eval('1') == 1",
        "assert print(1) is None",
        "assert str(f(1)) == '1'",
        "assert f(...) == 1",
        "assert f(1) == ...",
        "assert m.f(1) == 1",
        "assert Solution(1).f(1) == 1",
        "assert sorted(f(1), key=len) == []",
        "assert set(f(1), 2) == 1",
        "assert round(f(1), **{'ndigits': 1}) == 1",
        "assert f({[]: 1}) == 1",
        "assert False",
        "assert 1 == 2",
    ],
)
def test_what_says_more_is_left_to_a_sandbox(text: str) -> None:
    assert claim(text) is None


def test_an_assert_that_calls_nothing_and_holds_is_understood() -> None:
    found = claim("assert True, 'This prints if this assert fails'")
    assert found is not None
    assert found.call is None


def test_names_that_test_code_binds_are_not_the_program_s() -> None:
    bound = Callee(any_free=True, bound={"f", "sorted", "Solution"})
    assert claim("assert f(1) == 1", bound) is None
    assert claim("assert sorted(g(1)) == 1", bound) is None
    assert claim("assert Solution().g(1) == 1", bound) is None
    candidate = Callee(candidates={"candidate": "g"}, any_free=False)
    found = claim("assert candidate(1) == 1", candidate)
    assert found is not None
    assert found.call is not None
    assert found.call.function == "g"
    assert claim("assert other(1) == 1", candidate) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("assert round(f(1), -3) == 1", 10**6),
        ("assert set(f(1)) == {1}", [k * (2**61 - 1) for k in range(100_000)]),
        ("assert set(f(1)) == {1}", [[1]] * 10),
        ("assert sorted(f(1)) == []", ["a" * 1000 + str(i) for i in range(3000)]),
        ("assert f(1) - 1 == 1", "a"),
        ("assert round(1, f(1)) == 1", -(10**9)),
        ("assert round(5, f(1)) == 5", -(10**12)),
        ("assert abs(f(1) - 1.5) < 1", 10**400),
        ("assert f(1)[10] == 1", {}),
        ("assert sum(f(1)) == 1", [[1], [2]]),
        ("assert 'a' in f(1)", 5),
    ],
)
def test_a_hostile_value_fails_the_claim_and_costs_little(text: str, value: Any) -> None:
    found = claim(text)
    assert found is not None
    with no_hang():
        assert not found.holds(value)


def test_a_statement_too_deep_to_walk_is_left_alone() -> None:
    try:
        node = ast.parse("assert " + "not " * 2000 + "f(1)").body[0]
    except (RecursionError, MemoryError) as error:
        pytest.skip(f"this Python does not even parse it: {error!r}")
    assert read_claim(node, FREE) is None


def test_arguments_as_deep_as_python_reads_them_are_read() -> None:
    found = claim("assert f(" + "[" * 90 + "]" * 90 + ")")
    assert found is not None
    assert found.call is not None


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=8,
)


@settings(deadline=None)
@given(plain_values)
def test_a_claim_of_equality_holds_of_the_value_and_is_total(value: Any) -> None:
    text = f"assert f(1) == {value!r}"
    found = claim(text)
    if found is not None and value == value and "nan" not in text:
        assert found.holds(value)
    for other in ("assert sorted(f(1))", "assert set(f(1))", "assert f(1)[0]", "assert f(1) < 3"):
        understood = claim(other)
        assert understood is not None
        understood.holds(value)
