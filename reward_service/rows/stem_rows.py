"""Rows of science datasets: multiple choice, and free answers."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

from reward_service.rows.answers import guessed_type, short_or_boxed_gold
from reward_service.rows.row import Row
from reward_verifiers.specs import AnswerType, StemSpec

# What WebInstruct-verified calls its answers. Lists, matrices and "other" go by the rules.
_WEB_TYPES = {
    "integer": AnswerType.VALUE,
    "float": AnswerType.VALUE,
    "fraction": AnswerType.VALUE,
    "percentage": AnswerType.VALUE,
    "expression": AnswerType.FORMULA,
    "boolean": AnswerType.TEXT,
    "string": AnswerType.TEXT,
}

_SHUFFLED = (
    "the order in which the model saw the options is not in this row; "
    "add it as options, a list or an object of letter and text"
)


def scp_116k(row: Row) -> StemSpec:
    """Read ``extracted_solution``, else ``solution``; the kind of answer is guessed by rules."""
    name = "extracted_solution" if row.has("extracted_solution") else "solution"
    gold = short_or_boxed_gold(row, name)
    return row.spec(StemSpec, gold=gold, answer_type=guessed_type(gold))


def web_instruct(row: Row) -> StemSpec:
    """Read ``answer`` and ``answer_type``; where the type says little, it is guessed by rules."""
    gold = short_or_boxed_gold(row, "answer")
    kind = row.text("answer_type").strip().lower()
    if kind == "multiple choice":
        raise row.error("answer_type", "multiple choice, but the row has no options")
    answer_type = _WEB_TYPES.get(kind) or guessed_type(gold)
    # "12 m" is an Integer to WebInstruct; here its unit counts.
    if answer_type is AnswerType.VALUE and guessed_type(gold) is AnswerType.QUANTITY:
        answer_type = AnswerType.QUANTITY
    return row.spec(StemSpec, gold=gold, answer_type=answer_type)


def mmlu(row: Row) -> StemSpec:
    """Read ``choices`` and ``answer``: a position from 0, or a letter."""
    options = _lettered(row, "choices", row.items("choices"))
    return _choice(row, options, _letter_at(row, "answer", options))


def mmlu_pro(row: Row) -> StemSpec:
    """Read ``options`` and ``answer``, a letter, which must agree with ``answer_index``."""
    options = _lettered(row, "options", row.items("options"))
    letter = _letter_at(row, "answer", options)
    if row.has("answer_index") and _letter_at(row, "answer_index", options) != letter:
        raise row.error("answer_index", f"{row.value('answer_index')!r} is not answer {letter}")
    return _choice(row, options, letter)


def super_gpqa(row: Row) -> StemSpec:
    """Read ``options`` and ``answer_letter``, which must agree with ``answer``, the text."""
    options = _lettered(row, "options", row.items("options"))
    letter = _letter_at(row, "answer_letter", options)
    if row.has("answer") and row.text("answer").strip() != options[letter].strip():
        raise row.error("answer_letter", f"{letter} is not the option that answer gives")
    return _choice(row, options, letter)


def gpqa(row: Row) -> StemSpec:
    """Read ``Correct Answer``; the letter comes from ``options``, which the caller must add."""
    return _shuffled(row, "Correct Answer")


def sciq(row: Row) -> StemSpec:
    """Read ``correct_answer``; the letter comes from ``options``, which the caller must add."""
    return _shuffled(row, "correct_answer")


def arc(row: Row) -> StemSpec:
    """Read ``choices`` (text and label) and ``answerKey``; labels 1 to 4 are A to D."""
    choices = row.part("choices")
    options = _lettered(choices, "text", choices.items("text"))
    labels = [choices.as_text("label", label).strip() for label in choices.items("label")]
    if len(labels) != len(options):
        raise choices.error("label", f"{len(labels)} labels for {len(options)} texts")
    key = row.text("answerKey").strip()
    if labels.count(key) != 1:
        raise row.error("answerKey", f"{key[:20]!r} is not one of the labels {str(labels)[:200]}")
    return _choice(row, options, list(options)[labels.index(key)])


def expected_letter(row: Row) -> StemSpec:
    """Read ``options`` and ``expected_answer``, a letter; both may be in ``verifier_metadata``."""
    holder = row if row.has("options") else row.part("verifier_metadata")
    options = _options(holder, "options")
    return _choice(holder, options, _letter_at(holder, "expected_answer", options))


def lettered_options(row: Row) -> StemSpec:
    """Read ``options`` and the letter or text in ``answer_idx``, ``answer`` or its like."""
    options = _options(row, "options")
    names = ("answer_idx", "correct_answer", "answer_letter", "answer")
    name = next((name for name in names if row.has(name)), "answer")
    return _choice(row, options, _letter_or_text(row, name, options))


def columns_abcd(row: Row) -> StemSpec:
    """Read the columns ``A`` to ``D`` (or further) and ``answer``, a letter."""
    letters = [letter for letter in string.ascii_uppercase if row.has(letter)]
    options = {letter: row.gold(letter) for letter in letters}
    return _choice(row, options, _letter_at(row, "answer", options))


def medmcqa(row: Row) -> StemSpec:
    """Read the columns ``opa`` to ``opd`` and ``cop``, a position from 0."""
    options = {letter: row.gold(f"op{letter.lower()}") for letter in "ABCD"}
    return _choice(row, options, _letter_at(row, "cop", options))


def _choice(row: Row, options: Mapping[str, str], letter: str) -> StemSpec:
    return row.spec(StemSpec, gold=letter, options=dict(options))


def _shuffled(row: Row, name: str) -> StemSpec:
    if not row.has("options"):
        raise row.error("options", f"missing: {_SHUFFLED}")
    options = _options(row, "options")
    return _choice(row, options, _letter_of_text(row, name, options))


def _options(row: Row, name: str) -> dict[str, str]:
    """Return options given as a list of texts, of one-letter objects, or as one object."""
    value = row.value(name)
    if isinstance(value, Mapping):
        pairs = list(Row(value, f"{row.where}.{name}").fields.items())
    elif isinstance(value, Sequence) and value and all(isinstance(it, Mapping) for it in value):
        pairs = [_pair(row, name, entry) for entry in row.items(name)]
    else:
        return _lettered(row, name, row.items(name))
    options = {str(letter).strip(): row.as_gold(name, text) for letter, text in pairs}
    if len(options) != len(pairs):
        raise row.error(name, "two options have the same letter")
    strange = [letter for letter in options if letter not in set(string.ascii_uppercase)]
    if strange:
        raise row.error(name, f"{strange[0][:20]!r} is no letter from A to Z")
    return options


def _pair(row: Row, name: str, entry: Mapping[str, Any]) -> tuple[str, Any]:
    given = {letter: text for letter, text in entry.items() if text is not None}
    if len(given) != 1:
        raise row.error(name, f"expected objects of one letter each, got one of {len(given)}")
    return next(iter(given.items()))


def _lettered(row: Row, name: str, texts: Sequence[Any]) -> dict[str, str]:
    """Return ``texts`` under the letters that they were shown with: A, B, and so on."""
    if len(texts) > len(string.ascii_uppercase):
        raise row.error(name, f"{len(texts)} options; at most 26 have a letter")
    return {
        letter: row.as_gold(name, text)
        for letter, text in zip(string.ascii_uppercase, texts, strict=False)
    }


def _letter_at(row: Row, name: str, options: Mapping[str, str]) -> str:
    """Return the letter that a field gives, as itself or as a position from 0."""
    value = row.value(name)
    if isinstance(value, str):
        letter = value.strip().upper()
        if letter in options:
            return letter
        raise row.error(name, f"{value[:40]!r} is not one of the letters {sorted(options)}")
    position = row.integer(name)
    if not 0 <= position < len(options):
        raise row.error(name, f"{position} is no position among {len(options)} options")
    return list(options)[position]


def _letter_of_text(row: Row, name: str, options: Mapping[str, str]) -> str:
    text = row.gold(name)
    letters = [letter for letter, option in options.items() if option.strip() == text]
    if len(letters) != 1:
        times = "not" if not letters else "more than once"
        raise row.error(name, f"{text[:80]!r} is {times} among the options")
    return letters[0]


def _letter_or_text(row: Row, name: str, options: Mapping[str, str]) -> str:
    value = row.value(name)
    if isinstance(value, str) and value.strip() not in options:
        return _letter_of_text(row, name, options)
    return _letter_at(row, name, options)
