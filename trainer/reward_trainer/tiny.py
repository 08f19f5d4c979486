"""A model and a tokenizer small enough to learn on two cores while one watches.

A character is a token. The chat template says what is said and nothing else. Sampling engines
refuse heads of other widths than 32, 64, 80, ..., and reload tied embeddings wrongly: hence two
heads of 32 and a head of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from reward_trainer.packing import Written, packs
from reward_trainer.policy import Policy

CHARACTERS = (
    "0123456789+-*=()[]{}<>/\\ .,:;?!'\"\nabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_|&#%"
)
PAD, END = "<|pad|>", "<|end|>"
WARM_STEPS = 120
TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


def make_tiny(
    folder: Path, *, seed: int = 0, hidden: int = 64, layers: int = 2, positions: int = 512
) -> Path:
    """Write a Qwen2 model with random weights, and its tokenizer, to ``folder``; return it."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    tokenizer = _tokenizer()
    torch.manual_seed(seed)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=hidden,
        intermediate_size=4 * hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 32,
        num_key_value_heads=hidden // 32,
        max_position_embeddings=positions,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen2ForCausalLM(config)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    # As Qwen2's, for that is what a Qwen2 model's is loaded as, but of single bytes alone.
    as_byte = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    letters = [as_byte.pre_tokenize_str(character)[0][0] for character in CHARACTERS]
    raw = Tokenizer(
        models.BPE(vocab={t: at for at, t in enumerate([PAD, END, *letters])}, merges=[])
    )
    raw.pre_tokenizer = as_byte
    raw.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, pad_token=PAD, eos_token=END, clean_up_tokenization_spaces=False
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def warm_start(
    folder: Path,
    pairs: Sequence[tuple[str, str]],
    *,
    steps: int = WARM_STEPS,
    lr: float = 3e-3,
    done: Callable[[int], None] | None = None,
) -> None:
    """Teach the model in ``folder`` to write the second text of each pair behind the first.

    Only so far that it sometimes is right: what it is worth learning from.

    Args:
        folder: what ``make_tiny`` has written; the model there is replaced.
        pairs: prompts and answers.
        steps: updates, of 64 pairs each.
        lr: of AdamW.
        done: is told after each update how many there were.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    policy = Policy(model, chunk_tokens=4096)
    optimizer = torch.optim.AdamW(policy.parameters(), lr=lr)
    texts = [
        Written(
            prompt=tokenizer(prompt)["input_ids"],
            completion=[*tokenizer(answer)["input_ids"], tokenizer.eos_token_id],
        )
        for prompt, answer in pairs
    ]
    for step in range(steps):
        chosen = [texts[(64 * step + at) % len(texts)] for at in range(64)]
        optimizer.zero_grad()
        for pack in packs(chosen, max_tokens=4096):
            logprobs_M, _ = policy(pack, temperature=1.0)
            (-logprobs_M.sum() / sum(len(one.completion) for one in chosen)).backward()
        optimizer.step()
        if done is not None:
            done(step + 1)
    model.save_pretrained(folder)
