"""An event loop in a thread of its own, and on it the client that other threads call."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from typing import Any, TypeVar

from reward_service.client.asynchronous import AsyncRewardClient
from reward_service.client.errors import ClientClosedError

T = TypeVar("T")

# A loop that is asked to end has only connections to close.
_END_S = 5.0


class Background:
    """A daemon thread that runs an event loop and the client on it."""

    def __init__(self, client: AsyncRewardClient) -> None:
        self.client = client
        self._pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, name="reward-client", daemon=True)
        self._thread.start()

    @property
    def is_ours(self) -> bool:
        """Whether the thread lives in this process; it does not in a forked child."""
        return self._pid == os.getpid()

    def run(self, call: Coroutine[Any, Any, T]) -> T:
        """Run ``call`` to its end; an interrupt of the calling thread cancels it.

        Raises:
            ClientClosedError: the thread was stopped before the end.
        """
        future = asyncio.run_coroutine_threadsafe(call, self._loop)
        try:
            return future.result()
        except CancelledError as error:
            raise ClientClosedError("the client was closed before it had an answer") from error
        finally:
            future.cancel()

    def stop(self) -> None:
        """Close the client and end the thread."""
        if not self.is_ours or not self._thread.is_alive():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        # The garbage collector may call this on the very thread that is to end.
        if threading.current_thread() is not self._thread:
            self._thread.join(_END_S)

    def _live(self) -> None:
        try:
            self._loop.run_forever()
        finally:
            self._loop.close()

    async def _end(self) -> None:
        await self.client.aclose()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others)
        self._loop.stop()
