"""``reward-service sandbox clean``: what sandboxes left in Docker."""

from __future__ import annotations

from docker import DockerClient
from docker.errors import ImageNotFound

from reward_sandboxes.docker import images
from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.docker.leftovers import remove_leftovers
from reward_service.cli.console import note, say
from reward_service.cli.exits import Exit
from reward_service.config import Settings

_TIMEOUT_S = 60.0


def clean(settings: Settings, *, all_of_them: bool, with_images: bool) -> int:
    """Remove leftovers, and what else is asked for; list them."""
    engine = Engine(Endpoint.named(settings.docker_host or ""), _TIMEOUT_S)
    removed = engine.ask(lambda client: remove_leftovers(client, all_of_them=all_of_them))
    if with_images:
        removed += engine.ask(_remove_images)
    engine.close()
    for name in removed:
        say(name)
    note(f"removed {len(removed)}" if removed else "nothing to remove")
    return Exit.OK


def _remove_images(client: DockerClient) -> list[str]:
    removed = []
    for folder in images.folders():
        try:
            client.images.remove(images.tag(folder))
        except ImageNotFound:
            continue
        removed.append(images.tag(folder))
    return removed
