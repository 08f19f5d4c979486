"""Examples for the OpenAPI document. A test reads each with its model."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from reward_service.api.problems import phrase
from reward_service.api.readiness import SANDBOX_LANE_EXAMPLE

_VERDICT = {
    "outcome": "correct",
    "score": 1.0,
    "extracted": "42",
    "reason": "equal as numbers",
    "verifier": "math",
    "version": "1",
    "details": {},
}
_SCORED = {
    "id": "a",
    "reward": 1.0,
    "verdict": _VERDICT,
    "problem": None,
    "queue_s": 0.0,
    "exec_s": 0.002,
}
_UNSCORED = {
    "id": "b",
    "reward": None,
    "verdict": None,
    "problem": {
        "code": "bad_spec",
        "message": "items.1.spec.gold: missing",
        "retryable": False,
    },
    "queue_s": 0.0,
    "exec_s": 0.0,
}
_COUNTS = {"n_scored": 1, "n_unscored": 1}
REQUEST = {
    "items": [
        {
            "id": "a",
            "completion": "6 times 7 is \\boxed{42}",
            "spec": {"domain": "math", "gold": "42"},
        },
        {"id": "b", "completion": "\\boxed{B}", "spec": {"domain": "math"}},
    ]
}
CHECK_REQUEST = {"items": [{"id": "a", "spec": {"domain": "math", "gold": "42"}}]}
CHECKED = {
    "items": [
        {
            "id": "a",
            "ok": True,
            "completion": "\\boxed{42}",
            "verdict": _VERDICT,
            "problem": None,
        }
    ],
    "n_ok": 1,
    "n_failed": 0,
    "n_uncheckable": 0,
}
READY = {
    "ready": True,
    "reason": "",
    "domains": {"math": {"ready": True, "reason": ""}, "code": {"ready": True, "reason": ""}},
    "lanes": {
        "cpu": {"ready": True, "reason": "", "workers": 2, "jail": {"landlock": True}},
        "sandbox": SANDBOX_LANE_EXAMPLE,
    },
    "recent_items": 1000,
    "unscored_share": 0.0,
}
UNREADY = {
    **READY,
    "ready": False,
    "reason": "700 of 1000 items of the last minute went unscored by the service's fault",
    "unscored_share": 0.7,
}
METRICS = 'reward_service_items_scored_total{domain="math",outcome="correct"} 512.0\n'
SCORED = {"items": [_SCORED, _UNSCORED], **_COUNTS}
LINES = "".join(
    json.dumps(line) + "\n"
    for line in ({"index": 0, **_SCORED}, {"index": 1, **_UNSCORED}, _COUNTS)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One way in which a request gets no answer."""

    when: str
    detail: str
    code: str
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, tuple[str, Any]] = field(default_factory=dict)
    """What a header says, and an example of it."""

    def problem(self, status: int) -> dict[str, Any]:
        """Return the problem the caller is told."""
        return {
            "type": "about:blank",
            "title": phrase(status),
            "status": status,
            "detail": self.detail,
            "code": self.code,
            "retryable": False,
            **self.more,
        }


_RETRY_AFTER = {"Retry-After": ("Seconds to wait before the request is sent again.", 1)}

REFUSALS = {
    401: Refusal(
        when="The service has a token, and the request does not carry it.",
        detail="send the service's token as 'Authorization: Bearer <token>'",
        code="unauthorized",
        headers={"WWW-Authenticate": ("How to identify oneself.", "Bearer")},
    ),
    408: Refusal(
        when="The body stood still on its way.",
        detail="nothing of the body came for 60 s",
        code="stalled",
        more={"retryable": True},
    ),
    413: Refusal(
        when="The body is larger than the service takes.",
        detail="the body is larger than 64 MB; split the batch",
        code="too_large",
    ),
    415: Refusal(
        when="The body is in an encoding that is neither gzip nor none.",
        detail="content-encoding 'br' is not known; send gzip or none",
        code="unsupported_encoding",
        headers={"Accept-Encoding": ("What is known.", "gzip")},
    ),
    422: Refusal(
        when="The request itself cannot be read; a broken item alone costs that item alone.",
        detail="items: missing",
        code="bad_request",
        more={"field": "items"},
    ),
    429: Refusal(
        when="The service has all the items it can hold.",
        detail="20000 items are being scored; there is no room for 64 more",
        code="overloaded",
        more={"retryable": True},
        headers=_RETRY_AFTER,
    ),
    500: Refusal(
        when="A bug of the service.",
        detail="the service failed; its log says why",
        code="internal",
        more={"retryable": True},
    ),
    503: Refusal(
        when="The service is shutting down.",
        detail="the service is shutting down; send the request again, later or to another replica",
        code="shutting_down",
        more={"retryable": True},
        headers=_RETRY_AFTER,
    ),
}
"""By HTTP status."""
