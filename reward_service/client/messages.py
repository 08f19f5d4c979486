"""Chat messages, the form in which some trainers hand over completions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def reply_of(completion: Any) -> Any:
    """Return the content of the assistant's last message, if ``completion`` is chat messages.

    Of a content in parts, the texts are joined; a message without content (a call of a tool) is an
    empty reply. Anything else is returned as it is: the service says what is wrong with it.
    """
    if not isinstance(completion, list | tuple):
        return completion
    for message in reversed(completion):
        if isinstance(message, Mapping) and message.get("role") == "assistant":
            return _text(message.get("content"))
    return completion


def _text(content: Any) -> Any:
    if content is None:
        return ""
    if not isinstance(content, list | tuple):
        return content
    return "".join(
        part["text"]
        for part in content
        if isinstance(part, Mapping) and isinstance(part.get("text"), str)
    )
