"""Log-probabilities of packed sequences are those of each sequence alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

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


def test_packs_hold_every_sequence_once_and_no_more_than_fits() -> None:
    laid_out = packs(SEQUENCES, max_tokens=16)
    rows = sorted({int(row) for pack in laid_out for row in pack.rows_M})
    assert rows == [0, 1, 2, 3]
    assert all(len(pack.input_ids_N) <= 16 for pack in laid_out)
    assert len(laid_out) == 2


def test_the_tokenizer_reads_back_what_it_writes(folder: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = "What is 3+4? \\boxed{7} <answer>x_1</answer>\n"
    assert tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True) == text
    said = tokenizer.apply_chat_template([{"role": "user", "content": "3+4="}], tokenize=False)
    assert said == "3+4="
