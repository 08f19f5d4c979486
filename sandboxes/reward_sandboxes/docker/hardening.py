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

from reward_sandboxes.docker.options import DockerOptions

SECCOMP = Path(__file__).with_name("seccomp.json")
_MIB = 1 << 20
_SCRATCH = "/tmp"  # noqa: S108 - the container's own, in memory

# The kernel lets a user namespace mount a fresh /proc, which every run of a program gets, only
# where nothing in the container's own /proc is covered. So Docker's masks of /proc are left out:
# what they hide belongs to root of the host, which nobody in the container is, and programs see a
# /proc of their own. Masks of /sys do no harm there and stay.
_MASKED = ["/sys/firmware", "/sys/devices/virtual/powercap"]
_READ_ONLY: list[str] = []


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
    return config


def _tmpfs(options: DockerOptions) -> str:
    return f"rw,nosuid,nodev,mode=1777,size={options.files_mb}m,nr_inodes={options.files}"
