"""``reward-service sandbox build``: the images in which docker sandboxes run programs."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass

from reward_sandboxes.docker import images
from reward_sandboxes.docker.builder import build_image
from reward_sandboxes.docker.endpoint import Endpoint
from reward_sandboxes.docker.engine import Engine
from reward_sandboxes.docker.found import found_images
from reward_sandboxes.types import SandboxError
from reward_service.cli.console import note, one_line, say
from reward_service.cli.exits import Exit
from reward_service.cli.language_names import chosen_languages
from reward_service.cli.tables import table
from reward_service.config import Settings

_CLEAR_LINE = "\r\x1b[K"
_WIDTH = 96
# A step may say nothing for long: a package that unpacks, a header that is compiled.
SILENT_S = 900.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Builds:
    """How images are built."""

    base_image: str = ""
    network: str = ""
    force: bool = False
    verbose: bool = False


def images_of(names: Sequence[str], parser: ArgumentParser) -> list[str]:
    """Return the folders of the images of the languages ``names``, or of all if there are none."""
    return [*dict.fromkeys(images.folder(language) for language in chosen_languages(names, parser))]


def build(settings: Settings, folders: Sequence[str], builds: Builds) -> int:
    """Build the images of ``folders``, one after the other; say how it went."""
    engine = Engine(Endpoint.named(settings.docker_host or ""), SILENT_S)
    engine.ask(lambda client: client.ping())
    rows, failed = [], []
    for folder in folders:
        start = time.monotonic()
        try:
            made = build_one(engine, folder, builds)
        except SandboxError as error:
            failed.append(folder)
            note(f"{folder}: {error}")
        else:
            took = f"{time.monotonic() - start:.1f} s" if made else "up to date"
            rows.append([images.tag(folder), *_described(engine, folder), took])
    if rows:
        say(table(["image", "languages", "size", "built in"], rows, text=(0, 1)))
    engine.close()
    if failed:
        note(
            f"not built: {', '.join(failed)}; --verbose shows every line, --base-image and "
            "--network name another image and way out"
        )
    return Exit.FAILED if failed else Exit.OK


def build_one(engine: Engine, folder: str, builds: Builds) -> bool:
    """Build the image of ``folder``; return False where it is up to date.

    Raises:
        SandboxError: it cannot be built.
    """
    if not builds.force and folder in engine.ask(found_images).ids:
        return False
    line = _Line(folder, verbose=builds.verbose)
    try:
        engine.ask(
            lambda client: build_image(
                client,
                folder,
                base_image=builds.base_image,
                network=builds.network,
                say=line.show,
            )
        )
    finally:
        line.clear()
    return True


class _Line:
    """The last line that a build wrote, in place on a terminal; elsewhere its steps."""

    def __init__(self, name: str, *, verbose: bool) -> None:
        self._name = name
        self._verbose = verbose
        self._live = sys.stderr.isatty() and not verbose

    def show(self, line: str) -> None:
        """Show ``line``."""
        line = one_line(line)
        if self._live:
            sys.stderr.write(f"{_CLEAR_LINE}{self._name}: {line[:_WIDTH]}")
            sys.stderr.flush()
        elif self._verbose or line.startswith("Step "):
            note(f"{self._name}: {line}" if self._verbose else f"{self._name}: {line[:_WIDTH]}")

    def clear(self) -> None:
        """Make room for another line."""
        if self._live:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()


def _described(engine: Engine, folder: str) -> tuple[str, str]:
    found = engine.ask(lambda client: client.images.get(images.tag(folder)))
    spoken = ", ".join(language.name for language in images.folders()[folder])
    return spoken, f"{found.attrs['Size'] / 1e6:.0f} MB"
