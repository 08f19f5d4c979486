"""A model and a tokenizer small enough to learn on two cores while one watches.

A character is a token. The chat template says what is said and nothing else. Sampling engines
refuse heads of other widths than 32, 64, 80, ..., and reload tied embeddings wrongly: hence two
heads of 32 and a head of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

CHARACTERS = (
    "0123456789+-*=()[]{}<>/\\ .,:;?!'\"\nabcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_|&#%"
)
PAD, END = "<|pad|>", "<|end|>"
TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


def make_tiny(folder: Path, *, seed: int = 0, hidden: int = 64, layers: int = 2) -> Path:
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
        max_position_embeddings=512,
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
