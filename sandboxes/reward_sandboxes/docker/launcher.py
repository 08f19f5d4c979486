"""Starts sandboxes as containers of Docker Engine."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

from docker import DockerClient
from docker.errors import ImageNotFound

from reward_sandboxes.docker.container import Container
from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.docker.found import Found, found_images, how_to_build
from reward_sandboxes.docker.hardening import container_config, host_config
from reward_sandboxes.docker.leftovers import (
    LABEL_LAUNCHER,
    LABEL_LIFETIME,
    LABEL_OWNER,
    remove_leftovers,
)
from reward_sandboxes.docker.options import DockerOptions
from reward_sandboxes.docker.owner import own_name
from reward_sandboxes.launcher import Offer
from reward_sandboxes.types import SandboxError

_LOOK_AGAIN_S = 20.0


class DockerLauncher:
    """A ``launcher.Launcher`` whose sandboxes are containers."""

    backend = "docker"

    def __init__(self, options: DockerOptions) -> None:
        self.options = options
        self._id = uuid.uuid4().hex
        self._engine = Engine(Endpoint.named(options.host), options.api_timeout_s)
        self._host_config = host_config(options)
        self._found = Found(ids={}, offers={}, missing={})
        self._users: set[int] = set()
        self._names: set[str] = set()
        self._endings: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Find the images, and remove what earlier services left behind.

        Raises:
            SandboxError: Docker is away, or there is no image or runtime to use.
        """
        await self._engine.call(self._look)
        if not self._found.offers:
            why = next(iter(self._found.missing.values()), "there are no languages")
            raise SandboxError(f"no language can be run in Docker; {why}")
        if self._looking is None:
            self._looking = asyncio.create_task(self._look_again())

    def offers(self) -> Mapping[str, Offer]:
        """Return the languages whose images are built from the sources that run here."""
        return self._found.offers

    def missing(self) -> Mapping[str, str]:
        """Return the command that builds what each other language needs."""
        return self._found.missing

    async def start(self, kind: str) -> Container:
        """Start a container of the image of folder ``kind``.

        Raises:
            SandboxError: Docker is away or refuses, or the image is gone.
        """
        starting = asyncio.create_task(self._start(kind))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(_kill)
            await asyncio.wait({starting})
            raise

    async def close(self) -> None:
        """Wait until the last containers are gone, and let go of Docker."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._endings:
            await asyncio.wait(self._endings)
        self._engine.close()

    async def _start(self, kind: str) -> Container:
        user = self._free_user()
        name = f"reward-sandbox-{kind}-{uuid.uuid4().hex[:12]}"
        self._users.add(user)
        self._names.add(name)
        container = None
        try:
            identity = await self._engine.call(
                lambda client: self._create(client, kind, name, user)
            )
            container = Container(self._engine, identity)
            await container.start(self.options.api_timeout_s)
        except SandboxError:
            if container is not None:
                container.kill()
                await container.wait()
            self._forget(name, user)
            raise
        ending = asyncio.create_task(self._see_off(container, name, user))
        self._endings.add(ending)
        ending.add_done_callback(self._endings.discard)
        return container

    def _create(self, client: DockerClient, kind: str, name: str, user: int) -> str:
        image = self._found.ids.get(kind)
        if image is None:  # since the last look; whoever keeps sandboxes of it does not know yet
            raise SandboxError(how_to_build(kind, "is gone"))
        body: dict[str, Any] = {
            "Image": image,
            "WorkingDir": "/",
            "Hostname": "sandbox",
            "Labels": {
                LABEL_OWNER: own_name(),
                LABEL_LAUNCHER: self._id,
                LABEL_LIFETIME: str(self.options.lifetime_s),
            },
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            # When the service is gone, so is its end of stdin, and then the harness.
            "OpenStdin": True,
            "StdinOnce": True,
            "NetworkDisabled": True,
            "HostConfig": self._host_config,
            **container_config(self.options, user),
        }
        try:
            create: Any = client.api.create_container_from_config
            created = create(body, name=name)
        except ImageNotFound:
            self._look(client)
            raise SandboxError(how_to_build(kind, "is gone")) from None
        return str(created["Id"])

    async def _see_off(self, container: Container, name: str, user: int) -> None:
        await container.wait()
        self._forget(name, user)

    def _forget(self, name: str, user: int) -> None:
        self._users.discard(user)
        self._names.discard(name)

    def _free_user(self) -> int:
        user = self.options.first_user
        while user in self._users:
            user += 1
        return user

    async def _look_again(self) -> None:
        """Keep an eye on images that are still to be built, and on what is left behind."""
        while True:
            await asyncio.sleep(_LOOK_AGAIN_S)
            try:
                await self._engine.call(self._look)
            except SandboxError:
                continue  # Docker is away; whoever starts a sandbox hears of it

    def _look(self, client: DockerClient) -> None:
        self._refuse_unknown_runtime(client)
        remove_leftovers(client, mine=self._id, alive=frozenset(self._names))
        self._found = found_images(client)

    def _refuse_unknown_runtime(self, client: DockerClient) -> None:
        if not self.options.runtime:
            return
        known = client.info().get("Runtimes", {})
        if self.options.runtime not in known:
            raise SandboxError(
                f"Docker has no runtime {self.options.runtime!r}; it has {', '.join(sorted(known))}"
            )


def _kill(started: asyncio.Task[Container]) -> None:
    if not started.cancelled() and started.exception() is None:
        started.result().kill()
