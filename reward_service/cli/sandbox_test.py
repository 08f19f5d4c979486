"""``reward-service sandbox test``: do the languages work, and do the sandboxes hold?"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from reward_sandboxes.backend import make_sandboxes
from reward_sandboxes.languages import Language
from reward_sandboxes.probes import PROBES
from reward_sandboxes.selftest import Finding, try_language, try_probe
from reward_sandboxes.types import Status
from reward_service.cli.console import note, one_line, say
from reward_service.cli.exits import Exit
from reward_service.cli.loop import run_until_told
from reward_service.cli.tables import table
from reward_service.config import Settings
from reward_service.sandbox_lane.options import backend_options


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """Everything that was found."""

    status: Status
    languages: Sequence[Finding]
    probes: Sequence[Finding]

    def failed(self, *, all_wanted: bool) -> int:
        """Count the failures; a language that is missing is one where it was asked for."""
        found = [*self.languages, *self.probes]
        return sum(not each.ok and (all_wanted or not each.missing) for each in found)


def test(
    settings: Settings, languages: Sequence[Language], *, all_wanted: bool, as_json: bool
) -> int:
    """Try ``languages`` and the probes; show what came of it."""
    logging.getLogger("reward_sandboxes").setLevel(logging.ERROR)
    outcome = run_until_told(_outcome(settings, languages))
    failed = outcome.failed(all_wanted=all_wanted)
    if as_json:
        say(json.dumps({"ok": not failed, **asdict(outcome)}, indent=2))
    else:
        say(_shown(outcome))
        note(f"\n{failed} failed" if failed else "\nall well")
    return Exit.FAILED if failed else Exit.OK


async def _outcome(settings: Settings, languages: Sequence[Language]) -> Outcome:
    sandboxes = make_sandboxes(settings.sandbox, backend_options(settings))
    try:
        await sandboxes.start()
        tried = [await try_language(sandboxes, language) for language in languages]
        probed = [await try_probe(sandboxes, name) for name in PROBES]
        return Outcome(status=sandboxes.status(), languages=tried, probes=probed)
    finally:
        await sandboxes.close()


def _shown(outcome: Outcome) -> str:
    status = outcome.status
    languages = [
        [
            found.name,
            status.languages.get(found.name, ""),
            *(f"{seconds:.2f}" if found.ok else "" for seconds in (found.build_s, found.run_s)),
            _mark(found),
        ]
        for found in outcome.languages
    ]
    probes = [[found.name, PROBES[found.name].summary, _mark(found)] for found in outcome.probes]
    parts = [
        f"{status.backend}, level {status.level}",
        table(["language", "version", "compiled s", "ran s", ""], languages, text=(0, 1, 4)),
        table(["probe", "holds if", ""], probes, text=(0, 1, 2)),
    ]
    parts += [
        f"not held: {name} ({one_line(str(held))})"
        for name, held in status.protections.items()
        if held is not True
    ]
    return "\n\n".join(parts)


def _mark(found: Finding) -> str:
    if found.ok:
        return "ok"
    return f"{'missing' if found.missing else 'FAIL'}: {one_line(found.detail)}"
