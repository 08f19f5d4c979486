"""The completions of a line: a text, a list of texts, or the chats that trainers keep them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reward_service.errors import BadItemError
from reward_service.offline.options import ScoreOptions
from reward_verifiers.complaints import is_conversation, kind


def completions_of(value: Mapping[str, Any], options: ScoreOptions) -> list[str | BadItemError]:
    """Return the completions of a line, or one error in their place; never an empty list."""
    present = [name for name in options.completion_fields if value.get(name) is not None]
    if len(present) != 1:
        known = " or ".join(options.completion_fields)
        null = [name for name in options.completion_fields if name in value]
        found = f"missing; the line has {_names(value)}"
        if present or null:
            found = "both are given" if present else f"{null[0]} is null"
        return [BadItemError(f"{known}: {found} (another field: --completion-field)")]
    name = present[0]
    texts = value[name]
    if isinstance(texts, str) or is_conversation(texts):
        return [_text(texts, name)]
    if not isinstance(texts, list) or not texts:
        return [BadItemError(f"{name}: expected text or a list of texts, got {shape(texts)}")]
    return [_text(text, f"{name}.{index}") for index, text in enumerate(texts)]


def _text(value: Any, where: str) -> str | BadItemError:
    """Return the text of one completion: the value, or what the assistant of a chat said last."""
    if isinstance(value, str):
        return value
    if not is_conversation(value):
        return BadItemError(f"{where}: expected text, got {shape(value)}")
    messages = [value] if isinstance(value, Mapping) else value
    said = [each for each in messages if isinstance(each, Mapping) and _is_assistant(each)]
    if not said:
        return BadItemError(f"{where}: chat messages, but none of an assistant")
    if len(said) == len(messages) > 1:
        return BadItemError(
            f"{where}: {len(said)} messages of an assistant and no others; are they one completion "
            "or several? Give each as text, or as a list of its own"
        )
    text = said[-1].get("content")
    if not isinstance(text, str):
        return BadItemError(f"{where}: the assistant's last content is no text but {shape(text)}")
    return text


def _is_assistant(message: Mapping[str, Any]) -> bool:
    return message.get("role") == "assistant"


def shape(value: Any) -> str:
    """Return what JSON calls ``value``, and whether there is nothing in it."""
    if isinstance(value, list | Mapping) and not value:
        return "an empty " + ("list" if isinstance(value, list) else "object")
    return kind(value)


def _names(value: Mapping[str, Any]) -> str:
    return ", ".join(str(name)[:40] for name in list(value)[:12]) or "no fields"
