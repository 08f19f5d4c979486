"""Hostile answers to puzzles in real workers: each gets its verdict, and every worker lives on."""

from __future__ import annotations

from typing import Any

import pytest
from lane_desk import lane_desk
from verifiers.reasoning_gym.exported import NAMES, entries
from verifiers.reasoning_gym.test_hostile import HOSTILE

from reward_service.engine import Engine
from reward_service.reading import read_batch
from reward_verifiers.registry import DOMAINS, Lane

pytestmark = pytest.mark.slow

# What a request can carry: text, and no more of it than has to cross to a worker in this test.
SENT = [answer for answer in HOSTILE if len(answer) < 10_000 and answer.isprintable()]


@pytest.mark.parametrize("profile", ["fixed", "upstream"])
def test_no_worker_is_lost_over_any_of_them(profile: str) -> None:
    domains = {"reasoning_gym": DOMAINS["reasoning_gym"]}
    specs: dict[str, Any] = {
        name: {
            "domain": "reasoning_gym",
            "dataset": name,
            "entry": entries()[name][0],
            "profile": profile,
        }
        for name in NAMES
    }
    items = [
        {"completion": f"<answer>{answer}</answer>", "spec": name}
        for name in NAMES
        for answer in SENT
    ]
    with lane_desk(domains, workers=2) as desk:
        desk.until_staffed()
        workers = desk.worker_pids
        engine = Engine({Lane.CPU: desk.lane}, cache_bytes=0)
        batch = read_batch({"specs": specs, "items": items}, max_items=len(items))

        scored = desk.run(engine.score(batch))

        assert [item.problem for item in scored if item.problem] == []
        assert desk.worker_pids == workers
