"""How often each language uses each group of up to three letters: langdetect's profiles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, kw_only=True, slots=True)
class Profiles:
    """What langdetect knows of its 55 languages."""

    languages: tuple[str, ...]
    """Their codes, in the order of the columns of ``shares``."""
    rows: Mapping[str, int]
    """The row of each group of letters."""
    shares: npt.NDArray[np.float64]
    """How much of a language's text each group makes up, among the groups as long as itself."""


@cache
def profiles() -> Profiles:
    """Read the profiles of the installed langdetect: 88,000 groups, 39 MB, once.

    langdetect takes the languages in the order in which the file system lists them. That order
    can matter to the last bit of a probability only; here it is the alphabet's.
    """
    folder = files("langdetect").joinpath("profiles")
    read = [json.loads(path.read_text("utf-8")) for path in folder.iterdir() if path.is_file()]
    read.sort(key=lambda profile: str(profile["name"]))

    rows: dict[str, int] = {}
    for profile in read:
        for group in profile["freq"]:
            rows.setdefault(group, len(rows))
    shares = np.zeros((len(rows), len(read)))
    for column, profile in enumerate(read):
        n_groups = profile["n_words"]
        for group, count in profile["freq"].items():
            shares[rows[group], column] = count / n_groups[len(group) - 1]
    shares.flags.writeable = False
    return Profiles(languages=tuple(profile["name"] for profile in read), rows=rows, shares=shares)
