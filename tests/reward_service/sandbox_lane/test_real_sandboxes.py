"""Programs from a completion to a reward, in real local sandboxes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import pytest

from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.offline.local import open_engine
from reward_service.reading import read_batch
from reward_service.schema import ScoredItem
from reward_verifiers.registry import Lane

T = TypeVar("T")

SETTINGS = Settings(cpu_workers=1, sandbox="local", sandboxes=2, max_code_time_s=3.0)


class Desk:
    """A started engine and the loop that it lives in."""

    def __init__(self, runner: asyncio.Runner, engine: Engine) -> None:
        self._runner = runner
        self.engine = engine

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def score(
        self, *sources: str, tests: Any, spec: Any = None, **envelope: Any
    ) -> list[ScoredItem]:
        items = [
            {
                "completion": f"```python\n{source}\n```",
                "spec": {"domain": "code", "tests": tests, **(spec or {})},
            }
            for source in sources
        ]
        batch = read_batch({"items": items, **envelope}, max_items=1000)

        async def scored() -> list[ScoredItem]:
            async with asyncio.timeout(60):
                return await self.engine.score(batch)

        return self.run(scored())

    @property
    def lane(self) -> dict[str, Any]:
        return self.engine.lanes[Lane.SANDBOX].status().details


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with asyncio.Runner() as runner:
        opened = open_engine(SETTINGS, complete=True)
        engine = runner.run(opened.__aenter__())
        try:
            status = engine.lanes[Lane.SANDBOX].status()
            if not status.ready:
                pytest.skip(f"no local sandbox can be had here: {status.reason}")
            yield Desk(runner, engine)
        finally:
            runner.run(opened.__aexit__(None, None, None))


def rewards(items: list[ScoredItem]) -> list[float | None]:
    assert [item.problem for item in items if item.problem] == []
    return [item.reward for item in items]


STDIO = {"type": "stdio", "inputs": ["1 2\n", "3 4\n"], "outputs": ["3\n", "7\n"]}
ADD = "def add(a, b):\n    return a + b"
SUB = "def add(a, b):\n    return a - b"
CHECKER = "import sys\nprint(int(open(sys.argv[2]).read()) > 0)"


@pytest.mark.parametrize(
    ("tests", "right", "wrong"),
    [
        (STDIO, "print(sum(map(int, input().split())))", "print(0)"),
        ({"type": "functional", "fn_name": "add", "inputs": [[1, 2]], "outputs": [3]}, ADD, SUB),
        (
            {
                "type": "functional",
                "fn_name": "turn",
                "in_place": True,
                "inputs": [[[1, 2]], "[3, 4]"],
                "outputs": [[2, 1], "[4, 3]"],
            },
            "class Solution:\n    def turn(self, n):\n        n[:] = n[::-1]",
            "class Solution:\n    def turn(self, n):\n        n = n[::-1]",
        ),
        ({"type": "asserts", "asserts": ["assert add(1, 2) == 3"]}, ADD, SUB),
        (
            {
                "type": "check",
                "entry_point": "add",
                "test": "def check(candidate):\n    assert candidate(1, 2) == 3",
            },
            ADD,
            SUB,
        ),
        (
            {
                "type": "pytest",
                "files": {
                    "test_add.py": "from solution import add\n\n"
                    "def test_add():\n    assert add(1, 2) == 3"
                },
            },
            ADD,
            SUB,
        ),
        (
            {
                "type": "checker",
                "inputs": ["1"],
                "outputs": ["1"],
                "checker": {"language": "python", "source": CHECKER, "says": "stdout"},
            },
            "print(5)",
            "print(-5)",
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_right_programs_are_paid_and_wrong_ones_are_not(
    desk: Desk, tests: Any, right: str, wrong: str
) -> None:
    assert rewards(desk.score(right, wrong, tests=tests)) == [1.0, 0.0]


def test_an_endless_loop_is_over_its_limit_and_harms_no_neighbour(desk: Desk) -> None:
    loop, right = desk.score(
        "while True: pass",
        "print(sum(map(int, input().split())))",
        tests=STDIO,
        spec={"limits": {"time_s": 0.3, "total_s": 0.3}},
    )

    assert loop.verdict is not None
    assert loop.verdict.outcome == "over_limit"
    assert right.reward == 1.0


def test_a_deadline_ends_a_run_and_its_sandbox_judges_the_next(desk: Desk) -> None:
    began = time.monotonic()
    late = desk.score(*["import time\ntime.sleep(30)"] * 2, tests=STDIO, deadline_s=0.5)
    after = desk.score("print(sum(map(int, input().split())))", tests=STDIO)

    assert [item.problem and item.problem.code for item in late] == ["deadline", "deadline"]
    assert rewards(after) == [1.0]
    assert time.monotonic() - began < 20  # and not the minutes that sleeping may take
    assert desk.lane["questions_running"] == 0


def test_a_limit_above_the_server_s_is_clamped(desk: Desk) -> None:
    (item,) = desk.score(
        "print(sum(map(int, input().split())))",
        tests=STDIO,
        spec={"limits": {"time_s": 60, "total_s": 60}},
    )

    assert item.verdict is not None
    assert item.verdict.details["clamped"] == {"time_s": 3.0}


def test_a_program_that_does_not_compile_is_wrong(desk: Desk) -> None:
    assert rewards(desk.score("print(", tests=STDIO)) == [0.0]


def test_a_batch_of_programs_is_judged_in_its_order(desk: Desk) -> None:
    sources = [f"a, b = map(int, input().split())\nprint(a + b + {n % 3})" for n in range(30)]
    expected = [1.0 if n % 3 == 0 else 0.0 for n in range(30)]

    assert rewards(desk.score(*sources, tests=STDIO)) == expected


def test_the_lane_tells_what_it_runs(desk: Desk) -> None:
    lane = desk.lane

    assert lane["backend"] == "local"
    assert lane["level"] in ("namespaces", "landlock")
    assert lane["protections"]
    assert lane["languages"]["python"]
    assert lane["slots"] == 2
