"""A run's folder: whose it is, how far its run has come, and the configuration that is kept there.

A folder with other things in it is refused before anything is written among them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reward_trainer.checkpoint import checkpoints
from reward_trainer.complaints import complaint
from reward_trainer.config import Config
from reward_trainer.errors import TrainerError
from reward_trainer.log import Watcher
from reward_trainer.record import Record

CONFIG = "config.json"
_BEFORE_IT_BEGINS = frozenset({"data", "engine.log", "logged-as", "tensorboard", "wandb"})
"""What is written before a run can begin, and stays where it could not."""
_OF_SHELLS = frozenset({".log", ".out", ".err"})
"""Endings of files that what a run says may be sent to, in its own folder."""
_OF_SYSTEMS = frozenset({"lost+found"})
_NAMED_FILES = 3
_LONGEST_VALUE = 60
_MAY_CHANGE = (
    *("service.", "sampler.", "run.steps", "run.folder", "run.checkpoint_every"),
    *("run.keep_checkpoints", "run.loggers", "run.gpus", "evaluation."),
    *("algorithm.microbatch_tokens", "model.logprob_chunk_tokens", "model.gradient_checkpointing"),
)
"""What may change when a run goes on."""


def configuration_in(folder: Path) -> Config | None:
    """Return the configuration of the run in ``folder``; None: there is none.

    Raises:
        TrainerError: what is there is something else's.
    """
    path = folder / CONFIG
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        config = Config.model_validate(kept)
    except ValueError as error:
        first = complaint(error).partition("; ")[0]
        raise TrainerError(
            f"{folder} holds no run of this trainer: its {CONFIG} is another's ({first})"
        ) from error
    if "run" not in kept:  # a run's says all, and this may be anything's
        raise TrainerError(f"{folder} holds no run of this trainer: its {CONFIG} is another's")
    return config


def refuse_another_run(config: Config, folder: Path, watchers: Sequence[Watcher] = ()) -> None:
    """See that ``folder`` is free for a run, or that its run began with the same configuration.

    Where that has learned nothing yet, its folder is taken over, and ``watchers`` are told.

    Raises:
        TrainerError: it began with another, or something else than a run is there.
    """
    theirs = configuration_in(folder)
    if theirs is None:
        _refuse_foreign(folder)
        return
    changed = sorted(_differences(config.model_dump(mode="json"), theirs.model_dump(mode="json")))
    forbidden = [name for name in changed if not name.startswith(_MAY_CHANGE)]
    if not forbidden:
        return
    others = ", ".join(
        f"{name} ({_value(theirs, name)}, not {_value(config, name)})" for name in forbidden
    )
    if Record.learned(folder) or newest_step(folder):
        raise TrainerError(
            f"{folder} holds a run with another {others}; give --folder another name, or the run's"
            " own values"
        )
    why = f"{folder} held a run with another {others} that had learned nothing"
    for watcher in watchers:
        watcher.event({"step": 0, "event": "taken_over", "why": why})


def newest_step(folder: Path) -> int:
    """Return the step that the run in ``folder`` goes on from; 0: the beginning."""
    return max((step for step, _ in checkpoints(folder / "checkpoints")), default=0)


def write_down(config: Config, folder: Path) -> None:
    """Write the configuration of a run that can begin; one that cannot leaves none behind."""
    folder.mkdir(parents=True, exist_ok=True)
    beside = folder / f".{CONFIG}.part"
    said = config.model_dump(mode="json", exclude={"service": {"token"}})  # a secret
    beside.write_text(json.dumps(said, indent=2), encoding="utf-8")
    beside.replace(folder / CONFIG)


def _refuse_foreign(folder: Path) -> None:
    """See that nothing is in ``folder`` that was there before a run was tried in it.

    Raises:
        TrainerError: there is.
    """
    if not folder.is_dir():
        return
    foreign = sorted(path.name for path in folder.iterdir() if not _may_be_there(path))
    if foreign:
        more = ", ..." if len(foreign) > _NAMED_FILES else ""
        raise TrainerError(
            f"{folder} holds no run of this trainer, but {', '.join(foreign[:_NAMED_FILES])}{more};"
            " give --folder another name"
        )


def _may_be_there(path: Path) -> bool:
    """Return whether a run may begin beside ``path``."""
    known = path.name in _BEFORE_IT_BEGINS | _OF_SYSTEMS
    return known or path.name.startswith(".") or path.suffix in _OF_SHELLS


def _value(config: Config, name: str) -> str:
    """Return the value of a field in few characters."""
    found: Any = config.model_dump(mode="json")
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    text = json.dumps(found)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _differences(one: Any, other: Any, prefix: str = "") -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            name
            for key in one.keys() | other.keys()
            for name in _differences(one.get(key), other.get(key), f"{prefix}.{key}".lstrip("."))
        ]
    return [] if one == other else [prefix]
