"""Docker through its SDK: calls in threads of their own, and one kind of error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from docker import DockerClient
from docker.errors import DockerException
from requests.exceptions import RequestException

from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.types import SandboxError

_T = TypeVar("_T")
# Starting and removing containers, for two slots that are replaced at once.
_THREADS = 4


class Engine:
    """One Docker Engine. Connects when it is first asked, and again after it was away."""

    def __init__(self, endpoint: Endpoint, timeout_s: float) -> None:
        self.endpoint = endpoint
        self._timeout_s = timeout_s
        self._client: DockerClient | None = None
        self._connecting = Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="docker")

    async def call(self, ask: Callable[[DockerClient], _T]) -> _T:
        """Return what ``ask`` does with the client, in a thread.

        It goes on when the caller is cancelled.

        Raises:
            SandboxError: Docker is away, or refuses.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.ask, ask)

    def ask(self, ask: Callable[[DockerClient], _T]) -> _T:
        """Return what ``ask`` does with the client, in this thread.

        Raises:
            SandboxError: Docker is away, or refuses.
        """
        try:
            # At once, and with the reason; the SDK would also forget the socket it made.
            self.endpoint.knock(self._timeout_s)
            return ask(self._connected())
        except (DockerException, RequestException, OSError) as error:
            raise SandboxError(f"Docker at {self.endpoint.host}: {_shown(error)}") from error

    def close(self) -> None:
        """Let go of the connections; calls under way end by themselves."""
        self._threads.shutdown(wait=False)
        if self._client is not None:
            self._client.close()
            self._client = None

    def _connected(self) -> DockerClient:
        with self._connecting:
            if self._client is None:
                self._client = DockerClient(
                    base_url=self.endpoint.host,
                    tls=self.endpoint.tls or False,
                    timeout=int(self._timeout_s),
                    version="auto",  # asks for it
                )
            return self._client


def _shown(error: Exception) -> str:
    text = " ".join(str(error).split())
    if "Permission denied" in text:
        return f"permission denied; may this user use Docker? ({text[:200]})"
    if "Connection refused" in text or "No such file" in text or "FileNotFoundError" in text:
        return "nothing answers; is Docker running?"
    return text[:500]
