"""``reward-service sandbox list``: which languages can be run in which sandboxes."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from reward_sandboxes.backend import make_launcher
from reward_sandboxes.languages import languages
from reward_sandboxes.types import SandboxError
from reward_service.cli.console import one_line, say
from reward_service.cli.exits import Exit
from reward_service.cli.loop import run_until_told
from reward_service.cli.tables import table
from reward_service.config import Settings
from reward_service.sandbox_lane.options import backend_options

_BACKENDS = ("local", "docker")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stock:
    """What one backend has."""

    versions: Mapping[str, str]
    missing: Mapping[str, str]
    error: str
    """Why it can run nothing; empty while it can."""

    def why_not(self, language: str) -> str:
        """Return what ``language`` needs."""
        return self.missing.get(language) or self.error


def show_languages(settings: Settings, *, as_json: bool) -> int:
    """Write which languages each backend can run."""
    # What a backend says of itself stands in the list.
    logging.getLogger("reward_sandboxes").setLevel(logging.CRITICAL)
    stocks = run_until_told(_stocks(settings))
    say(json.dumps(_listed(stocks), indent=2) if as_json else _shown(stocks))
    return Exit.OK


async def _stocks(settings: Settings) -> Mapping[str, Stock]:
    return {name: await _stock(name, settings) for name in _BACKENDS}


async def _stock(backend: str, settings: Settings) -> Stock:
    launcher = make_launcher(backend, backend_options(settings))
    error = ""
    try:
        await launcher.prepare()
    except SandboxError as failure:
        error = str(failure)
    versions = {name: offer.version for name, offer in launcher.offers().items()}
    stock = Stock(versions=versions, missing=launcher.missing(), error=error)
    await launcher.close()
    return stock


def _listed(stocks: Mapping[str, Stock]) -> object:
    return [
        {
            "language": language.name,
            "summary": language.summary,
            "fences": [*language.fences],
            **{
                backend: {
                    "version": stock.versions.get(language.name),
                    "missing": None
                    if language.name in stock.versions
                    else stock.why_not(language.name),
                }
                for backend, stock in stocks.items()
            },
        }
        for language in languages().values()
    ]


def _shown(stocks: Mapping[str, Stock]) -> str:
    rows = [
        [name, *(stock.versions.get(name, "-") for stock in stocks.values()), language.summary]
        for name, language in languages().items()
    ]
    parts = [table(["language", *stocks, "is"], rows, text=range(len(stocks) + 2))]
    for backend, stock in stocks.items():
        lines = {
            name: one_line(stock.why_not(name))
            for name in languages()
            if name not in stock.versions
        }
        if lines and len({*lines.values()}) == 1:
            parts.append(f"missing in {backend}: {next(iter(lines.values()))}")
        elif lines:
            whole = "\n".join(f"  {name:12} {why}" for name, why in lines.items())
            parts.append(f"missing in {backend}:\n{whole}")
    return "\n\n".join(parts)
