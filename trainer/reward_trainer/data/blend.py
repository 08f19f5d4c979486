"""Which sources there are: those of a blend, changed by what the configuration says of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources import files

from reward_trainer.errors import DataError
from reward_trainer.sections import Data, Source

_ENDING = ".toml"


def blends() -> list[str]:
    """Return the names of the blends there are."""
    there = files("reward_trainer.blends").iterdir()
    return sorted(file.name.removesuffix(_ENDING) for file in there if file.name.endswith(_ENDING))


def blend(name: str) -> list[Source]:
    """Return the sources of a blend.

    Raises:
        DataError: there is none of that name.
    """
    if name not in blends():
        raise DataError(f"data.blend: there is no {name!r}{_nearest(name, blends())}")
    text = files("reward_trainer.blends").joinpath(name + _ENDING).read_text(encoding="utf-8")
    return [Source.model_validate(source) for source in tomllib.loads(text)["sources"]]


def sources_of(data: Data) -> list[Source]:
    """Return all sources that prompts are drawn from, in order.

    Raises:
        DataError: there are none, two have one name, or a name is of none.
    """
    found = {source.name: source for source in blend(data.blend)} if data.blend else {}
    found |= _by_name(data.sources)
    for name, path in data.paths.items():
        _require(name, found, "data.paths")
        found[name] = found[name].model_copy(update={"path": path, "reasoning_gym": []})
    for name in data.without:
        _require(name, found, "data.without")
    sources = [source for name, source in found.items() if name not in data.without]
    if not sources:
        raise DataError(
            "there are no prompts to learn from: give data.sources, or data.blend, one of"
            f" {', '.join(blends())}"
        )
    return sources


def _by_name(sources: Iterable[Source]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for source in sources:
        if source.name in found:
            raise DataError(f"data.sources: two are called {source.name!r}; rename one")
        if bool(source.path) == bool(source.reasoning_gym):
            raise DataError(
                f"source {source.name!r}: give either a path or names for reasoning_gym"
            )
        found[source.name] = source
    return found


def _require(name: str, found: Iterable[str], where: str) -> None:
    if name not in found:
        raise DataError(f"{where}: there is no source {name!r}{_nearest(name, found)}")


def _nearest(name: str, known: Iterable[str]) -> str:
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(names)}"
