"""``docs/cli.md`` names what there is."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import pytest

from reward_service.cli.command_line import COMMANDS
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Parser
from reward_service.offline.lines import OUR_FIELDS

DOCS = Path(__file__).resolve().parents[3] / "docs" / "cli.md"
TEXT = DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_docs(command: str) -> None:
    commands = Parser(prog="reward-service").add_subparsers(parser_class=Parser)
    COMMANDS[command](commands)
    parser: argparse.ArgumentParser = commands.choices[command]
    assert f"## {command}" in TEXT
    options = {option for action in actions(parser) for option in action.option_strings}
    missing = {option for option in options - {"-h", "--help"} if option not in TEXT}
    assert missing <= {"-o", "--output", "-v"}


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the actions of ``parser`` and of its subcommands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from actions(command)


def test_every_exit_code_and_output_field_is_in_the_docs() -> None:
    for code in Exit:
        assert f"| {code} |" in TEXT
    for name in OUR_FIELDS:
        assert f"`{name}`" in TEXT
