"""The sandbox's side towards its owner: reads jobs, has their runs made, and tells how they ended.

It is the parent of everything in the sandbox, and no program is ever forked from it or compiled in
it. What it needs of the library is loaded once the zygote is forked, so that no program carries it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NoReturn

from reward_sandboxes.harness import job, mother
from reward_sandboxes.harness.cage import Cage
from reward_sandboxes.harness.config import Config
from reward_sandboxes.harness.cord import Cord
from reward_sandboxes.harness.hello import hello
from reward_sandboxes.harness.owner import Owner, OwnerGoneError
from reward_sandboxes.harness.ward import Ward
from reward_sandboxes.wire import Kind

_UNCLEAN = 4


def serve(
    config: Config,
    cage: Cage,
    refused: Mapping[str, str],
    sources: str,
    owner: tuple[int, int],
    cords: Sequence[Cord],
) -> NoReturn:
    """Say HELLO, then do one job after the other until the owner closes its end."""
    try:
        os._exit(_do_jobs(config, cage, refused, sources, Owner(*owner), cords))
    except OwnerGoneError:
        os._exit(0)
    except (OSError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        os.write(2, f"a job broke: {type(error).__name__}: {error}\n".encode("utf-8", "replace"))
        os._exit(mother.BROKEN)


def _do_jobs(
    config: Config,
    cage: Cage,
    refused: Mapping[str, str],
    sources: str,
    owner: Owner,
    cords: Sequence[Cord],
) -> int:
    wards = [Ward(cage, cord) for cord in cords]
    owner.send(Kind.HELLO, hello(config, cage, refused, sources))
    while job.serve(cage, owner, wards):
        pass
    return _UNCLEAN
