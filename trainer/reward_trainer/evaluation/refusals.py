"""Items that the service cannot judge, found before a model writes anything to them."""

from __future__ import annotations

from collections.abc import Sequence

from reward_service.client import RewardClientError
from reward_trainer.errors import DataError
from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.score import Client

_BROKEN = frozenset({"bad_spec", "bad_item"})
"""Problems that are the item's own: no completion of it can be judged, now or later."""
_SHOWN = 5


async def refusals(items: Sequence[Item], client: Client) -> dict[str, str]:
    """Return why the service refuses items, by their keys, in their order.

    Nothing where it cannot be asked: the scores will tell.
    """
    asked = [{**item.judged_by, "id": str(at)} for at, item in enumerate(items)]
    if not asked:
        return {}
    try:
        answer = await client.check(asked)
    except (RewardClientError, ValueError):
        return {}
    return {
        item.key: checked.problem.message
        for item, checked in zip(items, answer.items, strict=True)
        if checked.problem is not None and checked.problem.code in _BROKEN
    }


def usable(
    name: str, items: Sequence[Item], refused: dict[str, str]
) -> tuple[list[Item], dict[str, str]]:
    """Return the items that are not refused, and why the others are, by file and line.

    Raises:
        DataError: there are none.
    """
    why = {item.where: refused[item.key] for item in items if item.key in refused}
    kept = [item for item in items if item.key not in refused]
    if not kept:
        raise DataError(f"{name}: the service refuses every item: {listed(why)}")
    return kept, why


def listed(why: dict[str, str]) -> str:
    """Return the first few refusals in one line."""
    told = [f"{where}: {message}" for where, message in list(why.items())[:_SHOWN]]
    more = len(why) - len(told)
    return "; ".join(told) + (f"; and {more:,} more" if more else "")
