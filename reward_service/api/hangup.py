"""Work that ends when its caller hangs up."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

# Most answers take less than this, and listening costs a task of its own.
_PATIENCE_S = 0.05


class WhileConnected:
    """A block that is cancelled when the caller hangs up; read the request's body before it.

    After the block, ``gone`` says whether that happened.
    """

    def __init__(self, receive: Receive) -> None:
        self.gone = False
        self._receive = receive
        self._listener: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE_S, self._listen)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._timer.cancel()
        if self._listener is not None:
            self._listener.cancel()
        if not self.gone:
            return False
        # Swallow our own cancellation alone: somebody else's must go through.
        return self._task.uncancel() == 0 and kind is asyncio.CancelledError

    def _listen(self) -> None:
        self._listener = asyncio.get_running_loop().create_task(self._cancel_on_hangup())

    async def _cancel_on_hangup(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        self._task.cancel()
