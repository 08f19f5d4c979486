"""What a tree of processes uses, read from ``/proc``: CPU time and memory. Linux only."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """Return the living children of ``pid``, then theirs, and so on."""
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        fields = _stat(int(entry.name)) if entry.name.isdigit() else None
        if fields is not None and fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = list(children.get(pid, []))
    for each in found:  # grows as it is read
        found += children.get(each, [])
    return found


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of ``pid`` and its descendants, with those that they waited for."""
    total = 0
    for each in (pid, *descendants(pid)):
        fields = _stat(each)
        if fields is not None:
            total += sum(int(field) for field in fields[11:15])
    return total / _TICKS


def pss_mb(pid: int) -> float:
    """Return what ``pid`` and its descendants hold together, in MB; a shared page counts once."""
    return sum(_pss_kb(each) for each in (pid, *descendants(pid))) / 1024


def _stat(pid: int) -> list[str] | None:
    """Return the fields of ``/proc/<pid>/stat`` from the state on; None if there is no process."""
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def _pss_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
