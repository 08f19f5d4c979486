"""Everything that a run needs to go on as if it had never stopped.

A checkpoint is written beside its place and renamed into it, so one that has a name is whole; the
one before is dropped only then.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from reward_trainer.errors import TrainerError
from reward_trainer.learner import Learner

_NAME = re.compile(r"step-(\d{6,})")
_STATE = "state.json"


def save(folder: Path, step: int, learner: Learner, state: dict[str, Any], *, keep: int) -> Path:
    """Write the checkpoint of ``step`` into ``folder``; keep the newest ``keep``.

    Raises:
        OSError: it could not be written; those that were there still are.
    """
    place = folder / f"step-{step:06d}"
    beside = folder / f".{place.name}.part"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        for part, value in learner.state().items():
            _save(value, beside / f"{part}.pt")
        _write({**state, "step": step}, beside / _STATE)
        if place.exists():
            shutil.rmtree(place)
        beside.rename(place)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _sync(folder)
    for _, old in checkpoints(folder)[:-keep]:
        shutil.rmtree(old, ignore_errors=True)
    return place


def checkpoints(folder: Path) -> list[tuple[int, Path]]:
    """Return (step, place) of every whole checkpoint in ``folder``, the oldest first."""
    if not folder.is_dir():
        return []
    found = [(_NAME.fullmatch(path.name), path) for path in folder.iterdir()]
    return sorted((int(match[1]), path) for match, path in found if match)


def restore(place: Path, learner: Learner) -> dict[str, Any]:
    """Give ``learner`` what the checkpoint at ``place`` holds; return the state saved with it.

    Raises:
        TrainerError: it is of a run that trains something else.
    """
    try:
        learner.load(Parts(place))
    except TrainerError as error:
        raise TrainerError(f"{place}: {error}") from error
    return dict(json.loads((place / _STATE).read_text(encoding="utf-8")))


def _save(value: Any, path: Path) -> None:
    with path.open("wb") as file:
        try:
            torch.save(value, file)
        except RuntimeError as error:
            # What torch makes of a disk that is full: its archive cannot be ended either.
            raise OSError(
                f"{path.name} could not be written: {error.__context__ or error}"
            ) from error
        file.flush()
        os.fsync(file.fileno())


class Parts(Mapping[str, Any]):
    """The parts of a checkpoint: ``policy``, ``optimizer`` and perhaps ``reference``.

    Each is read when it is asked for: other processes are sent the place, and not the parts.
    """

    def __init__(self, place: Path) -> None:
        """Be those of the checkpoint at ``place``."""
        self._place = place

    def __getitem__(self, part: str) -> Any:
        try:
            return load_part(self._place, part)
        except FileNotFoundError as error:
            raise KeyError(part) from error

    def __iter__(self) -> Iterator[str]:
        return (path.stem for path in self._place.glob("*.pt"))

    def __len__(self) -> int:
        return len(list(iter(self)))


def load_part(place: Path, part: str) -> Any:
    """Return a part of the checkpoint at ``place``; see ``Parts``."""
    return torch.load(place / f"{part}.pt", map_location="cpu", weights_only=True)


def _write(value: Any, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
