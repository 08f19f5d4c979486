"""``reward-service check-data``: does every gold of a data set verify itself?"""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING

from reward_service.cli.console import note, one_line, say
from reward_service.cli.engine_options import add_engine_options, settings_of
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Commands, examples, json_object
from reward_service.cli.progress import ProgressLine

if TYPE_CHECKING:
    from reward_service.offline.golds import FailedGold, GoldCounts


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check-data",
        help="does every gold of a data set verify itself?",
        description="Judge, for every line of a file, a completion made from its own gold, and "
        "list the\nlines whose gold fails: in training it would pay nobody, or the wrong ones. "
        "Lines are as for\n`score`; they need no completion.",
        epilog=examples(
            ("check a data set before training on it", "reward-service check-data train.jsonl"),
            (
                "the same for a parquet file of rows in a known format, for scripts",
                "reward-service check-data train.parquet --json > failures.jsonl",
            ),
        ),
    )
    parser.add_argument("file", help=".jsonl, .jsonl.gz or .parquet file; - is standard input")
    parser.add_argument(
        "--spec-defaults",
        type=json_object,
        default={},
        metavar="JSON",
        help="fields for specs that lack them",
    )
    parser.add_argument("--format", help="format of the rows (default: recognised)")
    parser.add_argument(
        "--json", action="store_true", help="list the failures as JSON lines, not as text"
    )
    add_engine_options(parser)
    parser.set_defaults(run=run, parser=parser)


def run(arguments: Namespace) -> int:
    """Check the file, list what fails."""
    settings = settings_of(arguments)
    from reward_service.cli.loop import run_until_told
    from reward_service.offline.golds import check_file
    from reward_service.offline.options import ScoreOptions

    options = ScoreOptions(spec_defaults=arguments.spec_defaults, row_format=arguments.format)
    tell = _tell_json if arguments.json else _tell

    with ProgressLine(bad="fail") as line:

        def on_failure(failed: FailedGold) -> None:
            line.clear()
            tell(failed)

        counts = run_until_told(
            check_file(
                arguments.file,
                settings=settings,
                options=options,
                on_failure=on_failure,
                on_progress=line.show,
            )
        )
    _show(counts)
    return Exit.SOME_FAILED if any(each.n_failed for each in counts.values()) else Exit.OK


def _tell(failed: FailedGold) -> None:
    name = "" if str(failed.id) == str(failed.line) else f" ({failed.id})"
    say(one_line(f"line {failed.line}{name}: {failed.reason}"))


def _tell_json(failed: FailedGold) -> None:
    say(
        json.dumps(
            {
                "line": failed.line,
                "id": failed.id,
                "domain": failed.domain,
                "reason": failed.reason,
                "completion": failed.completion,
            },
            default=str,
        )
    )


def _show(counts: dict[str, GoldCounts]) -> None:
    from reward_service.cli.tables import table

    rows = [
        [name, *(f"{n:,}" for n in (each.n, each.n_ok, each.n_failed, each.n_uncheckable))]
        for name, each in sorted(counts.items())
    ]
    columns = ["domain", "golds", "verify themselves", "fail", "cannot be checked"]
    # The list of failures is the result; the summary is for whoever watches.
    note(table(columns, rows, text=(0,)))
    n_failed = sum(each.n_failed for each in counts.values())
    note(f"{n_failed:,} golds fail" if n_failed else "every gold that can be checked is fine")
