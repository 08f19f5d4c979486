"""How an item is put to the model, where its row holds no prompt.

Answers are asked for in the form that the verifiers read: a box, a block of code. The line for
mathematics is ProRL's (https://arxiv.org/abs/2505.24864, appendix E); the others are ours.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from reward_trainer.errors import DataError
from reward_trainer.evaluation.suite import Wording

Messages = list[dict[str, str]]
Row = Mapping[str, Any]

_BOXED = "Let's think step by step and output the final answer within \\boxed{}."
_LETTER = "Let's think step by step and output the letter of the right option within \\boxed{}."
_PROGRAM = (
    "Write a Python program that reads from standard input and writes to standard output. Put the"
    " whole program between triple backticks, as in ```python ... ```."
)
_STARTER = (
    "Complete this Python code, keep its names, and put all of it between triple backticks, as in"
    " ```python ... ```:"
)
_QUESTIONS = ("problem", "question", "Problem", "Question", "prompt", "question_content")
# "(A) text", "A. text", "A) text", at the start of a line.
_OPTION = re.compile(r"^[ \t]*\(?([A-Z])[).:][ \t]*(\S.*)$", re.MULTILINE)


def messages_of(row: Row, wording: Wording) -> Messages:
    """Return the chat that puts ``row`` to a model.

    Raises:
        DataError: the row holds no question.
    """
    return _WORDINGS[wording](row)


def lettered(row: Row) -> dict[str, Any]:
    """Return the spec of a multiple-choice row that comes with no format: letters and the gold.

    GPQA's rows hold the right and the wrong options apart: they are put in an order that depends on
    the question alone. Others hold the options in the question, and the letter of the right one.

    Raises:
        DataError: there are no options, or the right one is none of them.
    """
    options, gold = _shuffled(row) if "Correct Answer" in row else _in_question(row)
    if len(options) < 2 or gold not in options:
        raise DataError(f"no options, or {gold!r} is none of them: {_question(row)[:80]!r}")
    return {"domain": "stem", "gold": gold, "options": options}


def _as_is(row: Row) -> Messages:
    prompt = row.get("prompt")
    if isinstance(prompt, list):
        return [{"role": str(one["role"]), "content": str(one["content"])} for one in prompt]
    return _said(_question(row))


def _math(row: Row) -> Messages:
    return _said(f"{_question(row)}\n\n{_BOXED}")


def _choice(row: Row) -> Messages:
    options, _ = _shuffled(row) if "Correct Answer" in row else ({}, "")
    listed = "".join(f"\n({letter}) {text}" for letter, text in options.items())
    return _said(f"{_question(row)}{listed and chr(10)}{listed}\n\n{_LETTER}")


def _program(row: Row) -> Messages:
    starter = row.get("starter_code")
    if isinstance(starter, str) and starter.strip():
        return _said(f"{_question(row)}\n\n{_STARTER}\n\n{_fenced(starter)}")
    return _said(f"{_question(row)}\n\n{_PROGRAM}")


def _function(row: Row) -> Messages:
    return _said(f"{_STARTER}\n\n{_fenced(_question(row))}")


_WORDINGS: Mapping[Wording, Callable[[Row], Messages]] = MappingProxyType(
    {
        Wording.AS_IS: _as_is,
        Wording.MATH: _math,
        Wording.CHOICE: _choice,
        Wording.PROGRAM: _program,
        Wording.FUNCTION: _function,
    }
)


def _said(text: str) -> Messages:
    return [{"role": "user", "content": text}]


def _fenced(code: str) -> str:
    return f"```python\n{code.rstrip()}\n```"


def _question(row: Row) -> str:
    for name in _QUESTIONS:
        text = row.get(name)
        if isinstance(text, str) and text.strip():
            return text
    raise DataError(f"no question: the row has {', '.join(sorted(map(str, row)))}")


def _shuffled(row: Row) -> tuple[dict[str, str], str]:
    right = str(row["Correct Answer"]).strip()
    texts = [right]
    texts += [str(row[name]).strip() for name in sorted(row) if name.startswith("Incorrect Answer")]
    # Python's own shuffling is not promised to stay what it is; a digest is.
    texts.sort(key=lambda text: blake2b(f"{_question(row)}\n{text}".encode()).digest())
    options = dict(zip(string.ascii_uppercase, texts, strict=False))
    return options, string.ascii_uppercase[texts.index(right)]


def _in_question(row: Row) -> tuple[dict[str, str], str]:
    options = {letter: text.strip() for letter, text in _OPTION.findall(_question(row))}
    return options, str(row.get("correct_answer", row.get("answer", ""))).strip(" ().")
