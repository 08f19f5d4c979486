"""Does each gold verify itself? A gold that fails here pays nobody, or the wrong ones.

The tests of a program have no gold that could be written down: only that they can be read is
checked, and nothing is run.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from reward_service.engine import Engine
from reward_service.errors import RewardServiceError, UnusableSpecError
from reward_service.problems import problem_of
from reward_service.reading import Batch, BrokenItem, ReadItem
from reward_service.schema import CheckedItem, CheckResponse, Problem, ScoredItem
from reward_verifiers.registry import DOMAINS, Lane
from reward_verifiers.verdict import Outcome

# No gold's answer: how it is judged wrong says whether a gold is bad, and how it is compared.
_PROBE = r"</think>\boxed{-86028157}"

# The rule in the details of a verdict on a gold that no verifier reads.
_AS_TEXT = "text"

NEEDS_A_SOLUTION = "its tests can be read; whether they are right, only a solution could show"

ONLY_ARGUMENTS = DOMAINS["ifeval"].uncheckable

_MAX_SHOWN = 100

# Making completions holds the event loop; after this long it lets others run.
_SLICE_S = 0.005


async def check(engine: Engine, batch: Batch) -> CheckResponse:
    """Judge, for each item of ``batch``, a completion made from its own gold."""
    made = await _made(engine, batch)
    texts = {index: text for index, text in enumerate(made) if isinstance(text, str)}
    judged = await _score(engine, batch, texts)
    readable = [
        index
        for index, (item, text) in enumerate(zip(batch.items, made, strict=True))
        if not isinstance(text, Problem) and not (text is None and _runs_programs(item))
    ]
    probed = await _score(engine, batch, dict.fromkeys(readable, _PROBE))

    def checked(index: int, item: ReadItem | BrokenItem) -> CheckedItem:
        text = made[index]
        if isinstance(text, Problem):
            return CheckedItem(id=item.id, ok=False, problem=text)
        if index not in probed:
            return CheckedItem(id=item.id, ok=None, reason=NEEDS_A_SOLUTION)
        return _checked(text, judged.get(index), probed[index], _uncheckable(item))

    return CheckResponse.of([checked(index, item) for index, item in enumerate(batch.items)])


async def _made(engine: Engine, batch: Batch) -> list[str | Problem | None]:
    """Return the completion to judge for each item, made a few milliseconds at a time."""
    made = []
    end = time.monotonic() + _SLICE_S
    for item in batch.items:
        made.append(_perfect(engine, item))
        if time.monotonic() > end:
            await asyncio.sleep(0)
            end = time.monotonic() + _SLICE_S
    return made


def _runs_programs(item: ReadItem | BrokenItem) -> bool:
    return isinstance(item, ReadItem) and DOMAINS[item.domain].lane is Lane.SANDBOX


def _uncheckable(item: ReadItem | BrokenItem) -> str:
    assert isinstance(item, ReadItem)
    return DOMAINS[item.domain].uncheckable


def _perfect(engine: Engine, item: ReadItem | BrokenItem) -> str | Problem | None:
    """Return the completion to judge, None where the spec makes none, or why the item is broken."""
    if isinstance(item, BrokenItem):
        return problem_of(item.error)
    try:
        return engine.perfect_completion(item)
    except RewardServiceError as error:
        return problem_of(error)


async def _score(
    engine: Engine, batch: Batch, completions: Mapping[int, str]
) -> dict[int, ScoredItem]:
    """Judge a completion for each of some items, given and answered by their index."""
    items = []
    for index, completion in completions.items():
        item = batch.items[index]
        assert isinstance(item, ReadItem)
        items.append(replace(item, completion=completion))
    scored = await engine.score(replace(batch, items=[*items]))
    return dict(zip(completions, scored, strict=True))


def _checked(
    completion: str | None, judged: ScoredItem | None, probed: ScoredItem, uncheckable: str
) -> CheckedItem:
    """Return what the judgements of the perfect completion and of the probe say of a gold."""
    broken = probed.problem
    if broken is not None and (judged is None or broken.code == UnusableSpecError.code):
        return CheckedItem(id=probed.id, ok=False, completion=completion, problem=broken)
    if judged is None:
        return CheckedItem(id=probed.id, ok=None, reason=uncheckable)
    ok = judged.verdict is not None and judged.verdict.outcome is Outcome.CORRECT
    return CheckedItem(
        id=judged.id,
        ok=ok,
        completion=completion,
        verdict=judged.verdict,
        problem=judged.problem,
        warning=_warning(judged, probed) if ok else None,
    )


def _warning(judged: ScoredItem, probed: ScoredItem) -> str | None:
    if probed.verdict is None or probed.verdict.details.get("rule") != _AS_TEXT:
        return None
    assert judged.verdict is not None
    return f"can only be compared as text: {(judged.verdict.extracted or '')[:_MAX_SHOWN]!r}"
