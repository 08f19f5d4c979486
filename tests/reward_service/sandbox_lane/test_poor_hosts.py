"""Hosts that lack what sandboxes are made of: the service starts, and says what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.slow

HOST = """
import asyncio, errno, json
from reward_sandboxes.kernel import seccomp
from reward_sandboxes.kernel.seccomp import ALLOW, Rule, refuse
from reward_service.assembly import assembled_engine
from reward_service.config import Settings
from reward_service.reading import read_batch

refused = [
    Rule(calls=("unshare", "setns", "mount", "pivot_root"), action=refuse()),
    Rule(calls={enosys}, action=refuse(errno.ENOSYS)),
]
seccomp.install(refused, otherwise=ALLOW)

PROGRAM = "```python\\nprint(sum(map(int, input().split())))\\n```"
TESTS = {{"type": "stdio", "inputs": ["1 2"], "outputs": ["3"]}}
ITEMS = [
    {{"completion": "\\\\boxed{{(x+1)^2}}", "spec": {{"domain": "math", "gold": "x^2+2x+1"}}}},
    {{"completion": PROGRAM, "spec": {{"domain": "code", "tests": TESTS}}}},
]

async def main():
    engine = assembled_engine(Settings(cpu_workers=1, sandboxes=1), patience_s=30)
    await engine.start()
    try:
        scored = await engine.score(read_batch({{"items": ITEMS}}, max_items=9))
        lanes = {{name: lane.status() for name, lane in engine.lanes.items()}}
    finally:
        await engine.close()
    print(json.dumps({{
        "items": [item.model_dump(mode="json") for item in scored],
        "ready": {{name: status.ready for name, status in lanes.items()}},
        "reason": lanes["sandbox"].reason,
        "details": lanes["sandbox"].details,
    }}))

asyncio.run(main())
"""
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")


def host(*enosys: str) -> dict[str, Any]:
    """Return what an engine came to on a host without namespaces and without the calls given."""
    calls = repr(enosys or ("io_uring_setup",))
    done = subprocess.run(
        [sys.executable, "-c", HOST.format(enosys=calls)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_where_nothing_confines_programs_the_rest_is_judged_and_code_says_why() -> None:
    found = host(*LANDLOCK)

    math, code = found["items"]
    assert math["reward"] == 1.0
    assert code["reward"] is None
    assert (code["problem"]["code"], code["problem"]["retryable"]) == ("sandbox_down", True)
    assert "cannot confine programs" in code["problem"]["message"]
    assert found["ready"] == {"cpu": True, "sandbox": False}
    assert found["reason"] == code["problem"]["message"]
    assert "\n" not in found["reason"]


def test_without_namespaces_programs_are_judged_and_the_lane_says_what_does_not_hold() -> None:
    found = host()
    if not found["ready"]["sandbox"]:
        pytest.skip(f"this kernel has no Landlock either: {found['reason']}")

    assert [item["reward"] for item in found["items"]] == [1.0, 1.0]
    details = found["details"]
    assert details["level"] == "landlock"
    assert details["protections"]["system_calls"] is True
    assert "not permitted" in details["protections"]["namespaces"]
