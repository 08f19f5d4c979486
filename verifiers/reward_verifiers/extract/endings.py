"""Where the model may have answered already, and the text only runs on.

Base models, and tokenizers that keep their special tokens, write on behind the answer: the token
that ends the turn, the next turn, or a new question that they go on to answer. Such a place ends
the completion if an answer was given before it; what comes after is not judged. Where no answer
was given before, the same heading merely restates the question, and is read on from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from reward_verifiers.extract.scanning import matches

_MAX_ENDINGS = 8  # Places that are tried, from the first on.
_MAX_LOOKED_AT = 100  # Of each kind. More of one are no headings, but text made to take time.

# Ends of a turn, as chat templates write them, and starts of the next one.
_TOKENS = (
    *("<|im_end|>", "<|im_start|>", "<|endoftext|>"),  # ChatML: Qwen, Yi, SmolLM, ...
    *("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|start_header_id|>"),  # Llama 3
    *("</s>", "[/INST]", "[INST]"),  # Llama 2, Mistral
    *("<eos>", "<end_of_turn>", "<start_of_turn>"),  # Gemma
    *("<|end|>", "<|return|>", "<|user|>"),  # Phi, gpt-oss, GLM
    *("<｜end▁of▁sentence｜>", "<｜User｜>"),  # DeepSeek
    *("<|END_OF_TURN_TOKEN|>", "<|EOT|>", "[EOS]"),
)


def _token(sign: str) -> re.Pattern[str]:
    any_of = "|".join(re.escape(token[1:]) for token in _TOKENS if token[0] == sign)
    # One turn of gpt-oss has messages on several channels.
    return re.compile(rf"{re.escape(sign)}(?:{any_of})(?!<\|start\|>assistant)")


_ANGLED, _BRACKETED = _token("<"), _token("[")

# At the start of a line, perhaps dressed: "Question:", "**Problem 2.**", "Q3)", "User:", or
# "### Instruction". By their first sign, because one sign is found at the speed of memory.
_NUMBERED = r"[ \t]{0,2}\d{0,3}[*_]{0,3}[ \t]?[:.)]"
_HEADINGS = {
    "Q": re.compile(
        rf"Q(?:(?:uestion|UESTION){_NUMBERED}|[ ]?\d{{1,3}}[*_]{{0,3}}[:.)]|[*_]{{0,3}}:)"
    ),
    "P": re.compile(rf"P(?:roblem|ROBLEM){_NUMBERED}"),
    "H": re.compile(r"H(?:uman|UMAN)[*_]{0,3}:"),
    "U": re.compile(r"U(?:ser|SER)[*_]{0,3}:"),
    "#": re.compile(r"# ?(?:Instruction|Question|Problem|Input|User|Human)s?:?[ \t]*\n"),
    "问": re.compile(r"问题[*_]{0,3}[:：]"),
    "题": re.compile(r"题目[*_]{0,3}[:：]"),
}
_DRESS = " \t*#>_"
_MAX_DRESS = 8


def answer_endings(text: str) -> list[int]:
    """Return where ``text`` may only be running on, first to last; most texts have no such place.

    Numbered headings that count on ("Problem 1: ... Problem 2: ...") are parts of one solution.
    """
    found = {token.start() for token in _first_matches(_BRACKETED, "[", text)}
    if ">" in text:
        found.update(token.start() for token in _first_matches(_ANGLED, "<", text))
    for sign, pattern in _HEADINGS.items():
        if sign in text:
            found.update(_new_questions(text, _first_matches(pattern, sign, text)))
    return sorted(found)[:_MAX_ENDINGS]


def _first_matches(pattern: re.Pattern[str], sign: str, text: str) -> Iterator[re.Match[str]]:
    return islice(matches(pattern, sign, text), _MAX_LOOKED_AT)


def _new_questions(text: str, headings: Iterable[re.Match[str]]) -> Iterator[int]:
    """Yield where the lines begin that pose another question than the one that is answered."""
    counted: set[int] = set()
    for heading in headings:
        start = heading.start()
        low = max(0, start - _MAX_DRESS)
        line = text.rfind("\n", low, start)
        if (line == -1 and low > 0) or text[line + 1 : start].strip(_DRESS):
            continue
        number = int("".join(filter(str.isdigit, heading[0])) or 0)
        if line != -1 and number - 1 not in counted:
            yield line
        if number:
            counted.add(number)
