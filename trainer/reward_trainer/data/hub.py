"""Data sets of the Hub, by one way to write them: ``hub:owner/name:config@split``.

Files are downloaded by ``huggingface_hub`` into its cache, all of one commit, and are found there
when the Hub is away. Where the Hub is (``HF_ENDPOINT``), the token for what is not public
(``HF_TOKEN``) and not asking at all (``HF_HUB_OFFLINE``) are what they are for every model, too.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reward_trainer.data.splits import SplitError, files_of
from reward_trainer.errors import DataError

HUB = "hub:"
_PLACE = re.compile(r"(?P<name>[\w.-]+/[\w.-]+)(?::(?P<config>[^@#]+))?(?:@(?P<split>[^@:#]+))?")
_FORM = "hub:owner/name, with :config and @split where it has several"
_CARD = "README.md"
_BESIDE = (_CARD, ".gitattributes")
"""Fetched before all else, and with them the list of files; every data set has one of the two."""
_DATASET = "dataset"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where rows are on the Hub."""

    name: str
    """``owner/name``."""
    config: str = ""
    split: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """The files of a split, on this machine."""

    revision: str
    """The commit that they are of."""
    names: tuple[str, ...]
    """As they are called in the data set."""
    folder: Path


def place_of(path: str) -> Place:
    """Return the place that ``hub:...`` names.

    Raises:
        DataError: it names none; says how it is written.
    """
    found = _PLACE.fullmatch(path.removeprefix(HUB))
    if found is None:
        hint = "; a configuration follows a colon, not #" if "#" in path else ""
        raise DataError(f"{path}: a data set of the Hub is written {_FORM}{hint}")
    return Place(**found.groupdict(""))


def fetched(path: str) -> Fetched:
    """Return the files that ``hub:...`` stands for, downloaded where they are not there yet.

    Raises:
        DataError: they cannot be had; says why, and what helps.
    """
    place = place_of(path)
    with _told(path):
        from huggingface_hub import get_cached_repo_tree, resolve_revision

        revision = resolve_revision(place.name, repo_type=_DATASET)
        card = _card(_snapshot(place, revision, _BESIDE) / _CARD)
        names = [
            file.path
            for file in get_cached_repo_tree(place.name, repo_type=_DATASET, revision=revision)
        ]
        wanted = files_of(names, card, config=place.config, split=place.split)
        folder = _snapshot(place, revision, wanted)
    return Fetched(revision=str(revision.resolved), names=tuple(wanted), folder=folder)


def _snapshot(place: Place, revision: str, names: Sequence[str]) -> Path:
    """Have files of a commit in the cache; return the folder they are in."""
    from huggingface_hub import snapshot_download

    patterns = [glob.escape(name) for name in names]
    return Path(
        snapshot_download(
            place.name, repo_type=_DATASET, revision=revision, allow_patterns=patterns
        )
    )


def _card(path: Path) -> Mapping[str, Any]:
    """Return what a card declares; nothing where there is no card, or it declares nothing."""
    from huggingface_hub import metadata_load

    declared = metadata_load(path) if path.exists() else None
    return declared if isinstance(declared, dict) else {}


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Say of what goes wrong what it means, and what helps."""
    import httpx2
    from huggingface_hub import constants, errors

    def refused(why: str) -> DataError:
        return DataError(f"{path}: {why}; or give the path of a local copy")

    try:
        yield
    except SplitError as error:
        raise refused(str(error)) from error
    except errors.GatedRepoError as error:
        raise refused(
            "its owner has to grant access: ask on its page, and set HF_TOKEN to a token that may"
            " read it"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise refused(
            f"{constants.ENDPOINT} has no such data set, or it is private: mind the name, and set"
            " HF_TOKEN to a token that may read it"
        ) from error
    except (
        errors.RevisionResolutionError,
        errors.LocalEntryNotFoundError,
        errors.CachedRepoTreeNotFoundError,
        httpx2.TransportError,
    ) as error:
        away = f"{constants.ENDPOINT} does not answer ({_cause(error)})"
        why = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else away
        raise refused(f"{why}, and the cache does not hold it") from error
    except (OSError, ValueError) as error:
        raise refused(_cause(error)) from error


def _cause(error: BaseException) -> str:
    """Return in a line what came first."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
