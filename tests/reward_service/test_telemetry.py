from __future__ import annotations

import asyncio

import fakes
import pytest
from prometheus_client.parser import text_string_to_metric_families

from reward_service.engine import Engine
from reward_service.lanes import Counted, LaneStatus
from reward_service.reading import read_batch
from reward_service.schema import Problem, ScoredItem
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane
from reward_verifiers.verdict import Verdict


class Clock:
    """A clock that stands still until it is told the time."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def judged(*, exec_s: float = 0.0, queue_s: float = 0.0) -> ScoredItem:
    verdict = Verdict.correct("4")
    return ScoredItem(id="a", reward=1.0, verdict=verdict, exec_s=exec_s, queue_s=queue_s)


def failed(code: str) -> ScoredItem:
    return ScoredItem(id="a", problem=Problem(code=code, message="it failed", retryable=True))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def telemetry(clock: Clock) -> Telemetry:
    return Telemetry(clock=clock)


def samples(telemetry: Telemetry) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    engine = Engine({Lane.CPU: fakes.ScriptedLane()})
    text, media_type = telemetry.exposition(engine)
    assert media_type.startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def value(telemetry: Telemetry, name: str, **labels: str) -> float:
    return samples(telemetry)[name, frozenset(labels.items())]


def test_items_are_counted_by_what_became_of_them(telemetry: Telemetry) -> None:
    for scored in (judged(), judged(), failed("deadline")):
        telemetry.observe("math", scored)
    telemetry.observe(None, failed("bad_item"))

    scored_total = "reward_service_items_scored_total"
    unscored_total = "reward_service_items_unscored_total"
    assert value(telemetry, scored_total, domain="math", outcome="correct") == 2
    assert value(telemetry, unscored_total, domain="math", code="deadline") == 1
    assert value(telemetry, unscored_total, domain="unreadable", code="bad_item") == 1


def test_times_are_of_items_that_needed_a_worker(telemetry: Telemetry) -> None:
    telemetry.observe("math", judged())
    telemetry.observe("math", judged(exec_s=0.002, queue_s=0.5))
    telemetry.observe("math", judged(exec_s=0.2))

    name = "reward_service_exec_seconds"
    assert value(telemetry, f"{name}_count", domain="math") == 2
    assert value(telemetry, f"{name}_sum", domain="math") == pytest.approx(0.202)
    assert value(telemetry, f"{name}_bucket", domain="math", le="0.003") == 1
    assert value(telemetry, f"{name}_bucket", domain="math", le="+Inf") == 2
    assert value(telemetry, "reward_service_queue_seconds_sum", domain="math") == 0.5


def test_a_value_on_a_bound_counts_below_it(telemetry: Telemetry) -> None:
    telemetry.observe("math", judged(exec_s=0.01))

    assert value(telemetry, "reward_service_exec_seconds_bucket", domain="math", le="0.01") == 1
    assert value(telemetry, "reward_service_exec_seconds_bucket", domain="math", le="0.003") == 0


def test_requests_are_counted_by_path_and_status(telemetry: Telemetry, clock: Clock) -> None:
    began = telemetry.request_began()
    assert value(telemetry, "reward_service_http_requests_in_flight") == 1
    clock.now += 0.25
    telemetry.request_ended("/score", 200, began)

    assert value(telemetry, "reward_service_http_requests_in_flight") == 0
    counted = value(telemetry, "reward_service_http_requests_total", path="/score", status="200")
    assert counted == 1
    assert value(telemetry, "reward_service_http_request_seconds_sum", path="/score") == 0.25


def test_what_runs_is_told(telemetry: Telemetry) -> None:
    names = {name for name, _ in samples(telemetry)}

    assert "reward_service_build_info" in names
    assert "process_resident_memory_bytes" in names
    assert value(telemetry, "reward_service_lane_ready", lane="cpu") == 1


def test_what_a_lane_counts_is_shown(telemetry: Telemetry) -> None:
    lane = fakes.ScriptedLane()
    counted = Counted(
        name="program_runs", text="Runs.", label="reason", values={"exited": 3, "time": 1}
    )
    lane.status = lambda: LaneStatus(  # type: ignore[method-assign]  # one that counts
        ready=True, details={"slots": 2, "level": "namespaces"}, counted=[counted]
    )
    text = telemetry.exposition(Engine({Lane.SANDBOX: lane}))[0].decode()

    assert 'reward_service_lane{lane="sandbox",what="slots"} 2.0' in text
    assert 'reward_service_program_runs_total{reason="exited"} 3.0' in text
    assert 'reward_service_program_runs_total{reason="time"} 1.0' in text


@pytest.mark.parametrize("code", ["bad_item", "bad_spec", "no_lane", "no_language"])
def test_what_the_service_is_not_set_up_for_is_no_failure(telemetry: Telemetry, code: str) -> None:
    telemetry.observe("code", failed(code))
    telemetry.observe("code", failed("sandbox_down"))

    assert (telemetry.recent().n_items, telemetry.recent().n_unscored) == (1, 1)


def test_remembered_verdicts_are_counted() -> None:
    engine = Engine({Lane.CPU: fakes.ScriptedLane()}, verifiers=lambda _name: fakes.LITERAL)
    items = [{"completion": "right", "spec": {"domain": "math", "gold": "right"}}]

    async def twice() -> None:
        for _ in range(2):
            await engine.score(read_batch({"items": items}, max_items=1))

    asyncio.run(twice())
    text = Telemetry().exposition(engine)[0].decode()

    assert 'reward_service_cache_lookups_total{found="yes"} 1.0' in text
    assert 'reward_service_cache_lookups_total{found="no"} 1.0' in text
    assert "reward_service_cache_verdicts 1.0" in text


def test_openmetrics_is_spoken_to_those_who_ask(telemetry: Telemetry) -> None:
    engine = Engine({Lane.CPU: fakes.ScriptedLane()})

    text, media_type = telemetry.exposition(engine, "application/openmetrics-text; version=1.0.0")

    assert media_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")


def test_the_share_of_late_leaves_broken_specs_out(telemetry: Telemetry) -> None:
    for code in ("bad_spec", "bad_item"):
        telemetry.observe("math", failed(code))
    telemetry.observe("math", judged())
    telemetry.observe("math", failed("worker_died"))

    assert (telemetry.recent().n_items, telemetry.recent().unscored) == (2, 0.5)


def test_the_share_of_late_forgets_after_a_minute(telemetry: Telemetry, clock: Clock) -> None:
    telemetry.observe("math", failed("worker_died"))
    clock.now += 61
    telemetry.observe("math", judged())

    assert (telemetry.recent().n_items, telemetry.recent().unscored) == (1, 0.0)


def test_the_share_of_late_is_of_a_thousand_items_at_most(telemetry: Telemetry) -> None:
    for _ in range(1000):
        telemetry.observe("math", failed("worker_died"))
    for _ in range(1000):
        telemetry.observe("math", judged())

    assert (telemetry.recent().n_items, telemetry.recent().unscored) == (1000, 0.0)
