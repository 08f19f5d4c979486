r"""Boxes: ``\boxed{...}`` and its kin, found in linear time on any input."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BOX_CHARS = 20_000
"""A longer box is cut there, and others are looked for no further than this before the last box.

No honest answer comes near it. So a text costs what some 40,000 characters cost, however long it
is and whatever it repeats.
"""

_MAX_BOXES = 100  # No answer is given in more.
_MAX_TRIES = 100  # Commands that box nothing ("in \boxed form") are passed over, up to this many.

_NAMES = ("\\boxed", "\\fbox", "\\framebox")
_NAME = r"\\(?:boxed|fbox|framebox)(?![A-Za-z])"
_OPENER = re.compile(_NAME)

# A double backslash is a line break, and the brace after it counts; but models that escape twice
# write \\boxed{7}, so the pair is not a line break when a box follows.
_TOKEN = re.compile(rf"{_NAME}|\\[{{}}]|\\\\(?!boxed|fbox|framebox)|[{{}}]")

# \framebox takes a width and a position first: \framebox[3cm][c]{7}.
_BRACE = re.compile(r"(?:\s|\[[^\[\]{}\n]{0,20}\]){0,4}\{")

# Without braces TeX boxes the next token alone. Models mean the number or the one formula that
# follows; a word of prose after "\boxed" ("in \boxed form") must not become an answer.
_BARE = re.compile(
    r"""[ \t]{0,40}
    ( [-+]?\d{0,400}(?:[A-Za-z]|\\[A-Za-z]{1,40}(?:\{[^{}\n]{0,100}\}){0,2})
      (?=[ \t]{0,40}(?:\$|\\\)|\\\]))
    | [-+]?(?:\d{1,400}(?:,\d{3}){0,99}(?:\.\d{1,400})?|\.\d{1,400})(?:/\d{1,400})?
      (?![\w{^]|[.,]\d|\\[A-Za-z])
    )""",
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Box:
    """One outermost box of a text; ``text[start:end]`` is the whole of it."""

    start: int
    end: int
    body: str
    """What stands in it, without the boxes nested in it; of a cut-off box, what there is."""
    closed: bool
    """False when the text ends before the box does."""


def last_boxed(text: str) -> str | None:
    r"""Return the content of the last box, stripped, or None without one that is closed.

    The last box wins, because reasoning often boxes intermediate results. Braces are counted
    (escaped ones are not), so ``\boxed{\frac{1}{2}}`` yields ``\frac{1}{2}``. Boxes in a box are
    unwrapped. A box that is never closed is a completion that was cut off while it gave its
    answer: it is None, unless what is left of it restates the box before, which is then used.
    """
    found = last_box(text)
    return None if found is None or not found.closed else found.body


def last_box(text: str) -> Box | None:
    """Return the last outermost box, or None; one that is cut off has ``closed`` False."""
    found = boxes(text)
    return found[-1] if found else None


def boxes(text: str, at: int = 0) -> list[Box]:
    """Return the last box from ``at`` on with those near before it, outermost ones, in order.

    The very last may be cut off; one that so far repeats the box before it is left out.
    """
    last = text.rfind("box", at) - 1
    if last < at:
        return []
    if not text.startswith("\\boxed{", last):
        last = _last_start(text, at, len(text))
    if last == -1:
        return []
    near = max(at, last - MAX_BOX_CHARS)
    alone = text.rfind("box", near, last) == -1
    simple = _simple_box(text, last) if alone else None
    if simple is not None:
        return [simple]
    found, cut_off = _boxes_from(text, last if alone else near, last)
    if cut_off is None:
        return found
    before = found[-1] if found else _closed_before(text, at, near)
    if before is not None and _squeezed(before.body).startswith(_squeezed(cut_off.body)):
        return found or [before]
    return [*found, cut_off]


def _last_start(text: str, at: int, end: int) -> int:
    """Return where the last box of ``text[at:end]`` begins, cut off or not; -1 without one."""
    # Each name is sought further back only once it was the last: one that is absent is sought once.
    starts = {name: text.rfind(name, at, end) for name in _NAMES}
    for _ in range(_MAX_TRIES):
        name = max(starts, key=starts.__getitem__)
        start = starts[name]
        if start == -1:
            break
        opener = _OPENER.match(text, start)
        if opener and (_BRACE.match(text, opener.end()) or _BARE.match(text, opener.end())):
            return start
        starts[name] = text.rfind(name, at, start)
    return -1


def _closed_before(text: str, at: int, end: int) -> Box | None:
    """Return the last box of ``text[at:end]`` if it is closed."""
    last = _last_start(text, at, end)
    if last == -1:
        return None
    found, _ = _boxes_from(text[:end], max(at, last - MAX_BOX_CHARS), last)
    return found[-1] if found else None


def _boxes_from(text: str, at: int, last: int) -> tuple[list[Box], Box | None]:
    """Return the closed boxes that begin in ``text[at : last + 1]``, and one still open there."""
    spans, cut_off = _spans(text, at, last)
    found = [_box(text, group) for group in _grouped(spans)]
    # A sloppy box in the middle that a good one follows is no truncation.
    if cut_off is None or (found and found[-1].start > cut_off[0]):
        return found, None
    start, body_start = cut_off
    rest = text[body_start : body_start + MAX_BOX_CHARS + 1]
    if len(rest) > MAX_BOX_CHARS:  # too long to be read to its end, and so to be judged
        return [*found, Box(start, body_start + len(rest), rest, closed=True)], None
    return found, Box(start, len(text), rest.strip(), closed=False)


def _simple_box(text: str, start: int) -> Box | None:
    """Return the box at ``start`` when its body holds no brace and no backslash, else None."""
    if not text.startswith("\\boxed{", start):
        return None
    body_start = start + len("\\boxed{")
    end = text.find("}", body_start, body_start + MAX_BOX_CHARS)
    body = text[body_start:end]
    if end == -1 or "{" in body or "\\" in body:
        return None
    return Box(start, end + 1, body.strip(), closed=True)


_Span = tuple[int, int, int, int]
"""Of a closed box: its start, those of its body and of its closing brace, and its end."""


def _spans(text: str, at: int, last: int) -> tuple[list[_Span], tuple[int, int] | None]:
    """Return the closed boxes as they close, and start and body start of the last open one."""
    spans: list[_Span] = []
    open_box = None
    # Only braces in a box matter, so the text between boxes is skipped at the speed of str.find.
    while at <= last and (opener := _next_opener(text, at)) is not None:
        at, open_box = _read_box(text, opener, spans)
    return spans, open_box


def _next_opener(text: str, at: int) -> int | None:
    r"""Return the index of the next ``\boxed``, ``\fbox`` or ``\framebox`` from ``at`` on."""
    while (box := text.find("box", at)) != -1:
        opener = _OPENER.search(text, max(at, box - len("\\frame")), box + len("boxed "))
        if opener is not None:
            return opener.start()
        at = box + len("box")
    return None


def _read_box(text: str, at: int, spans: list[_Span]) -> tuple[int, tuple[int, int] | None]:
    """Add the box at ``at`` and those in it to ``spans``; return where to read on.

    With it comes the last of the boxes that are still open there, when it is longer than any box
    may be, or the text is at its end.
    """
    limit = at + len("\\framebox{") + MAX_BOX_CHARS + 1
    # One entry per open brace: the start of its box and of the body, or None for a plain brace.
    stack: list[tuple[int, int] | None] = []
    skip_to = at
    for token in _TOKEN.finditer(text, at, limit):
        at, kind = token.start(), token.group()
        if at < skip_to:
            continue
        if kind == "{":
            stack.append(None)
        elif kind == "}":
            box = stack.pop()
            if box is not None:
                spans.append((*box, at, at + 1))
        elif len(kind) > len("\\{"):
            if brace := _BRACE.match(text, token.end()):
                stack.append((at, brace.end()))
                skip_to = brace.end()
            elif bare := _BARE.match(text, token.end()):
                spans.append((at, bare.start(1), bare.end(1), bare.end()))
                skip_to = bare.end()
        if not stack:
            return max(token.end(), skip_to), None
    return min(limit, len(text)), next((box for box in reversed(stack) if box is not None), None)


def _grouped(spans: list[_Span]) -> list[list[_Span]]:
    """Return the last outermost spans in order, each followed by those inside it."""
    groups: list[list[_Span]] = []
    # A box closes after those in it, so from the end each outermost span comes before its own.
    for span in reversed(spans):
        if groups and span[0] > groups[-1][0][0]:
            groups[-1].append(span)
        elif len(groups) == _MAX_BOXES:
            break
        else:
            groups.append([span])
    return groups[::-1]


def _box(text: str, group: list[_Span]) -> Box:
    """Return the box of ``group[0]``, with the dress of the boxes inside it left out."""
    (start, at, body_end, end), *inner = group
    cuts = [(a, b) for span in inner for a, b in (span[:2], span[2:])]
    pieces = []
    for cut_start, cut_end in sorted(cuts):
        pieces.append(text[at:cut_start])
        at = cut_end
    pieces.append(text[at:body_end])
    return Box(start, end, "".join(pieces).strip(), closed=True)


def _squeezed(text: str) -> str:
    return "".join(text.split())
