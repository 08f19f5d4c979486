"""Can this service judge? Per lane, per domain, and by how the items of late fared."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from reward_service.engine import Engine
from reward_service.lanes import LaneStatus
from reward_service.schema import Wire
from reward_service.telemetry import Telemetry
from reward_verifiers.registry import DOMAINS

# Below this many items of late, a few mishaps would make a large share.
_MIN_ITEMS = 20

_LANE_EXAMPLE: dict[str, Any] = {
    "ready": True,
    "reason": "",
    "workers": 2,
    "jail": {"landlock": True, "seccomp": True, "network": True},
}
SANDBOX_LANE_EXAMPLE: dict[str, Any] = {
    "ready": True,
    "reason": "",
    "backend": "local",
    "level": "namespaces",
    "protections": {"seccomp": True, "cgroup": "no cgroup may be made here"},
    "languages": {"python": "3.11.2", "cpp": "g++ 12.2.0"},
    "languages_missing": {"rust": "needs rustc"},
    "slots": 2,
    "slots_busy": 0,
    "questions_waiting": 0,
    "sandboxes_retired": 3,
}


class DomainReadiness(Wire):
    """Whether a domain can be judged."""

    ready: bool = Field(examples=[True])
    """Whether its lane can judge now."""
    reason: str = Field(default="", examples=[""])
    """What is missing, when it is not ready."""


class LaneReadiness(Wire):
    """Whether a lane can judge, and what it says of itself."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"examples": [_LANE_EXAMPLE, SANDBOX_LANE_EXAMPLE]},
    )

    ready: bool = Field(examples=[True])
    """Whether it can judge now."""
    reason: str = Field(default="", examples=[""])
    """What is missing, when it is not ready."""


class Readiness(Wire):
    """Whether the service can judge."""

    ready: bool = Field(examples=[True])
    """False (and HTTP 503) when no domain can be judged, when too many items of late went unscored
    by the service's fault, or when it is shutting down."""
    reason: str = Field(default="", examples=[""])
    """Why it is not ready."""
    domains: dict[str, DomainReadiness] = Field(examples=[{"math": {"ready": True, "reason": ""}}])
    """Each domain by name."""
    lanes: dict[str, LaneReadiness] = Field(
        examples=[{"cpu": _LANE_EXAMPLE, "sandbox": SANDBOX_LANE_EXAMPLE}]
    )
    """Each lane by name, with its workers or slots and the protections in force: true for one that
    holds, else why it does not. The sandbox lane names the languages that it can run, with their
    versions, and what each other one needs."""
    recent_items: int = Field(ge=0, examples=[1000])
    """Items that left in the last minute, the last 1000 at most, without those that have a broken
    spec or that this service is not set up for."""
    unscored_share: float = Field(ge=0, le=1, examples=[0.0])
    """The share of them that went unscored by the service's fault."""


def readiness(
    engine: Engine, telemetry: Telemetry, *, max_unscored_share: float, closing: bool
) -> Readiness:
    """Return whether ``engine`` can judge now."""
    statuses = {lane.value: runner.status() for lane, runner in engine.lanes.items()}
    domains = {
        domain.name: _domain(statuses.get(domain.lane.value), domain.lane.value)
        for domain in DOMAINS.values()
    }
    recent = telemetry.recent()
    reason = ""
    if closing:
        reason = "the service is shutting down"
    elif not any(domain.ready for domain in domains.values()):
        reason = "no domain can be judged"
    elif recent.n_items >= _MIN_ITEMS and recent.unscored >= max_unscored_share:
        reason = (
            f"{recent.n_unscored} of {recent.n_items} items of the last minute went unscored "
            "by the service's fault"
        )
    return Readiness(
        ready=not reason,
        reason=reason,
        domains=domains,
        lanes={name: _lane(status) for name, status in statuses.items()},
        recent_items=recent.n_items,
        unscored_share=round(recent.unscored, 4),
    )


def _domain(status: LaneStatus | None, lane: str) -> DomainReadiness:
    if status is None:
        return DomainReadiness(ready=False, reason=f"there is no {lane} lane")
    if not status.ready:
        return DomainReadiness(ready=False, reason=f"{lane} lane: {status.reason}")
    return DomainReadiness(ready=True)


def _lane(status: LaneStatus) -> LaneReadiness:
    details: dict[str, Any] = dict(status.details)
    return LaneReadiness.model_validate({**details, "ready": status.ready, "reason": status.reason})
