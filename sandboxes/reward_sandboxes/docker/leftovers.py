"""Containers of services that have ended, and how they are found.

A container ends by itself with the service that started it: its stdin is closed, the harness
leaves, Docker removes it. What is found here could not: it hung, or Docker was away.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from docker import DockerClient
from docker.errors import APIError, NotFound

from reward_sandboxes.docker.owner import is_dead

LABEL_OWNER = "reward-service.owner"
LABEL_LAUNCHER = "reward-service.launcher"
"""Who of the owner's process; one that starts containers knows which it still uses."""
LABEL_LIFETIME = "reward-service.lifetime"
_STARTING_S = 120.0


def remove_leftovers(
    client: DockerClient,
    *,
    mine: str = "",
    alive: Collection[str] = (),
    all_of_them: bool = False,
) -> list[str]:
    """Remove what no service uses any more; return the names.

    Args:
        client: where to look.
        mine: the name of the launcher that asks, if one does.
        alive: names of the containers that it uses; its others are leftovers.
        all_of_them: whether to remove the containers of living services, too.
    """
    removed = []
    for found in client.api.containers(all=True, filters={"label": LABEL_OWNER}):
        name = found["Names"][0].removeprefix("/") if found["Names"] else found["Id"]
        if all_of_them or (name not in alive and _is_leftover(found, mine, time.time())):
            with suppress(NotFound):
                _remove(client, found["Id"])
                removed.append(name)
    return removed


def _is_leftover(found: Mapping[str, Any], mine: str, now: float) -> bool:
    labels, age = found["Labels"], now - found["Created"]
    owner = labels.get(LABEL_OWNER, "")
    lifetime = labels.get(LABEL_LIFETIME, "")
    if found["State"] != "running":
        return age > _STARTING_S or is_dead(owner)
    forgotten = labels.get(LABEL_LAUNCHER) == mine != ""
    return is_dead(owner) or forgotten or age > float(lifetime or "inf")


def _remove(client: DockerClient, identity: str) -> None:
    try:
        client.api.remove_container(identity, force=True, v=True)
    except APIError as error:
        if error.status_code != 409:  # it is being removed already
            raise
