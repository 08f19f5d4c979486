"""Where a run says what it does: its record, which is kept, and whoever watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from reward_trainer.record import Record


class Watcher(Protocol):
    """Something that shows a run: a terminal, a logger."""

    def step(self, record: dict[str, Any]) -> None:
        """Show a step's numbers."""
        ...

    def event(self, record: dict[str, Any]) -> None:
        """Show what happened beside."""
        ...

    def waits(self, record: dict[str, Any]) -> None:
        """Show that the run still waits: of the moment, and not to be kept."""
        ...


@dataclass(frozen=True, slots=True)
class Log:
    """Tells the record and all watchers the same."""

    record: Record
    watchers: Sequence[Watcher] = ()

    def step(self, line: dict[str, Any]) -> None:
        """Tell a step's numbers."""
        self.record.write(line)
        for watcher in self.watchers:
            watcher.step(line)

    def event(self, step: int, name: str, **fields: Any) -> None:
        """Tell what has happened in ``step``."""
        line = {"step": step, "event": name, **fields}
        self.record.write(line)
        for watcher in self.watchers:
            watcher.event(line)

    def still_waiting(self, step: int, span: str) -> None:
        """Tell who watches, and nobody later, since when and until when ``step`` waits."""
        for watcher in self.watchers:
            watcher.waits({"step": step, "event": "still waiting", "why": span})
