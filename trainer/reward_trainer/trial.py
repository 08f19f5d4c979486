"""Some rows of each source, tried on the service before a model is loaded.

An empty completion costs nothing to judge, and is refused by the same words as any other where the
row is broken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reward_trainer.data.items import Item
from reward_trainer.errors import DataError
from reward_trainer.judge import Judge
from reward_trainer.log import Watcher

_NAMED_ROWS = 3


def try_rows(judge: Judge, rows: Mapping[str, Sequence[Item]], watchers: Sequence[Watcher]) -> None:
    """Ask ``judge`` about ``rows`` of each source, and tell ``watchers`` which it refuses.

    Raises:
        DataError: it refuses all there are of a source; says what it said.
        ServiceMissingError: it does not answer.
    """
    for source, items in rows.items():
        refused = judge.refusals(items)
        first_with = {why: where for where, why in reversed(refused)}
        named = [f"{where}: {why}" for why, where in reversed(first_with.items())][:_NAMED_ROWS]
        if refused and len(refused) == len(items):
            raise DataError(
                f"source {source!r}: the service cannot judge any of the {len(items)} rows that it"
                f" was asked about; {'; '.join(named)}; see `reward-service check-data`"
            )
        if refused:
            found = {"source": source, "prompts": len(refused), "of": len(items), "rows": named}
            for watcher in watchers:
                watcher.event({"step": 0, "event": "refused", **found})
