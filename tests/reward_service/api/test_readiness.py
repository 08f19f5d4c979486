from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asking import ask_app, items_of
from fastapi import FastAPI

from reward_service.api.readiness import readiness
from reward_service.engine import Engine
from reward_service.lanes import LaneStatus
from reward_service.schema import Problem, ScoredItem
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import Lane
from reward_verifiers.verdict import Verdict

MakeApp = Callable[..., FastAPI]

JUDGED = ScoredItem(id="a", reward=1.0, verdict=Verdict.correct("4"))
LOST = ScoredItem(id="a", problem=Problem(code="worker_died", message="", retryable=True))
BROKEN = ScoredItem(id="a", problem=Problem(code="bad_spec", message="", retryable=False))


def asked(app: FastAPI, status: int) -> dict[str, Any]:
    answer = ask_app(app, "GET", "/readyz")
    assert answer.status_code == status, answer.text
    read: dict[str, Any] = answer.json()
    assert read["ready"] is (status == 200)
    return read


def test_a_service_that_can_judge_says_so(make_app: MakeApp, lane: Any) -> None:
    lane.status = lambda: LaneStatus(ready=True, details={"jail": {"seccomp": True}, "workers": 2})

    state = asked(make_app(), 200)

    assert state["domains"]["math"] == {"ready": True, "reason": ""}
    assert state["lanes"]["cpu"]["jail"] == {"seccomp": True}
    assert state["lanes"]["cpu"]["workers"] == 2


def test_a_lane_that_is_down_is_named_by_every_domain_of_it(make_app: MakeApp, lane: Any) -> None:
    lane.status = lambda: LaneStatus(ready=False, reason="no worker lives")

    state = asked(make_app(), 503)

    assert state["reason"]
    assert "no worker lives" in state["domains"]["stem"]["reason"]


def test_a_domain_without_its_lane_says_what_is_missing() -> None:
    state = readiness(Engine({}), Telemetry(), max_unscored_share=0.5, closing=False)

    assert not state.ready
    assert state.domains["math"].reason == "there is no cpu lane"


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ([LOST] * 19, 200),
        ([LOST] * 20, 503),
        ([LOST] * 10 + [JUDGED] * 10, 503),
        ([LOST] * 9 + [JUDGED] * 11, 200),
        ([BROKEN] * 1000, 200),
        ([BROKEN] * 1000 + [LOST] * 20, 503),
        ([LOST] * 1000 + [JUDGED] * 1000, 200),
    ],
)
def test_too_many_unscored_items_of_late_turn_it(
    make_app: MakeApp, telemetry: Telemetry, items: list[ScoredItem], status: int
) -> None:
    for item in items:
        telemetry.observe("math", item)

    asked(make_app(), status)


def test_the_share_that_turns_it_is_a_setting(make_app: MakeApp, telemetry: Telemetry) -> None:
    for item in [LOST] * 10 + [JUDGED] * 10:
        telemetry.observe("math", item)

    state = asked(make_app(unready_unscored_share=0.6), 200)

    assert state["unscored_share"] == 0.5
    assert state["recent_items"] == 20


def test_it_recovers_by_itself(lane: Any) -> None:
    now = 0.0
    telemetry = Telemetry(clock=lambda: now)
    engine = Engine({Lane.CPU: lane})
    for _ in range(100):
        telemetry.observe("math", LOST)

    def ready() -> bool:
        return readiness(engine, telemetry, max_unscored_share=0.5, closing=False).ready

    assert not ready()
    now = 61.0
    assert ready()


def test_items_through_the_door_count(make_app: MakeApp) -> None:
    app = make_app()

    ask_app(app, "POST", "/score", json={"items": items_of(*["down"] * 30)})

    assert "30 of 30" in asked(app, 503)["reason"]


def test_a_stopping_service_is_not_ready_but_lives(make_app: MakeApp) -> None:
    app = make_app()
    app.state.door.stop_intake()

    assert "shutting down" in asked(app, 503)["reason"]
    assert ask_app(app, "GET", "/healthz").status_code == 200


def test_the_metrics_count_requests_by_path_and_status(make_app: MakeApp) -> None:
    app = make_app()
    ask_app(app, "POST", "/score", json={"items": items_of("right")})
    ask_app(app, "POST", "/score", json={})
    ask_app(app, "GET", "/no/such/path")

    text = ask_app(app, "GET", "/metrics").text

    assert 'reward_service_http_requests_total{path="/score",status="200"} 1.0' in text
    assert 'reward_service_http_requests_total{path="/score",status="422"} 1.0' in text
    assert 'reward_service_http_requests_total{path="other",status="404"} 1.0' in text
    assert 'reward_service_items_scored_total{domain="math",outcome="correct"} 1.0' in text


def test_a_bug_is_answered_in_the_same_shape_and_counted(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()

    def broken(*_args: Any, **_options: Any) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr(app.state.door.engine, "score", broken)
    answer = ask_app(app, "POST", "/score", json={"items": items_of("right")})

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    text = ask_app(app, "GET", "/metrics").text
    assert 'reward_service_http_requests_total{path="/score",status="500"} 1.0' in text
