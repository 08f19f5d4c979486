"""The sandboxes that a name stands for; only what is used is imported."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from reward_sandboxes.launcher import Launcher
from reward_sandboxes.pooled import PooledSandboxes
from reward_sandboxes.shelf import Upkeep
from reward_sandboxes.types import Sandboxes

BACKENDS = ("local", "docker", "none")
_ADDRESS = re.compile(r"tcp://(\[[0-9a-fA-F:.]+\]|[^\s:/@]+):(\d{1,5})")

# Of a container: the harness, a runtime's own memory, what a compiler wrote.
_OVERHEAD_MB = 1024
# Nobody uses a container that is so much older than sandboxes get.
_LIFETIMES = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BackendOptions:
    """What an operator may choose; each backend takes what concerns it."""

    slots: int | None = None
    """Programs that run at once; None: as many as there are usable cores."""
    most_waiting: int = 20_000
    """Jobs that may wait for a slot."""
    max_jobs: int = 500
    """Jobs after which a sandbox is replaced."""
    max_minutes: float = 30.0
    """Minutes after which a sandbox is replaced."""
    unsafe: bool = False
    """Allow ``none``."""
    docker_host: str = ""
    """Where Docker answers; empty: the usual place."""
    docker_runtime: str = ""
    """Runtime of containers; empty: Docker's default."""
    docker_apparmor: str = ""
    """AppArmor profile of containers; empty: Docker's default."""
    memory_mb: int = 4096
    """The most memory that a run is given; a container has some more."""
    token: str = ""
    """Of a sandbox manager."""


def make_sandboxes(name: str, options: BackendOptions | None = None) -> Sandboxes:
    """Return the sandboxes that ``name`` stands for, not started.

    Args:
        name: ``local``, ``docker``, ``none`` or the ``tcp://HOST:PORT`` of a sandbox manager.
        options: what an operator chose.

    Raises:
        ValueError: no sandboxes have that name.
        SandboxError: ``none``, without ``unsafe``.
    """
    options = options or BackendOptions()
    address = _ADDRESS.fullmatch(name)
    if address is not None and int(address[2]) < 65536:
        from reward_sandboxes.remote import RemoteSandboxes

        return RemoteSandboxes(address[1].strip("[]"), int(address[2]), token=options.token)
    if name not in BACKENDS:
        raise ValueError(
            f"no sandboxes named {name[:100]!r}: {', '.join(BACKENDS)}, tcp://HOST:PORT"
        )
    return _pooled(name, options)


def make_launcher(name: str, options: BackendOptions | None = None) -> Launcher:
    """Return what starts the sandboxes of ``name``; a manager's are none of ours.

    Raises:
        ValueError: no sandboxes of this host have that name.
        SandboxError: ``none``, without ``unsafe``.
    """
    options = options or BackendOptions()
    if name == "docker":
        from reward_sandboxes.docker.launcher import DockerLauncher
        from reward_sandboxes.docker.options import DockerOptions

        return DockerLauncher(
            DockerOptions(
                host=options.docker_host,
                runtime=options.docker_runtime,
                apparmor=options.docker_apparmor,
                memory_mb=options.memory_mb + _OVERHEAD_MB,
                lifetime_s=_LIFETIMES * 60.0 * options.max_minutes,
            )
        )
    if name == "none":
        from reward_sandboxes.none import BareLauncher

        return BareLauncher(unsafe=options.unsafe)
    if name == "local":
        from reward_sandboxes.local import LocalLauncher

        return LocalLauncher()
    raise ValueError(f"no sandboxes named {name[:100]!r}: {', '.join(BACKENDS)}")


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def _pooled(name: str, options: BackendOptions) -> PooledSandboxes:
    return PooledSandboxes(
        make_launcher(name, options),
        slots=options.slots or usable_cores(),
        most_waiting=options.most_waiting,
        upkeep=Upkeep(retire_jobs=options.max_jobs, retire_s=60.0 * options.max_minutes),
    )
