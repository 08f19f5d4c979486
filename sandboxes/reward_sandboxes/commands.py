"""Commands of this host that are trusted: compilers asked for their version, or to read headers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence

from reward_sandboxes.types import SandboxError

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where compilers and interpreters are looked for, outside and inside of sandboxes."""


async def said_by(command: Sequence[str], *, longest_s: float) -> str:
    """Return the first line that ``command`` writes.

    Raises:
        SandboxError: it cannot be run, fails, or takes too long.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": SEARCH_PATH, "LC_ALL": "C"},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(f"{command[0]}: {error}") from error
    try:
        async with asyncio.timeout(longest_s):
            output, _ = await process.communicate()
    except TimeoutError:
        raise SandboxError(f"{command[0]} takes longer than {longest_s:.0f} s") from None
    finally:
        if process.returncode is None:  # also when cancelled
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a compiler has its work done by others
            await process.wait()
    said = output.decode("utf-8", "replace").strip()
    if process.returncode != 0:
        raise SandboxError(f"{' '.join(command)[:200]} fails: {said[-500:]}")
    return said.partition("\n")[0].strip()
