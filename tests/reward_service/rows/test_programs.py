"""Rows of programs are judged as they should be, from the row to the verdict."""

from __future__ import annotations

import asyncio

import program_rows
import pytest

from reward_sandboxes.backend import BackendOptions, make_sandboxes
from reward_service.rows import spec_of_row
from reward_service.sandbox_lane import SandboxLane
from reward_verifiers.registry import verifier

pytestmark = pytest.mark.slow


def test_right_programs_earn_all_and_wrong_ones_nothing() -> None:
    assert asyncio.run(_mistaken()) == []


async def _mistaken() -> list[str]:
    lane = SandboxLane(make_sandboxes("local", BackendOptions(slots=2)), patience_s=60.0)
    await lane.start()
    try:
        asked = []
        for number, (name, row, _, right, wrong) in enumerate(program_rows.ROWS):
            spec = spec_of_row(row, None)
            answers = [verifier("code").extract(text, spec) for text in (right, wrong)]
            asked.append((f"{name}{number}", lane.ask("code", spec, list(map(str, answers)))))
        scores = {
            name: [(await future).verdict.score for future in futures] for name, futures in asked
        }
    finally:
        await lane.close()
    return [f"{name}: {found}" for name, found in scores.items() if found != [1.0, 0.0]]
