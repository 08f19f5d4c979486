"""open-instruct's IFEvalG: the 29 ids it adds to IFEval's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.arguments import COUNT, RELATION, TEXT, WHOLE, Argument
from reward_verifiers.ifeval.classic import CLASSIC
from reward_verifiers.ifeval.iftrain import copying, counts, ends, form, keywords
from reward_verifiers.ifeval.iftrain.taken import (
    PHRASE,
    PHRASE_OR_LIST,
    POSITION,
    REQUEST,
)
from reward_verifiers.ifeval.instruction import Instruction
from reward_verifiers.ifeval.keyword import literal, literal_apart, official, one

_OPTIONAL_TEXT = Argument(TEXT.read, optional=True)

IFTRAIN: Mapping[str, Instruction] = MappingProxyType(
    {
        "copy:repeat_phrase": Instruction(
            check=copying.phrase_varied, arguments={"phrase": PHRASE, "small_n": COUNT}
        ),
        "copy:copy": Instruction(check=copying.copied, arguments={"prompt_to_repeat": REQUEST}),
        "copy:copying_simple": Instruction(
            check=copying.copied, arguments={"prompt_to_repeat": REQUEST}
        ),
        "copy:copying_multiple": Instruction(
            check=copying.copied_times, arguments={"prompt_to_repeat": REQUEST, "N": COUNT}
        ),
        "new:copy_span_idx": Instruction(
            check=copying.copied_span,
            arguments={"prompt_to_repeat": REQUEST, "n_start": WHOLE, "n_end": WHOLE},
        ),
        "detectable_format:sentence_hyphens": Instruction(
            check=form.hyphens_between_sentences, fixed=form.hyphens_between_all_sentences
        ),
        "detectable_format:square_brackets": Instruction(check=form.words_in_brackets),
        "detectable_format:bigram_wrapping": Instruction(
            check=form.pairs_in_angles, fixed=form.all_pairs_in_angles
        ),
        "keywords:no_adjacent_consecutive": Instruction(check=keywords.no_letter_and_its_next),
        "keywords:palindrome": Instruction(
            check=keywords.palindrome, fixed=keywords.palindrome_word
        ),
        "keywords:start_end": Instruction(check=keywords.same_ends),
        "keywords:word_once": Instruction(
            check=keywords.once,
            arguments={"keyword": one(official)},
            fixed_arguments={"keyword": one(literal)},
        ),
        "keywords:word_count_different_numbers": CLASSIC["keywords:frequency"],
        "keywords:exclude_word_harder": Instruction(
            check=keywords.excluded,
            arguments={"keyword": PHRASE, "instruction": _OPTIONAL_TEXT},
            fixed=keywords.excluded_word,
            fixed_arguments={"keyword": one(literal_apart), "instruction": _OPTIONAL_TEXT},
        ),
        "keywords:keyword_specific_position": Instruction(
            check=keywords.at_position,
            arguments={"keyword": PHRASE_OR_LIST, "n": POSITION, "m": POSITION},
        ),
        "paragraphs:paragraphs": Instruction(check=form.two_divided_paragraphs),
        "paragraphs:paragraphs2": Instruction(check=form.two_spaced_paragraphs),
        "first_word:first_word_sent": Instruction(
            check=ends.first_of_sentences,
            fixed=ends.first_of_sentences_bare,
            arguments={"first_word": PHRASE_OR_LIST},
        ),
        "first_word:first_word_answer": Instruction(
            check=ends.first_of_text,
            fixed=ends.first_of_text_bare,
            arguments={"first_word": PHRASE_OR_LIST},
        ),
        "last_word:last_word_sent": Instruction(
            check=ends.last_of_sentences,
            fixed=ends.last_of_sentences_bare,
            arguments={"last_word": PHRASE_OR_LIST},
        ),
        "last_word:last_word_answer": Instruction(
            check=ends.last_of_text,
            fixed=ends.last_of_text_bare,
            arguments={"last_word": PHRASE_OR_LIST},
        ),
        "punctuation:punctuation_dot": Instruction(check=counts.no_dot),
        "punctuation:punctuation_exclamation": Instruction(check=counts.no_exclamation_mark),
        "count:lowercase_counting": Instruction(
            check=counts.few_lower_case_words, arguments={"N": COUNT}
        ),
        "letters:letter_counting": Instruction(
            check=counts.letters, arguments={"N": COUNT, "relation": RELATION}
        ),
        "letters:letter_counting2": CLASSIC["keywords:letter_frequency"],
        "count:counting_composition": Instruction(
            check=form.composed,
            fixed=form.composed_of_real_words,
            arguments={"n_sent": COUNT, "n_words": COUNT},
        ),
        "count:count_unique": Instruction(
            check=counts.unique_words, fixed=counts.unique_real_words
        ),
        "count:count_increment_word": Instruction(
            check=keywords.once_and_twice,
            arguments={"keyword1": one(official), "keyword2": one(official)},
            fixed_arguments={"keyword1": one(literal), "keyword2": one(literal)},
        ),
    }
)
"""By id, beside IFEval's own, which mean in this family what they mean there."""
