"""The tables: what each id takes and how it is checked, at head and in November 2025."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.arguments import TEXT, Argument
from reward_verifiers.ifeval.ifbench import (
    counts,
    custom,
    formats,
    ratios,
    repeats,
    sentences,
    tables,
    words,
)
from reward_verifiers.ifeval.ifbench.arguments import (
    COUNT,
    EXACT_KEYWORD,
    KEYWORD,
    PERCENTAGE,
    POSITION,
    WRITTEN,
)
from reward_verifiers.ifeval.ifbench.splitters import SentenceCheck, by_punkt, by_rules
from reward_verifiers.ifeval.instruction import Check, Instruction

_KEYWORDS = {f"keyword{index}": KEYWORD for index in range(1, 6)}
_SPAN = {"prompt_to_repeat": WRITTEN, "n_start": COUNT, "n_end": COUNT}


def _row(check: Check, fixed: Check | None = None, /, **arguments: Argument) -> Instruction:
    return Instruction(check=check, fixed=fixed, arguments=arguments)


def _sentences(
    check: SentenceCheck, fixed: SentenceCheck | None = None, /, **arguments: Argument
) -> Instruction:
    return _row(by_punkt(check), by_punkt(fixed) if fixed else None, **arguments)


HEAD: Mapping[str, Instruction] = MappingProxyType(
    {
        "count:word_count_range": _row(counts.word_count_range, min_words=COUNT, max_words=COUNT),
        "count:unique_word_count": _row(counts.unique_word_count, N=COUNT),
        "count:conjunctions": _row(counts.conjunctions, small_n=COUNT),
        "count:person_names": _row(counts.person_names, N=COUNT),
        "count:numbers": _row(counts.numbers, N=COUNT),
        "count:punctuation": _row(counts.punctuation),
        "count:words_japanese": _row(counts.words_japanese, N=POSITION),
        "count:pronouns": _row(counts.pronouns, N=COUNT),
        "count:keywords_multiple": _row(
            counts.keywords_multiple, counts.whole_keywords_multiple, **_KEYWORDS
        ),
        "ratio:stop_words": _row(ratios.stop_words, percentage=PERCENTAGE),
        "ratio:overlap": _row(
            ratios.overlap, ratios.word_overlap, reference_text=TEXT, percentage=PERCENTAGE
        ),
        "ratio:sentence_type": _sentences(ratios.sentence_type, ratios.sentence_type_of_all),
        "ratio:sentence_balance": _sentences(ratios.sentence_balance),
        "ratio:sentence_words": _sentences(ratios.sentence_words, ratios.sentence_words_distinct),
        "words:alphabet": _row(words.alphabet),
        "words:vowel": _row(words.vowel, words.vowel_in_paragraph),
        "words:consonants": _row(words.consonants),
        "words:palindrome": _row(words.palindrome),
        "words:prime_lengths": _row(words.prime_lengths),
        "words:start_verb": _row(words.start_verb),
        "words:repeats": _row(words.repeats, small_n=COUNT),
        "words:odd_even_syllables": _row(words.odd_even_syllables),
        "words:paragraph_last_first": _row(words.paragraph_last_first),
        "words:no_consecutive": _row(words.no_consecutive, words.no_consecutive_in_line),
        "words:words_position": _row(
            words.keywords_position_before_mark, words.keywords_position_of_words, keyword=KEYWORD
        ),
        "words:last_first": _sentences(sentences.last_first),
        "words:keywords_specific_position": _sentences(
            sentences.keyword_position, keyword=KEYWORD, n=POSITION, m=POSITION
        ),
        "sentence:alliteration_increment": _sentences(sentences.alliteration_increment),
        "sentence:increment": _sentences(sentences.increment, small_n=COUNT),
        "sentence:keyword": _sentences(sentences.keyword, word=EXACT_KEYWORD, N=COUNT),
        "format:parentheses": _row(formats.parentheses),
        "format:quotes": _row(formats.quotes),
        "format:options": _row(formats.options, options=WRITTEN),
        "format:newline": _row(formats.newline),
        "format:emoji": _sentences(sentences.emoji_at_end),
        "format:line_indent": _row(formats.line_indent, formats.line_indent_of_filled),
        "format:quote_unquote": _row(formats.quote_unquote, formats.curly_quote_unquote),
        "format:list": _row(formats.marked_list, sep=WRITTEN),
        "format:thesis": _row(formats.thesis),
        "format:sub-bullets": _row(formats.sub_bullets, formats.sub_bullet_lines),
        "format:no_bullets_bullets": _row(formats.no_bullets_bullets),
        "format:title_case": _row(formats.title_case),
        "format:output_template": _row(formats.output_template),
        "format:no_whitespace": _row(formats.no_whitespace),
        "repeat:repeat_change": _row(repeats.repeat_change, prompt_to_repeat=WRITTEN),
        "repeat:repeat_simple": _row(repeats.repeat_simple),
        "repeat:repeat_span": _row(repeats.repeat_span, repeats.repeat_word_span, **_SPAN),
        "custom:multiples": _row(custom.multiples),
        "custom:mcq_count_length": _row(custom.mcq_count_length),
        "custom:reverse_newline": _row(custom.reverse_newline),
        "custom:word_reverse": _row(custom.word_reverse),
        "custom:character_reverse": _row(custom.character_reverse),
        "custom:sentence_alphabet": _sentences(sentences.alphabet, sentences.alphabet_after_quotes),
        "custom:european_capitals_sort": _row(custom.european_capitals_sort),
        "custom:csv_city": _row(tables.csv_city),
        "custom:csv_special_character": _row(tables.csv_special_character),
        "custom:csv_quotes": _row(tables.csv_quotes),
        "custom:date_format_list": _row(custom.date_format_list),
    }
)
"""As of 2026-08-19."""


def _before(name: str, check: Check) -> Instruction:
    """Return the row of an id that was checked by ``check`` before."""
    later = HEAD[name]
    return Instruction(check=check, fixed=later.fixed or later.check, arguments=later.arguments)


_CHANGED: Mapping[str, Check] = {
    "count:person_names": counts.person_names_anywhere,
    "count:pronouns": counts.personal_pronouns,
    "ratio:sentence_type": by_rules(ratios.sentence_type),
    "ratio:sentence_balance": by_rules(ratios.sentence_balance),
    "ratio:sentence_words": by_rules(ratios.sentence_words),
    "words:words_position": words.keywords_position,
    "words:last_first": by_rules(sentences.last_first),
    "words:keywords_specific_position": by_rules(sentences.keyword_position_of_tokens),
    "sentence:alliteration_increment": by_rules(sentences.alliteration_increment),
    "sentence:increment": by_rules(sentences.increment),
    "sentence:keyword": by_rules(sentences.keyword_anywhere),
    "format:emoji": by_rules(sentences.emoji_at_end),
    "format:quote_unquote": formats.curly_quote_unquote_of_words,
    "format:no_bullets_bullets": formats.no_bullets_bullets_by_rules,
    "format:title_case": formats.title_case_of_tokens,
    "repeat:repeat_span": repeats.repeat_words,
    "custom:sentence_alphabet": by_rules(sentences.alphabet),
}

NOVEMBER_2025: Mapping[str, Instruction] = MappingProxyType(
    {**HEAD, **{name: _before(name, check) for name, check in _CHANGED.items()}}
)
"""As of 2025-11-27."""
