"""How a client behaves, and what both clients share: their constructor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from reward_service.client.clock import Clock, SystemClock

if TYPE_CHECKING:
    import httpx

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """A client's settings; ``Configured`` documents them."""

    base_url: str
    token: str | None = field(repr=False)
    timeout_s: float
    connect_timeout_s: float
    max_connections: int
    max_batch: int
    max_batch_bytes: int
    coalesce_s: float
    max_attempts: int
    clock: Clock = field(repr=False)
    transport: httpx.AsyncBaseTransport | None = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"base_url {self.base_url!r} is no http:// or https:// URL")
        for name in ("max_connections", "max_batch", "max_batch_bytes", "max_attempts"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        for name in ("timeout_s", "connect_timeout_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, not {getattr(self, name)}")
        if not self.coalesce_s >= 0:
            raise ValueError(f"coalesce_s must not be negative, but is {self.coalesce_s}")

    @property
    def is_local(self) -> bool:
        """Whether the service is on this machine, where no proxy can help."""
        return urlsplit(self.base_url).hostname in ("127.0.0.1", "::1", "localhost")


class Configured:
    """Base of both clients: takes the options, and can be pickled with them.

    A copy that arrives in another process opens its own connections there. Its pickle holds the
    token.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        token: str | None = None,
        *,
        timeout_s: float = 600.0,
        connect_timeout_s: float = 5.0,
        max_connections: int = 8,
        max_batch: int = 256,
        max_batch_bytes: int = 8 << 20,
        coalesce_s: float = 0.003,
        max_attempts: int = 8,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Make a client; it connects at its first call.

        Args:
            base_url: where the service listens; a path in it is kept.
            token: the service's bearer token, if it wants one.
            timeout_s: how long the service may be silent before a request counts as lost. Deadlines
                are the better tool: with one, silence ends soon after it.
            connect_timeout_s: how long a connection may take to open.
            max_connections: requests in flight at once. More is slower, not faster.
            max_batch: items in one request.
            max_batch_bytes: size of one request; a single larger item still goes, alone.
            coalesce_s: how long ``score_one`` waits for company.
            max_attempts: how often an item is sent in all. With the default, an outage of half a
                minute is survived.
            clock: time and chance, for tests.
            transport: what carries the requests, for tests and in-process apps.

        Raises:
            ValueError: the URL or a number makes no sense.
        """
        self._options = Options(
            base_url=base_url.rstrip("/"),
            token=token,
            timeout_s=timeout_s,
            connect_timeout_s=connect_timeout_s,
            max_connections=max_connections,
            max_batch=max_batch,
            max_batch_bytes=max_batch_bytes,
            coalesce_s=coalesce_s,
            max_attempts=max_attempts,
            clock=SystemClock() if clock is None else clock,
            transport=transport,
        )
        self._open()

    @classmethod
    def of(cls, options: Options) -> Self:
        """Return a client with the options of another."""
        client = cls.__new__(cls)
        client.__setstate__({"_options": options})
        return client

    def _open(self) -> None:
        """Set up what is not in the options; a client that was pickled comes here too."""
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        return {"_options": self._options}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self._options = state["_options"]
        self._open()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._options.base_url!r})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """Whether the service can judge now; true in a condition exactly when it can."""

    ready: bool
    details: Mapping[str, Any]
    """What ``/readyz`` said, or under ``reason`` why nothing did."""

    def __bool__(self) -> bool:
        return self.ready
