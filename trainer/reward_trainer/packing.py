"""Sequences laid end to end, so that no forward pass computes padding.

Tensor names end in their dimensions: N tokens of a pack, M of them written by the policy, B
rollouts in the batch, T tokens of the longest completion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapreplace

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


def packs(
    sequences: Sequence[Written], *, max_tokens: int, rank: int = 0, size: int = 1
) -> list[Pack]:
    """Lay out what ``rank`` of ``size`` ranks has to compute of ``sequences``.

    Packs hold at most ``max_tokens``; a sequence that is longer has one alone. Every rank has as
    many packs as the others, and all packs about as many tokens: ranks wait for one another at each
    of them. Where sequences are fewer than ranks, some packs hold nothing that was written. It is
    the same for the same lengths.
    """
    dealt = _dealt([len(one) for one in sequences], max_tokens=max_tokens, size=size)
    return [_laid_out(sequences, rows) if rows else _IDLE for rows in dealt[rank::size]]


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
    """Deal rows in ``order`` to the pack with the fewest tokens; None: one has too many."""
    rows: list[list[int]] = [[] for _ in range(n_packs)]
    packs = [(0, at) for at in range(n_packs)]  # a heap
    for row in order:
        tokens, at = packs[0]
        if tokens and tokens + lengths[row] > max_tokens:
            return None
        rows[at].append(row)
        heapreplace(packs, (tokens + lengths[row], at))
    return rows


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
        input_ids_N=_integers(input_ids),
        position_ids_N=_integers(positions),
        places_M=_integers(places),
        targets_M=_integers(targets),
        rows_M=_integers(row_of),
        columns_M=_integers(column_of),
    )


def _integers(values: Sequence[int]) -> Tensor:
    return torch.tensor(values, dtype=torch.long)  # which none at all would not be by itself


_IDLE = _laid_out([Written(prompt=(0,), completion=())], [0])
"""A pass for a rank that has nothing to compute when others have."""
