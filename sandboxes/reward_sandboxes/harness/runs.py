"""The runs of one job, one after the other, as the owner asks for them.

While one is made, everything that the next one needs is got ready, where the cage allows that: it
begins as soon as nothing of the one before it runs any more. What that one left is looked at and
wiped meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from reward_sandboxes.harness import mother
from reward_sandboxes.harness.cell import Cell, Cells, End, Ready, Task
from reward_sandboxes.harness.opening import Opening
from reward_sandboxes.harness.owner import Owner
from reward_sandboxes.wire import Kind, WireError


class _Run:
    """A run that the owner asked for."""

    def __init__(self, ready: Ready, stdin: int, reply: int | None) -> None:
        """It is ready; ``reply`` takes what a call came to."""
        self.ready = ready
        self.stdin = stdin
        self.reply = reply
        self.cell: Cell | None = None
        """Once it has begun."""

    def close(self) -> None:
        os.close(self.stdin)
        if self.reply is not None:
            os.close(self.reply)


class Runs:
    """Makes the runs of a job whose program has been compiled."""

    def __init__(self, owner: Owner, cells: Cells, opening: Opening, main: int) -> None:
        """``main`` is what they do, one of the ``mother``'s."""
        self._owner = owner
        self._cells = cells
        self._opening = opening
        self._main = main
        self._over = False
        """Whether the owner has said END."""

    def make(self) -> None:
        """Make them and send their RESULTs until END, as long as there is CPU time left for them.

        Raises:
            OwnerGoneError: the owner went away.
            OSError, KeyError, TypeError, ValueError: the sandbox is broken, or what it was told.
        """
        left_s = self._opening.total_cpu_s
        run = self._begun(self._next()) if left_s > 0 else None
        while run and run.cell:
            following = self._next() if self._cells.ahead and self._owner.has_said() else None
            end = self._cells.wait(run.cell)
            left_s -= end.cpu_s
            if left_s > 0:
                self._begun(following)
            self._tell(run, run.cell, end)
            if left_s <= 0:
                self._drop(following)
                break
            run = following or self._begun(self._next())
        if not self._over:
            skip_to_end(self._owner)

    def _next(self) -> _Run | None:
        """Get the next run ready; None if there is none."""
        if self._over:
            return None
        kind, header, _ = self._owner.next()
        if kind is Kind.END:
            self._over = True
            return None
        if kind is not Kind.RUN:
            raise WireError(f"{kind.name} instead of RUN")
        return self._prepared(header)

    def _begun(self, run: _Run | None) -> _Run | None:
        """Begin a run if there is one."""
        if run:
            run.cell = self._cells.begin(run.ready)
        return run

    def _drop(self, run: _Run | None) -> None:
        """Let go of one that will not be made."""
        if run:
            self._cells.drop(run.ready)
            run.close()

    def _prepared(self, header: Mapping[str, Any]) -> _Run:
        owner, main = self._owner, self._main
        stdin = os.memfd_create("stdin")
        owner.pour(header["stdin"], stdin)
        os.lseek(stdin, 0, os.SEEK_SET)
        files = {path: owner.take(size) for path, size in header["files"]}
        call, reply = header["call"], None
        if call is not None:
            if main != mother.SCRIPT:
                raise ValueError("only programs in Python can be called")
            main = mother.CALL
            call = (call["function"], owner.take(call["arguments"]))
            reply = os.memfd_create("reply")
        task = Task(
            main=main,
            limits=self._opening.limits,
            stdin=stdin,
            arguments=header["arguments"],
            call=call,
            files=files,
            extra=reply,
        )
        return _Run(self._cells.prepare(task), stdin, reply)

    def _tell(self, run: _Run, cell: Cell, end: End) -> None:
        """Send the RESULT of a run."""
        result, reply = self._cells.result(cell, end), run.reply
        bodies = [(result.stdout, result.n_stdout)]
        n_reply = os.fstat(reply).st_size if reply is not None else 0
        replied = reply is not None and 0 < n_reply <= self._opening.limits.output_bytes
        if reply is not None and replied:
            bodies.append((reply, n_reply))
        header = result.header(n_reply if replied else None)
        self._owner.send_files(Kind.RESULT, header, sum(size for _, size in bodies), bodies)
        result.close()
        run.close()


def skip_to_end(owner: Owner) -> None:
    """Read and forget what the owner says until END."""
    while True:
        kind, _, n_body = owner.next()
        if kind is Kind.END:
            return
        owner.drop(n_body)
