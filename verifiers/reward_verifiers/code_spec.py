"""What the code domain needs: a language, tests of one type, limits, and how outputs compare."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)

from reward_sandboxes import plain
from reward_sandboxes.languages import by_fence
from reward_sandboxes.types import Call
from reward_verifiers.code_cases import Case, read_cases
from reward_verifiers.spec import Spec, at_most, together

MAX_TESTS = 10_000
MAX_TESTS_CHARS = 200_000_000
"""What all inputs, and all outputs, may have together; a request's own bound is lower."""
MAX_TEST_CODE_CHARS = 2_000_000
MAX_FILES = 100
_TOTAL_S = 5.0
MAX_FILES_CHARS = 20_000_000

# A bound on the length refuses lone surrogates too: no program can be given what is no UTF-8.
_Text = Annotated[str, StringConstraints(max_length=MAX_TESTS_CHARS)]
_Code = Annotated[str, StringConstraints(max_length=MAX_TEST_CODE_CHARS)]
_Name = Annotated[str, StringConstraints(pattern=r"^[^\W\d]\w*$", max_length=200)]


def _inside(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{path[:100]!r} is no relative path of a file beside the program")
    return path


FilePath = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_inside)]
Files = Annotated[
    dict[FilePath, Annotated[str, Field(max_length=MAX_FILES_CHARS)]],
    Field(max_length=MAX_FILES),
    at_most(MAX_FILES),
]
"""Text of files by their relative path."""


class Part(BaseModel):
    """Base of the parts of a code spec."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


def _lines(value: Any) -> Any:
    # APPS and TACO write an input as a list of lines.
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(value)
    return value


class StdioTests(Part):
    """Programs that read stdin and write stdout."""

    type: Literal["stdio"] = Field(examples=["stdio"])
    """Says that these are stdio tests."""
    inputs: Annotated[
        list[_Text], Field(min_length=1, max_length=MAX_TESTS), together(MAX_TESTS_CHARS)
    ] = Field(examples=[["1 2\n"]])
    """What each test gives to stdin."""
    outputs: Annotated[
        list[_Text], Field(min_length=1, max_length=MAX_TESTS), together(MAX_TESTS_CHARS)
    ] = Field(examples=[["3\n"]])
    """What each test expects on stdout. Never enters a sandbox."""

    @field_validator("inputs", "outputs", mode="before")
    @classmethod
    def _joined(cls, value: Any) -> Any:
        return [_lines(one) for one in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _paired(self) -> Self:
        _refuse_unpaired(self)
        return self


class FunctionalTests(Part):
    """Calls of one function: free, or a method of a class ``Solution`` (Python only)."""

    type: Literal["functional"] = Field(examples=["functional"])
    """Says that these are functional tests."""
    fn_name: _Name = Field(examples=["add"])
    """The function."""
    inputs: list[JsonValue] = Field(min_length=1, max_length=MAX_TESTS, examples=[[[1, 2], "1\n2"]])
    """The arguments of each test: a list, or a text with one JSON value a line (LeetCode)."""
    outputs: list[JsonValue] = Field(min_length=1, max_length=MAX_TESTS, examples=[[3, "3"]])
    """What each test expects back: a JSON value; where the input is a text, the text of one. Where
    every output is a list of one, what is in it is right too (APPS, TACO)."""
    in_place: bool = Field(default=False, examples=[False])
    """Whether it is to change its first argument and return nothing: that argument is compared."""

    @field_validator("inputs", "outputs")
    @classmethod
    def _written(cls, values: list[JsonValue]) -> list[JsonValue]:
        # What cannot be written again as JSON has no key of its own among remembered verdicts.
        try:
            json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError:
            raise ValueError("holds a lone surrogate, which is no text") from None
        except ValueError:
            raise ValueError("holds a number that JSON cannot write") from None
        return values

    @model_validator(mode="after")
    def _readable(self) -> Self:
        _refuse_unpaired(self)
        assert self.cases
        for at, case in enumerate(self.cases) if self.in_place else ():
            if not case.arguments:
                raise ValueError(f"inputs.{at}: no argument to be changed in place")
        return self

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The calls to make, read once for all programs of a group."""
        return tuple(read_cases(self.inputs, self.outputs))

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """What of them goes where the program is."""
        return tuple(
            Call(function=self.fn_name, arguments=plain.dumps(case.arguments))
            for case in self.cases
        )


class AssertTests(Part):
    """Assert statements, each a test of its own (Python only)."""

    type: Literal["asserts"] = Field(examples=["asserts"])
    """Says that these are asserts."""
    asserts: Annotated[
        list[Annotated[_Code, StringConstraints(min_length=1)]],
        Field(min_length=1, max_length=MAX_TESTS),
        together(MAX_TEST_CODE_CHARS),
    ] = Field(examples=[["assert add(1, 2) == 3"]])
    """The statements."""
    setup: str = Field(default="", max_length=MAX_TEST_CODE_CHARS, examples=[""])
    """Code run before them, such as imports."""


class CheckTests(Part):
    """One function ``check(candidate)`` (HumanEval; Python only)."""

    type: Literal["check"] = Field(examples=["check"])
    """Says that this is a check."""
    entry_point: _Name = Field(examples=["add"])
    """The function of the program that is the candidate."""
    test: str = Field(
        min_length=1,
        max_length=MAX_TEST_CODE_CHARS,
        examples=["def check(candidate):\n    assert candidate(1, 2) == 3"],
    )
    """Code that defines ``check``."""
    prompt: str = Field(default="", max_length=MAX_TEST_CODE_CHARS, examples=[""])
    """What the model was given to complete. It stands before a completion that does not define
    ``entry_point`` itself; else only its imports and helpers are at hand."""


class PytestTests(Part):
    """Test files for pytest (Python only)."""

    type: Literal["pytest"] = Field(examples=["pytest"])
    """Says that these are pytest files."""
    files: Files = Field(
        min_length=1,
        examples=[
            {
                "test_solution.py": "from solution import add\n\n"
                "def test_add():\n    assert add(1, 2) == 3"
            }
        ],
    )
    """The files by path; those named ``test_*.py`` hold tests."""
    module: _Name = Field(default="solution", examples=["solution"])
    """The name by which they import the program."""


class CheckerOrder(StrEnum):
    """In what order a checker gets the names of its three files."""

    INPUT_OUTPUT_ANSWER = "input_output_answer"
    """testlib's: the test's input, the program's output, the reference answer."""
    INPUT_ANSWER_OUTPUT = "input_answer_output"
    """As the generated checkers of open-r1's Codeforces set."""


class CheckerSays(StrEnum):
    """How a checker tells its judgement."""

    EXIT_CODE = "exit_code"
    """0 accepts; 1 and 2 refuse (testlib); 7 with points on stderr is partial credit."""
    STDOUT = "stdout"
    """The first word of stdout is the score from 0 to 1, or true or false."""


class Checker(Part):
    """A program that judges outputs (special judge)."""

    language: Annotated[str, Field(max_length=50)] = Field(examples=["python"])
    """The language it is written in."""
    source: str = Field(min_length=1, max_length=MAX_TEST_CODE_CHARS, examples=["..."])
    """Its source. It runs in a sandbox, never in the one of the program it judges."""
    files: Files = Field(default_factory=dict, examples=[{}])
    """Files beside it, such as ``testlib.h``."""
    order: CheckerOrder = Field(
        default=CheckerOrder.INPUT_OUTPUT_ANSWER, examples=["input_output_answer"]
    )
    """The order of its three arguments, which are names of files."""
    says: CheckerSays = Field(default=CheckerSays.EXIT_CODE, examples=["exit_code"])
    """Whether its exit code or its stdout is the judgement."""

    @field_validator("language")
    @classmethod
    def _known(cls, value: str) -> str:
        return known_language(value)


class CheckerTests(Part):
    """Stdio tests whose outputs a checker judges."""

    type: Literal["checker"] = Field(examples=["checker"])
    """Says that a checker judges."""
    inputs: Annotated[
        list[_Text], Field(min_length=1, max_length=MAX_TESTS), together(MAX_TESTS_CHARS)
    ] = Field(examples=[["4\n"]])
    """What each test gives to stdin."""
    outputs: Annotated[
        list[_Text], Field(min_length=1, max_length=MAX_TESTS), together(MAX_TESTS_CHARS)
    ] = Field(examples=[["2 2\n"]])
    """The reference answer of each test, which the checker may read."""
    checker: Checker = Field(examples=[{"language": "python", "source": "..."}])
    """The judge."""

    @field_validator("inputs", "outputs", mode="before")
    @classmethod
    def _joined(cls, value: Any) -> Any:
        return [_lines(one) for one in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _paired(self) -> Self:
        _refuse_unpaired(self)
        return self


AnyTests = Annotated[
    StdioTests | FunctionalTests | AssertTests | CheckTests | PytestTests | CheckerTests,
    Field(discriminator="type"),
]
"""The tests of a program; ``type`` says which kind."""


class CodeLimits(Part):
    """What a program may use; more than the server allows is clamped, and the verdict says so."""

    time_s: float = Field(default=5.0, gt=0, le=1e6, examples=[5.0])
    """CPU seconds of one test, without what starting a runtime such as Java's takes."""
    total_s: float = Field(default=_TOTAL_S, gt=0, le=1e6, examples=[5.0])
    """CPU seconds of all tests together; the tests that are left then count as failed. ProRL's
    training counted so, with 5 seconds. Where only ``time_s`` is given and is more, it is that."""
    memory_mb: int = Field(default=1024, ge=16, le=1 << 20, examples=[1024])
    """Memory of one test."""
    output_kb: int = Field(default=8192, ge=1, le=1 << 20, examples=[8192])
    """Output of one test."""

    @model_validator(mode="before")
    @classmethod
    def _time_for_one_test(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "total_s" in value:
            return value
        time_s = value.get("time_s")
        if isinstance(time_s, int | float) and time_s > _TOTAL_S:
            return {**value, "total_s": time_s}
        return value


class RewardRule(StrEnum):
    """What a program earns."""

    FRACTION = "fraction"
    """The fraction of tests passed; all of them are run."""
    ALL = "all"
    """1 if every test passes; stops at the first that does not."""


class CodeExtract(StrEnum):
    """Which code block of a completion is the program."""

    LAST = "last"
    """The last complete block in the language."""
    FIRST = "first"
    """The first complete block in the language."""
    ALL = "all"
    """All complete blocks in the language, one after the other."""
    WHOLE = "whole"
    """The whole completion after the thinking, unless it has a complete block: then the last."""


class FloatTolerance(Part):
    """Outputs compare as tokens, numbers within a tolerance."""

    model_config = ConfigDict(serialize_by_alias=True)

    float_: float = Field(alias="float", ge=0, lt=1, examples=[1e-6])
    """Absolute or relative error allowed between two numbers of which one has a point."""


class Comparison(StrEnum):
    """How outputs compare."""

    TOKENS = "tokens"
    """Word by word; white space does not count."""
    EXACT = "exact"
    """Character by character, but for white space at the ends of lines and of the output."""


def _word_or_object(value: Any) -> str | None:
    # Names the branch, so that what is wrong is told in the words of its own branch alone.
    if isinstance(value, dict | FloatTolerance):
        return "[object]"
    return "[one]" if isinstance(value, str) else None


def known_language(name: str) -> str:
    """Return the language that ``name`` means, in this project's spelling."""
    language = by_fence().get(name.strip().lower())
    if language is None:
        known = ", ".join(sorted({one.name for one in by_fence().values()}))
        raise ValueError(f"unknown language {name[:50]!r}; known: {known}")
    return language.name


class CodeSpec(Spec):
    """A task whose answer is a program."""

    domain: Literal["code"] = Field(default="code", examples=["code"])
    """Says that this is a code spec."""
    language: Annotated[str, Field(max_length=50)] = Field(default="python", examples=["python"])
    """The language that the program has to be written in."""
    tests: AnyTests = Field(examples=[{"type": "stdio", "inputs": ["1 2\n"], "outputs": ["3\n"]}])
    """What it is tested by: ``type`` is stdio, functional, asserts, check, pytest or checker."""
    files: Files = Field(default_factory=dict, examples=[{}])
    """Files beside the program."""
    limits: CodeLimits = Field(
        default_factory=CodeLimits, examples=[{"time_s": 5.0, "memory_mb": 1024}]
    )
    """What it may use."""
    reward: RewardRule = Field(default=RewardRule.FRACTION, examples=["fraction"])
    """fraction of the tests passed, or all."""
    comparison: Annotated[
        Annotated[Comparison, Tag("[one]")] | Annotated[FloatTolerance, Tag("[object]")],
        Discriminator(
            _word_or_object,
            custom_error_type="comparison_type",
            custom_error_message="expected tokens, exact or an object with a float",
        ),
    ] = Field(default=Comparison.TOKENS, examples=["tokens", {"float": 1e-6}])
    """How outputs compare: tokens, exact, or ``{"float": tolerance}``."""
    any_order: bool = Field(default=False, examples=[False])
    """Whether the order of lines (stdio) or of a returned list (functional) does not count."""
    extract: CodeExtract = Field(default=CodeExtract.LAST, examples=["last"])
    """Which code block is the program: last, first, all or whole."""

    @field_validator("language")
    @classmethod
    def _known(cls, value: str) -> str:
        return known_language(value)

    @model_validator(mode="after")
    def _python_where_needed(self) -> Self:
        if self.language != "python" and self.tests.type not in ("stdio", "checker"):
            raise ValueError(
                f"{self.tests.type} tests are for python; {self.language} has stdio and checker"
            )
        return self


def _refuse_unpaired(tests: StdioTests | FunctionalTests | CheckerTests) -> None:
    if len(tests.inputs) != len(tests.outputs):
        raise ValueError(f"{len(tests.inputs)} inputs but {len(tests.outputs)} outputs")
