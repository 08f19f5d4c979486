"""Log-probabilities of packed sequences are those of each sequence alone."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from reward_trainer.packing import Written, packs, spread
from reward_trainer.policy import Policy
from reward_trainer.tiny import make_tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)


SEQUENCES = [
    Written(prompt=[5, 6, 7], completion=[8, 9, 1]),
    Written(prompt=[10, 11], completion=[12]),
    Written(prompt=[20] * 9, completion=[21, 22, 23, 24, 25]),
    Written(prompt=[3], completion=[4, 1]),
]


def alone(model: Any, sequence: Written, temperature: float) -> torch.Tensor:
    ids = torch.tensor([[*sequence.prompt, *sequence.completion]])
    logprobs = (model(ids).logits[0, :-1].float() / temperature).log_softmax(dim=-1)
    n = len(sequence.prompt)
    return logprobs[n - 1 :].gather(1, ids[0, n:].unsqueeze(1)).squeeze(1)


@pytest.mark.parametrize("chunk_tokens", [1, 3, 1000])
@pytest.mark.parametrize("max_tokens", [1, 16, 1000])
def test_a_pack_changes_no_logprob(model: Any, chunk_tokens: int, max_tokens: int) -> None:
    policy = Policy(model, chunk_tokens=chunk_tokens)
    found = torch.zeros(4, 5)
    for pack in packs(SEQUENCES, max_tokens=max_tokens):
        logprobs, _ = policy(pack, temperature=0.7)
        found = spread(logprobs, pack, found)
    for row, sequence in enumerate(SEQUENCES):
        expected = alone(model, sequence, 0.7)
        torch.testing.assert_close(found[row, : len(expected)], expected, atol=2e-5, rtol=0)
        assert not found[row, len(expected) :].any()


def test_the_gradient_is_that_of_the_whole(model: Any) -> None:
    weight = model.get_output_embeddings().weight
    gradients = []
    for chunk in (1, 1000):
        model.zero_grad()
        for pack in packs(SEQUENCES, max_tokens=1000):
            Policy(model, chunk_tokens=chunk)(pack, temperature=1.0)[0].sum().backward()
        gradients.append(weight.grad.clone())
    torch.testing.assert_close(*gradients, atol=1e-4, rtol=1e-4)


def test_entropy_is_that_of_the_distribution(model: Any) -> None:
    (pack,) = packs(SEQUENCES[:1], max_tokens=100)
    _, entropy = Policy(model, chunk_tokens=2)(pack, temperature=1.0, entropy=True)
    logits = model(torch.tensor([[5, 6, 7, 8, 9, 1]])).logits[0, 2:5]
    expected = torch.distributions.Categorical(logits=logits).entropy()
    torch.testing.assert_close(entropy, expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("temperature", [0.7, 1.0])
def test_gradients_are_those_that_torch_finds(model: Any, temperature: float) -> None:
    (pack,) = packs(SEQUENCES[2:3], max_tokens=100)
    weights_M = torch.linspace(-1, 1, 5)
    found = []
    for written_out in (True, False):
        model.zero_grad()
        if written_out:
            policy = Policy(model, chunk_tokens=2)
            logprobs_M, entropy_M = policy(pack, temperature=temperature, entropy=True)
            assert entropy_M is not None
        else:
            logits = model(pack.input_ids_RL).logits[0, 8:-1] / temperature
            known = torch.distributions.Categorical(logits=logits)
            logprobs_M, entropy_M = known.log_prob(pack.targets_M), known.entropy()
        (logprobs_M * weights_M + 3 * entropy_M * weights_M.flip(0)).sum().backward()
        found.append([value.grad.clone() for value in model.parameters()])
    torch.testing.assert_close(*found, atol=1e-5, rtol=1e-4)


class LogitsAlive(TorchDispatchMode):
    """Watches the tensors of a row of logits for each token that are there at once."""

    def __init__(self, n_words: int, width: int) -> None:
        super().__init__()
        self._n_words, self._width = n_words, width
        self._alive: dict[int, int] = {}
        self.most_rows = 0
        self.most_bytes = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        for one in tree_leaves(out):
            if isinstance(one, torch.Tensor) and one.dim() and one.shape[-1] == self._n_words:
                self._see(one)
        return out

    def _see(self, one: torch.Tensor) -> None:
        rows = one.numel() // self._n_words
        if rows in (1, self._width):  # the head's weights, and single rows
            return
        self.most_rows = max(self.most_rows, rows)
        storage = one.untyped_storage()
        key = id(storage)
        if key not in self._alive:
            self._alive[key] = storage.nbytes()
            weakref.finalize(storage, self._alive.pop, key, None)
        self.most_bytes = max(self.most_bytes, sum(self._alive.values()))


@pytest.mark.parametrize(("entropy", "most"), [(False, 2), (True, 3)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_logits_of_a_chunk_are_all_there_ever_is(
    entropy: bool, most: int, dtype: torch.dtype, model: Any
) -> None:
    chunk, n_words = 16, model.config.vocab_size
    long = [Written(prompt=[3, 4], completion=list(range(5, 69))) for _ in range(4)]
    (pack,) = packs(long, max_tokens=1000)
    watched = LogitsAlive(n_words, model.config.hidden_size)
    with watched, torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
        policy = Policy(model, chunk_tokens=chunk)
        logprobs_M, entropy_M = policy(pack, temperature=0.7, entropy=entropy)
        (logprobs_M if entropy_M is None else logprobs_M + entropy_M).sum().backward()
    assert len(logprobs_M) == 16 * chunk
    assert watched.most_rows == chunk
    assert watched.most_bytes == most * chunk * n_words * 4


def test_packs_hold_every_sequence_once_and_no_more_than_fits() -> None:
    laid_out = packs(SEQUENCES, max_tokens=16)
    rows = sorted({int(row) for pack in laid_out for row in pack.rows_M})
    assert rows == [0, 1, 2, 3]
    assert [tuple(pack.input_ids_RL.shape) for pack in laid_out] == [(1, 14), (2, 6)]


def test_a_pack_for_kernels_that_take_sequences_end_to_end_is_one_line(model: Any) -> None:
    (pack,) = packs(SEQUENCES, max_tokens=1000, one_line=True)
    assert tuple(pack.input_ids_RL.shape) == (1, 26)
    logprobs, _ = Policy(model, chunk_tokens=100)(pack, temperature=0.7)
    found = spread(logprobs, pack, torch.zeros(4, 5))
    for row, sequence in enumerate(SEQUENCES):
        expected = alone(model, sequence, 0.7)
        torch.testing.assert_close(found[row, : len(expected)], expected, atol=2e-5, rtol=0)


def test_a_line_of_one_sequence_counts_through_its_padding() -> None:
    (pack,) = packs([SEQUENCES[0], SEQUENCES[1]], max_tokens=1000)
    assert pack.position_ids_RL.tolist() == [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]]


@pytest.mark.parametrize("size", [2, 3, 8])
def test_ranks_have_as_many_packs_of_about_as_many_tokens(size: int) -> None:
    lengths = [2 + (7 * at) % 31 for at in range(200)]
    sequences = [Written(prompt=[1], completion=[2] * (length - 1)) for length in lengths]
    shares = [packs(sequences, max_tokens=256, rank=rank, size=size) for rank in range(size)]
    assert len({len(share) for share in shares}) == 1
    rows = [[sorted(set(pack.rows_M.tolist())) for pack in share] for share in shares]
    assert sorted(row for share in rows for pack in share for row in pack) == list(range(200))
    tokens = [[sum(lengths[row] for row in pack) for pack in share] for share in rows]
    assert max(max(share) for share in tokens) <= 256
    assert max(map(sum, tokens)) < 1.1 * min(map(sum, tokens))


def test_ranks_without_a_sequence_have_a_pack_that_says_nothing() -> None:
    (idle,) = packs(SEQUENCES[:1], max_tokens=100, rank=1, size=2)
    assert idle.targets_M.numel() == 0
    assert idle.input_ids_RL.numel() == 1


def test_the_tokenizer_reads_back_what_it_writes(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = "What is 3+4? \\boxed{7} <answer>x_1</answer>\n"
    assert tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True) == text
    said = tokenizer.apply_chat_template([{"role": "user", "content": "3+4="}], tokenize=False)
    assert said == "3+4="
