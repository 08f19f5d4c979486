"""Lines in handfuls: what is read, scored and written together, so that memory stays bounded."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from reward_service.offline.lines import KeptItem, Line
from reward_service.offline.source import Source
from reward_service.reading import BrokenItem, ReadItem

# A window is large enough that its overhead does not show and that answers shared within it are
# judged once, and small enough that a dozen of them in flight are a few dozen megabytes.
_ITEMS = 256
_BYTES = 4 << 20

# Lines that come slowly through a pipe are not held back for a window to fill.
_SECONDS = 1.0


class Place(NamedTuple):
    """Where a source stands after a line."""

    mark: dict[str, Any]
    share: float | None
    """How much of the source is read, 0 to 1, where it can be known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Some lines in a row; a line's completions are never split over two."""

    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    """Where the source stands after each of them."""

    @property
    def items(self) -> list[ReadItem | BrokenItem]:
        """What has to be scored, in order."""
        return [
            item for line in self.lines for item in line.items if not isinstance(item, KeptItem)
        ]


Reader = Callable[[int, bytes | Mapping[str, Any]], Line]
"""Makes a line of its number and content."""


def read_lines(source: Source, read: Reader) -> Iterator[Line]:
    """Yield the lines of ``source`` as ``read`` understands them."""
    return (read(number, raw) for number, raw in source.lines())


def windows(
    lines: Iterable[Line], *, mark: Callable[[], dict[str, Any]], share: Callable[[], float | None]
) -> Iterator[Window]:
    """Yield ``lines`` window by window; ``mark`` and ``share`` tell where their source stands."""
    held: list[Line] = []
    places: list[Place] = []
    n_items = n_bytes = 0
    began = math.inf
    for line in lines:
        if not held:
            began = time.monotonic()
        held.append(line)
        places.append(Place(mark(), share()))
        n_items += len(line.items)
        n_bytes += line.weight
        if n_items >= _ITEMS or n_bytes >= _BYTES or time.monotonic() - began >= _SECONDS:
            yield Window(lines=tuple(held), places=tuple(places))
            held, places, n_items, n_bytes = [], [], 0, 0
    if held:
        yield Window(lines=tuple(held), places=tuple(places))
