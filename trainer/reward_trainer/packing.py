"""Sequences laid out so that a forward pass computes hardly any padding.

Sequences of about the same length share a pack, in lines as long as the longest of them. A line
holds one of them, or several end to end where they are short; what it has left is padding. Where
the kernel of attention takes sequences end to end (flash attention), a pack is one line, and holds
no padding at all. Elsewhere attention costs a line's length for every token, whether it may look at
the rest of the line or not: hence short lines.

Tensor names end in their dimensions: R lines of a pack, L tokens of a line, M tokens that were
written by the policy, B rollouts in the batch, T tokens of the longest completion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A prompt and what was written behind it."""

    prompt: Sequence[int]
    completion: Sequence[int]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.completion)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """Some sequences of a batch."""

    input_ids_RL: Tensor
    position_ids_RL: Tensor
    """Counts from 0 in every sequence; that is how attention tells them apart."""
    places_M: Tensor
    """Where a written token is predicted from: the place in all lines end to end."""
    targets_M: Tensor
    """The written tokens."""
    rows_M: Tensor
    """Which sequence of the batch each belongs to."""
    columns_M: Tensor
    """Which token of its completion it is."""

    def to(self, device: torch.device | str) -> Pack:
        """Return it on another device."""
        return Pack(**{name: getattr(self, name).to(device) for name in self.__slots__})


def packs(
    sequences: Sequence[Written],
    *,
    max_tokens: int,
    one_line: bool = False,
    rank: int = 0,
    size: int = 1,
) -> list[Pack]:
    """Lay out what ``rank`` of ``size`` ranks has to compute of ``sequences``.

    Packs hold at most ``max_tokens`` beside padding; a sequence that is longer has one alone. Every
    rank has as many packs as the others, and all packs about as many tokens: ranks wait for one
    another at each of them. Where sequences are fewer than ranks, some packs hold nothing that was
    written. It is the same for the same lengths.

    Args:
        sequences: prompts and completions.
        max_tokens: of a pack.
        one_line: whether all of a pack is end to end.
        rank: whose share.
        size: how many share it.
    """
    dealt = _dealt([len(one) for one in sequences], max_tokens=max_tokens, size=size)
    # To and fro: else one rank would have the longest of each round.
    mine = [
        dealt[first + (rank if first // size % 2 == 0 else size - 1 - rank)]
        for first in range(0, len(dealt), size)
    ]
    return [_laid_out(sequences, rows, one_line=one_line) if rows else _IDLE for rows in mine]


def spread(values_M: Tensor, pack: Pack, into_BT: Tensor) -> Tensor:
    """Return ``into_BT`` with the pack's values at their rows and columns; carries gradients."""
    return into_BT.index_put((pack.rows_M, pack.columns_M), values_M)


def _dealt(lengths: Sequence[int], *, max_tokens: int, size: int) -> list[list[int]]:
    """Return the rows of each pack: as few packs as come easily, of a multiple of ``size``."""
    order = sorted(range(len(lengths)), key=lambda at: (-lengths[at], at))
    n_packs = max(-(-sum(lengths) // (max_tokens * size)), 1) * size
    while (dealt := _dealt_among(n_packs, order, lengths, max_tokens)) is None:
        n_packs += max(n_packs // (16 * size), 1) * size
    return dealt


def _dealt_among(
    n_packs: int, order: Sequence[int], lengths: Sequence[int], max_tokens: int
) -> list[list[int]] | None:
    """Deal rows in ``order``, to each pack its share of all tokens; None: one has too many."""
    rows: list[list[int]] = [[] for _ in range(n_packs)]
    share = sum(lengths) / n_packs
    at = tokens = dealt = 0
    for row in order:
        length = lengths[row]
        if rows[at] and (tokens + length > max_tokens or dealt + length / 2 > share * (at + 1)):
            at, tokens = at + 1, 0
        if at == n_packs:
            return None
        rows[at].append(row)
        tokens, dealt = tokens + length, dealt + length
    return rows


def _laid_out(sequences: Sequence[Written], rows: Sequence[int], *, one_line: bool) -> Pack:
    lengths = [len(sequences[row]) for row in rows]
    width = sum(lengths) if one_line else max(lengths)
    input_ids: list[int] = []
    positions: list[int] = []
    places: list[int] = []
    targets: list[int] = []
    row_of: list[int] = []
    column_of: list[int] = []
    for line in _lines(rows, lengths, width):
        for row in line:
            sequence = sequences[row]
            first = len(input_ids) + len(sequence.prompt) - 1
            n_written = len(sequence.completion)
            input_ids += [*sequence.prompt, *sequence.completion]
            positions += range(len(sequence))
            places += range(first, first + n_written)
            targets += sequence.completion
            row_of += [row] * n_written
            column_of += range(n_written)
        # As if the last sequence went on: nothing before it looks at it, and a line of one sequence
        # needs no mask.
        padding = -len(input_ids) % width
        input_ids += [0] * padding
        positions += range(positions[-1] + 1, positions[-1] + 1 + padding)
    return Pack(
        input_ids_RL=_integers(input_ids).view(-1, width),
        position_ids_RL=_integers(positions).view(-1, width),
        places_M=_integers(places),
        targets_M=_integers(targets),
        rows_M=_integers(row_of),
        columns_M=_integers(column_of),
    )


def _lines(rows: Sequence[int], lengths: Sequence[int], width: int) -> list[list[int]]:
    """Put rows, the longest first, each into the first line with room for it."""
    lines: list[list[int]] = []
    rooms: list[int] = []
    for row, length in zip(rows, lengths, strict=True):
        at = next((at for at, room in enumerate(rooms) if room >= length), len(rooms))
        if at == len(rooms):
            lines.append([])
            rooms.append(width)
        lines[at].append(row)
        rooms[at] -= length
    return lines


def _integers(values: Sequence[int]) -> Tensor:
    return torch.tensor(values, dtype=torch.long)  # which none at all would not be by itself


_IDLE = _laid_out([Written(prompt=(0,), completion=())], [0], one_line=True)
"""A pass for a rank that has nothing to compute when others have."""
