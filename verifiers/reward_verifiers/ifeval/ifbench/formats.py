"""How a text looks: brackets, quotes, lines, bullets, templates."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from reward_verifiers.ifeval.ifbench.punctuation import AROUND, without_punctuation
from reward_verifiers.ifeval.text.sentences import sent_tokenize, split_by_rules
from reward_verifiers.ifeval.text.text import Text
from reward_verifiers.ifeval.text.words import treebank

_BRACKET = re.compile(r"[()\[\]{}]")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_QUOTE = re.compile("[\"']")
_LETTER_OPTIONS = re.compile(r"\W*[aA]\W*[bB]\W*[cC]\W*")
_OUTSIDE_QUOTES = string.digits + string.punctuation.replace('"', "")
_CURLY = str.maketrans({"\u201c": '"', "\u201d": '"'})
_BLANK = re.compile(r"\s")
_TEMPLATE = ("My Answer:", "My Conclusion:", "Future Outlook:")


def parentheses(text: Text) -> bool:
    """Whether brackets nest five deep and the innermost is closed; a wrong one starts anew."""
    expected: list[str] = []
    deepest = 0
    for bracket in _BRACKET.findall(text.raw):
        if bracket in _CLOSING:
            expected.append(_CLOSING[bracket])
            deepest = max(deepest, len(expected))
        elif not expected or expected.pop() != bracket:
            expected.clear()
            deepest = 0
        elif deepest >= 5:
            return True
    return False


def quotes(text: Text) -> bool:
    """Whether double and single quotes take turns three deep and are closed again.

    An apostrophe is a single quote.
    """
    open_quotes: list[str] = []
    deepest = 0
    for quote in _QUOTE.findall(text.raw):
        if not open_quotes or open_quotes[-1] != quote:
            open_quotes.append(quote)
            deepest = max(deepest, len(open_quotes))
        else:
            open_quotes.pop()
            if deepest - len(open_quotes) >= 3:
                return True
    return False


def options(text: Text, *, options: str) -> bool:
    """Whether the text is one of the options, but for case and the punctuation around.

    Options are parted by ``/``, else ``or`` (in words too), else commas. Where they look like
    ``a, b, c`` the text has to be one to the letter.
    """
    separator = next((mark for mark in ("/", "or") if mark in options), ",")
    choices = [choice.strip() for choice in options.split(separator)]
    if _LETTER_OPTIONS.match(options):
        return text.raw in choices
    return _bare(text.raw) in map(_bare, choices)


def _bare(text: str) -> str:
    return text.strip(AROUND).lower()


def newline(text: Text) -> bool:
    """Whether there are as many lines as words once punctuation is gone; empty ones do not count.

    A line of blanks does.
    """
    bare = without_punctuation(text.raw).strip()
    return sum(map(bool, bare.split("\n"))) == len(bare.split())


def line_indent(text: Text) -> bool:
    """Whether each line is indented by more blanks than the one before.

    Upstream drops blank lines while it walks through them: behind each, the next line is skipped,
    and the first line that looks the same is what goes. So some blank lines stay.
    """
    drop: Counter[str] = Counter()
    index = 0
    while index < len(text.lines):
        line = text.lines[index]
        index += 1
        if not line.strip():
            drop[line] += 1
            index += 1

    kept = []
    for line in text.lines:
        if drop[line]:
            drop[line] -= 1
        else:
            kept.append(line)
    return _indented(kept)


def line_indent_of_filled(text: Text) -> bool:
    """The same without all blank lines."""
    return _indented([line for line in text.lines if line.strip()])


def _indented(lines: Sequence[str]) -> bool:
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    return all(indent < after for indent, after in pairwise(indents))


def quote_unquote(text: Text) -> bool:
    """Whether no straight double quotes meet, and the text does not end with one.

    Blanks do not part them; digits and other punctuation at the end do not count. Curly quotes
    are letters like others.
    """
    bare = _unblank(text.raw)
    return '""' not in bare and not bare.strip(_OUTSIDE_QUOTES).endswith('"')


def curly_quote_unquote(text: Text) -> bool:
    """The same where curly quotes are quotes."""
    bare = _unblank(text.raw.translate(_CURLY))
    return '""' not in bare and not bare.strip(_OUTSIDE_QUOTES).endswith('"')


def curly_quote_unquote_of_words(text: Text) -> bool:
    """The same; nothing but digits and punctuation does not follow, where upstream raises."""
    bare = _unblank(text.raw.translate(_CURLY))
    return '""' not in bare and bare.strip(_OUTSIDE_QUOTES)[-1:] not in ("", '"')


def _unblank(text: str) -> str:
    """Return ``text`` without mentions of the quote itself, and without blanks."""
    return "".join(text.replace("'\"'", "").split())


def marked_list(text: Text, *, sep: str) -> bool:
    """Whether the marker occurs at least twice, anywhere."""
    return text.raw.count(sep) >= 2


def thesis(text: Text) -> bool:
    """Whether something stands in HTML italics, and something behind it.

    ``<em>`` is looked for where there is no ``<i>`` at all, and its ends likewise.
    """
    raw = text.raw
    start = _first(raw, "<i>", "<em>")
    if start < 0:
        return False
    rest = raw[start:]
    end = _first(rest, "</i>", "</em>")
    return end >= 0 and bool(rest[3:end].strip()) and bool(rest[end + 4 :].strip())


def _first(text: str, tag: str, other: str) -> int:
    found = text.find(tag)
    return found if found >= 0 else text.find(other)


def sub_bullets(text: Text) -> bool:
    """Whether a hyphen stands between each asterisk and the next; no asterisk will do."""
    return all("-" in bullet for bullet in text.raw.split("*")[1:])


def sub_bullet_lines(text: Text) -> bool:
    """Whether lines start with ``* ``, and a line that starts with ``- `` follows each of them."""
    subs: list[int] = []
    for line in map(str.lstrip, text.lines):
        if line.startswith("* "):
            subs.append(0)
        elif line.startswith("- ") and subs:
            subs[-1] += 1
    return bool(subs) and all(subs)


def no_bullets_bullets(text: Text) -> bool:
    """Whether lines with at least two sentences come before at least two lines with ``*``.

    Nothing else may follow: after a bullet or a blank line, all lines are bullets.
    """
    return _sentences_then_bullets(text, sent_tokenize)


def no_bullets_bullets_by_rules(text: Text) -> bool:
    """The same with the sentences of the hand-written rules."""
    return _sentences_then_bullets(text, split_by_rules)


def _sentences_then_bullets(text: Text, split: Callable[[str], Sequence[str]]) -> bool:
    lines = [line.strip() for line in text.lines]
    start = next((index for index, line in enumerate(lines) if line.startswith("*")), len(lines))
    before, bullets = lines[:start], lines[start:]
    if len(bullets) < 2 or not all(bullet.startswith("*") for bullet in bullets):
        return False
    if not all(before[:-1]):  # a blank line may come right before the bullets
        return False
    filled = [line for line in before if line]
    return len(filled) > 1 or (bool(filled) and len(split(filled[0])) > 1)


def title_case(text: Text) -> bool:
    """Whether no word starts in lower case, but for mixed ones such as ``iPhone``."""
    return not any(
        word[0].isalpha() and (len(word) == 1 or _one_case(word[1:])) for word in _small(text)
    )


def title_case_of_tokens(text: Text) -> bool:
    """The same where single letters pass, and signs such as a circled ``a`` are letters."""
    return not any(_one_case(word[1:]) for word in _small(text))


def _small(text: Text) -> Iterator[str]:
    """Yield the tokens that start in lower case, once each in a sentence; no order is kept."""
    for sentence in dict.fromkeys(text.sentences):
        if any(map(str.islower, sentence)):
            yield from (word for word in set(treebank(sentence)) if word[0].islower())


def _one_case(rest: str) -> bool:
    return rest.islower() or rest.isupper()


def output_template(text: Text) -> bool:
    """Whether the three headings occur, in whatever order."""
    return all(heading in text.raw for heading in _TEMPLATE)


def no_whitespace(text: Text) -> bool:
    """Whether there is no blank, at the ends either."""
    return not _BLANK.search(text.raw)
