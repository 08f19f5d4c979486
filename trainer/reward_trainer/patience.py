"""How long the service is waited for, and a word each minute that the run is not dead."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

_BETWEEN_WORDS_S = 60.0


class Patience:
    """Runs from now on until it ends."""

    def __init__(
        self,
        patience_s: float,
        *,
        tell: Callable[[str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin.

        Args:
            patience_s: after which it ends.
            tell: takes, each minute, since when and until when it runs.
            now: seconds of a clock that nobody sets.
        """
        self._patience_s = patience_s
        self._tell = tell
        self._now = now
        self._began = now()
        self._told = self._began
        began = datetime.now().astimezone()
        self._span = f"since {began:%Y-%m-%d %H:%M}, until {_end(began, patience_s)} at most"

    @property
    def waited_s(self) -> float:
        """Seconds until now."""
        return self._now() - self._began

    @property
    def left_s(self) -> float:
        """Seconds that are left, to a tenth: messages tell them."""
        return round(max(self._patience_s - self.waited_s, 0.0), 1)

    @property
    def ended(self) -> bool:
        """Whether it has."""
        return self.waited_s > self._patience_s

    def remind(self) -> None:
        """Tell, where nothing was told for a minute."""
        now = self._now()
        if now - self._told >= _BETWEEN_WORDS_S:
            self._told = now
            self._tell(self._span)


def _end(began: datetime, patience_s: float) -> str:
    try:
        return f"{began + timedelta(seconds=patience_s):%Y-%m-%d %H:%M}"
    except OverflowError:
        return "the end of time"
