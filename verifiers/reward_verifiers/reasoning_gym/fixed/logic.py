"""Conclusions from premises, decided by truth tables that are whole numbers.

A statement over ``n`` variables is a number of ``2 ** n`` bits, one for each way to choose their
values. Operators bind as in the package: not, and, or, implies, if and only if; the last of equal
ones splits first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce

from reward_verifiers.reasoning_gym.errors import NoAnswerError, TooCostlyError
from reward_verifiers.reasoning_gym.exact.dress import undressed
from reward_verifiers.reasoning_gym.task import Task

_SIGN = re.compile(r"\s*([A-Z]|[()∧∨¬→↔])")
_BINDING = {"↔": 1, "→": 2, "∨": 3, "∧": 4}
_MAX_SIGNS = 2000


def propositional_logic(answer: str, task: Task) -> float:
    """Score 1.0 for a conclusion that follows and says something, else 0.0.

    What a premise says already, and what is always true, is no conclusion: the package pays 1.0
    for a premise copied, 0.25 for ``P or not P`` and for a variable that follows, and 0.05 for
    what does not follow. Nor is what is watered down: where Q follows, ``P or Q`` says less, and
    the package pays 1.0 for it in three puzzles of four. The entry's own example stays right.
    """
    tables = Tables(task.metadata["variables"])
    premises = [tables.of(premise) for premise in task.metadata["premises"]]
    conclusion = tables.of(undressed(answer))
    given = reduce(lambda one, other: one & other, premises, tables.all_true)
    if given & ~conclusion or conclusion == tables.all_true:
        return 0.0
    if conclusion not in premises and not _watered_down(conclusion, given, tables):
        return 1.0
    example = task.metadata.get("example_answer")
    return float(isinstance(example, str) and tables.of(example) == conclusion)


def _watered_down(conclusion: int, given: int, tables: Tables) -> bool:
    """Whether a variable is in ``conclusion`` for nothing: what it says of the others follows too.

    From premises that contradict each other all follows, and nothing says less than it could.
    """
    return given != 0 and any(
        said != conclusion and not given & ~said for said in tables.without_one(conclusion)
    )


class Tables:
    """The truth tables of statements over some variables."""

    def __init__(self, variables: list[str]) -> None:
        """Work out the variables' own tables."""
        n_rows = 2 ** len(variables)
        self.all_true = 2**n_rows - 1
        self._of: Mapping[str, int] = {
            name: sum(1 << row for row in range(n_rows) if row >> place & 1)
            for place, name in enumerate(variables)
        }

    def of(self, statement: str) -> int:
        """Return the table of ``statement``.

        Raises:
            NoAnswerError: it is no statement over these variables.
            TooCostlyError: it is too long.
        """
        return _Reader(_signs_of(statement), self._of, self.all_true).read()

    def without_one(self, table: int) -> Iterator[int]:
        """Return for each variable what ``table`` says whether the variable is true or not."""
        for place, of_variable in enumerate(self._of.values()):
            distance = 1 << place
            true, false = table & of_variable, table & ~of_variable
            yield (true | true >> distance) & (false | false << distance)


def _signs_of(statement: str) -> list[str]:
    signs = []
    at = 0
    text = statement.strip()
    while at < len(text):
        sign = _SIGN.match(text, at)
        if sign is None:
            raise NoAnswerError(f"not part of a statement: {text[at : at + 20]!r}")
        signs.append(sign[1])
        at = sign.end()
        if len(signs) > _MAX_SIGNS:
            raise TooCostlyError(f"a statement of more than {_MAX_SIGNS} signs")
    return signs


class _Reader:
    """Reads signs into a table, with a stack of its own: brackets may nest as deep as they like."""

    def __init__(self, signs: list[str], of: Mapping[str, int], all_true: int) -> None:
        self._signs = signs
        self._of = of
        self._all = all_true
        self._values: list[int] = []
        self._waiting: list[str] = []

    def read(self) -> int:
        expects_value = True
        for sign in self._signs:
            if expects_value != (sign in "(¬" or sign.isalpha()):
                raise NoAnswerError(f"{sign!r} out of place")
            expects_value = self._take(sign)
        if expects_value:
            raise NoAnswerError("a statement that ends too early")
        self._settle(0)
        if self._waiting:
            raise NoAnswerError("a bracket that is not closed")
        return self._values[0]

    def _take(self, sign: str) -> bool:
        """Take one sign; return whether a value comes next."""
        if sign in "(¬":
            self._waiting.append(sign)
            return True
        if sign == ")":
            self._settle(0)
            if not self._waiting:
                raise NoAnswerError("a bracket that was not opened")
            self._waiting.pop()
            self._negate()
            return False
        if sign in _BINDING:
            self._settle(_BINDING[sign])
            self._waiting.append(sign)
            return True
        if sign not in self._of:
            raise NoAnswerError(f"{sign!r} is none of the variables")
        self._values.append(self._of[sign])
        self._negate()
        return False

    def _negate(self) -> None:
        while self._waiting and self._waiting[-1] == "¬":
            self._waiting.pop()
            self._values.append(self._all & ~self._values.pop())

    def _settle(self, binding: int) -> None:
        """Work out the operators that wait and bind at least as strongly."""
        while self._waiting and _BINDING.get(self._waiting[-1], -1) >= max(binding, 1):
            right, left = self._values.pop(), self._values.pop()
            self._values.append(self._all & _OPERATORS[self._waiting.pop()](left, right))


_OPERATORS: Mapping[str, Callable[[int, int], int]] = {
    "∧": lambda left, right: left & right,
    "∨": lambda left, right: left | right,
    "→": lambda left, right: ~left | right,
    "↔": lambda left, right: ~(left ^ right),
}
