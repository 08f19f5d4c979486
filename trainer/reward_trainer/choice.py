"""Which of a round's groups are learned from: the first that are worth it, as they were drawn.

Short completions are judged first. To take the groups that are known first would be to learn from
short ones alone, so what was drawn first is taken, and nothing else is asked of a group. It is told
as soon as it is certain, while the rest is judged.
"""

from __future__ import annotations


class Choice:
    """Chooses among groups that become known one by one."""

    def __init__(self, n: int, *, wanted: int) -> None:
        """Choose ``wanted`` of ``n`` groups, or all that are worth it where those are fewer."""
        self._worth: list[bool | None] = [None] * n
        self._wanted = wanted
        self._chosen: set[int] = set()

    def tell(self, at: int, *, worth: bool) -> list[int]:
        """Take in whether group ``at`` is worth it; return those that are chosen by that.

        Each is returned once, the first drawn first. One is chosen when fewer than are wanted
        stand before it that are worth it or may yet be.
        """
        self._worth[at] = worth
        found = []
        before = 0
        for index, known in enumerate(self._worth):
            if before == self._wanted:
                break
            if known and index not in self._chosen:
                found.append(index)
            before += known is not False
        self._chosen.update(found)
        return found
