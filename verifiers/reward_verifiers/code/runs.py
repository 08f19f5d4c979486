"""The runs of a job, made one at a time: the inputs of a heavy spec are not held twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from reward_sandboxes.types import Run


class Runs(Sequence[Run]):
    """Runs by their index, made anew whenever one is asked for."""

    def __init__(self, make: Callable[[int], Run], which: range) -> None:
        self._make = make
        self._which = which

    def __len__(self) -> int:
        return len(self._which)

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> Runs: ...
    def __getitem__(self, index: int | slice) -> Run | Runs:
        if isinstance(index, slice):
            return Runs(self._make, self._which[index])
        return self._make(self._which[index])


def of_inputs(inputs: Sequence[str]) -> Runs:
    """Return a run for each of ``inputs``, which it has on stdin."""
    return Runs(lambda index: Run(stdin=inputs[index].encode("utf-8")), range(len(inputs)))
