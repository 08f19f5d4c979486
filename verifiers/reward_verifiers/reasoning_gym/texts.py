"""Rules that compare texts: cheap enough for the engine's own process.

The package gives an answer that merely contains the right one a part of the score, by its share of
the length. So ``-7``, ``17`` and ``7 or 8`` earn something where 7 is right, and a list of all
answers always does. Fixed, that is paid only for dress: what stands around the right answer says
nothing itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from reward_verifiers.reasoning_gym.task import Rule, Task

MAX_NUMERAL_CHARS = 4000

# Markdown, quotes, LaTeX delimiters and boxes, and the full stop of a sentence.
_BEFORE = re.compile(r"(?:[\s\"'`*$]|\\[(\[]|\\(?:boxed|text|mathrm|mathbf)\{)*")
_AFTER = frozenset(" \t\r\n\"'`*$.})]\\")
_MAX_DRESS = 60

_NUMERAL = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?", re.ASCII)


def same(answer: str, task: Task) -> float:
    """Score 1.0 for the entry's answer to the letter, else 0.0."""
    return float(answer == task.gold)


def same_words(answer: str, task: Task) -> float:
    """Score 1.0 for the entry's answer in any case, with any blanks around, else 0.0."""
    return float(answer.strip().lower() == task.gold.strip().lower())


def same_joined(answer: str, task: Task) -> float:
    """Score 1.0 for the entry's answer in any case and without blanks, else 0.0."""
    return float(answer.replace(" ", "").strip().lower() == task.gold.strip().lower())


def same_lines_joined(answer: str, task: Task) -> float:
    """Score 1.0 for the entry's answer in any case, broken into any lines, else 0.0."""
    return float(answer.lower().replace("\n", "") == task.gold.lower().replace("\n", ""))


def same_spaced(answer: str, task: Task) -> float:
    """Score 1.0 for the words of the entry's answer with any blanks between, else 0.0."""
    return float(answer.split() == task.gold.split() != [])


def same_capitals(answer: str, task: Task) -> float:
    """Score 1.0 for the entry's answer in any case and dress, else 0.0."""
    return float(_is_near(answer, task) and bare(answer).upper() == task.gold.strip())


def same_truth(answer: str, task: Task) -> float:
    """Score 1.0 for the entry's True or False in any case and dress, else 0.0."""
    return float(_is_near(answer, task) and bare(answer).lower() == task.gold.lower())


def contains(answer: str, task: Task) -> float:
    """Score as the package does by default: 1.0, or what the right answer is of the whole."""
    if not answer or task.gold not in answer:
        return 0.0
    return len(task.gold) / len(answer)


def dressed(answer: str, task: Task) -> float:
    """Score 1.0, or as ``contains`` where nothing but dress stands around the right answer."""
    if not task.gold or not _is_near(answer, task):
        return 0.0
    start = _undressed_from(answer)
    if not answer.startswith(task.gold, start):
        return 0.0
    rest = answer[start + len(task.gold) :]
    return len(task.gold) / len(answer) if _AFTER.issuperset(rest) else 0.0


def bare(answer: str) -> str:
    """Return ``answer`` without the dress around it."""
    return answer[_undressed_from(answer) :].rstrip("".join(_AFTER))


def _undressed_from(answer: str) -> int:
    before = _BEFORE.match(answer)
    return before.end() if before else 0


def _is_near(answer: str, task: Task) -> bool:
    """Whether ``answer`` is no longer than the right one is in dress."""
    return len(answer) <= len(task.gold) + _MAX_DRESS


def decimal(answer: str, task: Task) -> float:
    """Score 1.0 for the same decimal number, however it is written, else 0.0."""
    return float(_same_number(answer.strip(), task.gold))


def decimal_with_commas(fallback: Rule) -> Rule:
    """Return a rule: 1.0 for the same decimal number, commas left out; else as ``fallback``."""

    def rule(answer: str, task: Task) -> float:
        if not answer:
            return 0.0
        plain, gold = answer.replace(",", ""), task.gold.replace(",", "")
        return 1.0 if _same_number(plain, gold) else fallback(plain, replace(task, gold=gold))

    return rule


def is_number(text: str) -> bool:
    """Whether ``text`` is one decimal number, perhaps with commas."""
    return len(text) <= MAX_NUMERAL_CHARS and _NUMERAL.fullmatch(text.strip()) is not None


def _same_number(answer: str, gold: str) -> bool:
    if len(answer) > MAX_NUMERAL_CHARS:
        return False
    try:
        return Decimal(answer) == Decimal(gold)
    except InvalidOperation:
        return False
