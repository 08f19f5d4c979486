"""Loggers beside the JSONL file: TensorBoard, Weights & Biases, trackio.

Their packages are imported only where they are asked for, and before the model is loaded: one that
is missing stops the run before it has cost anything.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

from reward_trainer.errors import TrainerError
from reward_trainer.seeing.lines import number

PROJECT = "reward-trainer"
_SECRET = frozenset({"token", "password", "api_key", "key"})


class LoggerError(TrainerError):
    """A logger that was asked for cannot be had."""


class Logger(Protocol):
    """Something that keeps the numbers of a run elsewhere, too."""

    def step(self, record: Mapping[str, Any]) -> None:
        """Keep a step's numbers."""
        ...

    def event(self, record: Mapping[str, Any]) -> None:
        """Keep what happened."""
        ...

    def waits(self, record: Mapping[str, Any]) -> None:
        """Keep nothing: that a run still waits is of the moment."""
        ...

    def close(self) -> None:
        """Send what is held back."""
        ...


def open_loggers(
    names: Iterable[str], run_folder: Path, config: Mapping[str, Any] | Any
) -> list[Logger]:
    """Return the loggers of ``names``.

    Args:
        names: of ``tensorboard``, ``wandb``, ``trackio``; each once.
        run_folder: of the run, which is called after it.
        config: of the run; tokens in it are not sent.

    Raises:
        LoggerError: a package is missing (the message names it), or there is no such logger.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        if name not in _LOGGERS:
            raise LoggerError(f"there is no logger {name!r}; there are {', '.join(_LOGGERS)}")
    loggers: list[Logger] = []
    plain = config.model_dump(mode="json") if hasattr(config, "model_dump") else dict(config)
    try:
        loggers.extend(_LOGGERS[name](run_folder, without_secrets(plain)) for name in wanted)
    except BaseException:
        for logger in loggers:
            logger.close()
        raise
    return loggers


def without_secrets(value: Any) -> Any:
    """Return ``value`` with what is called a token, a key or a password left out."""
    if isinstance(value, Mapping):
        return {key: without_secrets(one) for key, one in value.items() if key not in _SECRET}
    if isinstance(value, list):
        return [without_secrets(one) for one in value]
    return value


class TensorBoard:
    """Event files in the run's folder."""

    def __init__(self, run_folder: Path, config: Mapping[str, Any]) -> None:
        _module("tensorboard", "tensorboard", "tensorboard")
        writers = _module("torch.utils.tensorboard", "tensorboard", "tensorboard")
        self._open: Callable[..., Any] = partial(
            writers.SummaryWriter, log_dir=str(run_folder / "tensorboard")
        )
        self._config = config
        self._writer: Any = None

    def step(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""
        step, numbers = _numbers(record)
        writer = self._opened(step)
        for name, value in numbers.items():
            writer.add_scalar(name, value, step)
        # After a kill nothing may be missing before the step that the run goes on with.
        writer.flush()

    def event(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""
        step = _step(record)
        writer = self._opened(step)
        writer.add_text(f"event/{record.get('event')}", _block(record), step)
        for name, value in _scores(record).items():
            writer.add_scalar(name, value, step)

    def waits(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""

    def close(self) -> None:
        """See ``Logger``."""
        if self._writer is not None:
            self._writer.close()

    def _opened(self, step: int) -> Any:
        """Return the writer; what an earlier start wrote from ``step`` on is superseded by it."""
        if self._writer is None:
            self._writer = self._open(purge_step=step)
            self._writer.add_text("config", _block(self._config), step)
        return self._writer


class Wandb:
    """A run of Weights & Biases, which goes on where this one does."""

    def __init__(self, run_folder: Path, config: Mapping[str, Any]) -> None:
        wandb = _module("wandb", "wandb", "wandb")
        self._run: Any = wandb.init(
            project=PROJECT,
            name=run_folder.resolve().name,
            dir=str(run_folder),
            config=dict(config),
            id=_id_of(run_folder),
            resume="allow",
            # The terminal is the live view's, which is no log to be kept.
            settings=wandb.Settings(console="off"),
        )

    def step(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""
        step, numbers = _numbers(record)
        self._run.log(numbers, step=step)

    def event(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""
        name = str(record.get("event"))
        self._run.log({f"event/{name}": 1, **_scores(record)}, step=_step(record))

    def waits(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""

    def close(self) -> None:
        """See ``Logger``."""
        self._run.finish()


class Trackio:
    """A run of trackio, on this machine; it tells runs apart by their name alone."""

    def __init__(self, run_folder: Path, config: Mapping[str, Any]) -> None:
        self._trackio: Any = _module("trackio", "trackio", "trackio")
        name = f"{run_folder.resolve().name}-{_id_of(run_folder)}"
        self._trackio.init(project=PROJECT, name=name, config=dict(config), resume="allow")

    def step(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""
        step, numbers = _numbers(record)
        self._trackio.log(numbers, step=step)

    def event(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""
        name = str(record.get("event"))
        self._trackio.log({f"event/{name}": 1, **_scores(record)}, step=_step(record))

    def waits(self, record: Mapping[str, Any]) -> None:
        """See ``Logger``."""

    def close(self) -> None:
        """See ``Logger``."""
        self._trackio.finish()


_LOGGERS: Mapping[str, Callable[[Path, Mapping[str, Any]], Logger]] = MappingProxyType(
    {"tensorboard": TensorBoard, "wandb": Wandb, "trackio": Trackio}
)


def _module(module: str, logger: str, package: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise LoggerError(
            f"the logger {logger} needs the package {package}, which cannot be imported"
            f" ({error}): pip install {package}, or leave it out of run.loggers"
        ) from error


def _numbers(record: Mapping[str, Any]) -> tuple[int, dict[str, float]]:
    """Return the step, and what of a record is a number; an unknown reward is none."""
    found = {name: number(value) for name, value in record.items() if name != "step"}
    return _step(record), {name: value for name, value in found.items() if value is not None}


def _step(record: Mapping[str, Any]) -> int:
    return int(number(record.get("step")) or 0)


def _scores(record: Mapping[str, Any]) -> dict[str, float]:
    """Return what an evaluation found."""
    scores = record.get("scores")
    named = dict(scores) if isinstance(scores, Mapping) else {}
    if "blend" in record:
        named["blend"] = record["blend"]
    found = {f"evaluation/{name}": number(value) for name, value in named.items()}
    return {name: value for name, value in found.items() if value is not None}


def _block(value: Mapping[str, Any]) -> str:
    """Return JSON as Markdown shows it: four spaces make code of it."""
    text = json.dumps(dict(value), indent=2, default=str)
    return "\n".join(f"    {line}" for line in text.splitlines())


def _id_of(run_folder: Path) -> str:
    """Return the name that a run keeps when it goes on."""
    path = run_folder / "logged-as"
    if not path.exists():
        run_folder.mkdir(parents=True, exist_ok=True)
        path.write_text(uuid.uuid4().hex[:12], encoding="ascii")
    return path.read_text(encoding="ascii").strip()
