"""What is wrong with what was given, with the nearest name of what there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from reward_trainer.config import Config, names
from reward_trainer.sections import Section
from reward_trainer.settings import part_of


def complaint(error: ValueError) -> str:
    """Return what is wrong with values that were given, all of it in one line."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(map(_one, error.errors()))


def unknown_option(given: str, options: Iterable[str], *, has_settings: bool) -> str:
    """Return that there is no such option, and what may have been meant.

    Args:
        given: what stands on the command line.
        options: that there are.
        has_settings: whether ``--set`` is one of them.
    """
    option = given.partition("=")[0]
    name = option.lstrip("-").replace("-", "_")
    meant = get_close_matches(option, options, n=1, cutoff=0.75)
    if not meant and has_settings:
        meant = [f"--set {one}=VALUE" for one in names() if one.rpartition(".")[2] == name][:1]
    hint = f"; did you mean {meant[0]}?" if meant else "; --help lists what there is"
    return f"there is no {option}{hint}" if option.startswith("-") else f"{given!r} is one too many"


def _one(error: Any) -> str:
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "value_error":  # a rule of our own, which says all there is to say
        rule = error["msg"].removeprefix("Value error, ")
        return f"{where}: {rule}" if where else str(rule)
    if error["type"] == "extra_forbidden":
        *place, name = error["loc"]
        close = get_close_matches(str(name), _fields(place), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        return f"there is no {where!r}{hint}"
    if error["type"] == "missing":
        return f"{where}: has to be given"
    return f"{where}: {error['msg']}, not {error['input']!r:.60}"


def _fields(place: Sequence[str | int]) -> list[str]:
    """Return the fields of the section at ``place`` of a configuration, or of a list's element."""
    section: type[Section] = Config
    for part in place:
        if isinstance(part, str) and part in section.model_fields:
            section = part_of(section.model_fields[part], Section) or section
    return list(section.model_fields)
