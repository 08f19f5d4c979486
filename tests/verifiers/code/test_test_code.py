"""Asserts, checks and test files: what goes where, and what comes of it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from trials import Bench, ended, of_function, replied, returned

from reward_sandboxes import calls, plain
from reward_sandboxes.types import Built, ExitReason, Report, SuiteKind
from reward_verifiers.code import extract
from reward_verifiers.code_spec import CodeSpec
from reward_verifiers.errors import BadSpecError
from reward_verifiers.registry import read_spec
from reward_verifiers.verdict import Outcome


def asserts(*statements: str, setup: str = "", **more: Any) -> dict[str, Any]:
    return {"tests": {"type": "asserts", "asserts": list(statements), "setup": setup}, **more}


def check(test: str, prompt: str = "", entry_point: str = "f", **more: Any) -> dict[str, Any]:
    tests = {"type": "check", "entry_point": entry_point, "test": test, "prompt": prompt}
    return {"tests": tests, **more}


def pytest_files(*texts: str, **more: Any) -> dict[str, Any]:
    files = {f"test_{index}.py": text for index, text in enumerate(texts)}
    return {"tests": {"type": "pytest", "files": files, **more}}


SQUARE = asserts("assert f(2) == 4", "assert f(3) == 9")


def test_simple_asserts_become_calls_without_what_they_expect() -> None:
    bench = Bench(of_function(lambda x: x * x))
    verdict = bench.judge("source", asserts("assert f(2) == 4", "assert f(3) == 'secret-7f3a'"))
    assert bench.dialogues == []
    (job,) = bench.jobs
    assert "secret-7f3a" not in repr(job)
    assert [run.call.function for run in job.runs if run.call] == ["f", "f"]
    assert verdict.score == 0.5
    shown = {"test": 1, "expected": "f(3) == 'secret-7f3a'", "got": "9"}
    assert verdict.details["first_failure"] == shown


def test_an_assert_of_equality_is_as_strict_as_python_s() -> None:
    assert Bench([returned(True)]).judge("x", asserts("assert f(2) == 1")).score == 1.0
    assert Bench([returned([1])]).judge("x", asserts("assert f(2) == (1,)")).score == 0.0


def test_one_that_is_more_than_simple_sends_the_whole_list_to_a_dialogue() -> None:
    bench = Bench(report=Report(passed=[True, False], failures=["AssertionError: 2"]))
    statements = ("assert f(2) == 4", "x = f(3)\nassert x == g(x)")
    verdict = bench.judge("source", asserts(*statements, setup="import math"))
    assert bench.jobs == []
    (dialogue,) = bench.dialogues
    assert dialogue.suite.kind is SuiteKind.ASSERTS
    assert tuple(dialogue.suite.statements) == statements
    assert tuple(dialogue.suite.entry_points) == ("f", "g")
    assert dialogue.suite.setup == "import math"
    assert not dialogue.suite.shared_process
    assert verdict.score == 0.5
    assert verdict.details["tests"] == ["passed", "wrong"]
    assert "AssertionError: 2" in verdict.reason


def test_what_tests_nothing_belongs_to_the_test_behind_it() -> None:
    statements = ("x = f(1)", "y = f(x)", "assert y == 1", "assert f(y)", "z = f(y)")
    bench = Bench(report=Report(passed=[False, True]))
    verdict = bench.judge("x", asserts(*statements))
    tests = ("x = f(1)\ny = f(x)\nassert y == 1", "assert f(y)\nz = f(y)")
    assert tuple(bench.dialogues[0].suite.statements) == tests
    assert verdict.details["tests"] == ["wrong", "passed"]


@pytest.mark.parametrize(
    ("statement", "setup"),
    [
        ("np.testing.assert_allclose(f(1), 1)", "import numpy as np"),
        ("with pytest.raises(ValueError): f(1)", "import pytest"),
        ("close(f(1), 1)", "def close(a, b):\n    assert a == b"),
        ("if f(1) != 1: raise AssertionError", ""),
    ],
)
def test_what_tests_without_an_assert_is_a_test(statement: str, setup: str) -> None:
    bench = Bench(report=Report(passed=[True, True]))
    assert bench.judge("x", asserts(statement, statement, setup=setup)).details["n_total"] == 2


def test_names_that_the_setup_binds_are_not_the_program_s() -> None:
    bench = Bench(report=Report(passed=[True]))
    setup = "from math import isclose\ndef near(a, b): return isclose(a, b)"
    bench.judge("x", asserts("assert near(f(1), 2.0)", setup=setup))
    assert tuple(bench.dialogues[0].suite.entry_points) == ("f",)


@pytest.mark.parametrize(
    ("statements", "setup", "why"),
    [
        (["assert Node(1).value == 1"], "", "'Node' looks like a class"),
        (["assert f.cache == {}"], "", "it does more with 'f' than call it"),
        (["assert isinstance(f(1), Point)"], "", "'Point' looks like a class"),
        (["assert f(lambda x: x) == 1"], "", "it passes code to 'f'"),
        (["assert f(key) == 1"], "def key(x): return x", "it passes code to 'f'"),
        (["assert f(1).n == 2"], "", "it reads 'n' of what 'f' returns"),
        (
            ["assert value(f(1)) == 2"],
            "def value(x): return x.n",
            "it reads 'n' of what 'f' returns",
        ),
        (["assert eval(f(1)) == 2"], "", "it uses 'eval'"),
        (["assert f(*[]) == 2"], "from unittest.mock import patch\nimport inspect", None),
        (["def g(x): return x\nassert f(g) == 1"], "", "it passes code to 'f'"),
        (["assert max_height(root) == 3"], "root = Node(1)", "the setup uses the program"),
        (["f = 1\nassert f == 1", "assert g(f)"], "", None),
        (["assert LIMIT == 3"], "", "it does more with 'LIMIT' than call it"),
        (["assert len(LIMITS) == 3"], "", "'LIMITS' looks like a constant"),
        (["assert list(map(f, [1, 2])) == [1, 4]"], "", None),
        (["assert LCS('a', 'b', *[]) == 0"], "", None),
        (["assert Solution().f(1, *[]) == 1"], "", None),
        (["s = Solution()\nassert s.f(1) == 1"], "", None),
        (["assert Solution(1).f(1) == 1"], "", "'Solution' looks like a class"),
        (["with redirect_stdout(x): assert f(1)"], "import x", "it uses 'redirect_stdout'"),
    ],
)
def test_a_process_is_shared_only_where_more_than_calls_is_asked(
    statements: list[str], setup: str, why: str | None
) -> None:
    bench = Bench(report=Report(passed=[True] * len(statements)))
    verdict = bench.judge("x", asserts(*statements, setup=setup))
    assert verdict.score == 1.0
    assert bench.dialogues[0].suite.shared_process == (why is not None)
    assert verdict.details["shared_process"] == (why is not None)
    assert verdict.details.get("why") == why


@pytest.mark.parametrize(
    "spec",
    [
        asserts("assert f(1) =="),
        asserts("# nothing"),
        asserts("assert f(1)", "# check nothing"),
        asserts("x = f(1)", "f(x)"),
        asserts("assert f(1)", setup="def"),
        asserts("assert f(1\0)"),
        asserts("assert " + "(" * 5000 + ")" * 5000),
        asserts("assert f(" + "-" * 20_000 + "1)"),
        check("def verify(candidate): pass"),
        check("def check(): pass"),
        check("def check(candidate:"),
        pytest_files("def test_a(:\n"),
        {"tests": {"type": "pytest", "files": {"notes.txt": "x"}}},
    ],
)
def test_test_code_that_cannot_be_read_is_a_bad_spec_for_every_completion(
    spec: dict[str, Any],
) -> None:
    read = read_spec({"domain": "code", **spec})
    assert isinstance(read, CodeSpec)
    for completion in ("", "```python\nx\n```", "<think>", "no block"):
        with pytest.raises(BadSpecError, match="tests"):
            extract(completion, read)


def test_code_too_long_to_read_runs_as_it_stands() -> None:
    long = "assert f([" + "1, " * 40_000 + "]) == helper(1)"
    bench = Bench(report=Report(passed=[True, True]))
    bench.judge("x", asserts(long, "assert g(1)", setup="def helper(x): return x"))
    assert tuple(bench.dialogues[0].suite.entry_points) == ("f", "g")
    test = "def check(candidate):\n    data = [" + "1, " * 40_000 + "]\n    assert candidate(data)"
    bench = Bench(report=Report(passed=[True]))
    bench.judge("def f(x): pass", check(test))
    assert tuple(bench.dialogues[0].suite.entry_points) == ("f",)


CHECK = """
METADATA = {'author': 'x'}


def check(candidate):
    "docs"
    assert candidate(2) == 4
    assert True, "always"
    assert candidate(3) == 9, "message"
"""


def test_a_check_of_simple_asserts_becomes_calls_and_is_one_test() -> None:
    source = "def f(x): return x * x"
    bench = Bench(of_function(lambda x: x * x))
    verdict = bench.judge(source, check(CHECK))
    assert verdict.outcome is Outcome.CORRECT
    assert (verdict.details["n_passed"], verdict.details["n_total"]) == (1, 1)
    calls_made = [plain.loads(run.call.arguments) for run in bench.jobs[0].runs if run.call]
    assert calls_made == [[2], [3]]
    assert bench.dialogues == []


def test_a_check_that_fails_once_is_wrong() -> None:
    verdict = Bench(of_function(lambda x: 4)).judge("def f(x): return 4", check(CHECK))
    assert (verdict.outcome, verdict.details["n_total"]) == (Outcome.WRONG, 1)
    assert verdict.details["first_failure"]["expected"] == "candidate(3) == 9"
    slow = Bench([returned(4), ended(ExitReason.TIME)]).judge("def f(x): pass", check(CHECK))
    assert slow.outcome is Outcome.OVER_LIMIT
    cut = Bench([returned(4)], most=1).judge("def f(x): pass", check(CHECK))
    assert cut.details["tests"] == ["not_run"]


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(3): assert candidate(i) == i * i",
        "x = 3; assert candidate(x) == 9",
        "assert candidate(2) == square(2)",
        "",
    ],
)
def test_a_check_with_more_in_it_runs_beside_the_program(body: str) -> None:
    test = f"def square(x): return x * x\n\ndef check(candidate):\n    {body or 'pass'}\n"
    bench = Bench(report=Report(passed=[True]))
    verdict = bench.judge("def f(x): pass", check(test))
    (dialogue,) = bench.dialogues
    assert dialogue.suite.kind is SuiteKind.CHECK
    assert tuple(dialogue.suite.entry_points) == ("f",)
    assert tuple(dialogue.suite.statements) == (test,)
    assert verdict.outcome is Outcome.CORRECT


PROMPT = '''from typing import List

def poly(xs, x):
    return sum(c * x ** i for i, c in enumerate(xs))


@decorated
def f(x: List[int]) -> int:
    """Docs."""
'''


def test_a_completion_that_goes_on_is_put_behind_the_prompt() -> None:
    bench = Bench([returned(4), returned(9)])
    verdict = bench.judge("    return x * x\n", check(CHECK, PROMPT))
    assert verdict.extracted == "    return x * x\n"
    assert bench.jobs[0].program.source == PROMPT + "    return x * x\n"


@pytest.mark.parametrize("source", ["def f(x): pass", "async def f(x): pass", "f = abs"])
def test_a_completion_that_defines_the_function_has_imports_and_helpers(source: str) -> None:
    bench = Bench([returned(4), returned(9)])
    bench.judge(source, check(CHECK, PROMPT))
    made = bench.jobs[0].program.source
    assert made == PROMPT.partition("\n\n\n")[0] + "\n\n" + source
    assert "decorated" not in made


def test_nothing_stands_before_an_import_from_the_future() -> None:
    source = "from __future__ import annotations\ndef f(x): pass"
    bench = Bench([returned(4), returned(9)])
    bench.judge(source, check(CHECK, PROMPT))
    assert bench.jobs[0].program.source == source


def test_a_prompt_in_words_is_left_out() -> None:
    bench = Bench([returned(4), returned(9)])
    bench.judge("def f(x): pass", check(CHECK, "Write a function f that squares."))
    assert bench.jobs[0].program.source == "def f(x): pass"
    bench = Bench([returned(4), returned(9)])
    bench.judge("print(1)", check(CHECK, "Write a function f that squares."))
    assert bench.jobs[0].program.source == "print(1)"


def test_helpers_of_the_prompt_stand_on_the_side_of_the_tests() -> None:
    test = "def check(candidate):\n    for i in range(3): assert candidate([i]) == poly([i], 0)\n"
    bench = Bench(report=Report(passed=[True]))
    bench.judge("def poly(*_): return 0\ndef f(x): return 0", check(test, PROMPT))
    suite = bench.dialogues[0].suite
    assert tuple(suite.entry_points) == ("f",)
    assert "def poly" in suite.setup


def test_a_class_to_check_shares_the_process() -> None:
    bench = Bench(report=Report(passed=[True]))
    verdict = bench.judge("class Stack: pass", check(CHECK, entry_point="Stack"))
    assert verdict.details["why"] == "'Stack' looks like a class"
    bench = Bench(report=Report(passed=[True]))
    verdict = bench.judge("class Stack: pass", asserts("assert Stack(3)"))
    assert verdict.details["shared_process"] is True


def test_a_prompt_of_decorators_is_read_in_linear_time() -> None:
    prompt = "@a\n" * 500_000 + "def g(): pass"
    start = time.process_time()
    Bench([returned(4), returned(9)]).judge("def f(x): pass", check(CHECK, prompt))
    assert time.process_time() - start < 2.0


def test_a_method_of_solution_is_a_definition() -> None:
    source = "class Solution:\n    def f(self, x): return x"
    bench = Bench([returned(4), returned(9)])
    bench.judge(source, check(CHECK, PROMPT))
    assert bench.jobs[0].program.source.endswith(source)
    assert "Docs." not in bench.jobs[0].program.source


CALLS = "from solution import f, g as h\nimport solution as s\n\ndef test_a():\n"


def test_test_files_that_only_call_run_beside_the_program() -> None:
    bench = Bench(report=Report(passed=[True, True, False], failures=["test_b: no"]))
    verdict = bench.judge("x", pytest_files(CALLS + "    assert f(1) == h(2) == s.k(3)\n"))
    (dialogue,) = bench.dialogues
    assert dialogue.suite.kind is SuiteKind.PYTEST
    assert set(dialogue.suite.entry_points) == {"f", "g", "k"}
    assert not dialogue.suite.shared_process
    assert verdict.score == pytest.approx(2 / 3)
    assert verdict.details["n_total"] == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("from solution import Stack\ndef test_a(): Stack().push(1)", "'Stack' looks like a class"),
        ("import solution\ndef test_a(): solution.Stack()", "'solution.Stack' looks like a class"),
        ("import solution\ndef test_a(): solution.f.x", "it does more with 'solution.f'"),
        ("import solution\ndef test_a(): dir(solution)", "it does more with the module"),
        ("import solution\ndef test_a(): solution.N == 1", "it does more with 'solution.N'"),
        ("from solution import f\ndef test_a(capsys): f()", "it uses 'capsys'"),
        ("from solution import f\ndef test_a(monkeypatch): f()", "it uses 'monkeypatch'"),
        ("from solution import f\nimport mock as m\nm.x(f())", "it uses 'mock'"),
        ("from solution import f\n@x('solution.g')\ndef test_a(): f()", "it names 'solution'"),
        ("from solution import E, f\ndef test_a():\n  try: f()\n  except E: pass", "it does more"),
        ("def test_a(): pass", "nothing imports a function"),
    ],
)
def test_test_files_that_do_more_share_the_process_and_say_so(text: str, why: str) -> None:
    bench = Bench(report=Report(passed=[True]))
    verdict = bench.judge("x", pytest_files(text))
    assert bench.dialogues[0].suite.shared_process
    assert verdict.details["shared_process"] is True
    assert why in verdict.details["why"]


def test_a_star_import_gives_what_the_file_uses() -> None:
    bench = Bench(report=Report(passed=[True]))
    bench.judge("x", pytest_files("from solution import *\ndef test_a(): assert f(1) == len('a')"))
    assert tuple(bench.dialogues[0].suite.entry_points) == ("f",)
    assert not bench.dialogues[0].suite.shared_process


def test_functions_may_be_handed_on() -> None:
    text = (
        "import pytest\nfrom solution import f, g\n\n"
        "@pytest.mark.parametrize('function', [f, g])\n"
        "def test_a(function):\n"
        "    with pytest.raises(ValueError):\n        f(-1)\n"
        "    assert sorted([2, 1], key=f) == [1, 2]\n"
    )
    bench = Bench(report=Report(passed=[True]))
    bench.judge("x", pytest_files(text))
    assert not bench.dialogues[0].suite.shared_process


def test_broken_test_code_is_the_data_s_fault() -> None:
    with pytest.raises(BadSpecError, match="no such module"):
        Bench(suite_error="ImportError: no such module").judge("x", pytest_files(CALLS + " f(1)"))
    with pytest.raises(BadSpecError, match="hold no tests"):
        Bench(report=Report(passed=[])).judge("x", pytest_files(CALLS + " f(1)"))


def test_a_report_of_too_few_or_too_many_tests_counts_those_there_are() -> None:
    spec = asserts("x = f(1)\nassert x", "assert f(x) == 1", "assert f(2) == x")
    short = Bench(report=Report(passed=[True])).judge("x", spec)
    assert short.details["tests"] == ["passed", "wrong", "wrong"]
    long = Bench(report=Report(passed=[False] * 3 + [True] * 50)).judge("x", spec)
    assert long.score == 0.0


def test_a_program_that_was_stopped_failed_what_comes_behind_its_last_success() -> None:
    spec = asserts("x = f(1)\nassert x", "assert f(x) == 1", "assert f(2) == x")
    late = Bench(report=Report(passed=[False, True, False]), ended=ended(ExitReason.TIME))
    assert late.judge("x", spec).details["tests"] == ["wrong", "passed", "time"]
    never = Bench(report=Report(passed=[False] * 3), ended=ended(ExitReason.MEMORY))
    assert never.judge("x", spec).outcome is Outcome.OVER_LIMIT
    strict = Bench(report=Report(passed=[True, False, True]), ended=ended(ExitReason.EXITED))
    verdict = strict.judge("x", {**spec, "reward": "all"})
    assert (verdict.outcome, verdict.details["tests"]) == (Outcome.WRONG, ["passed", "wrong"])


def test_the_clock_of_a_dialogue_is_that_of_all_tests() -> None:
    bench = Bench(report=Report(passed=[True]))
    spec = asserts("assert g(f(1))", limits={"time_s": 1.0, "total_s": 9.0, "memory_mb": 77})
    bench.judge("x", spec)
    assert (bench.dialogues[0].limits.cpu_s, bench.dialogues[0].limits.memory_mb) == (9.0, 77)


def test_a_program_that_does_not_compile_is_wrong_whoever_calls_it() -> None:
    built = Built(ok=False, message="SyntaxError: bad")
    for spec in (SQUARE, check(CHECK), asserts("assert g(f(1))"), pytest_files(CALLS + " f(1)")):
        verdict = Bench(built=built).judge("def f(", spec)
        assert verdict.outcome is Outcome.WRONG
        assert "SyntaxError: bad" in verdict.reason


def test_a_missing_function_is_wrong_with_the_reason() -> None:
    reply = replied(calls.NoFunction("no f"))
    verdict = Bench([reply, reply]).judge("x", SQUARE)
    assert (verdict.outcome, verdict.details["tests"]) == (Outcome.WRONG, ["no_function"] * 2)


def test_tests_that_turn_out_to_hand_over_more_than_data_are_run_again_in_one_process() -> None:
    bench = Bench(
        report=Report(passed=[True]),
        suite_error=f"{calls.NEEDS_SHARING}: f is called with a value of type 'function'",
    )

    verdict = bench.judge("def f(g): return g(1)", asserts("g = lambda x: x\nassert f(g) == 1"))

    assert [one.suite.shared_process for one in bench.dialogues] == [False, True]
    assert verdict.details["shared_process"] is True
    assert verdict.details["why"] == "f is called with a value of type 'function'"


@pytest.mark.parametrize(
    "statements",
    [
        ("assert f() == 1", "assert f() == 2"),
        ("assert f(1) == 1", "assert f(1) == 2"),
        ("assert push(1) is None", "assert pop() == 1"),
    ],
)
def test_asserts_that_count_on_what_is_remembered_run_in_one_process(
    statements: tuple[str, ...],
) -> None:
    bench = Bench(report=Report(passed=[True, True]))
    bench.judge("x", asserts(*statements))
    assert (len(bench.jobs), len(bench.dialogues)) == (0, 1)


def test_code_too_long_to_read_shares_the_process_if_its_words_say_so() -> None:
    data = "DATA = [" + "1, " * 40_000 + "]\n"
    texts = [
        data + "from solution import f\ndef test_a(): assert eval(f(1))",
        data + "from solution import (\n    f,\n    Stack,\n)\ndef test_a(): Stack(f(1))",
        data + "from solution import DSU\ndef test_a(): DSU(1).find(1)",
    ]
    for text in texts:
        bench = Bench(report=Report(passed=[True]))
        assert bench.judge("x", pytest_files(text)).details["shared_process"] is True
    bench = Bench(report=Report(passed=[True]))
    bench.judge("x", pytest_files(data + "from solution import f\ndef test_a(): f(DATA)"))
    assert not bench.dialogues[0].suite.shared_process
    for spec in (
        asserts("assert eval(f(1))", setup=data),
        check(data + "def check(candidate):\n    assert eval(candidate(1))"),
    ):
        bench = Bench(report=Report(passed=[True]))
        assert bench.judge("x", spec).details["why"] == "it uses 'eval'"
