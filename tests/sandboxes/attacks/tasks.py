"""What the programs are tested by: answers that they do not know, or do not mean to work out."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sandboxes.attacks.corpus import Attack

from reward_verifiers.code_spec import CodeSpec

SUMS = ((4127, 3815), (901, 77), (-6, 20021))
TREASURES = tuple(f"TREASURE-{test}-{secrets.token_hex(8)}" for test in range(3))
"""Outputs that nobody can guess, and that nothing but these tests and the host's file hold."""
WORDS = ("the Quick brown fox", "over The lazy dog and The cat")
LIMITS = {"time_s": 0.2, "total_s": 2.0, "memory_mb": 256, "output_kb": 1024}

# Accepts what is equal token by token; its score stands on stdout.
CHECKER = """\
import sys
given, answer = (open(path, "rb").read().split() for path in sys.argv[2:4])
print(1.0 if given == answer else 0.0)
"""


def spec(attack: Attack, target: str) -> CodeSpec:
    """Return what ``attack`` is judged against."""
    fields: dict[str, Any] = {
        "language": attack.language,
        "tests": TESTS[attack.task](target),
        "limits": {**LIMITS, **attack.limits},
    }
    if attack.category in ("resources", "compilers"):
        fields["reward"] = "all"  # ends at the first test, for each of them costs its whole time
    if attack.comparison == "float":
        fields["comparison"] = {"float": 1e-6}
    return CodeSpec(**fields)


def calls(target: str, function: str, table: list[tuple[list[Any], Any]]) -> dict[str, Any]:
    """Return tests of the type ``target`` that call ``function``."""
    asserts = [
        f"assert {function}({', '.join(map(repr, arguments))}) == {value!r}"
        for arguments, value in table
    ]
    match target:
        case "functional":
            inputs, outputs = zip(*table, strict=True)
            return {
                "type": target,
                "fn_name": function,
                "inputs": list(inputs),
                "outputs": list(outputs),
            }
        case "asserts":
            return {"type": target, "asserts": asserts}
        case "check":
            body = "\n".join(f"    {line.replace(function, 'candidate', 1)}" for line in asserts)
            return {
                "type": target,
                "entry_point": function,
                "test": f"def check(candidate):\n{body}",
            }
        case "pytest":
            tests = "\n".join(
                f"def test_{number}():\n    {line}" for number, line in enumerate(asserts)
            )
            source = f"from solution import {function}\n\n{tests}\n"
            return {"type": target, "files": {"test_solution.py": source}}
    raise AssertionError(target)


def streams(target: str, table: list[tuple[str, str]]) -> dict[str, Any]:
    """Return tests of the type ``target`` that give stdin and read stdout."""
    inputs, outputs = map(list, zip(*table, strict=True))
    tests = {"type": target, "inputs": inputs, "outputs": outputs}
    if target == "checker":
        tests["checker"] = {"language": "python", "source": CHECKER, "says": "stdout"}
    return tests


def _sum(target: str) -> dict[str, Any]:
    if target in ("stdio", "checker"):
        return streams(target, [(f"{a} {b}\n", f"{a + b}\n") for a, b in SUMS])
    return calls(target, "add", [([a, b], a + b) for a, b in SUMS])


def _secret(target: str) -> dict[str, Any]:
    if target in ("stdio", "checker"):
        return streams(
            target, [(f"{test}\n", f"{answer}\n") for test, answer in enumerate(TREASURES)]
        )
    return calls(target, "treasure", [([test], answer) for test, answer in enumerate(TREASURES)])


def _hostfile(target: str) -> dict[str, Any]:
    if target == "stdio":
        return streams(target, [("0\n", f"{TREASURES[0]}\n")])
    return calls(target, "treasure", [([0], TREASURES[0])])


def _parity(target: str) -> dict[str, Any]:
    return calls(target, "parity", [([n], n % 2) for n in (7, 20, 33)])


def _words(target: str) -> dict[str, Any]:
    return streams(target, [(f"{line}\n", f"{line}\n") for line in WORDS])


TESTS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "sum": _sum,
    "secret": _secret,
    "hostfile": _hostfile,
    "parity": _parity,
    "words": _words,
}
