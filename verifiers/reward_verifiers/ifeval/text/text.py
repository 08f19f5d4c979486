"""A text, and everything the checks ask of it, each worked out at most once."""

from __future__ import annotations

from functools import cached_property

from reward_verifiers.ifeval.text.language import detect
from reward_verifiers.ifeval.text.sentences import sent_tokenize
from reward_verifiers.ifeval.text.word_characters import word_runs
from reward_verifiers.ifeval.text.words import words_of


class Text:
    """An immutable text whose readings are shared between the checks of an item.

    Two threads that ask at once may both work a reading out; they get equal ones.
    """

    def __init__(self, raw: str) -> None:
        self.raw = raw

    def __repr__(self) -> str:
        return f"Text({self.raw!r})"

    @cached_property
    def lower(self) -> str:
        """The text in lower case."""
        return self.raw.lower()

    @cached_property
    def stripped(self) -> str:
        """The text without the blanks around it."""
        return self.raw.strip()

    @cached_property
    def blank(self) -> bool:
        """Whether there is nothing but blanks."""
        return not self.raw or self.raw.isspace()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        r"""The pieces between line feeds (other line breaks do not count)."""
        return tuple(self.raw.split("\n"))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences, as NLTK's English Punkt model cuts them."""
        return tuple(sent_tokenize(self.raw))

    @cached_property
    def n_sentences(self) -> int:
        """How many sentences there are."""
        return len(self.sentences)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words and signs, as ``nltk.word_tokenize`` cuts them."""
        return tuple(words_of(self.sentences))

    @cached_property
    def n_capital_words(self) -> int:
        """How many of the words are all upper case."""
        return sum(map(str.isupper, self.words))

    @cached_property
    def word_runs(self) -> tuple[str, ...]:
        r"""The runs of word characters (``\w+``): ``don't`` is two."""
        return tuple(word_runs(self.raw))

    @cached_property
    def n_word_runs(self) -> int:
        """How many runs of word characters there are."""
        return len(self.word_runs)

    @cached_property
    def language(self) -> str | None:
        """The language (ISO 639-1), as langdetect with seed 0 says; None where it cannot say."""
        return detect(self.raw)
