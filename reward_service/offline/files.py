"""Score a file of generations: what the command line does, for programs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from reward_service import __version__
from reward_service.config import Settings
from reward_service.offline.errors import RefusedError, ServiceAwayError
from reward_service.offline.options import ScoreOptions
from reward_service.offline.output import Paths
from reward_service.offline.pipe import Pipe
from reward_service.offline.preflight import refuse_mistyped, refuse_strange
from reward_service.offline.progress import OnProgress, ignore
from reward_service.offline.pump import Scorer
from reward_service.offline.run import OnResume, retry, score, stream
from reward_service.offline.source import open_source
from reward_service.offline.written import report_by
from reward_service.report import Report
from reward_verifiers.registry import DOMAINS

STDOUT = "-"
"""The output that is no file: lines go to standard output as they are done."""


def score_file(
    source: str | Path,
    output: str | Path,
    *,
    options: ScoreOptions | None = None,
    settings: Settings | None = None,
    service: str | None = None,
    group_by: str | None = None,
    force: bool = False,
    retry_problems: bool = False,
    on_progress: OnProgress = ignore,
    on_resume: OnResume | None = None,
) -> Report:
    """Score every completion of ``source`` into ``output`` and return the summary.

    A call that was interrupted, however rudely, goes on where it stopped when it is made again.

    Args:
        source: .jsonl, .jsonl.gz or .parquet file of lines with a ``spec`` or a ``row``, and a
            ``completion`` or ``completions``; ``-`` reads standard input.
        output: .jsonl or .jsonl.gz file to write, one line per completion, in the input's order;
            ``-`` writes to standard output, where nothing can be gone on with.
        options: how lines are read and written.
        settings: of the engine in this process, and the token for a service; default: from the
            environment.
        service: URL of a running service to score with, instead of an engine in this process.
        group_by: field of the output whose equal values make one prompt for pass@k; default: the
            completions of one line.
        force: score anew and overwrite, whatever is there.
        retry_problems: score only what has no reward in the finished output, and merge it in.
        on_progress: told after every few hundred items.
        on_resume: told how many items are there already, when an interrupted run goes on.

    Raises:
        RefusedError: an option is wrong, the output is there already, or going on would mix up two
            things.
        SourceError: the input breaks off; what stands before is scored and kept.
        ServiceAwayError: the service does not answer; what is scored is kept.
        StalledError: nothing is judged any more; what is scored is kept.
        WriteError: the output cannot be written; what is scored is kept.
        RewardServiceError: the engine does not start.
    """
    return asyncio.run(
        score_file_async(
            source,
            output,
            options=options,
            settings=settings,
            service=service,
            group_by=group_by,
            force=force,
            retry_problems=retry_problems,
            on_progress=on_progress,
            on_resume=on_resume,
        )
    )


async def score_file_async(
    source: str | Path,
    output: str | Path,
    *,
    options: ScoreOptions | None = None,
    settings: Settings | None = None,
    service: str | None = None,
    group_by: str | None = None,
    force: bool = False,
    retry_problems: bool = False,
    on_progress: OnProgress = ignore,
    on_resume: OnResume | None = None,
) -> Report:
    """Do what ``score_file`` does, for a caller with an event loop."""
    if force and retry_problems:
        raise RefusedError("--force and --retry-problems exclude each other")
    options = options or ScoreOptions()
    refuse_mistyped(options)
    to_stdout = str(output) == STDOUT
    if to_stdout:
        _refuse_without_file(retry_problems=retry_problems, group_by=group_by)
    paths = _paths(source, Path(output))
    settings = settings or Settings.from_env()
    scoring = _scoring(settings, service)
    with closing(open_source(str(source))) as lines:
        refuse_strange(lines.preview(), options, group_by)
        if to_stdout:
            pipe = Pipe(sys.stdout.buffer)
            report = await stream(lines, pipe, scoring, options, on_progress=on_progress)
        elif retry_problems:
            report = await retry(lines, paths, scoring, options, on_progress=on_progress)
        else:
            report = await score(
                lines,
                paths,
                scoring,
                options,
                versions=_versions(service),
                force=force,
                on_progress=on_progress,
                on_resume=on_resume or _nothing,
            )
    return report if group_by is None else report_by(paths.final, group_by)


@asynccontextmanager
async def _scoring(settings: Settings, service: str | None) -> AsyncIterator[Scorer]:
    """Yield what judges; each way is imported when it is taken."""
    if service is None:
        from reward_service.offline.local import open_engine, unbounded

        async with open_engine(unbounded(settings)) as engine:
            yield engine
        return
    from reward_service.client import AsyncRewardClient
    from reward_service.offline.service import ServiceScorer

    token = None if settings.token is None else settings.token.get_secret_value()
    try:
        client = AsyncRewardClient(service, token)
    except ValueError as error:
        raise RefusedError(f"--service: {error}") from error
    async with client:
        ready = await client.ready()
        if not ready:
            away = ready.details.get("reason")
            hint = "; start it with `reward-service serve`, or score here without --service"
            why = f"{away}{hint}" if away else dict(ready.details)
            raise ServiceAwayError(f"the service at {service} cannot judge now: {why}")
        yield ServiceScorer(client, service)


def _refuse_without_file(*, retry_problems: bool, group_by: str | None) -> None:
    option = "--retry-problems" if retry_problems else "--group-by" if group_by else None
    if option is not None:
        raise RefusedError(f"{option} reads the output again; give a file with -o")


def _paths(source: str | Path, output: Path) -> Paths:
    if str(output) == STDOUT:
        return Paths(output)
    if output.suffix not in (".jsonl", ".gz", ".ndjson"):
        raise RefusedError(
            f"{output}: the output is JSON lines; name it .jsonl or .jsonl.gz, or - for stdout"
        )
    if not output.parent.is_dir():
        raise RefusedError(f"{output.parent} is no folder; make it: mkdir -p {output.parent}")
    if output.exists() and Path(source).exists() and output.samefile(source):
        raise RefusedError(f"{output} is the input; write to another file")
    return Paths(output)


def _versions(service: str | None) -> dict[str, str]:
    """Return what judges: a service keeps its versions in the verdicts."""
    own = {"reward-service": __version__}
    if service is not None:
        return {**own, "judged by": "a service"}
    return {**own, **{name: domain.version for name, domain in DOMAINS.items()}}


def _nothing(_n_items: int) -> None:
    """Say nothing."""
