"""How a container is confined from outside.

Covered: the host's files, processes, network and devices; memory, CPU time, processes and files as
far as the container's limits go; system calls that no sandbox needs (``seccomp.json``).
Not covered: bugs of the kernel, which a user namespace can reach more of (a runtime with a kernel
of its own helps), and what programs of one sandbox can do to each other, which the harness inside
keeps apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reward_sandboxes.docker import images
from reward_sandboxes.docker.options import DockerOptions
from reward_sandboxes.harness.config import OWN_KERNEL

SECCOMP = Path(__file__).with_name("seccomp.json")
_MIB = 1 << 20
_SCRATCH = "/tmp"  # noqa: S108 - the container's own, in memory

# The kernel lets a user namespace mount a fresh /proc, which every run of a program gets, only
# where nothing in the container's own /proc is covered. So Docker's masks of /proc are left out:
# what they hide belongs to root of the host, which nobody in the container is, and programs see a
# /proc of their own. Masks of /sys do no harm there and stay.
_MASKED = ["/sys/firmware", "/sys/devices/virtual/powercap"]
_READ_ONLY: list[str] = []

_GVISOR = ("runsc", "gvisor")
# Powers in gVisor's kernel, of which the host's knows nothing: to make each run another user.
_CHANGE_USERS = ["SETUID", "SETGID", "KILL", "CHOWN", "DAC_OVERRIDE", "FOWNER"]
_SENTRY_THREADS = 16_384
"""Threads of the host that gVisor's kernel takes, one at least for each of a program's."""


def host_config(options: DockerOptions) -> dict[str, Any]:
    """Return ``HostConfig`` of Docker's API for a sandbox."""
    memory = options.memory_mb * _MIB
    security = ["no-new-privileges", f"seccomp={SECCOMP.read_text(encoding='utf-8')}"]
    if options.apparmor:
        security.append(f"apparmor={options.apparmor}")
    config: dict[str, Any] = {
        "AutoRemove": True,
        "CapDrop": ["ALL"],
        "CgroupnsMode": "private",
        "IpcMode": "private",
        "LogConfig": {"Type": "none", "Config": {}},
        "MaskedPaths": _MASKED,
        "Memory": memory,
        "MemorySwap": memory,
        "NanoCpus": int(options.cpus * 1e9),
        "NetworkMode": "none",
        # The kernel's choice, should the whole host run out of memory.
        "OomScoreAdj": 500,
        "PidsLimit": options.processes,
        "ReadonlyPaths": _READ_ONLY,
        "ReadonlyRootfs": True,
        "SecurityOpt": security,
        "ShmSize": _MIB,
        "Tmpfs": {_SCRATCH: _tmpfs(options)},
        "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}],
    }
    if options.runtime:
        config["Runtime"] = options.runtime
    if has_own_kernel(options):
        config |= {
            "CapAdd": _CHANGE_USERS,
            "IpcMode": "none",
            "PidsLimit": _SENTRY_THREADS + options.processes,
            # Runs are other users, in folders below it.
            "Tmpfs": {_SCRATCH: f"{_tmpfs(options, '711')},exec"},
        }
    return config


def container_config(options: DockerOptions, user: int) -> dict[str, Any]:
    """Return what the rest of Docker's API for a sandbox says of the user in it.

    Args:
        options: of all containers.
        user: one that nobody else is.
    """
    if has_own_kernel(options):
        return {"User": "0:0", "Entrypoint": images.entrypoint(OWN_KERNEL)}
    return {"User": f"{user}:{user}"}


def has_own_kernel(options: DockerOptions) -> bool:
    """Whether containers are gVisor's, whose root is none of the host's kernel."""
    return options.runtime.startswith(_GVISOR)


def _tmpfs(options: DockerOptions, mode: str = "1777") -> str:
    return f"rw,nosuid,nodev,mode={mode},size={options.files_mb}m,nr_inodes={options.files}"
