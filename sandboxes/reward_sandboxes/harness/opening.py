"""What an OPEN frame asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reward_sandboxes import wire
from reward_sandboxes.harness.limits import RunLimits, build_limits, run_limits
from reward_sandboxes.harness.owner import Owner


class Opening(NamedTuple):
    """A job, as its owner described it."""

    role: wire.Role
    language: Mapping[str, Any]
    limits: RunLimits
    build_limits: RunLimits
    total_cpu_s: float
    prelude: bool
    source: bytes
    files: Mapping[str, bytes]
    artefact: Sequence[tuple[str, int, bytes]] | None
    """Path, mode and contents of what was built before."""
    suite: Mapping[str, Any]

    @property
    def box_mb(self) -> int:
        """Space for what is built, or was built before."""
        built = sum(len(data) for _, _, data in self.artefact or ())
        return max(self.build_limits.disk_mb, 2 * built >> 20)


def read_opening(owner: Owner, header: Mapping[str, Any]) -> Opening:
    """Read the body of an OPEN frame with ``header``.

    Raises:
        KeyError, TypeError, ValueError: it is none.
        OwnerGoneError: it ends early.
    """
    language, limits = header["language"], header["limits"]
    source = owner.take(header["source"])
    files = {path: owner.take(size) for path, size in header["files"]}
    artefact = None
    if header["artefact"] is not None:
        artefact = [(path, mode, owner.take(size)) for path, mode, size in header["artefact"]]
    return Opening(
        role=wire.Role(header["role"]),
        language=language,
        limits=run_limits(limits, language),
        build_limits=build_limits(header["build_limits"], language),
        total_cpu_s=limits["total_cpu_s"],
        prelude=header["prelude"],
        source=source,
        files=files,
        artefact=artefact,
        suite=header.get("suite") or {},
    )
