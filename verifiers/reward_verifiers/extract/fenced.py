"""Programs in fenced code blocks.

Blocks are read as CommonMark reads them, in one pass over the lines, and forgiving where models
are careless: a fence may be indented to any depth, an opening one may stand behind words on its
line, and a block that was never closed ends where the next one of the language begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from reward_sandboxes.languages import Language, by_fence, counts_as

_RUN = re.compile("```|~~~")
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})(.*)")

# "Here it is: ```python" opens a block too; what is behind the tag may hold no other backtick.
_BEHIND_WORDS = re.compile(r"[^`\n]*[^`\s][ \t]*(`{3,})([A-Za-z][^`\s]*)[ \t]*\Z")

# The tag is the first word of the info string, in whatever dress: ```{.python .number-lines},
# ```python title="a", ```python:main.py, ```{python, echo=FALSE}.
_TAG = re.compile(r"[\s{.]*([^\s{}:,;=]+)")

# A deeper fence belongs to the code, as one in a docstring does (CommonMark allows three spaces).
_DEEPER = 4


class Block(NamedTuple):
    """A fenced code block."""

    tag: str
    """The first word of its info string, in lower case; empty where there is none."""
    raw: str
    """What stands between its fences, as it does."""
    indent: str
    """The white space before its opening fence."""
    closed: bool
    start: int
    """The index of the line of its opening fence."""

    @property
    def language(self) -> Language | None:
        """What its tag means; None where it has none, or means no language that is known."""
        return by_fence().get(self.tag)

    @property
    def code(self) -> str:
        """Its lines, without the white space that its fence stands behind, each with its end."""
        raw = self.raw if not self.raw or self.raw.endswith("\n") else self.raw + "\n"
        if not self.indent and "\r" not in raw:
            return raw
        lines = (line.removesuffix("\r") for line in raw.split("\n"))
        return "\n".join(_without_indent(line, self.indent) for line in lines)


class _Open(NamedTuple):
    """A block that is being read."""

    fence: str
    indent: str
    tag: str
    start: int
    content: int
    """The index of its first line."""

    def closed_by(self, fence: re.Match[str]) -> bool:
        run = fence[2]
        return (
            run[0] == self.fence[0]
            and len(run) >= len(self.fence)
            and _is_no_info(fence[3])
            and not self._holds(fence)
        )

    def ended_by(self, fence: re.Match[str], restarts: Callable[[str], bool]) -> bool:
        """Whether a new block begins here, so that this one was left open."""
        equal = fence[2] == self.fence and not self._holds(fence)
        return equal and restarts(_tag_of(fence[3].strip()))

    def _holds(self, fence: re.Match[str]) -> bool:
        deep = fence[1]
        return bool(deep) and _width(deep) >= _width(self.indent) + _DEEPER

    def block(self, text: str, end: int, *, closed: bool) -> Block:
        return Block(self.tag, text[self.content : end], self.indent, closed, self.start)


def blocks(text: str, restarts: Callable[[str], bool] = lambda _tag: False) -> Iterator[Block]:
    """Yield every fenced block of ``text`` in order; linear in the text.

    Args:
        text: what to read.
        restarts: whether a fence with such a tag inside a block of equal fences begins a new one.
    """
    opened: _Open | None = None
    for start, end in _lines_with_fences(text):
        line = text[start:end].removesuffix("\r")
        fence = _FENCE.match(line)
        if opened is None:
            opened = _opening(line, fence, start, end + 1)
        elif fence is not None and opened.closed_by(fence):
            yield opened.block(text, start, closed=True)
            opened = None
        elif fence is not None and opened.ended_by(fence, restarts):
            yield opened.block(text, start, closed=False)
            opened = _opening(line, fence, start, end + 1)
    if opened is not None:
        yield opened.block(text, len(text), closed=False)


def _lines_with_fences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the lines begin and end that have a fence in them, wherever."""
    end = 0
    while (run := _RUN.search(text, end)) is not None:
        start = text.rfind("\n", end, run.start()) + 1 or end
        end = text.find("\n", run.end())
        end = len(text) if end == -1 else end
        yield start, end


def _opening(line: str, fence: re.Match[str] | None, start: int, content: int) -> _Open | None:
    if fence is not None:
        indent, run, info = fence.groups()
        if "`" in info and run[0] == "`":
            return None  # CommonMark: with a backtick behind it, it is code in a line of text
        return _Open(run, indent, _tag_of(info), start, content)
    behind = _BEHIND_WORDS.match(line)
    tag = "" if behind is None else _tag_of(behind[2])
    if behind is None or tag not in by_fence():
        return None
    return _Open(behind[1], "", tag, start, content)


def _is_no_info(behind: str) -> bool:
    """Whether what is behind a fence leaves it a closing one: nothing, or a tag of the template's.

    Models end with the tag that ends their answer or turn, as in "```</answer>"; no language's name
    begins so.
    """
    return not behind.strip() or behind.lstrip().startswith("<")


def _tag_of(info: str) -> str:
    tag = _TAG.match(info)
    return "" if tag is None else tag[1].lower()


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def _without_indent(line: str, indent: str) -> str:
    """Return ``line`` without the white space that its fence stands behind, as far as it has it."""
    if not indent or line.startswith(indent):
        return line[len(indent) :]
    return line[min(len(indent), len(line) - len(line.lstrip(" \t"))) :]


@dataclass(frozen=True, slots=True)
class Found:
    """The blocks of a completion that may be its program, and why there are none."""

    programs: tuple[str, ...]
    """In order; none of them blank."""
    missing: str = ""


def programs(text: str, language: str) -> Found:
    """Return the complete blocks of ``text`` that are in ``language``.

    Where no block is tagged with the language, not even an open one, those without a tag count.
    """
    mine = by_fence()[language]
    every = tuple(blocks(text, lambda tag: counts_as(tag, mine)))
    tagged = [block for block in every if counts_as(block.tag, mine)]
    counted = tagged or [block for block in every if not block.tag]
    complete = tuple(block.code for block in counted if block.closed and block.code.strip())
    return Found(complete, "" if complete else _why_none(every, counted, language))


def _why_none(every: tuple[Block, ...], counted: list[Block], language: str) -> str:
    if any(not block.closed for block in counted):
        return f"the {language} code block is not closed"
    if counted:
        return f"the {language} code block is empty"
    others = sorted({block.tag for block in every if block.tag})
    if others:
        tags = ", ".join(repr(tag[:30]) for tag in others[:5])
        return f"no {language} code block; there are blocks tagged {tags}"
    return f"no {language} code block"


def before_a_lone_fence(text: str) -> str | None:
    """Return what stands before the one fence of ``text``, an untagged one that closes nothing.

    So ends what a model wrote whose prompt had opened the block.
    """
    first = next(blocks(text), None)
    if first is None or first.closed or first.tag or not text[: first.start].strip():
        return None
    return text[: first.start]
