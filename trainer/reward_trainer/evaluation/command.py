"""``reward-trainer evaluate``."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reward_trainer.errors import ServiceMissingError, TrainerError
from reward_trainer.evaluation.paper import SHORT, model_named
from reward_trainer.evaluation.suite import (
    MAX_TOKENS,
    SAMPLES,
    SETS,
    SUITE,
    TEMPERATURE,
    TOP_P,
    Benchmark,
    chosen,
    own_set,
)

if TYPE_CHECKING:
    from reward_service.client import AsyncRewardClient
    from reward_trainer.evaluation.evaluate import Plan
    from reward_trainer.evaluation.results import Result

_OK, _FAILED, _REFUSED, _INCOMPLETE, _INTERRUPTED = 0, 1, 2, 3, 130


DESCRIPTION = """Have a model answer benchmarks, and the reward service judge the answers; print a
table beside the figures of the ProRL paper. The same command goes on where it stopped."""
EPILOG = """examples:
  reward-trainer evaluate --model path/to/checkpoint --suite math,ifeval --out eval/mine
  reward-trainer evaluate --endpoint http://gpu:8000 --limit 20 --samples 4 --out eval/try
  reward-trainer evaluate --model path/to/checkpoint --items mine=mine.jsonl --out eval/own
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    what = parser.add_argument_group("what is evaluated")
    what.add_argument("--model", default="", metavar="NAME", help="a folder, or a model of the Hub")
    what.add_argument(
        "--suite",
        metavar="NAMES",
        help=f"benchmarks and sets of them, with commas (default: prorl, all; where --items brings"
        f" a set of your own, what --items names). Sets: {', '.join(SETS)}. Benchmarks:"
        f" {', '.join(one.name for one in SUITE)}",
    )
    what.add_argument(
        "--items",
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="take the items of a benchmark from a file of rows, a folder of them, or"
        " hub:owner/name:config@split; with a name that is no benchmark's, they are a set of your"
        " own, a row without a figure of the paper; may be given again",
    )
    what.add_argument(
        "--limit",
        type=_positive,
        metavar="N",
        help="only the first N items of each benchmark, or of each task of Reasoning Gym",
    )
    how = parser.add_argument_group("how")
    how.add_argument(
        "--service",
        default="http://127.0.0.1:8000",
        metavar="URL",
        help="the reward service (default: %(default)s)",
    )
    how.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="all that is found is kept here"
    )
    for option, value, metavar, told in (
        ("--samples", SAMPLES, "N", "completions of each prompt"),
        ("--max-tokens", MAX_TOKENS, "N", "of a completion"),
    ):
        told += " (default: %(default)s)"
        how.add_argument(option, type=_positive, default=value, metavar=metavar, help=told)
    for option, number, metavar in (("--temperature", TEMPERATURE, "T"), ("--top-p", TOP_P, "P")):
        told = "(default: %(default)s)"
        how.add_argument(option, type=float, default=number, metavar=metavar, help=told)
    how.add_argument(
        "--beside",
        default=",".join(SHORT.values()),
        metavar="MODELS",
        help="models of the paper whose figures stand beside (default: %(default)s)",
    )
    _add_endpoint(parser.add_argument_group("by a server"))
    _add_in_process(parser.add_argument_group("by this process, where there is no --endpoint"))


def _add_endpoint(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--endpoint",
        default="",
        metavar="URL",
        help="a server that speaks OpenAI's API; --model is then what it serves, and can be left"
        " out if that is one",
    )
    group.add_argument(
        "--concurrency",
        type=_positive,
        default=64,
        metavar="N",
        help="prompts asked at a time (default: %(default)s)",
    )
    group.add_argument(
        "--no-chat", action="store_true", help="send prompts as they are, without chat template"
    )
    group.add_argument(
        "--key-env",
        default="OPENAI_API_KEY",
        metavar="NAME",
        help="the variable that the server's key is in (default: %(default)s)",
    )


def _add_in_process(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--engine",
        choices=("vllm", "transformers"),
        default="vllm",
        help="what runs the model (default: %(default)s)",
    )
    group.add_argument(
        "--tensor-parallel",
        type=_positive,
        default=1,
        metavar="N",
        help="GPUs that hold it together (default: %(default)s)",
    )
    group.add_argument(
        "--gpu-memory-share",
        type=float,
        default=0.9,
        metavar="X",
        help="of each GPU, what the engine may take (default: %(default)s)",
    )
    group.add_argument(
        "--seed", type=int, default=0, metavar="N", help="of the sampling (default: %(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from reward_service.client import AsyncRewardClient

    try:
        plan = _plan(args)
        client = AsyncRewardClient(args.service, token=os.environ.get("REWARD_SERVICE_TOKEN"))
    except ValueError as error:
        _say(f"reward-trainer evaluate: {error}")
        return _REFUSED
    try:
        plan, results = asyncio.run(_evaluated(args, plan, client))
    except (TrainerError, OSError) as error:
        _say(f"reward-trainer evaluate: {error}")
        return _FAILED
    except KeyboardInterrupt:
        _say("interrupted; the same command goes on")
        return _INTERRUPTED
    from reward_trainer.evaluation.evaluate import results_text

    sys.stdout.write(results_text(plan, results))
    missing = any(one.refused or one.n_unanswered or one.n_unscored for one in results)
    return _INCOMPLETE if missing else _OK


async def _evaluated(
    args: argparse.Namespace, plan: Plan, client: AsyncRewardClient
) -> tuple[Plan, list[Result]]:
    from reward_trainer.evaluation.evaluate import evaluate
    from reward_trainer.evaluation.opening import opened, served
    from reward_trainer.evaluation.writer import OnDemand
    from reward_trainer.lock import Lock

    async with client:
        await _require(client, args.service, {one.domain for one in plan.benchmarks if one.domain})
        if not plan.model:
            plan = replace(plan, model=await served(args))
        # Not before all items have been read, and not at all where nothing is missing.
        writer = OnDemand(partial(opened, args, plan.model))
        lock = Lock(plan.folder, option="--out")
        try:
            return plan, await evaluate(plan, writer=writer, client=client, tell=_say)
        finally:
            lock.release()
            await writer.aclose()


async def _require(client: AsyncRewardClient, url: str, domains: Collection[str]) -> None:
    """See that the service judges ``domains``.

    Raises:
        ServiceMissingError: it is away, or does not.
    """
    from reward_service.client import RewardClientError

    try:
        there = (await client.domains())["domains"]
    except RewardClientError as error:
        raise ServiceMissingError(f"{error}; start it, or name it with --service") from error
    missing = sorted(set(domains) - set(there))
    if missing:
        raise ServiceMissingError(f"the service at {url} does not judge {', '.join(missing)}")


def _plan(args: argparse.Namespace) -> Plan:
    """Return what is asked for.

    Raises:
        ValueError: something asked for cannot be.
    """
    from reward_trainer.evaluation.evaluate import Plan
    from reward_trainer.evaluation.writer import Terms

    if not args.model and not args.endpoint:
        raise ValueError("name a model with --model, or a server with --endpoint")
    if args.temperature < 0:
        raise ValueError(f"--temperature must not be negative, but is {args.temperature}")
    if not 0 < args.top_p <= 1:
        raise ValueError(f"--top-p must be above 0, and 1 at the most, but is {args.top_p}")
    if args.temperature == 0 and args.samples > 1:
        raise ValueError("at temperature 0 all samples are the same: say --samples 1")
    sources = _sources(args.items)
    return Plan(
        benchmarks=_benchmarks(args.suite, sources),
        model=args.model,
        folder=args.out,
        terms=Terms(
            samples=args.samples,
            temperature=args.temperature,
            top_p=args.top_p,
            max_tokens=args.max_tokens,
        ),
        sources=sources,
        limit=args.limit,
        chat=not (args.endpoint and args.no_chat),
        beside=[model_named(name) for name in _names(args.beside)],
    )


def _sources(given: Sequence[str]) -> dict[str, str]:
    sources = {}
    for text in given:
        name, equals, place = text.partition("=")
        if not equals or not place:
            raise ValueError(f"--items {text!r}: write NAME=PATH")
        if name in sources:
            raise ValueError(f"--items {name} is given twice")
        sources[name] = place
    return sources


def _benchmarks(suite: str | None, sources: Mapping[str, str]) -> list[Benchmark]:
    """Return what is evaluated: what the suite names, and sets of the user's own."""
    known = {one.name for one in SUITE}
    own = [own_set(name, place) for name, place in sources.items() if name not in known]
    named = list(sources) if own else ["prorl"]
    if suite is not None:
        named = [*_names(suite), *(one.name for one in own)]
    benchmarks = chosen(named, own)
    idle = sources.keys() - {one.name for one in benchmarks}
    if idle:
        raise ValueError(f"--items {min(idle)} is not evaluated: name it in --suite")
    return benchmarks


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, not {value}")
    return value


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
