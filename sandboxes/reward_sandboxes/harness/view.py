"""The files that a sandbox sees: the system's programs and libraries, and nothing else of the host.

No home folder, no configuration but what is named here, no other user's files, no environment of
the service, no device but those that hold nothing.
"""

from __future__ import annotations

import os
import stat
import sys

from reward_sandboxes.harness.config import hidden
from reward_sandboxes.harness.nested import BOX, SCRATCH
from reward_sandboxes.kernel import mounts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
_CONFIGURATION = ("/etc/ld.so.cache",)
"""Copied: where the linker finds libraries."""
_CONFIGURED = "java-"
"""Folders of /etc that begin so are mounted: a JVM does not start without its own."""
_DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9)}
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "shm": SCRATCH,
}
_HARMLESS = mounts.READ_ONLY | mounts.NO_SUID | mounts.NO_DEVICES
_PLACE = "/tmp"  # noqa: S108 - any folder there is will do, to mount on for a moment
_ROOT_OPTIONS = "size=8m,nr_inodes=4096,mode=755"


def show_only(places: Mapping[str, str], user: int, group: int, *, own_proc: bool) -> None:
    """Leave this process, in its own mount namespace, nothing but the view.

    Args:
        places: what else is in it, and where it is there, both by absolute path.
        user: whom programs run as.
        group: the group that goes with it.
        own_proc: whether this process is in its own namespace of processes, so that the view has a
            ``/proc`` of that. Else it is the host's, to be covered by ``mount_proc``.

    Raises:
        OSError: the kernel refused, or the view would hide the interpreter.
    """
    mounts.keep_private()
    if hidden(sys.base_prefix):
        raise OSError(f"programs have a folder of their own where Python is, at {sys.base_prefix}")
    shown = _shown(places)
    links = [
        (f"/{name}", os.readlink(f"/{name}")) for name in _SYSTEM if os.path.islink(f"/{name}")
    ]
    links += _interpreter()
    devices = {name: mounts.pick(f"/dev/{name}") for name in _DEVICES}
    files = {path: _contents(path) for path in _configuration() if os.path.exists(path)}
    alternatives = _alternatives()
    proc = {} if own_proc else _picked(["/proc"])

    mounts.mounting("tmpfs", _PLACE, mounts.NO_SUID, _ROOT_OPTIONS)()
    for folder in (BOX, SCRATCH, "/proc", "/dev", "/etc/alternatives", "/var"):
        os.makedirs(_PLACE + folder)
    _put_all(shown)
    for path, target in links:
        if not os.path.lexists(_PLACE + path):
            os.makedirs(os.path.dirname(_PLACE + path), exist_ok=True)
            os.symlink(target, _PLACE + path)
    for name, target in alternatives:
        os.symlink(target, f"{_PLACE}/etc/alternatives/{name}")
    os.symlink(SCRATCH, f"{_PLACE}/var/tmp")  # noqa: S108 - of the view
    for path, data in (files | _accounts(user, group)).items():
        if os.path.exists(_PLACE + path):
            continue
        os.makedirs(os.path.dirname(_PLACE + path), exist_ok=True)
        with open(_PLACE + path, "wb") as file:
            file.write(data)
    _add_devices(devices)
    if own_proc:
        mount_proc(f"{_PLACE}/proc")
    else:
        _put_all(proc)
    mounts.make_root(_PLACE)
    mounts.restrict("/", mounts.READ_ONLY | mounts.NO_SUID)


def mount_proc(place: str = "/proc") -> None:
    """Mount a ``/proc`` that shows the processes of this process's namespace.

    Raises:
        OSError: the kernel refused: part of the ``/proc`` that is there is covered, as in
            containers that mask it.
    """
    mounts.mounting("proc", place, mounts.NO_SUID | mounts.NO_DEVICES | mounts.NO_EXEC)()


def _shown(places: Mapping[str, str]) -> dict[str, int]:
    """Return a descriptor for everything in the view, by where it is there."""
    kept = [path for path, place in places.items() if path == place]
    shown = _picked([*_system_folders(), *_configured(), *_resolved(kept)])
    moved = {place: path for path, place in places.items() if path != place}
    there = {place: path for place, path in moved.items() if os.path.exists(path)}
    return shown | {place: mounts.pick(path) for place, path in there.items()}


def _system_folders() -> Iterable[str]:
    return (f"/{name}" for name in _SYSTEM if not os.path.islink(f"/{name}"))


def _configured() -> Iterable[str]:
    names = sorted(os.listdir("/etc"))
    return (f"/etc/{name}" for name in names if name.startswith(_CONFIGURED))


def _interpreter() -> list[tuple[str, str]]:
    """Return the link by which a program starts this interpreter, where it is one.

    The interpreter of a virtual environment is a link to another, and finds its packages by a file
    in the folder above.
    """
    if not os.path.islink(sys.executable) or hidden(sys.executable):
        return []
    return [(sys.executable, os.path.realpath(sys.executable))]


def _configuration() -> list[str]:
    home = os.path.dirname(os.path.dirname(sys.executable))
    return [*_CONFIGURATION, *([] if hidden(home + "/") else [f"{home}/pyvenv.cfg"])]


def _alternatives() -> list[tuple[str, str]]:
    """Return the links by which Debian chooses among programs that do the same."""
    folder = "/etc/alternatives"
    if not os.path.isdir(folder):
        return []
    return [
        (entry.name, os.readlink(entry.path)) for entry in os.scandir(folder) if entry.is_symlink()
    ]


def _resolved(paths: Iterable[str]) -> Iterable[str]:
    """Yield each path and, where links lead elsewhere, where they lead."""
    for path in paths:
        yield path
        if os.path.realpath(path) != path:
            yield os.path.realpath(path)


def _picked(paths: Iterable[str]) -> dict[str, int]:
    """Return a descriptor for every path that exists and is not in another one."""
    picked: dict[str, int] = {}
    for path in sorted(map(os.path.normpath, paths), key=lambda path: path.count("/")):
        inside = any(path == other or path.startswith(f"{other}/") for other in picked)
        if not inside and path != "/" and os.path.exists(path):
            picked[path] = mounts.pick(path)
    return picked


def _put_all(shown: dict[str, int]) -> None:
    for path, descriptor in shown.items():
        target = _PLACE + path
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            _touch(target)
        mounts.put(descriptor, target, _HARMLESS if path != "/proc" else mounts.NO_SUID)
        os.close(descriptor)


def _add_devices(picked: dict[str, int]) -> None:
    for name, target in _DEVICE_LINKS.items():
        os.symlink(target, f"{_PLACE}/dev/{name}")
    for name, (major, minor) in _DEVICES.items():
        device = f"{_PLACE}/dev/{name}"
        try:
            os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(major, minor))
            os.chmod(device, 0o666)  # noqa: S103 - as /dev/null is everywhere
        except PermissionError:  # only root of the host makes devices; others show the host's
            _touch(device)
            mounts.put(picked[name], device, mounts.NO_SUID | mounts.NO_EXEC)
        os.close(picked[name])


def _touch(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC))


def _contents(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _accounts(user: int, group: int) -> dict[str, bytes]:
    return {
        "/etc/passwd": f"program:x:{user}:{group}::{SCRATCH}:/bin/sh\n".encode(),
        "/etc/group": f"program:x:{group}:\n".encode(),
        "/etc/hosts": b"127.0.0.1 localhost\n",
        "/etc/nsswitch.conf": b"passwd: files\ngroup: files\nhosts: files\n",
    }
