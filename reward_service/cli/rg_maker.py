"""Makes puzzles, in a process of its own: ``python -m reward_service.cli.rg_maker``.

A process of its own, because puzzles depend on how Python hashes texts, which is settled when a
process starts (five data sets choose from sets of words); and because ``codeio`` runs the programs
that it asks about, which are the package's. One JSON object comes in (``Order``); lines of JSON go
out: ``{"at": NAME}`` before each data set, ``{"item": ...}``, or at last ``{"error": ...}``. What
the package raises while it makes a puzzle ends the process; whoever started it knows where.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import IO, Any

from reward_verifiers.reasoning_gym.package import factory
from reward_verifiers.reasoning_gym.upstream import board_format
from reward_verifiers.reasoning_gym_entries import SCORED_CONFIG

INSTRUCTION = "Give the final answer, and nothing else, between <answer> and </answer>."


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What puzzles to make."""

    datasets: list[str]
    size: int
    """Of each data set."""
    seed: int
    level: int | None
    configs: Mapping[str, Mapping[str, Any]]
    """By data set."""
    bare: bool
    """Whether prompts are the questions alone."""


class ConfigError(ValueError):
    """The package does not take a configuration."""


def main(source: IO[str], sink: IO[str]) -> None:
    """Make what ``source`` orders, line by line into ``sink``."""
    order = Order(**json.load(source))
    try:
        for name in order.datasets:
            sink.write(f"{json.dumps({'at': name})}\n")
            sink.flush()
            for item in items(name, order):
                sink.write(f"{json.dumps({'item': item}, ensure_ascii=False)}\n")
    except ConfigError as error:
        sink.write(f"{json.dumps({'error': str(error)})}\n")
    sink.flush()


def items(name: str, order: Order) -> Iterator[dict[str, Any]]:
    """Yield the items of one data set.

    Raises:
        ConfigError: it cannot be configured so.
    """
    config = _config(name, order)
    # What the package prints is for whoever debugs it: not part of our output.
    quiet = partial(contextlib.redirect_stdout, io.StringIO())
    with quiet():
        data_set = factory().DATASETS[name][0](config)
    scored_by = _scored_by(name, config)
    mark = _mark(name, order)
    for at in range(order.size):
        with quiet():
            # gsm_symbolic keeps fractions in its metadata, which JSON has only as text.
            entry = json.loads(json.dumps(data_set[at], default=str))
        spec = {"domain": "reasoning_gym", "dataset": name, "entry": entry}
        yield {
            "id": f"{name}-seed{order.seed}{mark}-{at}",
            "prompt": entry["question"] if order.bare else f"{entry['question']}\n\n{INSTRUCTION}",
            "spec": spec | ({"config": scored_by} if scored_by else {}),
        }


def _config(name: str, order: Order) -> Any:
    """Return the package's own configuration: that of the level, with what was given on top."""
    config_class = factory().DATASETS[name][1]
    given = {**order.configs.get(name, {}), "seed": order.seed, "size": order.size}
    try:
        config = config_class(**{**_of_level(name, order.level), **_nested(given)})
        if hasattr(config, "validate"):
            config.validate()
    except (AssertionError, TypeError, ValueError) as error:
        raise ConfigError(str(error) or "not a configuration that the package takes") from error
    return config


def _mark(name: str, order: Order) -> str:
    """Return what tells the ids of other puzzles of the same seed apart: level, configuration."""
    mark = "" if order.level is None else f"-level{order.level}"
    config = order.configs.get(name)
    if not config:
        return mark
    digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()
    return f"{mark}-config{digest[:8]}"


def _of_level(name: str, level: int | None) -> dict[str, Any]:
    """Return the fields that the package's curriculum sets at ``level``."""
    if level is None or name not in factory().CURRICULA:
        return {}
    curriculum = factory().create_curriculum(name)
    curriculum.set_global_level(level)
    config = curriculum.generate_configuration()
    return {field.name: getattr(config, field.name) for field in fields(config)}


def _nested(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``given`` with the one part that the package wants as an object of its own."""
    if not isinstance(given.get("board_format_opts"), Mapping):
        return dict(given)
    return {**given, "board_format_opts": board_format(given)}


def _scored_by(name: str, config: Any) -> dict[str, Any]:
    """Return what of ``config`` scores depend on, where it is not the default."""
    default = type(config)()
    changed = {
        field: getattr(config, field)
        for field in SCORED_CONFIG.get(name, ())
        if getattr(config, field) != getattr(default, field)
    }
    return {
        field: asdict(value) if hasattr(value, "__dataclass_fields__") else value
        for field, value in changed.items()
    }


if __name__ == "__main__":
    # Whoever reads the puzzles may be gone at any time; then there is nothing to say, to nobody.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main(sys.stdin, sys.stdout)
