"""Sampling by transformers alone: slower than an engine, and there wherever the trainer is.

Completions of many prompts are written side by side, each prompt is read once for all of its own,
and those that have ended make room.

Tensor names end in their dimensions: N completions being written, A all of them, P tokens of the
longest prompt, T of the longest completion, V the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn

from reward_trainer.rollout import Completion
from reward_trainer.samplers.sampler import Request

# Tokens of the cache of keys and values: 8 completions of 16k tokens, or 500 of 256.
_CACHE_TOKENS = 128 * 1024
# Those that have ended are dropped when so few go on: to drop is to copy the cache of the rest.
_DROP_BELOW = 7 / 8


class TransformersSampler:
    """A ``Sampler`` on a model of transformers."""

    def __init__(self, model: nn.Module, *, tokenizer: Any) -> None:
        """Sample from ``model``, whose weights ``push_weights`` replaces."""
        self._model = model.train(mode=False)
        self._tokenizer = tokenizer

    @torch.no_grad()
    def sample(self, requests: Sequence[Request]) -> Iterator[tuple[int, tuple[Completion, ...]]]:
        """See ``Sampler``."""
        for indices in _side_by_side(requests):
            chosen = [requests[index] for index in indices]
            writing = _Writing(self._model, chosen, end=self._tokenizer.eos_token_id)
            for at, rows, logprobs in writing.ended():
                yield indices[at], tuple(map(self._completion, rows, logprobs))

    def push_weights(self, weights: Iterable[tuple[str, Tensor]]) -> None:
        """See ``Sampler``."""
        self._model.load_state_dict(dict(weights), strict=False)

    def sleep(self) -> None:
        """Do nothing: there is no memory that only sampling needs."""

    def wake(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""

    def _completion(self, tokens: list[int], logprobs: list[float]) -> Completion:
        end = self._tokenizer.eos_token_id
        n = tokens.index(end) + 1 if end in tokens else len(tokens)
        return Completion(
            token_ids=tuple(tokens[:n]),
            logprobs=tuple(logprobs[:n]),
            text=self._tokenizer.decode(tokens[:n], skip_special_tokens=True),
            stopped=tokens[n - 1] == end,
        )


def _side_by_side(requests: Sequence[Request]) -> Iterator[list[int]]:
    """Yield the indices of requests that are written together: as many as the cache holds."""
    together: list[int] = []
    rows = longest = 0
    for index, request in enumerate(requests):
        length = len(request.token_ids) + request.max_tokens
        if together and (rows + request.n) * max(longest, length) > _CACHE_TOKENS:
            yield together
            together, rows, longest = [], 0, 0
        together.append(index)
        rows, longest = rows + request.n, max(longest, length)
    if together:
        yield together


class _Writing:
    """The completions of some requests, written a token at a time."""

    def __init__(self, model: nn.Module, requests: Sequence[Request], *, end: int) -> None:
        """Begin with nothing written."""
        self._model: Any = model
        self._requests = requests
        self._end = end
        self._device = next(model.parameters()).device
        self._owners = [at for at, request in enumerate(requests) for _ in range(request.n)]
        most = max(request.max_tokens for request in requests)
        self._tokens_AT = torch.zeros(len(self._owners), most, dtype=torch.long).to(self._device)
        self._logprobs_AT = torch.zeros(len(self._owners), most).to(self._device)
        self._chances_AT = torch.cat([_chances(request, most) for request in requests]).to(
            self._device
        )
        # Of each completion that is still computed: its row above, and what was asked for.
        self._rows_N = torch.arange(len(self._owners), device=self._device)
        self._done_N = torch.zeros_like(self._rows_N, dtype=torch.bool)
        self._most_N = self._asked_for([request.max_tokens for request in requests])
        self._temperature_N1 = self._asked_for([one.temperature for one in requests]).unsqueeze(1)
        self._top_p_N1 = self._asked_for([request.top_p for request in requests]).unsqueeze(1)
        self._n_read_N1 = self._asked_for([len(one.token_ids) for one in requests]).unsqueeze(1)
        self._mask_NL: Tensor | None = None
        self._cache: Any = None

    def ended(self) -> Iterator[tuple[int, list[list[int]], list[list[float]]]]:
        """Yield (request, tokens of its completions, their log-probabilities) as each is done.

        Behind the end of a completion there may be more.
        """
        left = [request.n for request in self._requests]
        logits_NV = self._read_prompts()
        for at in range(self._tokens_AT.shape[1]):
            ended = self._write(at, logits_NV)
            for row in ended:
                owner = self._owners[row]
                left[owner] -= 1
                if left[owner] == 0:
                    yield owner, *self._written(owner)
            if not any(left):
                return
            if ended:
                self._make_room()
            logits_NV = self._read_on(at)

    def _read_prompts(self) -> Tensor:
        """Read each prompt once; return what the first tokens are chosen by."""
        prompts = [list(request.token_ids) for request in self._requests]
        longest = max(map(len, prompts))
        short = [longest - len(prompt) for prompt in prompts]
        tokens_RP = torch.tensor(
            [[self._end] * n + prompt for n, prompt in zip(short, prompts, strict=True)]
        ).to(self._device)
        owners_N = torch.tensor(self._owners, device=self._device)
        positions_RP = torch.arange(longest) - torch.tensor(short).unsqueeze(1)
        mask_RP = None
        if any(short):
            mask_RP = (positions_RP >= 0).to(self._device)
            written_NT = torch.ones_like(self._tokens_AT, dtype=torch.bool)
            self._mask_NL = torch.cat([mask_RP[owners_N], written_NT], dim=1)
        output = self._model(
            input_ids=tokens_RP,
            attention_mask=mask_RP,
            position_ids=positions_RP.clamp(min=0).to(self._device),
            use_cache=True,
            logits_to_keep=1,
        )
        self._cache = output.past_key_values
        self._cache.batch_select_indices(owners_N)
        return cast("Tensor", output.logits[:, -1][owners_N])

    def _read_on(self, at: int) -> Tensor:
        """Read the tokens that were written last; return what the next are chosen by."""
        mask_NL = self._mask_NL
        if mask_NL is not None:
            mask_NL = mask_NL[:, : mask_NL.shape[1] - self._tokens_AT.shape[1] + at + 1]
        output = self._model(
            input_ids=self._tokens_AT[self._rows_N, at].unsqueeze(1),
            attention_mask=mask_NL,
            position_ids=self._n_read_N1 + at,
            past_key_values=self._cache,
            use_cache=True,
        )
        return cast("Tensor", output.logits[:, -1])

    def _write(self, at: int, logits_NV: Tensor) -> list[int]:
        """Choose a token for each; return the rows that have ended with it."""
        scores_NV = _cut(logits_NV.float() / self._temperature_N1, self._top_p_N1)
        logprobs_NV = scores_NV.log_softmax(dim=-1)
        tokens_N = _chosen(logprobs_NV, self._chances_AT[self._rows_N, at])
        self._tokens_AT[self._rows_N, at] = tokens_N
        self._logprobs_AT[self._rows_N, at] = logprobs_NV.gather(1, tokens_N.unsqueeze(1))[:, 0]
        done_N = self._done_N | (tokens_N == self._end) | (at + 1 >= self._most_N)
        ended: list[int] = self._rows_N[done_N & ~self._done_N].tolist()
        self._done_N = done_N
        return ended

    def _written(self, owner: int) -> tuple[list[list[int]], list[list[float]]]:
        request, first = self._requests[owner], self._owners.index(owner)
        rows, columns = slice(first, first + request.n), slice(request.max_tokens)
        return self._tokens_AT[rows, columns].tolist(), self._logprobs_AT[rows, columns].tolist()

    def _make_room(self) -> None:
        """Drop those that have ended, where that is worth it."""
        going_on_M = (~self._done_N).nonzero()[:, 0]
        if len(going_on_M) > _DROP_BELOW * len(self._rows_N):
            return
        self._cache.batch_select_indices(going_on_M)
        self._rows_N, self._done_N = self._rows_N[going_on_M], self._done_N[going_on_M]
        self._most_N, self._top_p_N1 = self._most_N[going_on_M], self._top_p_N1[going_on_M]
        self._temperature_N1 = self._temperature_N1[going_on_M]
        self._n_read_N1 = self._n_read_N1[going_on_M]
        if self._mask_NL is not None:
            self._mask_NL = self._mask_NL[going_on_M]

    def _asked_for(self, values: Sequence[float]) -> Tensor:
        """Return a request's value for each of its completions."""
        return torch.tensor([values[owner] for owner in self._owners], device=self._device)


def _chances(request: Request, n_tokens: int) -> Tensor:
    """Return a number in [0, 1) for every token of a request, as (n, n_tokens).

    They hang on its seed alone, and not on what else is written beside it.
    """
    generator = torch.Generator().manual_seed(request.seed)
    chances_NT = torch.rand(request.n, request.max_tokens, generator=generator, dtype=torch.float64)
    return nn.functional.pad(chances_NT, (0, n_tokens - request.max_tokens))


def _chosen(logprobs_NV: Tensor, chances_N: Tensor) -> Tensor:
    """Return the token at which the probabilities have added up to more than the chance."""
    added_NV = logprobs_NV.double().exp().cumsum(dim=-1)
    reached_N1 = (chances_N * added_NV[:, -1]).unsqueeze(1)
    return torch.searchsorted(added_NV, reached_N1, right=True)[:, 0].clamp(
        max=logprobs_NV.shape[1] - 1
    )


def _cut(scores_NV: Tensor, top_p_N1: Tensor) -> Tensor:
    """Return the scores with all but the likeliest tokens, which have ``top_p`` of it, at -inf."""
    if bool((top_p_N1 >= 1.0).all()):
        return scores_NV
    ordered_NV, order_NV = scores_NV.sort(dim=-1, descending=True)
    before_NV = ordered_NV.softmax(dim=-1).cumsum(dim=-1) - ordered_NV.softmax(dim=-1)
    dropped_NV = torch.zeros_like(before_NV, dtype=torch.bool)
    dropped_NV.scatter_(1, order_NV, (before_NV >= top_p_N1) & (top_p_N1 < 1.0))
    return scores_NV.masked_fill(dropped_NV, float("-inf"))
