"""What is installed has the languages, the sources of their images and the filter of containers."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from reward_sandboxes.languages import IMAGES, languages

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json
from reward_sandboxes.docker import hardening, images
from reward_sandboxes.languages import languages
hashes = {image: images.sources_hash(image) for image in images.folders()}
print(json.dumps({"languages": [*languages()], "hashes": hashes, "at": str(images.IMAGES)}))
assert hardening.SECCOMP.is_file()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel does."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "packages")
    return place / "packages"


def test_every_folder_of_a_language_is_in_the_wheel(installed: Path) -> None:
    for path in IMAGES.rglob("*"):
        if path.is_file():
            copy = installed / "reward_sandboxes" / "images" / path.relative_to(IMAGES)
            assert copy.read_bytes() == path.read_bytes()


def test_an_installed_package_speaks_of_the_same_images(installed: Path) -> None:
    here, there = said_by(ROOT / "sandboxes"), said_by(installed)

    assert there["at"].startswith(str(installed))
    assert there["languages"] == here["languages"] == [*languages()]
    assert there["hashes"] == here["hashes"]


def said_by(packages: Path) -> dict[str, object]:
    """Return what the package in ``packages`` says."""
    site = [path for path in sys.path if path.endswith("site-packages")]
    code = f"import sys; sys.path[:0] = {[str(packages), *site]!r}\n{ASK}"
    run = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, check=True)
    said: dict[str, object] = json.loads(run.stdout)
    return said
