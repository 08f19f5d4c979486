"""Programs through the engine and its doors, with sandboxes that do what a table says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import fakes
import pytest
from asking import ask_app, until

from reward_sandboxes.types import (
    ExitReason,
    HostBusyError,
    LanguageMissingError,
    SandboxError,
    Status,
)
from reward_service import doctor
from reward_service.api import create_app
from reward_service.check import NEEDS_A_SOLUTION, check
from reward_service.config import Settings
from reward_service.doctor import Finding, Grade, examine
from reward_service.engine import Engine
from reward_service.offline.files import score_file_async
from reward_service.offline.golds import check_file
from reward_service.offline.options import ScoreOptions
from reward_service.reading import Batch, read_batch
from reward_service.sandbox_lane import SandboxLane
from reward_service.schema import ScoredItem
from reward_verifiers.registry import DOMAINS, Lane

STDIO = {"type": "stdio", "inputs": ["1", "2", "3"], "outputs": ["2", "4", "6"]}
SPEC = {"domain": "code", "tests": STDIO}

PROGRAMS: dict[str, fakes.Meaning] = {
    "double": fakes.prints(lambda text: str(2 * int(text))),
    "one": fakes.prints(lambda _text: "2"),
    "triple": fakes.prints(lambda text: str(3 * int(text))),
    "loop": fakes.ends(ExitReason.TIME),
    "stall": None,
    "broke": SandboxError("the sandbox broke"),
    "busy": HostBusyError("no CPU time to be had"),
    "no_cc": LanguageMissingError("cpp needs g++"),
    "def add": fakes.defines(add=lambda a, b: a + b),
}


def fenced(source: str) -> str:
    return f"<think>hm</think>\n```python\n{source}\n```"


def batch(*sources: str, spec: dict[str, Any] = SPEC, **envelope: Any) -> Batch:
    items = [{"completion": fenced(source), "spec": spec} for source in sources]
    return read_batch({"items": items, **envelope}, max_items=10_000)


class Stripped(fakes.FakeSandboxes):
    """Fakes whose table has sources without the end of line that a fenced block brings."""

    def __init__(self, **options: Any) -> None:
        table = {key: meaning for name, meaning in PROGRAMS.items() for key in (name, name + "\n")}
        super().__init__(table, **options)


def engine_of(sandboxes: fakes.FakeSandboxes, **options: Any) -> Engine:
    lanes: Any = {Lane.CPU: fakes.ScriptedLane(), Lane.SANDBOX: SandboxLane(sandboxes)}
    return Engine(lanes, **options)


def with_engine(
    sandboxes: fakes.FakeSandboxes, work: Callable[[Engine], Any], **options: Any
) -> Any:
    async def run() -> Any:
        engine = engine_of(sandboxes, **options)
        await engine.start()
        try:
            return await work(engine)
        finally:
            await engine.close()

    return asyncio.run(run())


def scored(
    *sources: str, sandboxes: fakes.FakeSandboxes | None = None, **options: Any
) -> list[ScoredItem]:
    asked = batch(*sources, **options)
    items: list[ScoredItem] = with_engine(sandboxes or Stripped(), lambda e: e.score(asked))
    return items


def test_programs_are_paid_for_the_tests_they_pass() -> None:
    right, partly, wrong, over = scored("double", "one", "triple", "loop")

    assert [item.verdict and item.verdict.outcome for item in (right, partly, wrong, over)] == [
        *("correct", "partial", "wrong", "over_limit"),
    ]
    assert partly.reward == pytest.approx(1 / 3)
    assert right.verdict is not None
    assert (right.verdict.verifier, right.verdict.version) == ("code", DOMAINS["code"].version)
    assert right.exec_s > 0


def test_what_the_sandboxes_do_costs_an_item_its_reward_and_no_neighbour_theirs() -> None:
    items = scored("broke", "double", "busy", "no_cc", "triple")

    assert [item.reward for item in items] == [None, 1.0, None, None, 0.0]
    assert [item.problem and item.problem.code for item in items] == [
        *("sandbox_down", None, "host_busy", "no_language", None),
    ]
    assert [item.problem.retryable for item in items if item.problem] == [True, True, False]


def test_calls_of_functions_are_judged() -> None:
    tests = {
        "type": "functional",
        "fn_name": "add",
        "inputs": [[1, 2], "3\n4"],
        "outputs": [3, "7"],
    }
    (right,) = scored("def add", spec={"domain": "code", "tests": tests})

    assert right.reward == 1.0


def test_equal_programs_are_run_once_and_remembered_unless_over_a_limit() -> None:
    sandboxes = Stripped()

    async def work(engine: Engine) -> None:
        for _ in range(2):
            await engine.score(batch("double", "double", "loop"))

    with_engine(sandboxes, work)

    sources = sorted(job.program.source.strip() for job in sandboxes.jobs)
    assert sources == ["double", "loop", "loop"]


def test_a_heavy_spec_is_hashed_once_for_all_its_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    from reward_service import engine as module

    hashed = []

    def counting(domain: str, spec: Any, hash_: Any = module.spec_key) -> bytes:
        hashed.append(domain)
        key: bytes = hash_(domain, spec)
        return key

    monkeypatch.setattr(module, "spec_key", counting)
    scored("double", "one", "triple", "loop")

    assert hashed == ["code"]


def test_a_deadline_stops_the_run_and_frees_the_sandbox() -> None:
    sandboxes = Stripped(slots=1)

    async def work(engine: Engine) -> list[ScoredItem]:
        late = await engine.score(batch("stall", deadline_s=0.05))
        await until(lambda: not sandboxes.n_open)
        return [*late, *await engine.score(batch("double"))]

    late, right = with_engine(sandboxes, work)

    assert late.problem is not None
    assert (late.problem.code, late.problem.retryable) == ("deadline", True)
    assert right.reward == 1.0


def test_a_long_program_is_quoted_in_part() -> None:
    program = "x = 1\n" * 1000
    (item,) = scored(program)

    assert item.verdict is not None
    assert item.verdict.extracted is not None
    assert len(item.verdict.extracted) == 1000


def test_the_rest_is_judged_where_no_sandbox_can_be_had() -> None:
    sandboxes = Stripped(start_errors=[SandboxError("no user namespaces, no Landlock")] * 99)

    async def work(engine: Engine) -> list[ScoredItem]:
        math = {"completion": "It is \\boxed{5}", "spec": {"domain": "math", "gold": "5"}}
        code = {"completion": fenced("double"), "spec": SPEC}
        return await engine.score(read_batch({"items": [math, code]}, max_items=9))

    math, code = with_engine(sandboxes, work)

    assert math.reward == 1.0
    assert code.problem is not None
    assert (code.problem.code, code.problem.retryable) == ("sandbox_down", True)
    assert code.problem.message == "no user namespaces, no Landlock"


# --- checking golds -------------------------------------------------------------------------------


@pytest.mark.parametrize("extract", ["last", "whole"])
def test_of_tests_only_that_they_can_be_read_is_checked(extract: str) -> None:
    sandboxes = Stripped()
    broken = {"domain": "code", "tests": {"type": "asserts", "asserts": ["assert f(1) =="]}}
    fine = SPEC | {"extract": extract}
    raw = {"items": [{"spec": fine}, {"spec": broken}]}
    asked = read_batch(raw, max_items=9, default_completion="")
    response = with_engine(sandboxes, lambda engine: check(engine, asked))

    readable, unreadable = response.items
    assert (readable.ok, readable.reason) == (None, NEEDS_A_SOLUTION)
    assert unreadable.ok is False
    assert unreadable.problem is not None
    assert unreadable.problem.code == "bad_spec"
    assert not sandboxes.jobs


def test_a_file_of_tests_is_counted_and_not_listed_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "code.jsonl"
    path.write_text((json.dumps({"spec": SPEC}) + "\n") * 3)
    doubts: list[Any] = []
    counts = asyncio.run(
        check_file(
            path,
            settings=Settings(),
            options=ScoreOptions(),
            on_doubt=doubts.append,
            opened=opened(Stripped()),
        )
    )

    assert (counts["code"].n, counts["code"].n_uncheckable, counts["code"].n_failed) == (3, 3, 0)
    assert doubts == []


# --- the doors ------------------------------------------------------------------------------------


def opened(sandboxes: fakes.FakeSandboxes) -> Callable[[Settings], Any]:
    @asynccontextmanager
    async def open_one(_settings: Settings) -> AsyncIterator[Engine]:
        engine = engine_of(sandboxes)
        await engine.start()
        try:
            yield engine
        finally:
            await engine.close()

    return open_one


def test_the_http_door_scores_programs_and_tells_of_the_lane() -> None:
    app = create_app(engine_of(Stripped()), Settings())

    async def ask() -> tuple[Any, Any, Any, str]:
        import httpx

        transport = httpx.ASGITransport(app=app)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://door") as client,
            app.router.lifespan_context(app),
        ):
            items = [{"completion": fenced(each), "spec": "p"} for each in ("double", "triple")]
            body = {"specs": {"p": SPEC}, "items": items}
            answer = (await client.post("/score", json=body)).json()
            ready = (await client.get("/readyz")).json()
            domains = (await client.get("/domains")).json()
            return answer, ready, domains, (await client.get("/metrics")).text

    answer, ready, domains, metrics = asyncio.run(ask())

    assert [item["reward"] for item in answer["items"]] == [1.0, 0.0]
    assert ready["domains"]["code"] == {"ready": True, "reason": ""}
    lane = ready["lanes"]["sandbox"]
    assert (lane["level"], lane["languages"], lane["slots"]) == (
        "namespaces",
        {"python": "3.11.2"},
        2,
    )
    assert lane["protections"] == {"seccomp": True, "cgroup": "no cgroup may be made"}
    assert domains["languages"]["python"]["version"] == "3.11.2"
    assert domains["languages"]["rust"]["missing"] == "rustc"
    assert 'reward_service_program_runs_total{reason="exited"} 6.0' in metrics
    assert 'reward_service_lane{lane="sandbox",what="slots"} 2.0' in metrics


def test_without_sandboxes_the_service_is_ready_and_says_what_code_lacks() -> None:
    sandboxes = Stripped()
    sandboxes.status_now = Status(ready=False, backend="local", reason="no Landlock")
    engine = engine_of(sandboxes)
    answer = ask_app(create_app(engine, Settings()), "GET", "/readyz")

    assert answer.status_code == 200
    assert answer.json()["domains"]["math"]["ready"]
    assert not answer.json()["domains"]["code"]["ready"]


def test_a_file_of_programs_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_service.offline.local.open_engine", opened(Stripped()))
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [{"completion": fenced(each), "spec": SPEC} for each in ("double", "triple", "one")]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    report = asyncio.run(score_file_async(source, target))

    rewards = [json.loads(line)["reward"] for line in target.read_text().splitlines()]
    assert rewards == [1.0, 0.0, pytest.approx(1 / 3)]
    assert report is not None


# --- doctor ---------------------------------------------------------------------------------------


def findings(found: list[Finding], part: str) -> dict[str, Finding]:
    return {finding.name: finding for finding in found if finding.part == part}


@pytest.fixture
def code_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cpu lane is a fake."""
    monkeypatch.setattr("reward_service.doctor.DOMAINS", {"code": DOMAINS["code"]})


@pytest.mark.usefixtures("code_alone")
def test_doctor_tells_the_protections_and_languages_of_the_sandboxes() -> None:
    _, right, wrong = doctor.SELF_TESTS["code"]
    table: dict[str, fakes.Meaning] = {
        text.split("```python\n")[1].removesuffix("```"): fakes.prints(lambda _text, n=n: n)
        for text, n in ((right, "5"), (wrong, "6"))
    }
    table |= {source.rstrip("\n"): meaning for source, meaning in table.items()}
    found = asyncio.run(examine(Settings(), opened(fakes.FakeSandboxes(table))))

    assert findings(found, "lane")["sandbox"].grade is Grade.OK
    protections = findings(found, "sandbox")
    assert protections["seccomp"].grade is Grade.OK
    assert protections["cgroup"].grade is Grade.WARNING
    assert protections["cgroup"].detail == "no cgroup may be made"
    assert protections["cgroup"].fix
    languages = findings(found, "language")
    assert (languages["python"].grade, languages["python"].detail) == (Grade.OK, "3.11.2")
    assert (languages["rust"].grade, languages["rust"].detail) == (Grade.WARNING, "rustc")
    assert "docker" in languages["rust"].fix
    assert findings(found, "self-test")["code"].grade is Grade.OK, found


@pytest.mark.usefixtures("code_alone")
def test_doctor_says_what_is_missing_where_no_sandbox_can_be_had() -> None:
    sandboxes = fakes.FakeSandboxes(start_errors=[SandboxError("no Landlock in this kernel")] * 9)
    found = asyncio.run(examine(Settings(), opened(sandboxes)))

    lane = findings(found, "lane")["sandbox"]
    assert (lane.grade, lane.detail) == (Grade.FAILED, "no Landlock in this kernel")
    assert "REWARD_SERVICE_SANDBOX=off" in lane.fix
    assert findings(found, "self-test")["code"].detail.startswith("not tried")


@pytest.mark.usefixtures("code_alone")
def test_doctor_takes_a_lane_that_is_off_as_it_is() -> None:
    @asynccontextmanager
    async def without(_settings: Settings) -> AsyncIterator[Engine]:
        yield Engine({Lane.CPU: fakes.ScriptedLane()})

    found = asyncio.run(examine(Settings(), without))

    assert findings(found, "lane")["sandbox"].grade is Grade.OK
    assert "off" in findings(found, "lane")["sandbox"].detail
    assert findings(found, "self-test") == {}
