"""Whose an instruction's id is: only IFEval's mean the same to everybody.

The lists stand here so that rows are recognised without loading the checks; a test holds them to
the tables of the checks.
"""

from __future__ import annotations

from collections.abc import Iterable

from reward_service.rows.signature import names
from reward_verifiers.ifeval_spec import Family

OF_IFTRAIN = names(
    "copy:copy, copy:copying_multiple, copy:copying_simple, copy:repeat_phrase, "
    "count:count_increment_word, count:count_unique, count:counting_composition, "
    "count:lowercase_counting, detectable_format:bigram_wrapping, "
    "detectable_format:sentence_hyphens, detectable_format:square_brackets, "
    "first_word:first_word_answer, first_word:first_word_sent, keywords:exclude_word_harder, "
    "keywords:keyword_specific_position, keywords:no_adjacent_consecutive, keywords:palindrome, "
    "keywords:start_end, keywords:word_count_different_numbers, keywords:word_once, "
    "last_word:last_word_answer, last_word:last_word_sent, letters:letter_counting, "
    "letters:letter_counting2, new:copy_span_idx, paragraphs:paragraphs, paragraphs:paragraphs2, "
    "punctuation:punctuation_dot, punctuation:punctuation_exclamation"
)
"""The ids that open-instruct's IFEvalG has beside IFEval's."""

OF_IFBENCH = names(
    "count:conjunctions, count:keywords_multiple, count:numbers, count:person_names, "
    "count:pronouns, count:punctuation, count:unique_word_count, count:word_count_range, "
    "count:words_japanese, custom:character_reverse, custom:csv_city, custom:csv_quotes, "
    "custom:csv_special_character, custom:date_format_list, custom:european_capitals_sort, "
    "custom:mcq_count_length, custom:multiples, custom:reverse_newline, custom:sentence_alphabet, "
    "custom:word_reverse, format:emoji, format:line_indent, format:list, format:newline, "
    "format:no_bullets_bullets, format:no_whitespace, format:options, format:output_template, "
    "format:parentheses, format:quote_unquote, format:quotes, format:sub-bullets, format:thesis, "
    "format:title_case, ratio:overlap, ratio:sentence_balance, ratio:sentence_type, "
    "ratio:sentence_words, ratio:stop_words, repeat:repeat_change, repeat:repeat_simple, "
    "repeat:repeat_span, sentence:alliteration_increment, sentence:increment, sentence:keyword, "
    "words:alphabet, words:consonants, words:keywords_specific_position, words:last_first, "
    "words:no_consecutive, words:odd_even_syllables, words:palindrome, words:paragraph_last_first, "
    "words:prime_lengths, words:repeats, words:start_verb, words:vowel, words:words_position"
)
"""The ids that IFBench has beside IFEval's."""


def families_of(ids: Iterable[object]) -> list[Family]:
    """Return whose ids these are: IFEval's where none is another's, both where each has some."""
    known = {name for name in ids if isinstance(name, str)}
    others = {Family.IFTRAIN: OF_IFTRAIN, Family.IFBENCH: OF_IFBENCH}
    return [family for family, own in others.items() if known & own] or [Family.IFEVAL]
