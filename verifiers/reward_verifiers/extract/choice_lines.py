"""Lines that are an answer by themselves: a label, an option's text, or both, and no more."""

from __future__ import annotations

import re

from reward_verifiers.extract.dress import undressed
from reward_verifiers.extract.labels import bare_choice
from reward_verifiers.extract.marks import Commitment
from reward_verifiers.extract.option_texts import MAX_PAYLOAD, Options

_MAX_LINE = 300
_MAX_LONE = 12
_MAX_BARE = 5
_ENDS = re.compile(r"\s{0,2}[.!;,)]|\s{0,3}\Z")
_DRESS = " \t*_`\"'#>✅✔✓☑👉➡→-️"

_LONE = re.compile(
    r"""(?:(?:therefore|thus|so|hence|(?:final\s)?(?:response|output)|final|correct|conclusion
        |verdict|result|solution|choose|select(?:ed|ion)?|pick|key)
        [*_]{0,2}[,:]?[*_]{0,2}\s{1,3})?
    (?:the\s{1,3})?(?:option|choice|letter)?\s{0,3}
    (?:[(\[{]{1,2}\s?(?P<dressed>[A-Za-z])\s?[)\]}]{1,2}|(?P<bare>[A-Z])|(?P<lower>[a-z]))[\s.)]{0,4}""",
    re.VERBOSE | re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*(?P<body>[^*\n]{1,200}?)\*\*")
# At the start of a line a label in bold is an item of a list, behind "->" it is a conclusion.
_CLOSING_LABEL = re.compile(
    r"""(?:\(|,\s(?:which\s(?:is|matches|corresponds\sto)\s|i\.e\.,?\s)?|[→⇒]\s?|[-=]>\s?)
    (?P<noun>(?:answer\s)?(?:option|choice)\s)?\(?(?P<letter>[A-Z])\)?\)?[.!]?\Z""",
    re.VERBOSE,
)
# A line that weighs options commits to none, and neither does "not **C**".
_WEIGHS = re.compile(
    r"\b(?:nor|neither|wrong|incorrect|false|except|eliminat\w*|unlike|if|rul(?:e|ed|ing)\sout"
    r"|mistake\w*|error|tempting|alternat\w*|consider|suppose|vs|versus|compared?)\b|\?",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|or|and|than|of|from|for|with)|n['’]t)\s{1,3}(?:(?:be|the|option|choice)\s{1,3}){0,2}\Z",
    re.IGNORECASE,
)
_OPTION_LINE = re.compile(
    r"(?P<form>[\s*_>|-]{0,6}\(?)(?P<letter>[A-Z])\)?[*_]{0,2}\s?(?:[.):|-]|(?=[✅✔✓☑❌✗✘✖]))", re.I
)
_GOES_ON = re.compile(r"(?:\b(?:or|and|nor|not|either|neither)|[,/&])[*_\s]*\Z", re.IGNORECASE)
_FEWEST = 3  # of two options, the one that is not "wrong" need not be meant
_GOOD = re.compile(r"[✅✔✓☑]|\b(?:correct|right|true)\b", re.IGNORECASE)
_BAD = re.compile(
    r"[❌✗✘✖]|\b(?:incorrect|wrong|false|not\s(?:correct|right|true))\b", re.IGNORECASE
)
_MAX_LINES = 200
_MAX_READ = 8000
_OPENING = re.compile(r"(?:(?i:option|choice)\s)?[(\[]?(?P<letter>[A-Z])(?!\w)")
_REASON = re.compile(r"[)\].]?,?\s(?:because|since|as|due\sto)\b")
_STOP = re.compile(r"[.!](?=\s)")
_WORD = re.compile(r"[^\W\d_]{2}|→|=>|->")
_LABELS = re.compile(r"(?<!\w)([A-Z])(?=[.):]\s)|(?<=[.!;]\s)([A-Z])(?=,\s)")
_CAPITAL = re.compile(r"(?<!\w)[A-Z](?!\w)")
_NAMED = re.compile(r"\b(?:option|choice)\s\(?[A-Z]\b|\([A-Z]\)", re.IGNORECASE)


def last_line(text: str, behind: int, options: Options) -> Commitment | None:
    """Return what the last line names if it is a label, an option's text, or both, and no more.

    Or if it has one label in bold, or ends in one behind an arrow or with its noun ("gold (option
    C)"). The last line of a list of options names nothing.
    """
    tail = text[behind:].strip()
    *_, before, line = ["", *tail[-2 * MAX_PAYLOAD :].rsplit("\n", 1)]
    if not line or len(line) > MAX_PAYLOAD or _GOES_ON.search(before[-_MAX_LONE:]):
        return None
    letter = _line_label(line, options) if len(line) <= _MAX_LINE else None
    above = before.rstrip().rpartition("\n")[2]
    if letter is not None and len(above) < _MAX_LONE and _line_label(above, options) in options:
        return None  # letters below one another
    if letter is None:
        letter = bare_choice(line.strip(_DRESS), options)
        if letter is not None and (_OPTION_LINE.match(above) or bare_choice(above, options)):
            return None
    if letter is None or letter not in options:
        return None
    return Commitment("the last line", len(text), letter)


def lone_line(text: str, options: Options) -> Commitment | None:
    """Return what the one line names that opens a paragraph with a label and its text, or a reason.

    Models answer "C. gold", and explain below. A line of the same form for another option shows
    that it is an item of a list instead, unless a colon before it announces it alone.
    """
    end = len(text.rstrip())
    text = text[-_MAX_READ:].strip()
    lines = text.split("\n")[-_MAX_LINES:]
    filled = [at for at, line in enumerate(lines) if line.strip()]
    named = [
        (letter, count)
        for count, at in enumerate(filled)
        if (letter := _opening_choice(lines[at], options, first=count == 0)) is not None
    ]
    opening = [(letter, n) for letter, n in named if n == 0 or filled[n] - filled[n - 1] > 1]
    if not opening or len({letter for letter, _ in named}) > 1:
        return None
    letter, count = opening[-1]
    own = _OPTION_LINE.match(lines[filled[count]])
    announced = count > 0 and lines[filled[count - 1]].rstrip(" *_").endswith(":")
    form = None if own is None or announced else own["form"]
    for index, at in enumerate(filled):
        item = _OPTION_LINE.match(lines[at])
        is_listed = item is not None and (abs(index - count) == 1 or item["form"] == form)
        if item is not None and is_listed and item["letter"] != letter:
            return None
    return Commitment("a line of its own", end - len("\n".join(lines[filled[count] :])), letter)


def verdict_list(text: str, options: Options) -> Commitment | None:
    """Return the one option that a list with a verdict on each of them calls right.

    "A. iron: wrong" for every option but one, and that one "correct" or ticked.
    """
    verdicts: dict[str, bool] = {}
    for line in text[-_MAX_READ:].split("\n")[-_MAX_LINES:]:
        item = _OPTION_LINE.match(line)
        if item is None or item["letter"] not in options:
            continue
        is_bad = _BAD.search(line) is not None
        is_good = _GOOD.search(_BAD.sub("", line)) is not None
        if item["letter"] in verdicts or is_bad is is_good:
            return None
        verdicts[item["letter"]] = is_good
    right = [letter for letter, is_good in verdicts.items() if is_good]
    if len(verdicts) < max(len(options), _FEWEST) or len(right) != 1:
        return None
    if any(_GOOD.search(option) or _BAD.search(option) for option in options.values()):
        return None  # the words are the option's own
    return Commitment("the list of options", len(text), right[0])


def _opening_choice(line: str, options: Options, *, first: bool) -> str | None:
    """Return the option of a line that is a label, with or without its text, or None.

    In the first line a sentence or a reason may follow: "C. gold. It ...", "C, because ...".
    """
    line = undressed(line).strip(_DRESS)
    label = _OPENING.match(line)
    if label is None:
        return None
    letter = label["letter"]
    labels = (other[1] or other[2] for other in _LABELS.finditer(line))
    if any(other != letter and other in options for other in labels):
        return None
    if first and _REASON.match(line, label.end()):
        return letter if letter in options else None
    # The stop behind a label ends no sentence: "A. thaliana is a plant."
    stop = _STOP.search(line, label.end() + 2) if first else None
    named = bare_choice(line if stop is None else line[: stop.start()], options)
    return letter if named == letter else None


def _line_label(line: str, options: Options) -> str | None:
    lone = _LONE.fullmatch(undressed(line).strip(_DRESS))
    if lone is not None:
        letter = lone["dressed"] or lone["bare"] or lone["lower"]
        if letter.isupper() or not line.strip().startswith(letter):
            return str(letter.upper())
        return None
    if _WEIGHS.search(line):
        return None
    bold = [
        (letter, found)
        for found in _BOLD.finditer(line)
        if (letter := _labelled(found["body"], options)) is not None
    ]
    if len(bold) != 1:
        return None if bold else _closing_label(line)
    letter, found = bold[0]
    before = line[: found.start()]
    if len(found["body"]) < _MAX_BARE and not _ENDS.match(line, found.end()):
        return None  # "where **C** is the heat capacity"
    # At the start of a line "**C.** gold" is an item of a list.
    return letter if _WORD.search(before) and not _DENIED.search(before) else None


def _labelled(body: str, options: Options) -> str | None:
    """Return the option whose label, with or without its text, is all of ``body``."""
    label = _OPENING.match(body.strip())
    letter = bare_choice(body, options) if label is not None else None
    return letter if label is not None and letter == label["letter"].upper() else None


def _closing_label(line: str) -> str | None:
    """Return the label that a line ends in: "gold (option C)", "gold -> C"."""
    plain = line.rstrip(" *_$`")
    found = _CLOSING_LABEL.search(plain, max(0, len(plain) - 40))
    if found is None or not (found["noun"] or found[0][0] in "→⇒-="):
        return None
    before = plain[: found.start()]
    others = _NAMED if found["noun"] else _CAPITAL
    return None if others.search(before) or _DENIED.search(before) else found["letter"]
