"""``reward-service check-data``: does every gold of a data set verify itself?"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

from reward_service.cli.console import note, one_line, say
from reward_service.cli.engine_options import add_engine_options, settings_of
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Commands, examples, json_object
from reward_service.cli.progress import ProgressLine

if TYPE_CHECKING:
    from reward_service.offline.golds import DoubtfulGold, GoldCounts


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "check-data",
        help="does every gold of a data set verify itself?",
        description="Judge, for every line of a file, a completion made from its own gold, and "
        "list the\nlines whose gold fails: in training it would pay nobody, or the wrong ones. "
        "Listed too are golds\nthat cannot be checked, and as warnings those that can only be "
        "compared as text. Lines are as\nfor `score`; they need no completion.",
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
        type=json_object('{"mode": "strict"}'),
        default={},
        metavar="JSON",
        help="fields for specs that lack them",
    )
    parser.add_argument("--format", help="format of the rows (default: recognised)")
    parser.add_argument("--json", action="store_true", help="list them as JSON lines, not as text")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="exit code 3 for warnings and golds that cannot be checked, too",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress, no summary")
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

    with ProgressLine(quiet=arguments.quiet, bad="fail") as line:

        def on_doubt(gold: DoubtfulGold) -> None:
            line.clear()
            tell(gold)

        counts = run_until_told(
            check_file(
                arguments.file,
                settings=settings,
                options=options,
                on_doubt=on_doubt,
                on_progress=line.show,
            )
        )
    if not arguments.quiet:
        _show(counts)
    n_bad = sum(each.n_failed for each in counts.values())
    if arguments.strict:
        n_bad += sum(each.n_uncheckable + each.n_as_text for each in counts.values())
    return Exit.SOME_FAILED if n_bad else Exit.OK


def _tell(gold: DoubtfulGold) -> None:
    name = "" if str(gold.id) == str(gold.line) else f" ({gold.id})"
    mark = {"failed": "", "warning": "warning: ", "uncheckable": "cannot be checked: "}
    say(one_line(f"line {gold.line}{name}: {mark[gold.finding]}{gold.reason}"))


def _tell_json(gold: DoubtfulGold) -> None:
    say(json.dumps(asdict(gold), default=str))


def _show(counts: dict[str, GoldCounts]) -> None:
    from reward_service.cli.tables import table

    rows = [
        [name, *(f"{n:,}" for n in (e.n, e.n_ok, e.n_failed, e.n_uncheckable, e.n_as_text))]
        for name, e in sorted(counts.items())
    ]
    columns = ["domain", "golds", "verify themselves", "fail", "cannot be checked", "only as text"]
    # The list of failures is the result; the summary is for whoever watches.
    note(table(columns, rows, text=(0,)))
    note(_conclusion(counts.values()))


def _conclusion(counts: Iterable[GoldCounts]) -> str:
    counts = [*counts]
    if not any(each.n for each in counts):
        return "there is no gold in the file"
    n_failed = sum(each.n_failed for each in counts)
    n_uncheckable = sum(each.n_uncheckable for each in counts)
    n_as_text = sum(each.n_as_text for each in counts)
    n_by_arguments = sum(each.n_by_arguments for each in counts)
    parts = [f"{n_failed:,} golds fail" if n_failed else "no gold fails"]
    if n_uncheckable:
        parts.append(f"{n_uncheckable:,} cannot be checked")
    if n_as_text:
        parts.append(f"{n_as_text:,} can only be compared as text")
    if len(parts) == 1 and not n_failed:
        parts = ["every gold is fine"]
    if n_by_arguments:
        parts.append(f"{n_by_arguments:,} checked by the arguments of their instructions alone")
    return ", ".join(parts)
