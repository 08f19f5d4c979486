"""Every check of every family on texts that are one token over and over.

Run as a program, it makes every check on ``WORST`` once, and lives if none is far from linear.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from reward_verifiers.ifeval.arguments import Argument
from reward_verifiers.ifeval.families import FAMILIES
from reward_verifiers.ifeval.instruction import Asked, Instruction
from reward_verifiers.ifeval.text.text import Text

TOKENS = (
    *("\n", " ", "\t", "\r\n", "\u2028", "\u00a0", " \n", "\n\n", "\n \n", "\f"),
    *("a", "A", "\u00e9", "\u4e2d", "\U0001f600", "\u0301", "\u0130", "1", "_", "-", "'"),
    *("*", "**", "* ", "*\n", "***", "******", "* a\n", "- a\n", "-\n", "*a*", "**a**", "---\n"),
    *("[", "]", "[]", "[a", "[\n", "<", ">", "<<", "<<>>", ">>", "<a", "{", "(", "()", "[(", "{["),
    *('"', '\\"', '"\\', "\\", "``", "```", "```json", "|", "#", "/", ":", ";", ",", ",a", '","'),
    *(
        ".",
        "..",
        ". ",
        "?",
        "? ",
        "! ",
        "a. ",
        "A. ",
        "Mr. ",
        "a.b",
        "U.S. ",
        "1. ",
        "1.5 ",
        "e.g. ",
    ),
    *("p.", "P.S. ", "p. ", "Section 1 ", "Section\n", "a ", "A ", "a b ", "aba ", "Ab ", "a-b "),
    *("word ", "the the ", "I'm ", "don't ", "can't", "gonna ", "$1 ", "%", "a,b\n", "1,2,3\n"),
    *(
        "http://a.b/",
        "a@b.c ",
        "<think>",
        "\x00",
        "\u200b",
        "\ufeff",
        "A\n",
        "1) ",
        "(a) ",
        "a) b ",
    ),
    *("\n'", "'\"\n", "..'", "`,'", "\u201d..", "\u00e9.:"),  # the worst of all short ones
)
WORST = (
    *("\n", " ", "\n \n", "\u2028", "a", "A", "\u0130", "\u0301", "1", "-", "'", "*", "* ", "***"),
    *("[", "[a", "<", "<<", ">>", "(", '"', '\\"', "`", ",", '","', ".", ". ", "? ", "a. ", "Mr. "),
    *("p.", "p. ", "Section\n", "a ", "a-b ", "A\n"),
)
"""On which checkers elsewhere are quadratic, or ours were slowest."""
READINGS = tuple(name for name, value in vars(Text).items() if isinstance(value, cached_property))
"""What checks ask of a text, those last that are worked out from others."""

N_CHARS = 64_000
MAX_WHOLE_S = 1
"""CPU time that a check, with what it asks of the text, may use before the program is killed.

What is linear takes a thirtieth of it at most, and what is quadratic several times as much.
"""

_VALUES = (3, "at least", "en", "e", "word", ["word"], 3.0, "x, y", 1)


class Timing(NamedTuple):
    """How long one check, or one reading of a text, took on one token."""

    seconds: float
    what: str
    token: str


def instructions() -> dict[str, Instruction]:
    """Return every row of every table once, by a name that says whose it is."""
    rows: dict[int, tuple[str, Instruction]] = {}
    for family, versions in FAMILIES.items():
        for version, table in versions.items():
            for name, row in table.items():
                rows.setdefault(id(row), (f"{family.value} {version} {name}", row))
    return dict(rows.values())


def timings(n_chars: int, tokens: Sequence[str] = TOKENS) -> Iterator[Timing]:
    """Time everything on every token; a check has all to itself what it asks of the text."""
    rows = instructions()
    for token in tokens:
        text, short = _text(token, n_chars), _text(token, n_chars // 100)
        readings = {}
        for reading in READINGS:
            readings[reading] = _best_s(lambda: _read_anew(text, reading))  # noqa: B023 - called at once
            getattr(text, reading)
        for name, row in rows.items():
            for what, one in asked(name, row, token):
                taken_s = _best_s(lambda: one.followed_by(text))  # noqa: B023 - called at once
                taken_s += sum(readings[reading] for reading in _readings_of(one, short))
                yield Timing(taken_s, what, token)


def _readings_of(one: Asked, text: Text) -> set[str]:
    """Return what a check asks of a text, and what that is worked out from."""
    fresh = Text(text.raw)
    one.followed_by(fresh)
    return vars(fresh).keys() & set(READINGS)


def _read_anew(text: Text, reading: str) -> None:
    """Work out one reading from the others before it."""
    fresh = Text(text.raw)
    vars(fresh).update(vars(text))
    getattr(fresh, reading)


def _text(token: str, n_chars: int) -> Text:
    """Return the token so often; something is around blanks, which alone are never judged."""
    repeated = (token * (n_chars // len(token) + 1))[:n_chars]
    return Text(f"x{repeated}x" if token.isspace() else repeated)


def asked(name: str, row: Instruction, token: str) -> Iterator[tuple[str, Asked]]:
    """Return the official and, where it differs, the repaired check, asking for the token."""
    yield name, Asked(row.check, _arguments(row, row.arguments, token))
    if row.fixed is not None or row.fixed_arguments is not None:
        takes = row.fixed_arguments or row.arguments
        yield f"{name}, fixed", Asked(row.fixed or row.check, _arguments(row, takes, token))


def _arguments(row: Instruction, takes: Any, token: str) -> dict[str, Any]:
    read = {key: _read(argument, token) for key, argument in takes.items()}
    if row.agree is not None:
        row.agree(read)
    return {**read, "prompt": token} if row.prompt else read


def _read(argument: Argument, token: str) -> Any:
    """Return the token as the argument where it can be one, else the first value that can."""
    for value in (token, [token], *_VALUES):
        try:
            return argument.read(value)
        except ValueError:
            continue
    raise AssertionError("no value for an argument")


def _best_s(work: Callable[[], object]) -> float:
    """Return the CPU time of ``work``; where that is much, the least of three: hosts are busy."""
    taken_s = _seconds(work)
    return min(taken_s, _seconds(work), _seconds(work)) if taken_s > 0.02 else taken_s


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def make_every_check() -> None:
    """Make every check on the worst tokens, and say which one before it is made."""
    for token in WORST:
        text = _text(token, N_CHARS)
        for name, row in instructions().items():
            for what, one in asked(name, row, token):
                _say(f"{what} on {token!r}")
                _allow_cpu(MAX_WHOLE_S)
                one.followed_by(text)
    _say("all")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _allow_cpu(more_s: int) -> None:
    """Let this process be killed once it has used so many seconds more."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time()) + more_s, hard))


if __name__ == "__main__":
    make_every_check()
