"""Test code that calls a program in another process, and what it reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sandboxes.drivers import driving

from reward_sandboxes.calls import NEEDS_SHARING
from reward_sandboxes.harness.report import (
    MAX_FAILURES,
    MAX_LINE_CHARS,
    MAX_TESTS,
    Findings,
    is_report,
    read_report,
)


def asserts(*statements: str, setup: str = "", names: tuple[str, ...] = ("f",)) -> dict[str, Any]:
    return {
        "kind": "asserts",
        "entry_points": list(names),
        "setup": setup,
        "statements": list(statements),
    }


def check(test: str, *, setup: str = "", names: tuple[str, ...] = ("f",)) -> dict[str, Any]:
    return {"kind": "check", "entry_points": list(names), "setup": setup, "statements": [test]}


def passed(source: str, suite: dict[str, Any], folder: Path) -> list[bool]:
    report = driving.dialogue(source, suite, folder)
    assert report["error"] == "", report
    assert len(report["failures"]) == min(report["passed"].count(False), MAX_FAILURES)
    return list(report["passed"])


def error(source: str, suite: dict[str, Any], folder: Path) -> str:
    report = driving.dialogue(source, suite, folder)
    assert report["passed"] == [], report
    return str(report["error"])


def test_each_statement_is_a_test(tmp_path: Path) -> None:
    suite = asserts(
        "assert f(1) == 2",
        "assert f(1) == 3",
        "assert isclose(f(0.5), 1.5) and helper(2) == 3",
        "assert g(1)",
        "assert f([]) == 1",
        "for i in range(9):\n    assert f(i) == i + 1",
        setup="from math import isclose\ndef helper(x): return f(x)",
        names=("f", "g"),
    )
    found = passed("def f(n): return n + 1", suite, tmp_path)
    assert found == [True, False, True, False, False, True]


def test_the_failures_are_for_a_person(tmp_path: Path) -> None:
    suite = asserts("assert f(1) == 3, 'off by one'", "assert f('a')")
    report = driving.dialogue("def f(n): return n + 1", suite, tmp_path)
    assert report["failures"] == [
        "AssertionError: off by one in assert f(1) == 3, 'off by one'",
        "TypeError: can only concatenate str (not \"int\") to str in assert f('a')",
    ]


def test_a_list_that_is_sorted_in_place_is_sorted(tmp_path: Path) -> None:
    suite = asserts(
        "a = [3, 1, 2]\nf(a)\nassert a == [1, 2, 3]",
        "row = [2, 1]\ngrid = [row, [9]]\nf(row)\nassert grid == [[1, 2], [9]]",
        "t = ([2, 1],)\nf(*t)\nassert t == ([1, 2],)",
        "a = [2, 1]\nf(a=a)\nassert a == [1, 2]",
    )
    assert passed("def f(a): a.sort()", suite, tmp_path) == [True] * 4


def test_containers_within_arguments_stay_the_callers_own(tmp_path: Path) -> None:
    source = """
def f(grid, table, seen, pair):
    for row in grid: row[0] = 'x'
    grid.append(['new'])
    table['k'].append(1); table['n'] = 2; del table['gone']
    seen.add(3)
    pair[0].append(4)
"""
    test = """
row, inner, first = [1, 2], [], []
grid, table, seen, pair = [row], {'k': inner, 'gone': 0}, {1}, (first, 0)
f(grid, table, seen, pair)
assert row == ['x', 2] and grid[0] is row and grid[1:] == [['new']]
assert inner == [1] and table == {'k': inner, 'n': 2} and table['k'] is inner
assert seen == {1, 3} and first == [4] and pair[0] is first
"""
    assert passed(source, asserts(test), tmp_path) == [True]


def test_builtin_exceptions_cross(tmp_path: Path) -> None:
    source = """
class Own(ValueError): pass
def f(n):
    if n == 0: raise Own('zero')
    if n == 1: return {}['key']
    if n == 2: raise KeyboardInterrupt
    if n == 3: b'\\xff'.decode()
    raise SystemExit(4)
"""
    caught = "try:\n    f({n})\nexcept {kind} as e:\n    assert {text!r} in str(e)\nelse: assert 0"
    suite = asserts(
        caught.format(n=0, kind="ValueError", text="zero"),
        caught.format(n=1, kind="KeyError", text="key"),
        caught.format(n=2, kind="RuntimeError", text="KeyboardInterrupt"),
        caught.format(n=3, kind="UnicodeError", text="invalid start byte"),
        caught.format(n=4, kind="SystemExit", text="4"),
    )
    assert passed(source, suite, tmp_path) == [True] * 5


def test_a_method_of_solution_can_be_called_as_tests_write_it(tmp_path: Path) -> None:
    source = "class Solution:\n    def f(self, a): return a * 2"
    suite = asserts(
        "assert Solution().f(2) == 4",
        "s = Solution()\nassert s.f('a') == 'aa'",
        "assert Solution().g(1)",
        names=("Solution",),
    )
    assert passed(source, suite, tmp_path) == [True, True, False]
    found = passed(source, check("def check(c):\n    assert c(2) == 4", names=("f",)), tmp_path)
    assert found == [True]


CATCHES_ALL = "try:\n    f()\nexcept BaseException:\n    pass"
SPOILERS = {
    "no such function": "def g(): pass",
    "the end of the process": "import os\ndef f(): os._exit(0)",
    "a kill": "import os\ndef f(): os.kill(os.getpid(), 9)",
    "an exec": "import os\ndef f(): os.execv('/bin/true', ['true'])",
}


@pytest.mark.parametrize("name", SPOILERS)
def test_what_is_no_answer_fails_the_test_whatever_it_catches(name: str, tmp_path: Path) -> None:
    assert passed(SPOILERS[name], asserts(CATCHES_ALL), tmp_path) == [False]


def test_after_its_end_a_program_fails_every_test(tmp_path: Path) -> None:
    source = "import os\ndef f(n): return os._exit(0) if n == 2 else n"
    suite = asserts("assert f(1) == 1", "assert f(2) != 5", CATCHES_ALL, "assert f(1) == 1")
    report = driving.dialogue(source, suite, tmp_path)
    assert report["passed"] == [True, False, False, False]
    assert "the program ended in a call of f" in report["failures"][0]


# Each answers what it likes on the channel itself: at most as good as returning it.
FORGER = """
import os, struct
def f(n):
    for message in {messages}:
        os.write({fd}, struct.pack('!I', len(message)) + message)
    {then}
    return 0
"""
FORGED = {
    "a report": ('[b\'{"passed":[true],"failures":[],"error":""}\']', "", False),
    "an error": ('[b\'{"passed":[],"failures":[],"error":"data"}\']', "os._exit(0)", False),
    "garbage": ("[b'\\x00\\xff' * 99]", "", False),
    "nothing": ("[b'']", "", False),
    "half a message": ("[]", "os.write(50, b'\\xff\\xff'); os._exit(0)", False),
    "a deep message": ("[b'[' * 99999]", "", False),
    "an object of a tag": ('[b\'["returned",{"o":1}]\']', "", False),
    "the right value": ("[b'[\"returned\",1]']", "os._exit(0)", True),
    "values in advance": ("[b'[\"returned\",1]'] * 3", "", True),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_message_is_at_most_a_plain_value(name: str, tmp_path: Path) -> None:
    messages, then, right = FORGED[name]
    source = FORGER.format(messages=messages, then=then, fd=driving.FOURTH)
    assert passed(source, asserts("assert f(1) == 1"), tmp_path) == [right]


def test_keys_that_collide_are_refused_before_a_set_is_made_of_them(tmp_path: Path) -> None:
    source = "def f(): return {k * (2**61 - 1) for k in range(1000)}"
    assert passed(source, asserts(CATCHES_ALL), tmp_path) == [False]


LIARS = {
    "its own object": "class X:\n    def __eq__(self, o): return True\ndef f(*_): return X()",
    "a lying int": "class X(int):\n    def __eq__(self, o): return True\ndef f(*_): return X()",
}


@pytest.mark.parametrize("name", LIARS)
def test_an_object_of_the_program_is_true_and_nothing_else(name: str, tmp_path: Path) -> None:
    suite = asserts(
        "assert f()",
        "assert f() is not None",
        "assert f() == 1 or 1 == f() or f() in [1] or f() == f()",
        "assert isinstance(f(), int) or hasattr(f(), 'x')",
        "assert f() < 1",
        "assert f([f()])",
        "assert f(map(id, [f()])) and f(map(lambda _: f(), [1]))",
    )
    assert passed(LIARS[name], suite, tmp_path) == [True, True, *[False] * 5]


def test_a_program_does_not_get_into_the_tests_by_how_much_it_returns(tmp_path: Path) -> None:
    source = "def f(xs): return [1] * 1_000_001"
    assert passed(source, asserts("f(map(str, f(1)))"), tmp_path) == [False]


BROKEN = {
    "a statement does not compile": asserts("assert f(1) ==", "assert f(1) == 1"),
    "the setup fails": asserts("assert f(1)", setup="import no_such_module"),
    "the check does not compile": check("def check(c)"),
    "check cannot be defined": check("check = 3"),
    "check cannot be defined: ZeroDivisionError": check("1 / 0"),
    f"{NEEDS_SHARING}: f is called with a value of type 'function'": asserts("f(lambda: 1)"),
    f"{NEEDS_SHARING}: f is called with a value of type 'object'": check(
        "def check(c):\n    c(object())"
    ),
    f"{NEEDS_SHARING}: f is called with a value of type 'deque'": asserts(
        "f([deque()])", setup="from collections import deque"
    ),
}


@pytest.mark.parametrize("why", BROKEN)
def test_broken_test_code_says_nothing_of_the_program(why: str, tmp_path: Path) -> None:
    assert error("def f(n): return 1", BROKEN[why], tmp_path).startswith(why)


def test_a_program_cannot_make_test_code_look_broken_by_depth(tmp_path: Path) -> None:
    source = "def f(n):\n    v = []\n    for _ in range(396): v = [v]\n    return v"
    suite = asserts("f([[[[f(1)]]]])")
    assert passed(source, suite, tmp_path) == [False]


def test_what_stands_for_plain_data_can_be_an_argument(tmp_path: Path) -> None:
    suite = asserts(
        "assert f(range(3)) == [0, 1, 2]",
        "assert f({'a': {1: 2}.keys()}) == {'a': [1]}",
        "assert f(x * 2 for x in 'ab') == ['aa', 'bb']",
    )
    assert passed("def f(a): return a", suite, tmp_path) == [True] * 3


def test_a_check_is_one_test(tmp_path: Path) -> None:
    test = "def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(2) == 3"
    assert passed("def f(n): return n + 1", check(test), tmp_path) == [True]
    report = driving.dialogue("def f(n): return 2", check(test), tmp_path)
    assert report["passed"] == [False]
    assert report["failures"] == ["AssertionError at assert candidate(2) == 3"]


PLUS = """
def is_floats(x): return isinstance(x, float)
def assertion(out, exp, atol):
    if atol == 0 and is_floats(exp): atol = 1e-6
    if out != exp and atol: assert abs(out - exp) <= atol
    else: assert out == exp, f"out: {out}, exp: {exp}"
def check(candidate):
    inputs = [[[i, i + 1], {"k": (i,)}] for i in range(600)]
    results = [[i, {"k": (i,)}, 2 * i + 1] for i in range(600)]
    for i, (inp, exp) in enumerate(zip(inputs, results)):
        assertion(candidate(*inp), exp, 0)
"""


def test_a_check_of_hundreds_of_calls(tmp_path: Path) -> None:
    source = "def f(a, b): return [a[0], b, sum(a)]"
    assert passed(source, check(PLUS), tmp_path) == [True]


def test_a_check_may_use_helpers_of_the_prompt_and_the_name_itself(tmp_path: Path) -> None:
    suite = check(
        "def check(candidate):\n    assert decode(candidate('ab')) == 'ab' and f('') == other()",
        setup="def f(s): pass\ndef decode(s): return s[::-1]",
        names=("f", "other"),
    )
    assert passed("def f(s): return s[::-1]\ndef other(): return ''", suite, tmp_path) == [True]


def test_names_of_the_program_are_imported_as_from_a_module(tmp_path: Path) -> None:
    suite = asserts("assert f(1) == g(1)", setup="from solution import *\nfrom solution import g")
    assert passed("def f(n): return n\ndef g(n): return n", suite, tmp_path) == [True]


def test_together_the_tests_can_use_classes(tmp_path: Path) -> None:
    suite = asserts("assert C(3).x == 3", "assert isinstance(C(1), C) and f(len) is len")
    suite["shared_process"] = True
    program = "class C:\n    def __init__(self, x): self.x = x\ndef f(g): return g"
    report = driving.dialogue("", suite, tmp_path, {"solution.py": program})
    assert report == {"passed": [True, True], "failures": [], "error": ""}


def test_together_a_method_of_solution_is_the_candidate(tmp_path: Path) -> None:
    suite = check("def check(candidate):\n    assert candidate(len) is len")
    program = "class Solution:\n    def f(self, a): return a"
    files = {"solution.py": program}
    report = driving.dialogue("", suite | {"shared_process": True}, tmp_path, files)
    assert report == {"passed": [True], "failures": [], "error": ""}


TOGETHER = {
    "ends the process": ("import os; os._exit(0)", [False]),
    "ends it in a call": ("import os\ndef f(n): os._exit(0)", [False]),
    "does not load": ("1 / 0", [False, False]),
    "does not compile": ("def", [False, False]),
    "makes the tests look broken": (
        "import sys; sys.modules['reward_sandboxes.harness.suite']._why_failed = None",
        [False],
    ),
}


@pytest.mark.parametrize("name", TOGETHER)
def test_together_a_program_that_breaks_the_tests_has_failed(name: str, tmp_path: Path) -> None:
    program, expected = TOGETHER[name]
    suite = asserts("assert f(1) == 1", "assert f(2) == 2") | {"shared_process": True}
    report = driving.dialogue("", suite, tmp_path, {"solution.py": program})
    assert (report["passed"], report["error"]) == (expected, "")


def test_together_broken_test_code_is_still_the_datas_fault(tmp_path: Path) -> None:
    suite = asserts("assert f(1) ==") | {"shared_process": True}
    report = driving.dialogue("", suite, tmp_path, {"solution.py": "def f(n): pass"})
    assert report["error"].startswith("a statement does not compile")


def test_a_report_has_one_shape() -> None:
    written = Findings([True, False], ["because\nso " + "x" * 9999]).written()
    assert is_report(written)
    report = read_report(written)
    assert report is not None
    assert report["passed"] == [True, False]
    assert len(report["failures"][0]) == MAX_LINE_CHARS


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b"{}",
        b'{"passed": [1], "failures": [], "error": ""}',
        b'{"passed": [true], "failures": [1], "error": ""}',
        b'{"passed": true, "failures": [], "error": ""}',
        b'{"passed": [true], "failures": [], "error": null}',
        json.dumps({"passed": [True] * (MAX_TESTS + 1), "failures": [], "error": ""}).encode(),
    ],
)
def test_a_report_of_another_shape_is_none(forged: bytes) -> None:
    assert read_report(forged) is None


def test_more_tests_than_may_be_are_refused() -> None:
    report = read_report(Findings([True] * (MAX_TESTS + 1)).written())
    assert report is not None
    assert report["error"]
