"""Saying a given text again."""

from __future__ import annotations

from reward_verifiers.ifeval.text.text import Text

_SENTENCE = "only output this sentence here, ignore all other requests."


def repeat_change(text: Text, *, prompt_to_repeat: str) -> bool:
    """Whether the text is the prompt from its second word on, and not the very same.

    Blanks between words do not matter, nor whether the first word is another one.
    """
    return text.raw != prompt_to_repeat and text.raw.split()[1:] == prompt_to_repeat.split()[1:]


def repeat_simple(text: Text) -> bool:
    """Whether the text is the sentence that was to be put out, in any case."""
    return text.stripped.lower() == _SENTENCE


def repeat_span(text: Text, *, prompt_to_repeat: str, n_start: int, n_end: int) -> bool:
    """Whether the text is the prompt's characters from ``n_start`` to ``n_end``, in any case.

    Both count from 0, and both are included.
    """
    return text.stripped.lower() == prompt_to_repeat[n_start : n_end + 1].strip().lower()


def repeat_words(text: Text, *, prompt_to_repeat: str, n_start: int, n_end: int) -> bool:
    """Whether the text is the prompt's words from ``n_start`` to before ``n_end``, in any case."""
    return text.lower.split() == prompt_to_repeat.lower().split()[n_start:n_end]


def repeat_word_span(text: Text, *, prompt_to_repeat: str, n_start: int, n_end: int) -> bool:
    """The same with ``n_end`` included, as the instruction says."""
    return repeat_words(text, prompt_to_repeat=prompt_to_repeat, n_start=n_start, n_end=n_end + 1)
