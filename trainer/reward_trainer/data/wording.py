"""What a row asks: its prompt found, and put as the source wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reward_trainer.sections import Source

Message = dict[str, str]
"""A ``role`` and its ``content``."""

FIELDS = (
    "prompt",
    "messages",
    "problem",
    "question",
    "query",
    "instruction",
    "input",
    "description",
    "question_content",
    "text",
    "Problem",
    "Question",
    "responses_create_params.input",
)
"""Where prompts usually are; the first there is counts."""


class WordingError(ValueError):
    """A row does not say what to ask; the caller knows which row."""


def at(row: Mapping[str, Any], name: str) -> Any:
    """Return the value of a field by its dotted name, or None if there is none."""
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def matches(row: Mapping[str, Any], only: Mapping[str, Any]) -> bool:
    """Whether a row has all the values that ``only`` wants, by dotted name."""
    return all(at(row, name) == value for name, value in only.items())


def asked(row: Mapping[str, Any], source: Source) -> str | list[Message]:
    """Return what is asked: messages for a chat template, or a text where the source is ``raw``.

    Answers that follow what the user says last are no part of it.

    Raises:
        WordingError: there is no prompt, or none that can be put so.
    """
    found = _found(row, source.prompt_field)
    tail = _tail(row, source)
    if source.raw:
        if not isinstance(found, str):
            raise WordingError("raw prompts are texts, and this one is messages")
        return found + tail
    said = _said(found)
    if tail and not said[-1]["content"].rstrip().endswith(tail.strip()):
        said[-1]["content"] += tail
    if source.system is None:
        return said
    own = [message for message in said if message["role"] != "system"]
    return [{"role": "system", "content": source.system}, *own] if source.system else own


def _found(row: Mapping[str, Any], field: str) -> Any:
    if field:
        found = at(row, field)
        if not found:
            raise WordingError(f"prompt_field: there is no {field!r}{_there(row)}")
        return found
    for name in FIELDS:
        found = at(row, name)
        if found and isinstance(found, str | list):
            return found
    raise WordingError(
        f"no prompt under the usual names ({', '.join(FIELDS[:7])}, ...){_there(row)};"
        " name its field with prompt_field"
    )


def _there(row: Mapping[str, Any]) -> str:
    return f"; the row has {', '.join(map(str, list(row)[:20])) or 'no fields'}"


def _said(found: Any) -> list[Message]:
    """Return messages up to the last of the user's."""
    if isinstance(found, str):
        return [{"role": "user", "content": found}]
    if not isinstance(found, list):
        raise WordingError(f"a prompt is a text or messages, not {type(found).__name__}")
    said = [_message(message) for message in found]
    while said and said[-1]["role"] != "user":
        said.pop()
    if not said:
        raise WordingError("its messages have none of the user's")
    return said


def _message(message: Any) -> Message:
    if not isinstance(message, Mapping) or not isinstance(message.get("role"), str):
        raise WordingError('a message is an object as {"role": "user", "content": "..."}')
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(_part(part) for part in content)
    if not isinstance(content, str):
        raise WordingError("a message's content is a text")
    return {"role": message["role"], "content": content}


def _part(part: Any) -> str:
    text = part.get("text") if isinstance(part, Mapping) else None
    if not isinstance(text, str):
        raise WordingError("a message has parts that are no text, which cannot be asked here")
    return text


def _tail(row: Mapping[str, Any], source: Source) -> str:
    """Return what follows the prompt: the options, and the source's instruction."""
    parts = [_options(row, source.options_field)] if source.options_field else []
    parts += [source.instruction] if source.instruction else []
    return "".join(f"\n\n{part}" for part in parts)


def _options(row: Mapping[str, Any], field: str) -> str:
    """Return a line for each option; a list is lettered in its order, as the service does it."""
    found = at(row, field)
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = dict(zip(ascii_uppercase, found, strict=False))
    if not isinstance(found, Mapping) or not found:
        raise WordingError(f"options_field: there are no options under {field!r}{_there(row)}")
    return "\n".join(f"{letter}. {text}" for letter, text in found.items())
