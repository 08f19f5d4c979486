r"""Which option a completion commits to, if it commits to exactly one.

A commitment is a box, an ``<answer>`` tag, a phrase ("the answer is C", "option C is correct",
"hence C"), or a line of its own that is nothing but a label. The last one counts, because
reasoning corrects itself. Nothing else is read: a letter in prose is no answer, and two letters at
once are none either.

Linear on any input: boxes and tags are found by string search, phrases only behind the last box
and at most ``MAX_PHRASES`` of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from reward_verifiers.extract.choice_doubts import is_doubted
from reward_verifiers.extract.choice_lines import last_line, lone_line, verdict_list
from reward_verifiers.extract.choice_phrases import last_phrase
from reward_verifiers.extract.endings import answer_endings
from reward_verifiers.extract.labels import Unread
from reward_verifiers.extract.marks import Commitment, last_marked
from reward_verifiers.extract.option_texts import Options

WINDOW = 20_000
"""Characters at the end of a completion that are read; further back only boxes and tags are."""


@dataclass(frozen=True, slots=True)
class NoChoice:
    """The completion commits to no option, or not to one alone."""

    reason: str
    """Why, for a person."""


def committed_choice(text: str, options: Options) -> str | NoChoice:
    """Return the letter of the one option that ``text`` commits to, or why there is none.

    Where ``text`` runs on behind an answer (``endings``), what follows is not judged.
    """
    for end in answer_endings(text):
        found = _last_commitment(text[:end], options)
        if found is not None:
            return _chosen(found)
    return _chosen(_last_commitment(text, options))


_REASONS = {
    Unread.NOTHING: "names none of the options",
    Unread.HEDGE: "names several options",
    Unread.CONFLICT: "gives the letter of one option with the text of another",
    Unread.DENIED: "is denied or taken back",
    Unread.NOT_AN_OPTION: "gives a letter that is none of the options",
}


def _chosen(found: Commitment | None) -> str | NoChoice:
    if found is None:
        return NoChoice("no option is committed to")
    if isinstance(found.names, Unread):
        return NoChoice(f"{found.where} {_REASONS[found.names]}")
    return found.names


def _last_commitment(text: str, options: Options) -> Commitment | None:
    near = text[-WINDOW:]
    found = _commitment_in(near, options)
    if found is None and len(near) < len(text):
        return last_marked(text, options)
    return found


def _commitment_in(text: str, options: Options) -> Commitment | None:
    marked = last_marked(text, options)
    behind = 0 if marked is None else marked.end
    if behind >= len(text):
        return marked
    found = last_line(text, behind, options) or last_phrase(text, behind, options) or marked
    found = found or lone_line(text, options) or verdict_list(text, options)
    if found is None or isinstance(found.names, Unread):
        return found
    doubted = is_doubted(text, found.end, found.names, options)
    return replace(found, names=Unread.HEDGE) if doubted else found
