"""Sequences laid end to end, so that no forward pass computes padding.

Tensor names end in their dimensions: N tokens of a pack, M of them written by the policy, B
rollouts in the batch, T tokens of the longest completion.
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
    """Some sequences of a batch, end to end."""

    input_ids_N: Tensor
    position_ids_N: Tensor
    """Counts from 0 in every sequence; that is how attention tells them apart."""
    places_M: Tensor
    """Where in the pack the hidden state stands that a written token is predicted from."""
    targets_M: Tensor
    """The written tokens."""
    rows_M: Tensor
    """Which sequence of the batch each belongs to."""
    columns_M: Tensor
    """Which token of its completion it is."""

    def to(self, device: torch.device | str) -> Pack:
        """Return it on another device."""
        return Pack(**{name: getattr(self, name).to(device) for name in self.__slots__})


def packs(sequences: Sequence[Written], *, max_tokens: int) -> list[Pack]:
    """Lay ``sequences`` out in as few packs of at most ``max_tokens`` as come easily.

    Longest first, each into the first pack with room. A sequence that is longer has a pack alone.
    The order is the same for the same lengths.
    """
    order = sorted(range(len(sequences)), key=lambda at: (-len(sequences[at]), at))
    rooms: list[int] = []
    members: list[list[int]] = []
    for at in order:
        length = len(sequences[at])
        for pack, room in enumerate(rooms):
            if length <= room:
                members[pack].append(at)
                rooms[pack] -= length
                break
        else:
            members.append([at])
            rooms.append(max_tokens - length)
    return [_laid_out(sequences, rows) for rows in members]


def spread(values_M: Tensor, pack: Pack, into_BT: Tensor) -> Tensor:
    """Return ``into_BT`` with the pack's values at their rows and columns; carries gradients."""
    return into_BT.index_put((pack.rows_M, pack.columns_M), values_M)


def _laid_out(sequences: Sequence[Written], rows: Sequence[int]) -> Pack:
    input_ids: list[int] = []
    positions: list[int] = []
    places: list[int] = []
    targets: list[int] = []
    row_of: list[int] = []
    column_of: list[int] = []
    for row in rows:
        sequence = sequences[row]
        first = len(input_ids) + len(sequence.prompt) - 1
        n_written = len(sequence.completion)
        input_ids += [*sequence.prompt, *sequence.completion]
        positions += range(len(sequence))
        places += range(first, first + n_written)
        targets += sequence.completion
        row_of += [row] * n_written
        column_of += range(n_written)
    return Pack(
        input_ids_N=torch.tensor(input_ids),
        position_ids_N=torch.tensor(positions),
        places_M=torch.tensor(places),
        targets_M=torch.tensor(targets),
        rows_M=torch.tensor(row_of),
        columns_M=torch.tensor(column_of),
    )
