"""Which images there are, and whether they are current."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from docker import DockerClient
from docker.errors import ImageNotFound

from reward_sandboxes.docker import images
from reward_sandboxes.languages import Language, languages
from reward_sandboxes.launcher import Offer


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The images there are."""

    ids: Mapping[str, str]
    """Identity of each usable image, by its folder."""
    offers: Mapping[str, Offer]
    missing: Mapping[str, str]


def found_images(client: DockerClient) -> Found:
    """Return which languages have an image that is built from the sources of this process."""
    ids: dict[str, str] = {}
    offers: dict[str, Offer] = {}
    missing: dict[str, str] = {}
    for image, spoken in images.folders().items():
        try:
            found = client.images.get(images.tag(image))
        except ImageNotFound:
            why = "is missing"
        else:
            if found.labels.get(images.LABEL_SOURCES) == images.sources_hash(image):
                ids[image] = str(found.id)
                versions = json.loads(found.labels.get(images.LABEL_VERSIONS, "{}"))
                offers |= {each.name: _offer(each, image, versions) for each in spoken}
                continue
            why = "is of another version"
        missing |= {each.name: how_to_build(image, why) for each in spoken}
    in_order = {name: offers[name] for name in languages() if name in offers}
    return Found(ids=ids, offers=in_order, missing=missing)


def how_to_build(image: str, why: str) -> str:
    """Return what is wrong with the image of folder ``image``, and the command that mends it."""
    return f"image {images.tag(image)} {why}; build it: reward-service sandbox build {image}"


def _offer(language: Language, image: str, versions: Mapping[str, str]) -> Offer:
    place = f"{images.PRECOMPILED}/{language.name}"
    build = [word.replace("{pch}", place) for word in language.build]
    return Offer(
        language=replace(language, build=build),
        kind=image,
        version=versions.get(language.name, ""),
    )
