"""Does each gold verify itself? A gold that fails here pays nobody, or the wrong ones."""

from __future__ import annotations

from dataclasses import replace

from reward_service.engine import Engine
from reward_service.errors import RewardServiceError, UnusableSpecError
from reward_service.problems import problem_of
from reward_service.reading import Batch, BrokenItem, ReadItem
from reward_service.schema import CheckedItem, CheckResponse, ScoredItem
from reward_verifiers.errors import BadSpecError
from reward_verifiers.verdict import Outcome


async def check(engine: Engine, batch: Batch) -> CheckResponse:
    """Judge, for each item of ``batch``, a completion made from its own gold."""
    completions = [_perfect(engine, item) for item in batch.items]
    asked = [
        replace(item, completion=made)
        for item, made in zip(batch.items, completions, strict=True)
        if isinstance(item, ReadItem) and isinstance(made, str)
    ]
    scored = iter(await engine.score(replace(batch, items=[*asked])))
    items = [
        _judged(made, next(scored)) if isinstance(made, str) else _unjudged(item, made)
        for item, made in zip(batch.items, completions, strict=True)
    ]
    return CheckResponse.of(items)


def _perfect(engine: Engine, item: ReadItem | BrokenItem) -> str | RewardServiceError | None:
    """Return the completion to judge, None where the spec makes none, or why the item is broken."""
    if isinstance(item, BrokenItem):
        return item.error
    try:
        return engine.verifier_of(item.domain).perfect_completion(item.spec)
    except BadSpecError as error:
        return UnusableSpecError(str(error))


def _judged(completion: str, scored: ScoredItem) -> CheckedItem:
    return CheckedItem(
        id=scored.id,
        ok=scored.verdict is not None and scored.verdict.outcome is Outcome.CORRECT,
        completion=completion,
        verdict=scored.verdict,
        problem=scored.problem,
    )


def _unjudged(item: ReadItem | BrokenItem, error: RewardServiceError | None) -> CheckedItem:
    if error is None:
        return CheckedItem(id=item.id, ok=None)
    return CheckedItem(id=item.id, ok=False, problem=problem_of(error))
