"""How many runs a sandbox is given ahead of their results, and when to look for those.

Enough that it never waits for its owner, who is sometimes kept from running; few enough that a job
that is stopped, or whose program turns out to be slow, leaves little undone. To wake up for a
result costs the owner more than to read it. So while a sandbox has enough to do, its owner lets
some results come together.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from reward_sandboxes.orders import END, run_frame
from reward_sandboxes.types import Run

_AT_FIRST = 3
_MOST, _LEAST = 12, 2
_MOST_S = 0.25
"""What is ahead takes no longer than that, if runs go on as they did."""
_MOST_BYTES = 4 << 20
_RESERVE = 4
"""Of those ahead, at most so many are still to be made when more are sent."""
_LONGEST_PAUSE_S = 0.03
_EARLY = 0.9
# A sandbox waits for its owner when the pipe is full, which takes 64 KiB.
_PIPE_BYTES = 48 << 10


class Supply:
    """The runs of a job, on their way into a sandbox, and END behind the last."""

    def __init__(self, runs: Sequence[Run], clock: Callable[[], float] = time.monotonic) -> None:
        self.ended = False
        """Whether END was among the frames to send."""
        self._frames = map(run_frame, runs)
        self._n_left = len(runs)
        self._ahead: deque[int] = deque()
        self._n_bytes = 0
        self._most = _AT_FIRST
        self._clock = clock
        self._since = 0.0
        self._pace_s = 0.0
        """Seconds from one result to the next, of late; 0 before there is one."""
        self._result_bytes = 1

    @property
    def n_ahead(self) -> int:
        """How many runs the sandbox has not answered yet."""
        return len(self._ahead)

    def begin(self) -> None:
        """Note that the first run is being made."""
        self._since = self._clock()

    def more(self) -> bytes:
        """Return the frames to send now, if it is time to send any."""
        if len(self._ahead) > self._reserve or self.ended:
            return b""
        frames = []
        while self._n_left and len(self._ahead) < self._most and self._n_bytes < _MOST_BYTES:
            frame = next(self._frames)
            frames.append(frame)
            self._n_left -= 1
            self._ahead.append(len(frame))
            self._n_bytes += len(frame)
        if not self._n_left:
            frames.append(END)
            self.ended = True
        return b"".join(frames)

    def answered(self, sizes: Sequence[int]) -> None:
        """Note that the first of those ahead were answered, in so many bytes each."""
        for _ in sizes:
            self._n_bytes -= self._ahead.popleft()
        now = self._clock()
        self._pace_s = (now - self._since) / len(sizes)
        self._since = now
        self._result_bytes = max(sizes)
        self._most = max(_LEAST, min(_MOST, int(_MOST_S / max(self._pace_s, 1e-6))))

    def pause_s(self) -> float:
        """Return how long not to look for results; 0 if the next is to be read as it comes."""
        n_runs = len(self._ahead) - (self._reserve if self._n_left else 0)
        n_runs = min(n_runs, _PIPE_BYTES // self._result_bytes)
        return min(_EARLY * self._pace_s * n_runs, _LONGEST_PAUSE_S) if n_runs > 1 else 0.0

    @property
    def _reserve(self) -> int:
        return min(_RESERVE, self._most // 2)
