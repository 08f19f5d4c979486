"""``reward-service sandbox serve``: the sandbox manager."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence

from reward_sandboxes.backend import make_sandboxes
from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.manager import Manager
from reward_sandboxes.types import SandboxError, Sandboxes
from reward_service.cli.console import note, one_line, say
from reward_service.cli.exits import Exit
from reward_service.cli.loop import run_until_told
from reward_service.cli.sandbox_build import SILENT_S, Builds, build_one
from reward_service.config import Settings
from reward_service.sandbox_lane.options import backend_options

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0


def serve(settings: Settings, folders: Sequence[str], builds: Builds) -> int:
    """Serve until told to stop; ``folders`` are the images to build first."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s: %(message)s")
    try:
        run_until_told(_serve(settings, folders, builds))
    except KeyboardInterrupt:
        note("stopped")
    return Exit.OK


async def _serve(settings: Settings, folders: Sequence[str], builds: Builds) -> None:
    options = backend_options(settings)
    sandboxes = make_sandboxes(settings.sandbox, options)
    manager = Manager(sandboxes, token=options.token)
    try:
        port = await manager.listen(settings.host, settings.port)
        say(f"running programs for tcp://{settings.host}:{port}")
        sys.stdout.flush()
        # Programs of the first language need not wait until the last one is built.
        await asyncio.to_thread(_build, settings, folders[:1], builds)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(_build, settings, folders[1:], builds))
            await _start(sandboxes)
            note(f"ready: {sandboxes.status().backend}, level {sandboxes.status().level}")
            await asyncio.Event().wait()
    finally:
        await manager.close()
        await sandboxes.close()


def _build(settings: Settings, folders: Sequence[str], builds: Builds) -> None:
    if not folders:
        return
    engine = Engine(Endpoint.named(settings.docker_host or ""), SILENT_S)
    for folder in folders:
        try:
            if build_one(engine, folder, builds):
                note(f"{folder}: built")
        except SandboxError as error:
            note(f"{folder}: {error}")
    engine.close()


async def _start(sandboxes: Sandboxes) -> None:
    """Start them, however long it takes: whoever asks meanwhile hears what is missing."""
    pause_s, told = _FIRST_PAUSE_S, ""
    while True:
        try:
            await sandboxes.start()
        except SandboxError as error:
            if str(error) != told:
                told = str(error)
                note(one_line(f"not ready: {told}"))
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        else:
            return
