"""``reward-service score``: a file of generations in, a file of rewards out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from reward_service.cli.console import complain, note, say
from reward_service.cli.engine_options import add_engine_options, settings_of
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Commands, examples, json_object, names, numbers_by_name
from reward_service.cli.progress import ProgressLine

if TYPE_CHECKING:
    from reward_service.offline.options import ScoreOptions
    from reward_service.report import Report

_DESCRIPTION = """\
Score every completion of a file. Each input line is a JSON object (or a row of a parquet file):

  {"id": "p1", "spec": {"domain": "math", "gold": "42"}, "completion": "... \\\\boxed{42}"}
  {"id": "p2", "spec": {...}, "completions": ["...", "..."]}       several for one prompt
  {"id": "p3", "row": {...}, "completion": "..."}                  a dataset row instead of a spec
  {"data_source": "...", ..., "completion": "..."}                 or the line is the row

The output has one line per completion, in the input's order: line (1-based), index, id, domain,
your own fields, reward (null = unknown, never a made-up 0), verdict, problem, timings.

A run that was killed goes on when the same command is given again: nothing is scored into the
output twice, nothing is lost. Lines that cannot be read do not stop it; they, and all other items
without a reward, are also in OUTPUT.problems.jsonl."""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "score",
        help="score a file of generations",
        description=_DESCRIPTION,
        epilog=examples(
            ("score a file", "reward-service score generations.jsonl -o scored.jsonl"),
            (
                "your generations have no spec, and the text is called response",
                "reward-service score gen.parquet -o scored.jsonl.gz --completion-field response",
            ),
            (
                "score what had a problem again, after mending the input or the machine",
                "reward-service score generations.jsonl -o scored.jsonl --retry-problems",
            ),
            (
                "one completion a line: lines with the same id are one prompt for pass@k",
                "reward-service score gen.jsonl -o scored.jsonl --group-by id --report report.json",
            ),
            (
                "in a pipe: nothing is kept, and nothing can be gone on with",
                "zcat gen.jsonl.gz | reward-service score - -o - | jq .reward",
            ),
            (
                "from a pipe, through a running service",
                "zstd -dc gen.jsonl.zst | reward-service score - -o scored.jsonl "
                "--service http://127.0.0.1:8000",
            ),
        ),
    )
    parser.add_argument("file", help=".jsonl, .jsonl.gz or .parquet file; - is standard input")
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        type=Path,
        help=".jsonl or .jsonl.gz file to write; - is standard output",
    )
    _add_reading(parser)
    _add_writing(parser)
    parser.add_argument(
        "--service",
        metavar="URL",
        help="score through a running service instead of in this process "
        "(its token: REWARD_SERVICE_TOKEN)",
    )
    add_engine_options(parser)
    parser.set_defaults(run=run, parser=parser)


def _add_reading(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--completion-field",
        metavar="NAME",
        help="field with the completion, or a list of them (default: completion or completions)",
    )
    group.add_argument(
        "--spec-defaults",
        type=json_object('{"mode": "strict"}'),
        default={},
        metavar="JSON",
        help='fields for specs that lack them, such as \'{"domain": "math", "mode": "lenient"}\'',
    )
    group.add_argument("--format", help="format of the rows (default: recognised; see `domains`)")


def _add_writing(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("writing")
    group.add_argument(
        "--carry",
        type=names,
        metavar="FIELDS",
        help="input fields to repeat in the output, comma-separated, or none (default: all but "
        "the spec, the row and the completion)",
    )
    group.add_argument(
        "--keep-completion", action="store_true", help="repeat the completion in the output"
    )
    group.add_argument(
        "--shaping",
        type=numbers_by_name,
        default={},
        metavar="OUTCOME=R,...",
        help="reward by outcome, such as wrong=-1,no_answer=-1 (default: the score)",
    )
    group.add_argument(
        "--group-by",
        metavar="FIELD",
        help="output field whose equal values make one prompt for pass@k (default: the "
        "completions of one line)",
    )
    group.add_argument("--report", type=Path, metavar="FILE", help="write the summary as JSON")
    group.add_argument(
        "--force", action="store_true", help="score anew and overwrite, whatever is there"
    )
    group.add_argument(
        "--retry-problems",
        action="store_true",
        help="score only what has no reward in the finished output, and merge it in",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no table")


def run(arguments: Namespace) -> int:
    """Score the file, show the summary."""
    options = _options(arguments)
    settings = settings_of(arguments)
    from reward_service.cli.loop import run_until_told
    from reward_service.offline.files import score_file_async

    if arguments.report is not None and not arguments.report.parent.is_dir():
        arguments.parser.error(f"--report: {arguments.report.parent} is no folder")
    try:
        with ProgressLine(quiet=arguments.quiet) as line:
            report = run_until_told(
                score_file_async(
                    arguments.file,
                    arguments.output,
                    options=options,
                    settings=settings,
                    service=arguments.service,
                    group_by=arguments.group_by,
                    force=arguments.force,
                    retry_problems=arguments.retry_problems,
                    on_progress=line.show,
                    on_resume=lambda n_items: _tell_resume(arguments, n_items),
                )
            )
    except KeyboardInterrupt:
        complain("score", _interrupted(arguments))
        return Exit.INTERRUPTED
    _show(report, arguments)
    return Exit.SOME_FAILED if report.n_unscored else Exit.OK


def _options(arguments: Namespace) -> ScoreOptions:
    from reward_service.offline.options import ScoreOptions
    from reward_verifiers.verdict import Outcome

    unknown = arguments.shaping.keys() - {outcome.value for outcome in Outcome}
    if unknown:
        known = ", ".join(outcome.value for outcome in Outcome)
        arguments.parser.error(f"--shaping: no outcome {min(unknown)!r}; there are: {known}")
    return ScoreOptions(
        completion_field=arguments.completion_field,
        spec_defaults=arguments.spec_defaults,
        row_format=arguments.format,
        carry=arguments.carry,
        keep_completion=arguments.keep_completion,
        shaping={Outcome(name): value for name, value in arguments.shaping.items()},
    )


def _tell_resume(arguments: Namespace, n_items: int) -> None:
    if not arguments.quiet:
        note(f"going on after {n_items:,} items that an interrupted run left")


def _interrupted(arguments: Namespace) -> str:
    from reward_service.offline.output import Paths

    if _to_stdout(arguments):
        return "interrupted"
    if arguments.retry_problems:
        return f"interrupted; {arguments.output} is as it was"
    if not Paths(arguments.output).journal.exists():
        return "interrupted before anything was scored"
    return "interrupted; what is scored is kept, and the same command goes on from there"


def _show(report: Report, arguments: Namespace) -> None:
    if arguments.report is not None:
        arguments.report.write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if arguments.quiet:
        return
    from reward_service.cli.tables import report_tables

    show, where = (note, "standard output") if _to_stdout(arguments) else (say, arguments.output)
    show(report_tables(report))
    note(f"wrote {report.n:,} lines to {where}")
    if report.n_unscored:
        note(f"{report.n_unscored:,} items have no reward; {_where_why(arguments)}")


def _where_why(arguments: Namespace) -> str:
    if _to_stdout(arguments):
        return "their lines say why"
    return (
        f"why: {arguments.output}.problems.jsonl; "
        "try just those again: the same command with --retry-problems"
    )


def _to_stdout(arguments: Namespace) -> bool:
    return str(arguments.output) == "-"
