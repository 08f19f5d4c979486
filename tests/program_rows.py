"""Rows of programming datasets, made to look like their own, with the specs they stand for."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from typing import Any

ADDS = "def add(a, b):\n    return a + b"
SUBTRACTS = "def add(a, b):\n    return a - b"
PRINTS_SUM = "print(sum(map(int, input().split())))"
PRINTS_ZERO = "print(0)"
CASES = [{"input": "1 2\n", "output": "3\n"}, {"input": "4 5\n", "output": "9\n"}]
CALLS = [{"input": "1\n2", "output": "3"}, {"input": "4\n5", "output": "9"}]
SUMS = {"type": "stdio", "inputs": ["1 2\n", "4 5\n"], "outputs": ["3\n", "9\n"]}
CHECK = "def check(candidate):\n    assert candidate(1, 2) == 3\n    assert candidate(4, 5) == 9\n"
CHECKER = "import sys\nprint(int(open(sys.argv[2]).read() == open(sys.argv[3]).read()))\n"


def fenced(program: str) -> str:
    return f"```python\n{program}\n```"


def packed(value: Any) -> str:
    """Pack as LiveCodeBench does."""
    return base64.b64encode(zlib.compress(pickle.dumps(json.dumps(value)))).decode()


def code(tests: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"domain": "code", "language": "python", "tests": tests, **more}


def calls(*cases: tuple[Any, Any]) -> dict[str, Any]:
    inputs, outputs = zip(*cases, strict=True)
    return {
        "type": "functional",
        "fn_name": "add",
        "inputs": list(inputs),
        "outputs": list(outputs),
    }


def asserts(*statements: str, setup: str = "") -> dict[str, Any]:
    return {"type": "asserts", "asserts": list(statements), "setup": setup}


def marked(tests: list[dict[str, str]], **more: Any) -> list[dict[str, Any]]:
    return [{**test, **more} for test in tests]


ROWS: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    (
        "verl",
        {
            "data_source": "codecontests",
            "prompt": [{"role": "user", "content": "Add two numbers."}],
            "ability": "code",
            "reward_model": {
                "style": "rule",
                "ground_truth": json.dumps(
                    {"inputs": ["1 2\n", "4 5\n"], "outputs": ["3\n", "9\n"]}
                ),
            },
            "extra_info": {"split": "train", "index": 7},
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "verl",
        {
            "data_source": "apps",
            "ability": "code",
            "reward_model": {
                "style": "rule",
                "ground_truth": {
                    "inputs": ["1\n2", "4\n5"],
                    "outputs": ["3", "9"],
                    "fn_name": "add",
                },
            },
        },
        code(calls(("1\n2", "3"), ("4\n5", "9"))),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "verl",
        {
            "data_source": "deepcoder",
            "ability": "code",
            "reward_model": {
                "style": "rule",
                "ground_truth": json.dumps(marked(CASES, type="stdin_stdout")),
            },
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "verl",
        {
            "data_source": "my/programs",
            "ability": "code",
            "reward_model": {
                "ground_truth": json.dumps({"assert_case": ["assert add(1, 2) == 3"]})
            },
        },
        code(asserts("assert add(1, 2) == 3")),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "Add."}],
            "ground_truth": ["assert add(1, 2) == 3", "assert add(4, 5) == 9"],
            "dataset": "code",
        },
        code(asserts("assert add(1, 2) == 3", "assert add(4, 5) == 9")),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "Add."}],
            "ground_truth": [json.dumps(["assert add(1, 2) == 3"])],
            "dataset": ["code"],
        },
        code(asserts("assert add(1, 2) == 3")),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "Add."}],
            "ground_truth": packed(CASES),
            "dataset": "code_stdio",
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "livecodebench",
        {
            "question_title": "Sum",
            "question_content": "Add two numbers.",
            "platform": "atcoder",
            "question_id": "abc_a",
            "contest_id": "abc",
            "contest_date": "2024-01-01T00:00:00",
            "starter_code": "",
            "difficulty": "easy",
            "public_test_cases": json.dumps(marked(CASES[:1], testtype="stdin")),
            "private_test_cases": packed(marked(CASES[1:], testtype="stdin")),
            "metadata": "{}",
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "livecodebench",
        {
            "question_id": "2755",
            "starter_code": "class Solution:\n    def add(self, a: int, b: int) -> int:\n        ",
            "public_test_cases": json.dumps(marked(CALLS, testtype="functional")),
            "private_test_cases": json.dumps(marked(CALLS, testtype="functional")),
            "metadata": json.dumps({"func_name": "add"}),
        },
        code(calls(("1\n2", "3"), ("4\n5", "9"), ("1\n2", "3"), ("4\n5", "9"))),
        fenced("class Solution:\n    def add(self, a, b):\n        return a + b"),
        fenced("class Solution:\n    def add(self, a, b):\n        return a"),
    ),
    (
        "taco",
        {
            "question": "Add two numbers.",
            "solutions": "[]",
            "starter_code": "",
            "input_output": json.dumps({"inputs": ["1 2\n", "4 5\n"], "outputs": ["3\n", "9\n"]}),
            "difficulty": "EASY",
            "raw_tags": "[]",
            "name": None,
            "source": "codeforces",
            "tags": "[]",
            "skill_types": "[]",
            "url": "x",
            "Expected Auxiliary Space": None,
            "time_limit": "2.0 seconds",
            "date": "2019-12-31",
            "picture_num": "0",
            "memory_limit": "512.0 megabytes",
            "Expected Time Complexity": None,
        },
        code(SUMS, limits={"time_s": 2.0, "total_s": 5.0, "memory_mb": 512, "output_kb": 8192}),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "taco",
        {
            "problem_id": 3,
            "question": "Add two numbers.",
            "solutions": "[]",
            "input_output": {"fn_name": "add", "inputs": [[1, 2], [4, 5]], "outputs": [[3], [9]]},
            "difficulty": "introductory",
            "url": "x",
            "starter_code": "def add(a, b):",
        },
        code(calls(([1, 2], [3]), ([4, 5], [9]))),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "taco",
        {
            "question": "Turn the numbers round, in place.",
            "input_output": {
                "fn_name": "turn",
                "inputs": [[[1, 2]], [[5]]],
                "outputs": [[2, 1], [5]],
            },
            "starter_code": "class Solution:\n    def turn(self, n: List[int]) -> None:",
        },
        code(
            {
                "type": "functional",
                "fn_name": "turn",
                "in_place": True,
                "inputs": [[[1, 2]], [[5]]],
                "outputs": [[2, 1], [5]],
            }
        ),
        fenced("class Solution:\n    def turn(self, n):\n        n.reverse()"),
        fenced("class Solution:\n    def turn(self, n):\n        n.append(1)"),
    ),
    (
        "taco",
        {
            "question": "Add two numbers.",
            "input_output": json.dumps({"inputs": [["1 2"], ["4 5"]], "outputs": [["3"], ["9"]]}),
        },
        code({"type": "stdio", "inputs": ["1 2", "4 5"], "outputs": ["3", "9"]}),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "code_contests",
        {
            "name": "1_A. Sum",
            "description": "Add two numbers.",
            "public_tests": {"input": ["1 2\n"], "output": ["3\n"]},
            "private_tests": {"input": [], "output": []},
            "generated_tests": {"input": ["4 5\n"], "output": ["9\n"]},
            "source": 2,
            "difficulty": 7,
            "solutions": {"language": [3], "solution": ["..."]},
            "incorrect_solutions": {"language": [], "solution": []},
            "cf_contest_id": 1,
            "cf_index": "A",
            "cf_points": 0.0,
            "cf_rating": 800,
            "cf_tags": [],
            "is_description_translated": False,
            "untranslated_description": "",
            "time_limit": {"seconds": 6, "nanos": 500000000},
            "memory_limit_bytes": 64000000,
            "input_file": "",
            "output_file": "",
        },
        code(SUMS, limits={"time_s": 6.5, "total_s": 6.5, "memory_mb": 256, "output_kb": 8192}),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "sandbox_fusion",
        {
            "id": 5,
            "content": "Add two numbers.",
            "labels": {"tag": "basic"},
            "test": [
                {"input": {"stdin": case["input"]}, "output": {"stdout": case["output"]}}
                for case in CASES
            ],
            "canonical_solution": "",
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "humaneval",
        {
            "task_id": "HumanEval/0",
            "prompt": 'def add(a, b):\n    """Add."""\n',
            "entry_point": "add",
            "canonical_solution": "    return a + b\n",
            "test": CHECK,
        },
        code(
            {
                "type": "check",
                "entry_point": "add",
                "test": CHECK,
                "prompt": 'def add(a, b):\n    """Add."""\n',
            }
        ),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "humaneval",
        {
            "task_id": "sum-two",
            "question_id": 1,
            "difficulty": "Easy",
            "tags": ["Math"],
            "problem_description": "Add two numbers.",
            "starter_code": "class Solution:\n    def add(self, a, b):\n",
            "estimated_date": "2015-08-07",
            "prompt": "from typing import *\n",
            "completion": "class Solution: ...",
            "entry_point": "Solution().add",
            "test": "def check(candidate):\n    assert candidate(a=1, b=2) == 3\n",
            "input_output": [{"input": "a = 1, b = 2", "output": "3"}],
            "query": "...",
            "response": "...",
        },
        code(
            {
                "type": "check",
                "entry_point": "add",
                "test": "def check(candidate):\n    assert candidate(a=1, b=2) == 3\n",
                "prompt": "from typing import *\n",
            }
        ),
        fenced("class Solution:\n    def add(self, a, b):\n        return a + b"),
        fenced("class Solution:\n    def add(self, a, b):\n        return a"),
    ),
    (
        "mbpp",
        {
            "task_id": 2,
            "text": "Write a function that adds two numbers.",
            "code": ADDS,
            "test_list": ["assert add(1, 2) == 3"],
            "test_setup_code": "",
            "challenge_test_list": ["assert add(4, 5) == 9"],
        },
        code(asserts("assert add(1, 2) == 3", "assert add(4, 5) == 9")),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "mbpp",
        {
            "task_id": 2,
            "prompt": "Write a function that adds two numbers.",
            "code": ADDS,
            "source_file": "Benchmark Questions Verification V2.ipynb",
            "test_imports": ["import math"],
            "test_list": ["assert math.isclose(add(1, 2), 3)"],
            "test": "for a in range(3):\n    assert add(a, 1) == a + 1",
        },
        code(
            asserts(
                "assert math.isclose(add(1, 2), 3)",
                "for a in range(3):\n    assert add(a, 1) == a + 1",
                setup="import math",
            )
        ),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "verification_info",
        {
            "source": "apps",
            "task_type": "verifiable_code",
            "in_source_id": "1",
            "prompt": "Add two numbers.",
            "gold_standard_solution": "",
            "verification_info": {
                "language": "python",
                "test_cases": marked(CASES, type="stdin_stdout", fn_name=None),
            },
            "metadata": {},
            "problem_id": "vcp_1",
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "verification_info",
        {
            "prompt": "Add two numbers.",
            "verification_info": json.dumps(
                {
                    "language": "python",
                    "test_cases": [
                        {
                            "type": "function_call",
                            "fn_name": "add",
                            "input": [1, 2],
                            "output": [3],
                        }
                    ],
                }
            ),
        },
        code(calls(([1, 2], [3]))),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "deepcoder",
        {
            "problem": "Add two numbers.",
            "starter_code": "",
            "solutions": [],
            "tests": json.dumps(marked(CALLS, testtype="functional")),
            "metadata": {"func_name": "add"},
        },
        code(calls(("1\n2", "3"), ("4\n5", "9"))),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "deepcoder",
        {
            "problem": "Add two numbers.",
            "tests": json.dumps({"inputs": ["1 2\n", "4 5\n"], "outputs": ["3\n", "9\n"]}),
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "test_cases",
        {
            "id": "oss_1",
            "source": "oss",
            "question": "Add two numbers.",
            "test_cases": ["assert add(1, 2) == 3", "assert add(4, 5) == 9"],
            "inferences": [{"model_name": "x", "pass_rate": 1.0, "completion": "..."}],
            "context_messages": [[{"role": "user", "content": "..."}]],
        },
        code(asserts("assert add(1, 2) == 3", "assert add(4, 5) == 9")),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "kodcode",
        {
            "version": "v1.0",
            "style": "instruct",
            "subset": "Prefill",
            "question_id": "Prefill_1",
            "question": "Add two numbers.",
            "solution": ADDS,
            "test": "from solution import add\n\ndef test_add():\n    assert add(1, 2) == 3\n",
            "test_info": [{"function_name": "add"}],
            "gpt_pass_sequence": [1],
            "gpt_difficulty": "easy",
            "metadata": {},
        },
        code(
            {
                "type": "pytest",
                "module": "solution",
                "files": {
                    "test_solution.py": (
                        "from solution import add\n\ndef test_add():\n    assert add(1, 2) == 3\n"
                    )
                },
            }
        ),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
    (
        "codeforces",
        {
            "id": "1/A",
            "aliases": None,
            "contest_id": "1",
            "contest_name": "Round 1",
            "contest_type": "CF",
            "contest_start": 1266580800,
            "contest_start_year": 2010,
            "index": "A",
            "time_limit": 1.0,
            "memory_limit": 256.0,
            "title": "Sum",
            "description": "Add two numbers.",
            "input_format": "",
            "output_format": "",
            "interaction_format": None,
            "note": "",
            "examples": CASES[:1],
            "editorial": None,
            "rating": 800,
            "tags": [],
            "testset_size": 2,
            "official_tests": CASES,
            "official_tests_complete": True,
            "input_mode": "stdio",
            "generated_checker": None,
            "executable": True,
            "generated_tests": 0,
        },
        code(SUMS, limits={"time_s": 1.0, "total_s": 5.0, "memory_mb": 256, "output_kb": 8192}),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "codeforces",
        {
            "id": "1/B",
            "official_tests": CASES,
            "input_mode": "stdio",
            "generated_checker": CHECKER,
            "interaction_format": "",
        },
        code(
            {
                **SUMS,
                "type": "checker",
                "checker": {
                    "language": "python",
                    "source": CHECKER,
                    "order": "input_answer_output",
                    "says": "stdout",
                },
            }
        ),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "nemo_gym_code",
        {
            "responses_create_params": {"input": [{"role": "user", "content": "Add."}]},
            "verifier_metadata": {
                "unit_tests": {"inputs": ["1 2\n", "4 5\n"], "outputs": ["3\n", "9\n"]}
            },
            "agent_ref": {"name": "code_gen_simple_agent"},
        },
        code(SUMS),
        fenced(PRINTS_SUM),
        fenced(PRINTS_ZERO),
    ),
    (
        "nemo_gym_code",
        {
            "responses_create_params": {"input": [{"role": "user", "content": "Add."}]},
            "verifier_metadata": {
                "unit_tests": json.dumps({"inputs": ["1\n2"], "outputs": ["3"], "fn_name": "add"})
            },
        },
        code(calls(("1\n2", "3"))),
        fenced(ADDS),
        fenced(SUBTRACTS),
    ),
]
