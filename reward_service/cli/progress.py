"""One line that says how far a run is: in place on a terminal, now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from reward_service.cli.console import note

if TYPE_CHECKING:
    from reward_service.offline.progress import Progress

_LOG_EVERY_S = 10.0
_DRAW_EVERY_S = 0.1
_BAR_CHARS = 24
_CLEAR_LINE = "\r\x1b[K"


class ProgressLine:
    """Shows progress on standard error between entering and leaving."""

    def __init__(self, *, quiet: bool = False, bad: str = "unscored") -> None:
        """Show progress.

        Args:
            quiet: show none.
            bad: what to call the items that did not go well.
        """
        self._quiet = quiet
        self._bad = bad
        self._live = sys.stderr.isatty()
        self._drawn = False
        # The first line of a log comes after a while, the first drawing at once.
        self._last = 0.0 if self._live else time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.clear()

    def clear(self) -> None:
        """Make room for another line."""
        if self._drawn:
            self._drawn = False
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()

    def show(self, progress: Progress) -> None:
        """Say how far the run is, unless that was said just now."""
        now = time.monotonic()
        if self._quiet or now - self._last < (_DRAW_EVERY_S if self._live else _LOG_EVERY_S):
            return
        self._last = now
        if self._live:
            self._drawn = True
            sys.stderr.write(f"{_CLEAR_LINE}{_bar(progress)}{describe(progress, self._bad)}")
            sys.stderr.flush()
        else:
            note(describe(progress, self._bad))


def describe(progress: Progress, bad: str) -> str:
    """Return ``progress`` in one line; ``bad`` is what did not go well."""
    parts = [f"{progress.n_items:,} items", f"{progress.rate:,.0f}/s"]
    if progress.share is not None:
        parts.insert(0, f"{progress.share:4.0%}")
    if progress.n_bad:
        parts.append(f"{progress.n_bad:,} {bad}")
    if progress.left_s:
        parts.append(f"{duration(progress.left_s)} left")
    return "  ".join(parts)


def duration(seconds: float) -> str:
    """Return ``seconds`` as a person says them: 42s, 3m05s, 2h07m."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02}m"


def _bar(progress: Progress) -> str:
    if progress.share is None:
        return ""
    full = round(progress.share * _BAR_CHARS)
    return f"[{'#' * full}{'.' * (_BAR_CHARS - full)}] "
