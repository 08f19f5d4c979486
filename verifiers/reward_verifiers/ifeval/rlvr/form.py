"""RLVR-IFeval's functions about what the text begins, ends and is put together with.

Source: ``open_instruct/if_functions.py`` of allenai/open-instruct.
"""

from __future__ import annotations

import json
import re

from reward_verifiers.ifeval.classic.json_format import depth_is_bounded
from reward_verifiers.ifeval.rlvr.spans import n_spans, spans
from reward_verifiers.ifeval.text.text import Text

_SIX_ASTERISKS = "******"

# A bold or an italic stretch of one line.
_HIGHLIGHT = re.compile(r"\*\*([^*\n]+)\*\*|\*([^*\n]+)\*")


def number_of_paragraphs(text: Text, *, N: int) -> bool:
    """Whether ``* * *`` parts the text into N paragraphs, each with something in it."""
    lines = "\n".join(line.strip() for line in text.raw.splitlines())
    paragraphs = lines.split("* * *")
    return len(paragraphs) == N and all(paragraph.strip() for paragraph in paragraphs)


def paragraphs_one_begins(text: Text, *, N: int, first_word: str, i: int) -> bool:
    """Whether empty lines part N paragraphs, empty ones too, and the i-th of them begins so."""
    paragraphs = text.raw.split("\n\n")
    return len(paragraphs) == N and paragraphs[i - 1].strip().startswith(first_word)


def postscript(text: Text, *, postscript_marker: str) -> bool:
    """Whether the marker is there, and something behind where it is first."""
    _, marker, behind = text.raw.partition(postscript_marker)
    return bool(marker) and len((marker + behind).strip()) > len(marker)


def placeholders(text: Text, *, N: int) -> bool:
    """Whether there are at least N stretches in square brackets, empty ones too."""
    return n_spans(text, "[", "]") >= N


def bullet_points(text: Text, *, N: int) -> bool:
    """Whether exactly N lines begin with ``*`` or ``-``, after blanks."""
    return sum(line.lstrip().startswith(("*", "-")) for line in text.lines) == N


def title(text: Text) -> bool:
    """Whether something, be it nothing, stands in double angles."""
    return n_spans(text, "<<", ">>") > 0


def real_title(text: Text) -> bool:
    """Whether something that is not blank stands in double angles."""
    return any(span.strip("<> \t") for span in spans(text, "<<", ">>"))


def choice(text: Text, *, options: tuple[str, ...]) -> bool:
    """Whether one of the options is in the text, in a longer word too."""
    return any(option in text.raw for option in options)


def choice_of_words(text: Text, *, options: tuple[str, ...]) -> bool:
    """Whether one of the options is in the text, in no longer word."""
    return any(re.search(rf"(?<!\w){re.escape(option)}(?!\w)", text.raw) for option in options)


def highlights(text: Text, *, N: int) -> bool:
    """Whether there are at least N stretches between asterisks, empty ones too: bold is two."""
    return n_spans(text, "*", "*") >= N


def real_highlights(text: Text, *, N: int) -> bool:
    """Whether at least N stretches with something in them are italic or bold."""
    found = (match.group(1) or match.group(2) for match in _HIGHLIGHT.finditer(text.raw))
    return sum(bool(stretch.strip()) for stretch in found) >= N


def sections(text: Text, *, N: int, section_splitter: str) -> bool:
    """Whether the splitter parts the text into N pieces; an empty first one does not count."""
    pieces = text.raw.split(section_splitter)
    return len(pieces) - (not pieces[0]) == N


def numbered_sections(text: Text, *, N: int, section_splitter: str) -> bool:
    """Whether there are at least N headings: the splitter, of any case, and a number."""
    heading = rf"{re.escape(section_splitter)}\s?\d+"
    return sum(1 for _ in re.finditer(heading, text.raw, re.IGNORECASE)) >= N


def json_format(text: Text) -> bool:
    """Whether the text is JSON, and not nested so deep that Python's reader could give up."""
    if not depth_is_bounded(text.raw):
        return False
    try:
        json.loads(text.raw)
    except ValueError:
        return False
    return True


def repeats_prompt(text: Text, *, original_prompt: str) -> bool:
    """Whether the text begins with the request."""
    return text.raw.startswith(original_prompt)


def two_responses(text: Text) -> bool:
    """Whether six asterisks, once, part two texts that differ; one of them may be empty."""
    return _differ(text, empty_allowed=True)


def two_real_responses(text: Text) -> bool:
    """Whether six asterisks, once, part two texts that differ, both with something in them."""
    return _differ(text, empty_allowed=False)


def upper_case(text: Text) -> bool:
    """Whether upper case changes nothing."""
    return text.raw == text.raw.upper()


def lower_case(text: Text) -> bool:
    """Whether lower case changes nothing."""
    return text.raw == text.lower


def ends_with(text: Text, *, end_phrase: str) -> bool:
    """Whether the text ends with the phrase."""
    return text.raw.endswith(end_phrase)


def quoted(text: Text) -> bool:
    """Whether the text begins and ends with a double quotation mark, which may be the same."""
    return text.raw.startswith('"') and text.raw.endswith('"')


def quoted_by_two(text: Text) -> bool:
    """Whether two double quotation marks wrap the text."""
    return quoted(text) and len(text.raw) > 1


def no_commas(text: Text) -> bool:
    """Whether there is no comma."""
    return "," not in text.raw


def _differ(text: Text, *, empty_allowed: bool) -> bool:
    if text.raw.count(_SIX_ASTERISKS) != 1:
        return False
    one, other = map(str.strip, text.raw.split(_SIX_ASTERISKS))
    return one != other and (empty_allowed or bool(one and other))
