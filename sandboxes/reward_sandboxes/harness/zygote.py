"""The process that all jobs are forked from: small, of one thread, and it never sees a job.

It forks a ``mother`` for the next job, waits for that to end, says how it did, and forks the next.
Its own memory is what every program of every job can see, so it stays as it was when it started.

There is one for each kind of programs, by what they are likely to import: what many need is worth
loading once, but every run of all the others would be forked with it.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import resource
import sys

from reward_sandboxes.harness import mother
from reward_sandboxes.harness.config import NAMESPACES, USERS
from reward_sandboxes.harness.cord import Cord, pair
from reward_sandboxes.kernel import prctl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from reward_sandboxes.harness.cage import Cage
    from reward_sandboxes.harness.config import Config

_THREAD_STACK_BYTES = 8 << 20
_MAX_OPEN_FILES = 512
_MAX_REASON_BYTES = 400
_RLIMIT_MSGQUEUE = 12  # asm-generic/resource.h; the module has no name for it


PLAIN, USUAL, CALLED = range(3)
"""Kinds: what imports little, what imports the usual, what is called or calls."""
_LOADED: Sequence[Sequence[str]] = (
    (),
    (
        *("typing", "collections", "functools", "itertools", "heapq", "bisect", "operator", "math"),
        *("re", "string", "copy"),
    ),
    tuple(
        f"reward_sandboxes.harness.{name}" for name in ("prelude", "function", "candidate", "suite")
    ),
)


def start(config: Config, cage: Cage, owner: Sequence[int]) -> list[Cord]:
    """Fork one of every kind; return the clerk's end of the cord to each.

    A zygote begins when it hears something on its cord, and says then who the mother is.

    Args:
        config: of the sandbox.
        cage: what confines programs.
        owner: descriptors that are the clerk's alone.
    """
    clerk = os.getpid()
    cords: list[Cord] = []
    for names in _LOADED:
        ours, theirs = pair()
        pid = os.fork()
        if pid == 0:
            for cord in (*cords, ours):
                cord.close()
            for fd in owner:
                os.close(fd)
            prctl.die_with_parent(clerk)
            if cage.level != USERS:  # where the first process does
                prctl.adopt_orphans()
            places = config.places if cage.level == NAMESPACES else {}
            _await_jobs(cage, theirs, places, config.python_path, names)
        theirs.close()
        cords.append(ours)
        cage.staff.add(pid)
    return cords


def rehearse(cage: Cage) -> None:
    """Make a run that does nothing.

    Raises:
        OSError: it cannot be made here.
    """
    place = cage.begin(1)
    try:
        apart = cage.open(1, building=False)
        read_end, write_end = os.pipe()
        pid = os.fork()
        if pid == 0:
            _rehearse(cage, place, apart, write_end)
        os.close(write_end)
        said = os.read(read_end, _MAX_REASON_BYTES).decode("utf-8", "replace")
        _, status = os.waitpid(pid, 0)
        cage.reap()
        cage.close()
        if status:
            raise OSError(said or f"a rehearsal ended with {status}")
    finally:
        cage.end()


def _rehearse(cage: Cage, place: int | None, apart: Sequence[int], write_end: int) -> NoReturn:
    """Do what a mother does, and what a run does before it is a program."""
    try:
        cage.enter(place, cage.box, cage.scratch)
        pid = cage.fork(apart)
        if pid == 0:
            cage.lock(apart)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        cage.clear()
    except OSError as error:
        os.write(write_end, str(error).encode()[:_MAX_REASON_BYTES])
        os._exit(1)
    os._exit(1 if status else 0)


def _await_jobs(
    cage: Cage,
    cord: Cord,
    places: Mapping[str, str],
    packages: Sequence[str],
    names: Sequence[str],
) -> NoReturn:
    """Have a mother for every job, once there is one, until a mother ends as it should not."""
    if not cord.receive():
        os._exit(mother.ALONE)
    _settle(places, packages, names)
    status = mother.CLEAN
    while os.waitstatus_to_exitcode(status) not in (mother.BROKEN, mother.ALONE):
        pid = os.fork()
        if pid == 0:
            mother.serve(cage, cord)
        cord.send(b"O %d %d" % (status, pid))
        _, status = os.waitpid(pid, 0)
    os._exit(1)


def _settle(places: Mapping[str, str], packages: Sequence[str], names: Sequence[str]) -> None:
    """Become what a job, and then a program, is to start from.

    Args:
        places: where folders are now that have moved.
        packages: folders that programs import from.
        names: of modules to load.
    """
    importable = [places.get(path, path) for path in packages]
    sys.path[:] = [path for path in (*sys.path, *importable) if os.path.isdir(path)]
    sys.dont_write_bytecode = True
    for name in names:
        importlib.import_module(name)
    os.umask(0o022)
    _set_thread_stacks(_THREAD_STACK_BYTES)
    for which, most in (
        (resource.RLIMIT_NOFILE, _MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (_RLIMIT_MSGQUEUE, 0),
    ):
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (most, most))
        except ValueError:
            if which != _RLIMIT_MSGQUEUE:  # which gVisor lets nobody set; the filter refuses queues
                raise
    gc.collect()
    gc.freeze()
    gc.disable()


def _set_thread_stacks(size: int) -> None:
    """Give new threads stacks of the usual size, rather than as large as the first one's."""
    library = ctypes.CDLL(None)
    attributes = ctypes.create_string_buffer(256)
    library.pthread_attr_init(attributes)
    library.pthread_attr_setstacksize(attributes, ctypes.c_size_t(size))
    library.pthread_setattr_default_np(attributes)
    library.pthread_attr_destroy(attributes)
