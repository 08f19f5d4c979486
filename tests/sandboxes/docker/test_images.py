"""An image is made from its folder and the harness, and known by a hash of both."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from docker.errors import ImageNotFound

from reward_sandboxes.docker import found, images
from reward_sandboxes.docker.found import found_images
from reward_sandboxes.harness.config import read_config
from reward_sandboxes.languages import languages


def names_in(image: str) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(images.context(image))) as archive:
        return archive.getnames()


@pytest.mark.parametrize("image", images.folders())
def test_a_build_sees_its_dockerfile_and_the_harness_alone(image: str) -> None:
    names = names_in(image)
    assert "Dockerfile" in names
    assert "reward_sandboxes/harness/__init__.py" in names
    assert {name.split("/")[1] for name in names if "/" in name} == {
        *("__init__.py", "wire.py", "plain.py", "calls.py", "kernel", "harness")
    }
    assert not any(name.endswith((".toml", ".pyc")) for name in names)


@pytest.mark.parametrize("image", images.folders())
def test_every_dockerfile_takes_a_base_image_and_leaves_no_caches(image: str) -> None:
    text = (images.IMAGES / image / "Dockerfile").read_text(encoding="utf-8")
    assert "ARG BASE_IMAGE=debian:bookworm-slim\nFROM ${BASE_IMAGE}\n" in text
    assert "--no-install-recommends" in text
    assert "python3" in text
    assert "rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/*" in text
    assert "COPY reward_sandboxes /opt/harness/reward_sandboxes\n" in text


def test_the_harness_is_where_the_images_have_it() -> None:
    assert images.HARNESS == "/opt/harness/reward_sandboxes/harness/__main__.py"
    assert "reward_sandboxes/harness/__main__.py" in names_in("python")
    assert images.HARNESS in images.ENTRYPOINT
    read_config(images.ENTRYPOINT[-1:])


def test_the_hash_follows_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "awk"
    folder.mkdir()
    monkeypatch.setattr(images, "IMAGES", tmp_path)
    dockerfile = folder / "Dockerfile"

    def hash_of(text: str) -> str:
        dockerfile.write_text(text)
        images.sources_hash.cache_clear()
        return images.sources_hash("awk")

    first = hash_of("FROM a")
    assert hash_of("FROM b") != first
    assert hash_of("FROM a") == first
    (folder / "language.toml").write_text("read elsewhere")
    assert hash_of("FROM a") == first
    images.sources_hash.cache_clear()


def test_archives_of_the_same_files_are_the_same() -> None:
    assert images.context("python") == images.context("python")


class Client:
    """A Docker that has the images of ``labels``, by folder."""

    def __init__(self, labels: dict[str, dict[str, str]]) -> None:
        self._labels = {images.tag(image): each for image, each in labels.items()}
        self.images = self

    def get(self, tag: str) -> SimpleNamespace:
        if tag not in self._labels:
            raise ImageNotFound(tag)
        return SimpleNamespace(id=f"sha256:{tag}", labels=self._labels[tag])


def current(image: str, **versions: str) -> dict[str, str]:
    return {
        images.LABEL_SOURCES: images.sources_hash(image),
        images.LABEL_VERSIONS: json.dumps(versions),
    }


def test_an_image_runs_every_language_of_its_folder() -> None:
    there = found_images(Client({"cpp": current("cpp", cpp="12.2", cpp20="12.2", c="12.2")}))
    assert list(there.offers) == ["c", "cpp", "cpp20"]
    assert {offer.kind for offer in there.offers.values()} == {"cpp"}
    assert there.offers["cpp"].version == "12.2"
    assert there.missing.keys() == languages().keys() - there.offers.keys()


def test_the_place_of_precompiled_headers_is_filled_in() -> None:
    there = found_images(Client({"cpp": current("cpp")}))
    assert "-I/opt/pch/cpp20" in there.offers["cpp20"].language.build


def test_a_missing_image_is_named_with_the_command_that_builds_it() -> None:
    why = found_images(Client({})).missing["typescript"]
    assert why == (
        "image reward-sandbox-javascript:latest is missing; "
        "build it: reward-service sandbox build javascript"
    )


@pytest.mark.parametrize("labels", [{}, {images.LABEL_SOURCES: "of an older version"}])
def test_an_image_of_other_sources_is_never_used(labels: dict[str, str]) -> None:
    there = found_images(Client({"python": labels}))
    assert "python" not in there.offers
    assert "is of another version; build it" in there.missing["python"]
    assert there.ids == {}


def test_how_to_build_names_the_folder() -> None:
    assert found.how_to_build("go", "is gone").endswith("reward-service sandbox build go")
