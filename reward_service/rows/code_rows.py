"""Rows of programming datasets."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from reward_service.rows.packed import unpacked
from reward_service.rows.program_tests import (
    Tests,
    are_asserts,
    asserts,
    cases,
    joined,
    read_tests,
    side_by_side,
)
from reward_service.rows.row import Row, json_field, json_text
from reward_verifiers.code_spec import CodeSpec, known_language
from reward_verifiers.complaints import complaint, kind, shown

# Limits of a judge for C++ leave no room for the interpreter of another language.
_LEAST_MEMORY_MB = 256
_TOTAL_S = 5.0
_SECONDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:s|sec|secs|second|seconds)?\.?\s*", re.IGNORECASE)
_MEGABYTES = re.compile(
    r"\s*(\d+(?:\.\d+)?)\s*(?:mb|mib|m|megabyte|megabytes|mebibytes)?\.?\s*", re.IGNORECASE
)
# What follows "Solution()." in the entry points of LeetCode's rows.
_METHOD = re.compile(r"Solution\(\)\.([^\W\d]\w*)")


def ground_truth(row: Row, name: str) -> CodeSpec:
    """Read the tests of PRIME, Eurus-2, DeepCoder or verl from a field, JSON or its text."""
    value = json_field(row, name)
    return _spec(row, name, read_tests(row, name, value))


def livecodebench(row: Row) -> CodeSpec:
    """Read ``public_test_cases`` and ``private_test_cases``, the latter perhaps packed."""
    tests: list[Any] = []
    for name in ("public_test_cases", "private_test_cases"):
        if row.has(name):
            tests += _case_list(row, name)
    name = "public_test_cases"
    return _spec(row, name, cases(row, name, tests, fn_name=_function_of(row)))


def taco(row: Row) -> CodeSpec:
    """Read ``input_output``, with ``time_limit`` and ``memory_limit`` where they are."""
    value = json_field(row, "input_output")
    if not isinstance(value, Mapping):
        raise row.error("input_output", f"expected an object, got {kind(value)}")
    tests = side_by_side(row, "input_output", value)
    return _spec(row, "input_output", tests, limits=_limits(row))


def code_contests(row: Row) -> CodeSpec:
    """Read ``public_tests``, ``private_tests`` and ``generated_tests``, and the limits."""
    for name in ("input_file", "output_file"):
        if row.has(name) and row.value(name) not in ("", "stdin", "stdout"):
            raise row.error(name, "programs that read or write files by name are not judged")
    names = ("public_tests", "private_tests", "generated_tests")
    parts = [json_field(row, name) for name in names if row.has(name)]
    for name, part in zip((name for name in names if row.has(name)), parts, strict=True):
        if not isinstance(part, Mapping):
            raise row.error(name, f"expected an object, got {kind(part)}")
    filled = [part for part in parts if part.get("input") or part.get("inputs")]
    if not filled:
        raise row.error("public_tests", "no tests, here or in private_tests or generated_tests")
    tests = joined(row, "public_tests", *filled)
    return _spec(row, "public_tests", tests, limits=_limits(row))


def sandbox_fusion(row: Row) -> CodeSpec:
    """Read ``test``: a list of ``input.stdin`` and ``output.stdout``."""
    name = "test"
    value = json_field(row, name)
    if not isinstance(value, list | tuple):
        raise row.error(name, f"expected a list, got {kind(value)}")
    entries = [
        {
            "input": _stream(row, f"{name}.{at}", entry, "input", "stdin"),
            "output": _stream(row, f"{name}.{at}", entry, "output", "stdout"),
        }
        for at, entry in enumerate(value)
    ]
    return _spec(row, name, cases(row, name, entries), language=_language(row))


def humaneval(row: Row) -> CodeSpec:
    """Read ``test``, which defines ``check``, with ``entry_point`` and ``prompt``."""
    entry_point = row.text("entry_point").strip()
    method = _METHOD.fullmatch(entry_point)
    tests = {
        "type": "check",
        "entry_point": method[1] if method else entry_point,
        "test": row.text("test"),
        "prompt": _text_if_any(row, "prompt"),
    }
    return _spec(row, "test", tests)


def mbpp(row: Row) -> CodeSpec:
    """Read ``test_list``, ``challenge_test_list`` and MBPP+'s ``test``, with what they import."""
    statements: list[str] = asserts(row, "test_list", json_field(row, "test_list"))["asserts"]
    statements += _texts(row, "challenge_test_list")
    if row.has("test"):
        statements.append(row.text("test"))
    setup = [*_texts(row, "test_imports"), _text_if_any(row, "test_setup_code")]
    tests = asserts(row, "test_list", statements, setup="\n".join(filter(None, setup)))
    return _spec(row, "test_list", tests)


def verification_info(row: Row) -> CodeSpec:
    """Read ``verification_info``: a language and ``test_cases``."""
    info = json_field(row, "verification_info")
    if not isinstance(info, Mapping):
        raise row.error("verification_info", f"expected an object, got {kind(info)}")
    inner = Row(info, f"{row.where}.verification_info")
    tests = read_tests(inner, "test_cases", json_field(inner, "test_cases"))
    return _spec(inner, "test_cases", tests, language=_language(inner))


def deepcoder(row: Row) -> CodeSpec:
    """Read ``tests``, with the function's name in them or in ``metadata``."""
    tests = read_tests(row, "tests", json_field(row, "tests"), fn_name=_function_of(row))
    return _spec(row, "tests", tests)


def case_list(row: Row) -> CodeSpec:
    """Read ``test_cases``: asserts, or inputs and outputs."""
    return _spec(row, "test_cases", read_tests(row, "test_cases", json_field(row, "test_cases")))


def open_instruct(row: Row) -> CodeSpec:
    """Read ``ground_truth``: asserts, or inputs and outputs, as lists, JSON or packed."""
    name = "ground_truth"
    value = row.value(name)
    if isinstance(value, list | tuple) and len(value) == 1 and not are_asserts(value):
        value = value[0]  # a list of one ground truth
    if isinstance(value, str):
        value = [value] if are_asserts([value]) else _cases_in(row, name, value)
    return _spec(row, name, read_tests(row, name, value))


def nemo_gym_code(row: Row) -> CodeSpec:
    """Read ``verifier_metadata.unit_tests``."""
    return ground_truth(row.part("verifier_metadata"), "unit_tests")


def kodcode(row: Row) -> CodeSpec:
    """Read ``test``, a file for pytest that imports ``solution``."""
    tests = {"type": "pytest", "files": {"test_solution.py": row.text("test")}}
    return _spec(row, "test", tests)


def codeforces(row: Row) -> CodeSpec:
    """Read ``official_tests``, with ``generated_checker`` where there is one, and the limits."""
    if row.has("interaction_format") and row.value("interaction_format") != "":
        raise row.error("interaction_format", "interactive problems are not judged")
    if row.has("input_mode") and row.value("input_mode") != "stdio":
        raise row.error("input_mode", "programs that read files by name are not judged")
    name = "official_tests"
    tests = cases(row, name, json_field(row, name))
    if row.has("generated_checker"):
        checker = {
            "language": "python",
            "source": row.text("generated_checker"),
            "order": "input_answer_output",
            "says": "stdout",
        }
        tests = {**tests, "type": "checker", "checker": checker}
    return _spec(row, name, tests, language=_language(row), limits=_limits(row))


def _stream(row: Row, where: str, entry: Any, side: str, stream: str) -> Any:
    part = entry.get(side) if isinstance(entry, Mapping) else None
    if not isinstance(part, Mapping) or set(part) - {stream}:
        raise row.error(f"{where}.{side}", f"expected an object of {stream} alone")
    return part.get(stream, "")


def _case_list(row: Row, name: str) -> list[Any]:
    """Return a list of cases that is there as it is, as JSON or packed."""
    value = row.value(name)
    if isinstance(value, str):
        value = _cases_in(row, name, value)
    if not isinstance(value, list | tuple):
        raise row.error(name, f"expected a list, got {kind(value)}")
    return list(value)


def _cases_in(row: Row, name: str, text: str) -> Any:
    """Return the JSON value of ``text``, or of what is packed in it."""
    if not text.lstrip().startswith(("[", "{")):
        try:
            text = unpacked(text)
        except ValueError as error:
            raise row.error(name, str(error)) from error
    return json_text(row, name, text)


def _function_of(row: Row) -> str | None:
    """Return the function that ``metadata`` names, if it does."""
    if not row.has("metadata"):
        return None
    value = row.value("metadata")
    if isinstance(value, str):
        value = json_text(row, "metadata", value) if value.strip() else None
    name = value.get("func_name") if isinstance(value, Mapping) else None
    if name is not None and not isinstance(name, str):
        raise row.error("metadata.func_name", f"expected text, got {kind(name)}")
    return name or None


def _language(row: Row) -> str | None:
    """Return the language that the row asks for; natural languages are none."""
    if not row.has("language"):
        return None
    try:
        return known_language(row.text("language"))
    except ValueError as error:
        raise row.error("language", str(error)) from error


def _texts(row: Row, name: str) -> list[str]:
    """Return a list of texts that may be empty or absent."""
    value = row.fields.get(name) or []
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise row.error(name, "expected a list of texts")
    return list(value)


def _text_if_any(row: Row, name: str) -> str:
    """Return the field if it is a text; chat messages are none."""
    value = row.fields.get(name)
    return value if isinstance(value, str) else ""


def _limits(row: Row) -> dict[str, Any]:
    """Return the limits that the row gives: more time in total only where one test may take it."""
    limits: dict[str, Any] = {}
    if row.has("time_limit"):
        time_s = _amount(row, "time_limit", _SECONDS)
        if time_s > 0:
            limits |= {"time_s": time_s, "total_s": max(time_s, _TOTAL_S)}
    memory_mb = 0.0
    if row.has("memory_limit_bytes"):
        memory_mb = row.integer("memory_limit_bytes") / (1 << 20)
    elif row.has("memory_limit"):
        memory_mb = _amount(row, "memory_limit", _MEGABYTES)
    if memory_mb > 0:
        limits["memory_mb"] = max(math.ceil(memory_mb), _LEAST_MEMORY_MB)
    return limits


def _amount(row: Row, name: str, pattern: re.Pattern[str]) -> float:
    """Return a number, a text such as ``2.0 seconds``, or an object of seconds and nanos."""
    value = row.value(name)
    if isinstance(value, Mapping) and "seconds" in value:
        parts = [value["seconds"], value.get("nanos") or 0]
        if all(isinstance(part, int | float) for part in parts):
            value = parts[0] + parts[1] / 1e9
    if isinstance(value, str):
        found = pattern.fullmatch(value[:100])
        value = float(found[1]) if found else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise row.error(name, f"{shown(row.value(name))} is no amount")
    return float(value)


def _spec(row: Row, name: str, tests: Tests, **parts: Any) -> CodeSpec:
    """Return the spec of ``tests``, which the field ``name`` holds."""
    given = {part: value for part, value in parts.items() if value}
    if tests["type"] == "functional" and _returns_nothing(row, tests["fn_name"]):
        tests = {**tests, "in_place": True}
    try:
        return CodeSpec.model_validate({"tests": tests, **given})
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(part)[:50] for part in detail["loc"])
        raise row.error(name, f"{where}: {complaint(detail)}") from error


def _returns_nothing(row: Row, function: str) -> bool:
    """Whether the code to begin with says so: its argument is to be changed in place (LeetCode)."""
    begun = _text_if_any(row, "starter_code")
    return re.search(rf"\bdef\s+{re.escape(function)}\([^()]*\)\s*->\s*None\s*:", begun) is not None
