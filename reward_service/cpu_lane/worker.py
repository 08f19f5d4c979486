"""A worker: one process that judges question after question, until it is told to stop or is killed.

It is forked by the zygote with every verifier loaded, locks itself up and then never returns. It
answers each question as soon as it is judged, because the service holds a clock on every one of
them. It has no clock of its own and catches next to nothing: whatever goes wrong ends it, and the
service decides whose fault that was.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from reward_sandboxes.kernel import prctl
from reward_service.cpu_lane.frames import MAX_MESSAGE_CHARS, Line
from reward_service.cpu_lane.jail import filter_calls, lock_up
from reward_service.cpu_lane.progress import Progress
from reward_verifiers.errors import BadSpecError
from reward_verifiers.specs import Spec
from reward_verifiers.verdict import Verdict

EXIT_CRASHED = 70
"""A verifier raised something it must not raise."""
EXIT_OUT_OF_MEMORY = 71
"""The memory limit was reached."""
MAX_TRACEBACK_CHARS = 8000


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What a worker needs of a domain."""

    spec: type[Spec]
    judge: Callable[[str, Any], Verdict]

    @classmethod
    def load(cls, spec: str, module: str) -> Target:
        """Import a target: ``spec`` is ``module:class``, ``module`` has a ``judge``."""
        spec_module, spec_name = spec.split(":")
        return cls(
            spec=getattr(import_module(spec_module), spec_name),
            judge=import_module(module).judge,
        )


def run(
    descriptor: int,
    progress: Progress,
    targets: Mapping[str, Target],
    *,
    readable: Sequence[Path],
    memory_mb: int,
    zygote: int,
) -> NoReturn:
    """Judge what comes through ``descriptor`` until the service is gone; then exit.

    Nothing gets out of here but by exiting at once: below on the stack is the zygote's code, which
    is not this process's to go on with.
    """
    status = EXIT_CRASHED
    try:
        line = _move_in(descriptor, readable, memory_mb, zygote)
        _serve(line, progress, targets)
        status = 0
    finally:
        _tell(sys.exception())
        os._exit(status)


def _move_in(descriptor: int, readable: Sequence[Path], memory_mb: int, zygote: int) -> Line:
    """Leave the zygote's session and files behind, lock this process up, and say so."""
    sys.dont_write_bytecode = True
    os.setsid()
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
    jail = lock_up(readable, memory_mb)
    prctl.die_with_parent(zygote)
    jail["seccomp"] = filter_calls()
    line = Line(descriptor)
    line.write(json.dumps({"jail": jail}).encode())
    return line


def _serve(line: Line, progress: Progress, targets: Mapping[str, Target]) -> None:
    @lru_cache(maxsize=16)
    def read_spec(domain: str, raw: str) -> Spec:
        return targets[domain].spec.model_validate_json(raw)

    while (frame := line.read()) is not None:
        group = json.loads(frame)
        spec = read_spec(group["domain"], group["spec"])
        judge = targets[group["domain"]].judge
        for question_id, answer in group["questions"]:
            progress.begun = question_id
            result = _judged(judge, answer, spec)
            line.write(
                f'{{"id":{question_id},"cpu_ns":{time.process_time_ns()},{result}}}'.encode()
            )


def _judged(judge: Callable[[str, Any], Verdict], answer: str, spec: Spec) -> str:
    """Return the fields of the reply that say what ``judge`` said, as JSON."""
    try:
        return f'"verdict":{judge(answer, spec).model_dump_json()}'
    except BadSpecError as error:
        return f'"bad_spec":{json.dumps(str(error)[:MAX_MESSAGE_CHARS])}'
    except MemoryError:
        # Earlier questions may have filled the memory, so this says nothing of the item yet: the
        # service asks a fresh worker once more.
        os._exit(EXIT_OUT_OF_MEMORY)
    except (RecursionError, OverflowError) as error:
        verdict = Verdict.over_limit(
            f"too deep or too large to judge ({type(error).__name__})", answer
        )
        return f'"verdict":{verdict.model_dump_json()}'


def _tell(error: BaseException | None) -> None:
    """Write the end of the traceback of ``error`` to stderr, which the service logs."""
    if error is not None:
        text = "".join(traceback.format_exception(error, limit=-20))
        os.write(2, text[-MAX_TRACEBACK_CHARS:].encode("utf-8", "backslashreplace"))
