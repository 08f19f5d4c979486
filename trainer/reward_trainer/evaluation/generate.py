"""Generations as a file: each finished prompt is appended, and passed over at the next start.

The lines are what ``reward-service score`` takes, so that a file of them can be scored again by
itself, by other rules or a newer version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reward_trainer.evaluation.items import Item
from reward_trainer.evaluation.journal import Journal
from reward_trainer.evaluation.writer import Terms, Unanswered, Writer, Written

Generated = Callable[[Item, Written], Awaitable[None]]
"""Takes the completions of one item."""


@dataclass(slots=True)
class Unwritten:
    """The items that got no completions this time."""

    why: dict[str, str] = field(default_factory=dict)
    """By id."""


async def generate(
    items: Sequence[Item],
    *,
    writer: Writer,
    terms: Terms,
    journal: Journal,
    passed_over: Collection[str] = (),
    then: Generated,
) -> Unwritten:
    """Have every item answered and written to ``journal``; call ``then`` for each.

    Args:
        items: all of a benchmark's.
        writer: writes.
        terms: how.
        journal: what earlier starts wrote is in it, and is not asked for again.
        passed_over: keys of items that ``then`` need not be called for.
        then: takes each item's completions, those of earlier starts first.

    Raises:
        TrainerError: the writer cannot go on; what was written is kept.
    """
    missing = {item.key: item for item in items}
    for line in journal.lines():
        item = missing.get(line["key"])
        written = _read(line)
        if item is None or written is None or len(written.completions) != terms.samples:
            continue
        del missing[line["key"]]
        if item.key not in passed_over:
            await then(item, written)
    unwritten = Unwritten()

    async def done(item: Item, answer: Written | Unanswered) -> None:
        if isinstance(answer, Unanswered):
            unwritten.why[item.id] = answer.why
            return
        journal.append(_line(item, answer))
        await then(item, answer)

    if missing:
        await writer.write(list(missing.values()), terms, done)
    return unwritten


def _line(item: Item, written: Written) -> dict[str, Any]:
    alone = len(item.messages) == 1
    return {
        "id": item.id,
        "key": item.key,
        "prompt": item.messages[0]["content"] if alone else item.messages,
        **item.judged_by,
        "completions": list(written.completions),
        "finished": list(written.finished),
        "n_tokens": written.n_tokens,
    }


def _read(line: Mapping[str, Any]) -> Written | None:
    try:
        return Written(
            completions=tuple(line["completions"]),
            finished=tuple(line["finished"]),
            n_tokens=line["n_tokens"],
        )
    except (KeyError, TypeError):
        return None
