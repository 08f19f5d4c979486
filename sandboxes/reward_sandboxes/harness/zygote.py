"""The process that all jobs are forked from: small, of one thread, and it never sees a job.

It waits until the owner says something, forks a job that reads it, waits for that, and makes sure
that nothing is left. Its own memory is what every program of every job can see, so it stays as it
was when it started.
"""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NoReturn

from reward_sandboxes.harness import job
from reward_sandboxes.harness.builder import COMPILING, built
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.cell import Cells, Task
from reward_sandboxes.harness.config import NAMESPACES, Config
from reward_sandboxes.harness.hello import hello
from reward_sandboxes.harness.limits import RunLimits
from reward_sandboxes.harness.note import Note
from reward_sandboxes.harness.owner import Owner, OwnerGoneError
from reward_sandboxes.wire import Kind

_CLEAN, _UNCLEAN, _BROKEN, _OWNER_GONE = 0, 4, 5, 6
_THREAD_STACK_BYTES = 8 << 20
_REHEARSAL = RunLimits(
    cpu_s=5.0,
    memory_bytes=64 << 20,
    output_bytes=1 << 16,
    disk_mb=1,
    processes=8,
    reserves_memory=False,
)


def serve(
    config: Config, cage: Cage, refused: Mapping[str, str], sources: str, owner: Owner
) -> NoReturn:
    """Say HELLO, then do one job after the other until the owner closes its end."""
    _settle(config.places if cage.level == NAMESPACES else {}, config.python_path)
    owner.send(Kind.HELLO, hello(config, cage, refused, sources))
    poll = select.poll()
    poll.register(owner.fd_in, select.POLLIN)
    while True:
        poll.poll()
        note = Note()
        status = _in_a_fork(partial(_do_job, cage, owner, note))
        if os.WIFSIGNALED(status) and note.read() == COMPILING:
            status = _in_a_fork(partial(_after_compiler, owner, os.WTERMSIG(status)))
        note.close()
        if status != _CLEAN or cage.leftovers():
            _end(status)


def rehearse(cage: Cage, owner: Owner) -> None:
    """Make a run that does nothing, as a job makes one.

    Raises:
        OSError: it cannot be made here.
    """
    cage.begin(1)
    try:
        cells = Cells(cage)
        stdin = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        task = Task(main=_do_nothing, limits=_REHEARSAL, stdin=stdin)
        result = cells.run(task, owner.fd_in)
        os.close(stdin)
        result.close()
        if result.exit_code != 0:
            raise OSError(f"a rehearsal ended with {result.header()}")
    finally:
        cage.end()


def _do_nothing() -> NoReturn:
    os._exit(0)


def _settle(places: Mapping[str, str], packages: Sequence[str]) -> None:
    """Become what a job, and then a program, is to start from.

    Args:
        places: where folders are now that have moved.
        packages: folders that programs import from.
    """
    importable = [places.get(path, path) for path in packages]
    sys.path[:] = [path for path in (*sys.path, *importable) if os.path.isdir(path)]
    sys.dont_write_bytecode = True
    os.umask(0o022)
    _set_thread_stacks(_THREAD_STACK_BYTES)
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


def _in_a_fork(action: Callable[[], int]) -> int:
    """Run ``action`` in a forked process that exits with what it returns; return its status."""
    pid = os.fork()
    if pid == 0:
        os._exit(action())
    _, status = os.waitpid(pid, 0)
    return status


def _do_job(cage: Cage, owner: Owner, note: Note) -> int:
    try:
        return _CLEAN if job.serve(cage, owner, note) else _UNCLEAN
    except OwnerGoneError:
        return _OWNER_GONE
    except (OSError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        os.write(2, f"a job broke: {type(error).__name__}: {error}\n".encode("utf-8", "replace"))
        return _BROKEN


def _after_compiler(owner: Owner, number: int) -> int:
    """Say in a job's place that its program made Python's compiler end it, by a signal."""
    try:
        reason = "time" if number == signal.SIGXCPU else "signalled"
        owner.send(Kind.BUILT, built(ok=False, reason=reason, message="the compiler was ended"))
        job.skip_to_end(owner)
        owner.send(Kind.DONE, {"clean": True, "why": ""})
    except OwnerGoneError:
        return _OWNER_GONE
    return _CLEAN


def _end(status: int) -> NoReturn:
    """End, and with this process everything in the sandbox."""
    code = os.waitstatus_to_exitcode(status)
    os._exit(0 if code == _OWNER_GONE else code if code > 0 else 1)
