"""One service process: binds the port, builds the parts, serves until told to stop, then drains.

The port is listened on from the start, so that a port in use is known before any worker is made,
and a caller that comes too early waits a few seconds instead of being refused.

The first SIGTERM or Ctrl-C stops taking requests and finishes those in flight, for ``drain_s`` at
most; what is not judged by then is answered as unscored. The second does that at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import json
import logging
import math
import resource
import shlex
import socket
import sys
from ipaddress import ip_address
from types import FrameType

import uvicorn

from reward_service.api import Door, create_app
from reward_service.api.connection import Connection
from reward_service.assembly import assembled_engine
from reward_service.config import Settings
from reward_service.engine import Engine
from reward_service.errors import RewardServiceError
from reward_service.telemetry import Telemetry

log = logging.getLogger(__name__)

_BACKLOG = 2048
# Longer than any client keeps an idle connection, so that it is never we who close one under a
# request that is on its way.
_KEEP_ALIVE_S = 75
# A connection takes a descriptor and some 10 kB.
_MAX_CONNECTIONS = 10_000
_MAX_DESCRIPTORS = 16_384
# What the process opens for itself, what replacing one worker takes, and one sandbox and its judge.
_OWN_DESCRIPTORS = 64
_WORKER_DESCRIPTORS = 8
_SANDBOX_DESCRIPTORS = 16
# What a request that is still not over gets beyond drain_s: a body that does not come, mostly.
_GRACE_S = 5
# What the last answers get to be written when a second signal comes.
_LAST_ANSWERS_S = 0.2

_TRY = {
    "items": [
        {
            "completion": "6 times 7 is \\boxed{42}",
            "spec": {"domain": "math", "gold": "42"},
        }
    ]
}


class PortError(Exception):
    """The address cannot be listened on; the message says what to do."""


def serve(settings: Settings) -> int:
    """Serve until told to stop; return the exit code."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    telemetry = Telemetry()
    engine = assembled_engine(settings, observer=telemetry.observe)
    return serve_engine(engine, settings, telemetry)


def serve_engine(engine: Engine, settings: Settings, telemetry: Telemetry) -> int:
    """Serve ``engine`` until told to stop; return the exit code."""
    try:
        listener = listen(settings.host, settings.port)
    except PortError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if settings.token is None and not _is_loopback(listener):
        log.warning("no token is set: whoever reaches %s may score", settings.host)
    app = create_app(engine, settings, telemetry)
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        http=Connection,
        limit_concurrency=room_for_connections(settings.cpu_workers, settings.sandboxes),
        log_config=None,
        log_level="warning",
        access_log=settings.access_log,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=math.ceil(settings.drain_s) + _GRACE_S,
        backlog=_BACKLOG,
    )
    if settings.access_log:
        logging.getLogger("uvicorn.access").setLevel(logging.INFO)
    server = Server(config, door=app.state.door, greeting=greeting(listener, settings))
    server.run(sockets=[listener])
    return server.exit_code


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``; 0 is a free port.

    Raises:
        PortError: it cannot be had.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortError(f"cannot listen on {host!r}: {error.strerror or error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        why = {
            errno.EADDRINUSE: "is already in use",
            errno.EACCES: "is not open to this user",
        }.get(error.errno or 0, f"cannot be had: {error.strerror}")
        raise PortError(
            f"port {port} on {host} {why}; choose another with --port, PORT=... for make, or "
            "REWARD_SERVICE_PORT (0 takes a free one)"
        ) from error
    return listener


def room_for_connections(n_workers: int, n_sandboxes: int) -> int:
    """Raise the limit on descriptors as far as is of use; return how many callers may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _MAX_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MAX_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    judging = _WORKER_DESCRIPTORS * n_workers + _SANDBOX_DESCRIPTORS * n_sandboxes
    left = most - _OWN_DESCRIPTORS - judging
    return max(1, min(left, _MAX_CONNECTIONS))


class Server(uvicorn.Server):
    """Uvicorn with a greeting, and a drain that loses nothing."""

    def __init__(self, config: uvicorn.Config, *, door: Door, greeting: str) -> None:
        super().__init__(config)
        self.exit_code = 0
        self._door = door
        self._greeting = greeting
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Make the engine ready, begin to answer, and say so."""
        try:
            await self._start_engine()
        except RewardServiceError as error:
            sys.stderr.write(f"cannot start: {error} ('reward-service doctor' may help)\n")
            self.exit_code = 1
            self.should_exit = True
        if self.should_exit:
            await self._door.stop()
            return
        # What is here now stays: a collector that goes through all of it again and again would make
        # every hundredth request wait three times as long.
        gc.collect()
        gc.freeze()
        await super().startup(sockets)
        sys.stdout.write(f"{self._greeting}\n")
        sys.stdout.flush()

    async def _start_engine(self) -> None:
        """Make the engine ready, or give that up when told to stop: nobody is waiting yet."""
        starting = asyncio.create_task(self._door.start())
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await starting

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish what is in flight, then end the engine."""
        self._door.stop_intake()
        log.info(
            "stopping; %d items in flight have %g s (again to quit at once)",
            self._door.engine.pending_items,
            self._door.settings.drain_s,
        )
        ending = asyncio.create_task(self._end_engine())
        await super().shutdown(sockets)
        ending.cancel()

    async def _end_engine(self) -> None:
        """Answer what is open as unscored when its time is up, which ends the requests."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), self._door.settings.drain_s)
        await self._door.stop()
        await self._hurry.wait()
        await asyncio.sleep(_LAST_ANSWERS_S)
        # Uvicorn would log a traceback for every request that is dropped from here on.
        logging.getLogger("uvicorn.error").disabled = True
        self.force_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at the first signal, quit at the second."""
        event = self._hurry if self.should_exit else self._stop
        if self.should_exit:
            self.exit_code = 128 + sig
        self.should_exit = True
        self._loop.call_soon_threadsafe(event.set)


def _is_loopback(listener: socket.socket) -> bool:
    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def greeting(listener: socket.socket, settings: Settings) -> str:
    """Return the ready line: where the service is, and a command to try it."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104 - compared, not bound
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    token = ' -H "Authorization: Bearer $REWARD_SERVICE_TOKEN"' if settings.token else ""
    return f"ready on {url} - try: curl -s {url}/score{token} -d {shlex.quote(json.dumps(_TRY))}"
