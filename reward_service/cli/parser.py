"""Argument parsing that teaches: examples in every help, one line for every mistake."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NoReturn, Protocol

from reward_service.cli.console import complain
from reward_service.cli.exits import Exit

EXITS = """\
exit codes:
  0    done
  1    the machine, the disk or the service failed; what was done is kept
  2    the command line asks for what cannot be done; nothing was touched
  3    done, but some items have no reward (score) or some golds fail (check-data)
  130  interrupted; the same command goes on"""


class Commands(Protocol):
    """Where a command adds its parser."""

    def add_parser(self, name: str, **kwargs: Any) -> Any:
        """Return a new parser for ``name``."""
        ...


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line that names the thing and the way out."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _Formatter)
        kwargs.setdefault("allow_abbrev", False)
        super().__init__(**kwargs)

    @property
    def command(self) -> str:
        """What it parses: the command's words, nothing for the whole command line."""
        return self.prog.removeprefix("reward-service").strip()

    def error(self, message: str) -> NoReturn:
        """Write ``message`` and leave with the code for a wrong command line."""
        complain(self.command, f"{message} (see {self.prog} --help)")
        raise SystemExit(Exit.USAGE)

    def refuse_unknown(self, words: Sequence[str]) -> NoReturn:
        """Complain about arguments that nothing takes, with the nearest option there is."""
        word = next((word for word in words if word.startswith("-")), words[0])
        if not word.startswith("-"):
            self.error(f"unexpected argument {word!r}")
        name = word.split("=", 1)[0]
        options = [option for action in self._actions for option in action.option_strings]
        self.error(f"unknown option {name}{did_you_mean(name, options)}")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the examples; columns wide enough for our options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=96)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "; did you mean X?" for the nearest of ``known``, or nothing."""
    near = get_close_matches(word, [*known], n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


def examples(*pairs: tuple[str, str]) -> str:
    """Return the epilog of a help: what each command line does, and the exit codes."""
    lines = ["examples:"]
    for purpose, command in pairs:
        lines += [f"  # {purpose}", f"  {command}"]
    return "\n".join([*lines, "", EXITS])


def positive_int(text: str) -> int:
    """Read a whole number of at least 1."""
    value = int(text) if text.isascii() and text.isdigit() else 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return value


def positive_number(text: str) -> float:
    """Read a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text!r}")
    return value


def json_object(example: str) -> Callable[[str], dict[str, Any]]:
    """Return a reader of a JSON object such as ``example``."""

    def read(text: str) -> dict[str, Any]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise argparse.ArgumentTypeError(f"not JSON: {error}") from error
        if not isinstance(value, dict):
            raise argparse.ArgumentTypeError(f"expected an object such as {example}")
        return value

    return read


def names(text: str) -> tuple[str, ...]:
    """Read names separated by commas; ``none`` is no name at all."""
    if text == "none":
        return ()
    return tuple(name for part in text.split(",") if (name := part.strip()))


def numbers_by_name(text: str) -> dict[str, float]:
    """Read ``name=number`` pairs separated by commas."""
    values = {}
    for pair in names(text):
        name, _, number = pair.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError:
            values[name.strip()] = math.nan
        if not math.isfinite(values[name.strip()]):
            raise argparse.ArgumentTypeError(
                f"expected outcome=number pairs such as wrong=-1,no_answer=-1, got {pair!r}"
            )
    return values
