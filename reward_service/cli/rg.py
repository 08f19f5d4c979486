"""``reward-service rg``: the puzzles of Reasoning Gym, to train and to test on."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reward_service.cli.parser import (
    Commands,
    Parser,
    did_you_mean,
    examples,
    json_object,
    names,
    positive_int,
)


def add(commands: Commands) -> None:
    """Add the command and its subcommands."""
    parser = commands.add_parser(
        "rg",
        help="puzzles of Reasoning Gym to train and test on",
        description="Make puzzles of the 105 data sets of Reasoning Gym, as items that `score` "
        "and POST /score\ntake once they have a completion.",
        epilog=examples(
            ("which data sets and sets of them are there?", "reward-service rg list"),
            (
                "what ProRL trains on, 100 puzzles of each data set",
                "reward-service rg export --datasets prorl --size 100 -o train.jsonl",
            ),
        ),
    )
    parser.set_defaults(parser=parser)
    subcommands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        parser_class=Parser,
        prog="reward-service rg",
        required=True,
    )
    _add_list(subcommands)
    _add_export(subcommands)


def _add_list(commands: Commands) -> None:
    parser = commands.add_parser(
        "list",
        help="the data sets, and the sets they are in",
        description="List the data sets, the sets that hold them, whether there are levels of "
        "difficulty, and\nwhether the entry has the one right answer.",
        epilog=examples(
            ("the data sets", "reward-service rg list"),
            ("for scripts, with what each is configured with", "reward-service rg list --json"),
        ),
    )
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.set_defaults(run=_list, parser=parser)


def _add_export(commands: Commands) -> None:
    parser = commands.add_parser(
        "export",
        help="make puzzles as a JSONL file of items",
        description='Write items {"id", "prompt", "spec"}, one a line. Give the prompts to a '
        'model, add what it\nwrites as "completion" (or "completions"), and the file is one that '
        "`score` takes. The same\ncommand writes the same puzzles.",
        epilog=examples(
            (
                "20 sudokus and 20 zebra puzzles",
                "reward-service rg export --datasets sudoku,zebra_puzzles --size 20 -o items.jsonl",
            ),
            (
                "what ProRL trains on, and the three data sets that it tests on",
                "reward-service rg export --datasets prorl --size 100 --seed 1 -o train.jsonl\n"
                "  reward-service rg export --datasets held_out --size 100 --seed 2 -o test.jsonl",
            ),
            (
                "harder ones: level 0 is the easiest of the package's curriculum",
                "reward-service rg export --datasets maze --size 50 --level 3 -o hard.jsonl",
            ),
            (
                "configured by hand (the fields: reward-service rg list --json)",
                "reward-service rg export --datasets gcd --size 50 "
                "--config '{\"max_value\": 100000}'",
            ),
            (
                "does every entry's own answer earn 1.0?",
                "reward-service check-data items.jsonl",
            ),
        ),
    )
    parser.add_argument(
        "--datasets",
        type=names,
        required=True,
        metavar="NAMES",
        help="data sets and sets of them (prorl, held_out, all), separated by commas",
    )
    parser.add_argument(
        "--size",
        type=positive_int,
        default=100,
        metavar="N",
        help="puzzles of each data set (default 100)",
    )
    parser.add_argument(
        "--seed", type=_seed, default=0, metavar="S", help="chooses the puzzles (default 0)"
    )
    parser.add_argument(
        "--level",
        type=_level,
        metavar="L",
        help="difficulty from 0 on, of those that have levels; beyond the hardest, that "
        "(default: the package's defaults, which are no level)",
    )
    parser.add_argument(
        "--config",
        type=json_object('{"max_value": 9}'),
        default={},
        metavar="JSON",
        help="fields of the data set's configuration; of several data sets, an object of such "
        "objects by name",
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="prompts are the questions alone, without the line that asks for <answer> tags",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write here (default: standard output)"
    )
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no summary")
    parser.set_defaults(run=_export, parser=parser)


def _seed(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= value < 2**32:
        raise ArgumentTypeError(f"expected a whole number from 0 to 2**32 - 1, got {text!r}")
    return value


def _level(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= value <= 100:
        raise ArgumentTypeError(f"expected a whole number from 0 to 100, got {text!r}")
    return value


def _list(arguments: Namespace) -> int:
    from reward_service.cli.rg_list import show_data_sets

    return show_data_sets(as_json=arguments.json)


def _export(arguments: Namespace) -> int:
    from reward_service.cli.rg_export import export
    from reward_service.cli.rg_maker import Order
    from reward_service.cli.rg_sets import ALL, SETS, chosen

    try:
        datasets = chosen(arguments.datasets)
    except KeyError as error:
        unknown = error.args[0]
        near = did_you_mean(unknown, (*SETS, *ALL)) or "; see `reward-service rg list`"
        arguments.parser.error(f"unknown data set {unknown!r}{near}")
    if not datasets:
        arguments.parser.error("--datasets: no name; see `reward-service rg list`")
    order = Order(
        datasets=datasets,
        size=arguments.size,
        seed=arguments.seed,
        level=arguments.level,
        configs=_configs(arguments, datasets),
        bare=arguments.bare,
    )
    return export(order, arguments.output, force=arguments.force, quiet=arguments.quiet)


def _configs(arguments: Namespace, datasets: list[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the fields that are given, by data set."""
    from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS

    given: dict[str, Any] = arguments.config
    configs = {datasets[0]: given} if len(datasets) == 1 and datasets[0] not in given else given
    for name, fields in configs.items():
        if name not in datasets:
            arguments.parser.error(f"--config: {_no_data_set(name, fields, datasets)}")
        if not isinstance(fields, Mapping):
            arguments.parser.error(f"--config: expected an object of fields for {name}")
        unknown = next((field for field in fields if field not in CONFIG_FIELDS[name]), None)
        if unknown in ("seed", "size"):
            arguments.parser.error(f"--config: {unknown} is an option of its own, --{unknown}")
        if unknown is not None:
            near = did_you_mean(unknown, CONFIG_FIELDS[name])
            known = near or f"; there are: {', '.join(sorted(CONFIG_FIELDS[name]))}"
            arguments.parser.error(f"--config: {name} has no field {unknown!r}{known}")
    return configs


def _no_data_set(name: str, value: Any, datasets: list[str]) -> str:
    """Return what to do about ``name``, which stands where a data set's would."""
    from reward_verifiers.reasoning_gym_entries import CONFIG_FIELDS

    owner = next((each for each in datasets if name in CONFIG_FIELDS[each]), None)
    if owner is None:
        return f"{name!r} is none of the data sets{did_you_mean(name, datasets)}"
    example = json.dumps({owner: {name: value}})
    return f"{name} is a field; of several data sets, fields stand by data set: {example}"
