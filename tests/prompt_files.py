"""A tokenizer whose tokens are letters, and files of prompts for the trainer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


class Letters:
    """A tokenizer: a letter is a token, and what has no template begins with a token of its own."""

    chat_template: str | None = "{role: content}"

    def apply_chat_template(
        self,
        messages: list[dict[str, str]],
        *,
        tokenize: bool,
        add_generation_prompt: bool,
        **more: Any,
    ) -> str:
        assert not tokenize
        assert add_generation_prompt
        said = "".join(f"<{message['role']}>{message['content']}" for message in messages)
        return f"{said}<assistant>{'<think>' if more.get('enable_thinking') else ''}"

    def __call__(self, texts: list[str], *, add_special_tokens: bool) -> dict[str, list[list[int]]]:
        start = [0] if add_special_tokens else []
        return {"input_ids": [start + [ord(letter) for letter in text] for text in texts]}


Draw = Callable[..., Any]
"""Opens prompts of sources."""


def rows(names: Iterable[str]) -> list[dict[str, Any]]:
    """Items whose prompt is their id."""
    spec = {"domain": "math", "gold": "1"}
    return [{"id": name, "prompt": name, "spec": spec} for name in names]


def write(path: Path, lines: Iterable[object]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path
