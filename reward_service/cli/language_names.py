"""Names of languages on a command line."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Sequence

from reward_sandboxes.languages import Language, by_fence, languages
from reward_service.cli.parser import did_you_mean


def chosen_languages(names: Iterable[str], parser: ArgumentParser) -> Sequence[Language]:
    """Return the languages of ``names``, or every language if there are none.

    A name that means no language ends the command with a complaint.
    """
    table = by_fence()
    chosen = {}
    for name in names:
        language = table.get(name.lower())
        if language is None:
            near = did_you_mean(name, table) or f"; there are: {', '.join(languages())}"
            parser.error(f"unknown language {name!r}{near}")
        chosen[language.name] = language
    return [*(chosen or languages()).values()]
