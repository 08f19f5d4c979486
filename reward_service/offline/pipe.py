"""The output as a stream: every line goes out as soon as it is done, and nothing is kept."""

from __future__ import annotations

from typing import Any, BinaryIO

from reward_service.offline.render import Rendered
from reward_service.report import Tally


class Pipe:
    """Standard output, or another stream that only goes forward."""

    def __init__(self, file: BinaryIO) -> None:
        self.tally = Tally()
        self._file = file

    def write(self, rendered: Rendered, _mark: dict[str, Any]) -> None:
        """Hand lines to whoever reads.

        Raises:
            BrokenPipeError: nobody does any more.
        """
        self._file.write(rendered.lines)
        self._file.flush()
        for group in rendered.groups:
            self.tally.add(group)

    def settle(self) -> None:
        """Commit nothing: what is written has gone."""
