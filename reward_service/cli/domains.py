"""``reward-service domains``: what can be judged, and what a spec of it holds."""

from __future__ import annotations

import json
import textwrap
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from reward_service.cli.console import say
from reward_service.cli.exits import Exit
from reward_service.cli.parser import Commands, did_you_mean, examples

if TYPE_CHECKING:
    from reward_verifiers.registry import Domain

_WIDTH = 96


def add(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "domains",
        help="what can be judged, and what a spec of it holds",
        description="List the domains, the fields of their specs and the formats of dataset rows.",
        epilog=examples(
            ("what can be judged?", "reward-service domains"),
            ("what does a math spec hold?", "reward-service domains math"),
            ("as JSON, with the JSON Schema of each spec", "reward-service domains --json"),
        ),
    )
    parser.add_argument("domain", nargs="?", help="show the fields of this one's spec alone")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.set_defaults(run=run, parser=parser)


def run(arguments: Namespace) -> int:
    """Show the domains."""
    from reward_verifiers.registry import DOMAINS

    if arguments.domain is not None and arguments.domain not in DOMAINS:
        near = did_you_mean(arguments.domain, DOMAINS) or f"; there are: {', '.join(DOMAINS)}"
        arguments.parser.error(f"unknown domain {arguments.domain!r}{near}")
    chosen = [domain for domain in DOMAINS.values() if arguments.domain in (None, domain.name)]
    if arguments.json:
        from reward_service.domains import domain_table

        say(domain_table(chosen).model_dump_json(indent=2))
        return Exit.OK
    parts = [_summary(chosen), *(_fields(domain) for domain in chosen)]
    if arguments.domain is None:
        parts += [_formats(), _languages()]
    say("\n\n".join(parts))
    return Exit.OK


def _summary(domains: list[Domain]) -> str:
    from reward_service.cli.tables import table

    rows = [[domain.name, domain.version, domain.lane, domain.summary] for domain in domains]
    return table(["domain", "version", "lane", "judges"], rows, text=(0, 1, 2, 3))


def _fields(domain: Domain) -> str:
    lines = [f'spec of {domain.name}: {{"domain": "{domain.name}", ...}} with']
    for name, field in domain.spec.model_fields.items():
        if name == "domain":
            continue
        needed = (
            "required"
            if field.is_required()
            else f"default {_json(field.get_default(call_default_factory=True))}"
        )
        text = " ".join((field.description or "").split())
        lines += textwrap.wrap(
            f"{text} ({needed})",
            _WIDTH,
            initial_indent=f"  {name:20} ",
            subsequent_indent=" " * 23,
        )
    return "\n".join(lines)


def _formats() -> str:
    from reward_service.rows import FORMATS

    lines = ["dataset rows that are understood as they are, as `row` or as the line itself:"]
    for name, form in FORMATS.items():
        lines += textwrap.wrap(
            form.summary, _WIDTH, initial_indent=f"  {name:20} ", subsequent_indent=" " * 23
        )
    return "\n".join(lines)


def _languages() -> str:
    from reward_sandboxes.languages import languages

    lines = ["languages of programs (`reward-service doctor` says which this machine has):"]
    for name, language in languages().items():
        lines += textwrap.wrap(
            language.summary, _WIDTH, initial_indent=f"  {name:20} ", subsequent_indent=" " * 23
        )
    return "\n".join(lines)


def _json(value: Any) -> str:
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    from pydantic import BaseModel

    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
