"""Builds the images of sandboxes, and shows that they work."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from docker import DockerClient
from docker.errors import APIError, ContainerError, ImageNotFound

from reward_sandboxes.docker import images
from reward_sandboxes.languages import Language, version_in
from reward_sandboxes.types import SandboxError

_BUILT = re.compile(r"Successfully built ([0-9a-f]+)")
_KEPT_LINES = 12

Say = Callable[[str], None]


def build_image(
    client: DockerClient, image: str, *, base_image: str, network: str, say: Say
) -> Mapping[str, str]:
    """Build the image of folder ``image``; return the version of each of its languages.

    Args:
        client: where to build.
        image: the folder.
        base_image: a Debian image; empty: the Dockerfile's own choice.
        network: network of the build, such as ``host``; empty: Docker's choice.
        say: told each line that the build writes.

    Raises:
        SandboxError: a step fails; the message ends with what it wrote.
        DockerException: Docker is away, or refuses.
    """
    arguments = {"BASE_IMAGE": base_image} if base_image else {}
    unlabelled = build_steps(
        client, images.context(image), say, buildargs=arguments, network=network
    )
    versions = {
        language.name: _version(client, unlabelled, language)
        for language in images.folders()[image]
    }
    labels = {
        images.LABEL_SOURCES: images.sources_hash(image),
        images.LABEL_VERSIONS: json.dumps(versions),
    }
    before = _identity(client, images.tag(image))
    last_steps = f"FROM {unlabelled}\nENTRYPOINT {json.dumps(images.ENTRYPOINT)}\n"
    finish = images.archive([("Dockerfile", last_steps.encode("ascii"))])
    after = build_steps(client, finish, lambda _: None, tag=images.tag(image), labels=labels)
    if before and after not in before:
        with suppress(APIError):  # a container still runs in it
            client.images.remove(before)
    return versions


def build_steps(
    client: DockerClient, context: bytes, say: Say, *, network: str = "", **options: Any
) -> str:
    """Build what ``context`` holds; return the identity of the image.

    Raises:
        SandboxError: a step fails; the message ends with what it wrote.
    """
    identity = ""
    lines: list[str] = []
    for message in client.api.build(
        fileobj=io.BytesIO(context),
        custom_context=True,
        rm=True,
        forcerm=True,
        decode=True,
        network_mode=network or None,
        **options,
    ):
        if "error" in message:
            tail = "\n".join(lines[-_KEPT_LINES:])
            raise SandboxError(f"{message['error'].strip()}\n{tail}")
        for line in filter(None, message.get("stream", "").splitlines()):
            lines.append(line)
            say(line)
            if built := _BUILT.match(line):
                identity = built[1]
    if not identity:
        raise SandboxError("Docker does not say what it built")
    return identity


def _version(client: DockerClient, image: str, language: Language) -> str:
    command = [*language.version] or ["python3", "--version"]
    try:
        said = client.containers.run(
            image, command[1:], entrypoint=command[:1], network_mode="none", remove=True
        )
    except ContainerError as error:
        raise SandboxError(f"{' '.join(command)} fails in the image: {error}") from error
    return version_in(bytes(said).decode("utf-8", "replace"))


def _identity(client: DockerClient, tag: str) -> str:
    try:
        return str(client.images.get(tag).id)
    except ImageNotFound:
        return ""
