"""Prompts as the policy's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reward_trainer.errors import DataError

if TYPE_CHECKING:
    from reward_trainer.data.items import Item, Items
    from reward_trainer.sections import Source

_CHUNK = 1024
"""Prompts that are tokenized at once: enough for all cores of a fast tokenizer."""


class Encoder:
    """Makes tokens of a source's prompts."""

    def __init__(self, tokenizer: Any, source: Source) -> None:
        """See that it can.

        Raises:
            DataError: the tokenizer has no chat template, and the prompts need one.
        """
        if not source.raw and not tokenizer.chat_template:
            raise DataError(
                f"source {source.name!r}: its prompts need a chat template, and the model's"
                " tokenizer has none; take a model that was tuned to chat, or set raw on the source"
                " to send prompts as they are"
            )
        self._tokenizer = tokenizer
        self._source = source

    def text(self, item: Item) -> str:
        """Return what is put before the policy, up to where it begins to write.

        Raises:
            DataError: the chat template refuses the messages.
        """
        if isinstance(item.asked, str):
            return item.asked
        from jinja2 import TemplateError

        try:
            text = self._tokenizer.apply_chat_template(
                item.asked, tokenize=False, add_generation_prompt=True, **self._source.template
            )
        except TemplateError as error:
            raise DataError(f"{item.where}: the chat template refuses it: {error}") from error
        return str(text)

    def token_ids(self, texts: list[str]) -> list[list[int]]:
        """Return the tokens of each; a raw text begins as the tokenizer begins texts."""
        # A chat template has written all special tokens itself.
        encoded = self._tokenizer(texts, add_special_tokens=self._source.raw)
        ids: list[list[int]] = encoded["input_ids"]
        return ids

    def lengths(self, items: Items) -> list[int]:
        """Return how many tokens each of ``items`` has.

        Raises:
            DataError: one of them has none.
        """
        found: list[int] = []
        for start in range(0, len(items), _CHUNK):
            chunk = [items[index] for index in range(start, min(start + _CHUNK, len(items)))]
            ids = self.token_ids([self.text(item) for item in chunk])
            for item, tokens in zip(chunk, ids, strict=True):
                if not tokens:
                    raise DataError(f"{item.where}: the prompt has no token; is it empty?")
                found.append(len(tokens))
        return found
