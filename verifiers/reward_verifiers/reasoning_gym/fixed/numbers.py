"""Numbers: within the rounding that the task asks for, and nothing for coming near."""

from __future__ import annotations

import cmath
import re
from fractions import Fraction

from reward_verifiers.reasoning_gym.errors import NoAnswerError, TooCostlyError
from reward_verifiers.reasoning_gym.exact.dress import undressed, unlabelled
from reward_verifiers.reasoning_gym.fixed.plain import said
from reward_verifiers.reasoning_gym.fixed.progress import beyond
from reward_verifiers.reasoning_gym.task import Task, gold_read
from reward_verifiers.reasoning_gym.upstream import read_complex

_ROOT_ERROR = 1e-3  # the task asks for four decimals, and leaves open how the fifth is rounded
_CHANCE_ERROR = 1e-4  # the package's
_CHANCE_SHARE = 1e-2
_MAX_EXPONENT = 400

_AMOUNT = re.compile(
    r"=?\s{0,9}[$€£]?\s?([-+]?[$€£]?(?:\d[\d,]{0,400}(?:\.\d{0,400})?|\.\d{1,400}))\s?%?"
    r"((?:[\s-]{1,9}[A-Za-z]{1,30}){0,3})",
    re.ASCII,
)
_NO_UNITS = frozenset(
    [
        *("not", "no", "or", "and", "but", "if", "is", "isn", "was", "wrong", "incorrect", "false"),
        *("maybe", "perhaps", "possibly", "probably", "unlikely", "likely", "guess", "never"),
        *("either", "neither", "nor", "more", "less", "fewer", "plus", "minus", "times", "else"),
        *("different", "another", "other", "impossible", "unsure", "unknown", "doubtful"),
        *("hundred", "thousand", "million", "billion", "trillion", "dozen", "half"),
    ]
)
_FRACTION = re.compile(
    r"\\d?frac\s{0,9}\{\s{0,9}(\d{1,99})\s{0,9}\}\s{0,9}\{\s{0,9}(\d{1,99})\s{0,9}\}"
    r"|(\d{1,99})\s{0,9}/\s{0,9}(\d{1,99})",
    re.ASCII,
)
_NO_CURRENCY = str.maketrans("", "", "$€£")
_CHANCE = re.compile(
    r"[-+]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][-+]?(\d{1,9}))?"
    r"(?:\s?/\s?\d{1,400})?",
    re.ASCII,
)


def complex_arithmetic(answer: str, task: Task) -> float:
    """Score 1.0 for the number, else 0.0.

    The package pays ``exp(-distance)``, and 1.0 for "nan", whose distance to anything is not
    greater than 0.
    """
    value = read_complex(answer)
    right = complex(*task.metadata["result"])
    return float(value is not None and cmath.isfinite(value) and abs(value - right) < 1e-9)


def polynomial_equations(answer: str, task: Task) -> float:
    """Score 1.0 for all roots, else those found beyond one half, 0 as a root not being counted.

    The package pays ``exp(-10 * distance)`` for each, so something for coming near, and 1.0 for any
    words where there is no root.
    """
    if not task.gold:
        return float(answer.strip("\"'").strip() == "")
    wanted = gold_read(task, _roots)
    given = _roots(answer)
    missed = list(wanted)
    n_found = 0
    for root in given:
        near = next((one for one in missed if abs(one - root) <= _ROOT_ERROR), None)
        if near is not None:
            missed.remove(near)
            n_found += near != 0
    if not missed and len(given) == len(wanted):
        return 1.0
    return beyond(n_found / max(len(given), len(wanted)))


def gsm_symbolic(answer: str, task: Task) -> float:
    """Score 1.0 for the right number, perhaps with a unit, else 0.0.

    The package takes the first of any text, so of one that denies it too, without its sign and cut
    at its first comma; and it pays 0.01 for any.
    """
    gold = gold_read(task, _value)
    read = _AMOUNT.fullmatch(unlabelled(said(answer)).strip())
    if read is None or not _NO_UNITS.isdisjoint(re.split(r"[\s-]+", read[2].lower())):
        return 0.0
    return float(_value(read[1].translate(_NO_CURRENCY)) == gold)


def coin_flip(answer: str, task: Task) -> float:
    """Score 1.0 for the probability to within 0.0001 and 1 %, else 0.0.

    The package does without the second, so 0 is right for whatever is rare; and it pays for the
    digits that agree, so 1.0 for 0.2 where 0.25 is right.
    """
    given, right = _chance(answer), gold_read(task, _chance)
    return float(abs(given - right) <= min(_CHANCE_ERROR, _CHANCE_SHARE * abs(right)))


def fraction_simplification(answer: str, task: Task) -> float:
    """Score 1.0 for the fraction in its lowest terms, else 0.0.

    The package reads the first fraction of a list, and pays 0.1 for the fraction as it was given,
    0.05 for any other and 0.01 for anything.
    """
    read = _FRACTION.fullmatch(undressed(answer).strip("$").strip())
    if read is None:
        return 0.0
    numerator, denominator = (int(part) for part in read.groups() if part is not None)
    wanted = task.metadata["simplified_numerator"], task.metadata["simplified_denominator"]
    return float((numerator, denominator) == wanted)


def _roots(text: str) -> list[float]:
    return [float(root) for root in text.split(",")]


def _value(numeral: str) -> Fraction:
    return Fraction(numeral.strip().replace(",", ""))


def _chance(text: str) -> Fraction:
    plain = text.strip().replace(",", "")
    read = _CHANCE.fullmatch(plain)
    if read is None:
        raise NoAnswerError("not a number")
    if read[1] is not None and int(read[1]) > _MAX_EXPONENT:
        raise TooCostlyError(f"an exponent of more than {_MAX_EXPONENT}")
    numerator, _, denominator = plain.partition("/")
    return Fraction(numerator.strip()) / Fraction(denominator.strip() or 1)
