"""How many runs a sandbox is given ahead of their results.

Enough that it never waits for its owner, which is sometimes kept from running and for which every
write costs as much as reading a result; few enough that a job that is stopped, or whose program
turns out to be slow, leaves little undone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from reward_sandboxes.orders import run_frame
from reward_sandboxes.types import Run

_AT_FIRST = 3
_OF_QUICK_ONES = 8
_OF_SLOW_ONES = 2
_QUICK_S = 0.01
_MOST_BYTES = 4 << 20


class Supply:
    """The runs of a job, on their way into a sandbox."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._frames = map(run_frame, runs)
        self._ahead: deque[int] = deque()
        self._n_bytes = 0
        self._most = _AT_FIRST

    @property
    def n_ahead(self) -> int:
        """How many runs the sandbox has not answered yet."""
        return len(self._ahead)

    def more(self) -> bytes:
        """Return the frames to send now, if it is time to send any."""
        if self._ahead and len(self._ahead) > self._most // 2:
            return b""
        frames = []
        while len(self._ahead) < self._most and self._n_bytes < _MOST_BYTES:
            frame = next(self._frames, None)
            if frame is None:
                break
            frames.append(frame)
            self._ahead.append(len(frame))
            self._n_bytes += len(frame)
        return frames[0] if len(frames) == 1 else b"".join(frames)

    def answered(self, wall_s: float) -> None:
        """Note that the first of those ahead was answered, and how long it took."""
        self._n_bytes -= self._ahead.popleft()
        self._most = _OF_QUICK_ONES if wall_s < _QUICK_S else _OF_SLOW_ONES
