"""Test files for pytest, run by the real one, that call a program in another process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sandboxes.drivers import driving

SUITE: Mapping[str, Any] = {"kind": "pytest", "entry_points": ["f"], "module": "solution"}


def report(source: str, folder: Path, **files: str) -> Mapping[str, Any]:
    named = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return driving.dialogue(source, SUITE, folder, named)


def passed(source: str, folder: Path, **files: str) -> list[bool]:
    found = report(source, folder, **files)
    assert found["error"] == "", found
    return list(found["passed"])


HONEST = """
import pytest
import solution
from solution import f, g
import helper

@pytest.fixture(scope="module")
def base():
    return f(10)

@pytest.mark.parametrize("n, expected", [(1, 2), (2, 3), (3, 5)])
def test_many(n, expected):
    assert f(n) == expected

def test_fixture(base):
    assert base == helper.ELEVEN

def test_raises():
    with pytest.raises(TypeError, match="concatenate"):
        f("a")

def test_does_not_raise():
    with pytest.raises(ValueError):
        f(1)

def test_approx():
    assert solution.f(0.1) == pytest.approx(1.1)

class TestClass:
    def test_method(self, tmp_path, capsys):
        assert g([2, 1]) is None and solution.g([]) is None

    def test_in_place(self):
        a = [2, 1]
        g(a)
        assert a == [1, 2]

@pytest.mark.skip
def test_skipped(): assert 0

@pytest.mark.xfail
def test_expected_to_fail(): assert 0

@pytest.mark.xfail
def test_expected_to_fail_without_a_function(): solution.missing()

def test_skips_itself():
    pytest.skip("no reason")

def test_missing():
    with pytest.raises(Exception):
        solution.missing(1)
"""
PROGRAM = "def f(n): return n + 1\ndef g(a): a.sort()"


def test_every_function_with_every_set_of_parameters_is_a_test(tmp_path: Path) -> None:
    found = report(PROGRAM, tmp_path, test_it=HONEST, helper="ELEVEN = 11", more__x_test=MORE)
    assert found["error"] == ""
    assert found["passed"] == [
        *(True, True, False),  # many
        *(True, True, False, True),
        *(True, True),  # the class
        *(False, False),
        True,  # more
    ]
    first = "test_it.py::test_many[3-5]: AssertionError at assert f(n) == expected"
    assert found["failures"][0] == first
    assert "the program has no function 'missing'" in found["failures"][-1]


MORE = """
import unittest
from solution import *

class More(unittest.TestCase):
    def test_f(self):
        self.assertEqual(f(1), 2)
"""


def test_a_missing_function_fails_the_tests_that_call_it_alone(tmp_path: Path) -> None:
    test = "from solution import f, g\ndef test_f(): assert f(1) == 2\ndef test_g(): g(1)"
    assert passed("def f(n): return n + 1", tmp_path, test_it=test) == [True, False]


def test_a_program_that_dies_fails_what_is_left(tmp_path: Path) -> None:
    test = """
import pytest
from solution import f
@pytest.mark.parametrize("n", range(4))
def test_f(n):
    with pytest.raises(BaseException):
        f(n)
"""
    source = "import os\ndef f(n):\n    if n == 1: os._exit(0)\n    raise ValueError"
    assert passed(source, tmp_path, test_it=test) == [True, False, False, False]


def test_a_file_that_calls_when_it_is_imported_counts_once_if_that_fails(tmp_path: Path) -> None:
    test = "from solution import f\nassert f(1) == 2\ndef test_f(): pass\ndef test_g(): pass"
    other = "def test_other(): pass"
    assert passed(PROGRAM, tmp_path, test_it=test) == [True, True]
    source = "def f(n): raise SystemExit"
    assert sorted(passed(source, tmp_path, test_it=test, test_other=other)) == [False, True]


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("def test(", "test_it.py does not compile"),
        ("import no_such_module\ndef test_f(): pass", "test_it.py cannot be imported"),
        ("x = 1", "there is no test in the test files"),
        ("def test_f(missing_fixture): pass", "test_it.py::test_f: fixture 'missing_fixture' not"),
    ],
)
def test_broken_test_files_say_nothing_of_the_program(test: str, why: str, tmp_path: Path) -> None:
    found = report(PROGRAM, tmp_path, test_it=test)
    assert found["error"].startswith(why)


def test_values_a_program_chooses_are_not_compared_at_length(tmp_path: Path) -> None:
    test = "from solution import f\ndef test_f(): assert f(1) == [i for i in range(300000)]"
    source = "def f(n): return [i * 2 % 299999 for i in range(300000)]"
    assert passed(source, tmp_path, test_it=test) == [False]


TOGETHER = """
import solution
from solution import Stack, TooMuch
import pytest

def test_class():
    s = Stack()
    s.push(1)
    assert s.items == [1] and isinstance(s, Stack)

def test_own_exception():
    with pytest.raises(TooMuch):
        Stack().pop()

def test_output(capsys):
    Stack().show()
    assert capsys.readouterr().out == "[]\\n"

def test_patched(monkeypatch):
    monkeypatch.setattr(solution, "LIMIT", 7)
    assert Stack().limit() == 7
"""
STACK = """
LIMIT = 3
class TooMuch(Exception): pass
class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x)
    def pop(self): raise TooMuch
    def show(self): print(self.items)
    def limit(self): return LIMIT
"""


def together(program: str, folder: Path, test: str = TOGETHER) -> Mapping[str, Any]:
    files = {"test_it.py": test, "solution.py": program}
    return driving.dialogue("", {**SUITE, "shared_process": True}, folder, files)


def test_together_tests_may_do_more_than_call(tmp_path: Path) -> None:
    assert together(STACK, tmp_path) == {"passed": [True] * 4, "failures": [], "error": ""}


@pytest.mark.parametrize(
    "program", ["1 / 0", "def", "import os; os._exit(0)", "raise SystemExit", "x = 1"]
)
def test_together_a_program_that_breaks_the_tests_has_failed(program: str, tmp_path: Path) -> None:
    found = together(program, tmp_path)
    assert (found["passed"], found["error"]) == ([False], "")


def test_together_broken_test_code_is_still_the_datas_fault(tmp_path: Path) -> None:
    assert together(STACK, tmp_path, "def test(")["error"].startswith("test_it.py does not compile")
