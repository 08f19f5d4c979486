"""RLVR-IFeval: 25 functions with rules of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reward_verifiers.ifeval.arguments import COUNT, TEXTS, Argument, one_of
from reward_verifiers.ifeval.classic.language import language
from reward_verifiers.ifeval.iftrain.taken import CHARACTER, POSITION, WRITTEN
from reward_verifiers.ifeval.instruction import Instruction
from reward_verifiers.ifeval.rlvr import form, words

_QUANTIFIED: Mapping[str, Argument] = {
    "N": COUNT,
    "quantifier": Argument(one_of("at least", "at most", "around")),
}


def _is_one_of_them(arguments: Mapping[str, Any]) -> None:
    """Refuse a paragraph that is not among N: the official function raises then."""
    if arguments["i"] > arguments["N"]:
        raise ValueError(f"i: there is no paragraph {arguments['i']} of {arguments['N']}")


RLVR: Mapping[str, Instruction] = MappingProxyType(
    {
        "verify_keywords": Instruction(check=words.has_keywords, arguments={"keyword_list": TEXTS}),
        "verify_keyword_frequency": Instruction(
            check=words.word_n_times,
            fixed=words.phrase_n_times,
            arguments={"word": WRITTEN, "N": COUNT},
        ),
        "validate_forbidden_words": Instruction(
            check=words.lacks_words, arguments={"forbidden_words": TEXTS}
        ),
        "verify_letter_frequency": Instruction(
            check=words.letter_n_times, arguments={"letter": CHARACTER, "N": COUNT}
        ),
        "validate_response_language": Instruction(
            check=words.in_language, arguments={"language": Argument(language)}
        ),
        "verify_paragraph_count": Instruction(
            check=form.number_of_paragraphs, arguments={"N": COUNT}
        ),
        "validate_word_constraint": Instruction(check=words.number_of_words, arguments=_QUANTIFIED),
        "verify_sentence_constraint": Instruction(
            check=words.number_of_sentences, arguments=_QUANTIFIED
        ),
        "validate_paragraphs": Instruction(
            check=form.paragraphs_one_begins,
            arguments={"N": COUNT, "first_word": WRITTEN, "i": POSITION},
            agree=_is_one_of_them,
        ),
        "verify_postscript": Instruction(
            check=form.postscript, arguments={"postscript_marker": WRITTEN}
        ),
        "validate_placeholders": Instruction(check=form.placeholders, arguments={"N": COUNT}),
        "verify_bullet_points": Instruction(check=form.bullet_points, arguments={"N": COUNT}),
        "validate_title": Instruction(check=form.title, fixed=form.real_title),
        "validate_choice": Instruction(
            check=form.choice, fixed=form.choice_of_words, arguments={"options": TEXTS}
        ),
        "validate_highlighted_sections": Instruction(
            check=form.highlights, fixed=form.real_highlights, arguments={"N": COUNT}
        ),
        "validate_sections": Instruction(
            check=form.sections,
            fixed=form.numbered_sections,
            arguments={"N": COUNT, "section_splitter": WRITTEN},
        ),
        "validate_json_format": Instruction(check=form.json_format),
        "validate_repeat_prompt": Instruction(
            check=form.repeats_prompt, arguments={"original_prompt": WRITTEN}
        ),
        "validate_two_responses": Instruction(
            check=form.two_responses, fixed=form.two_real_responses
        ),
        "validate_uppercase": Instruction(check=form.upper_case),
        "validate_lowercase": Instruction(check=form.lower_case),
        "validate_frequency_capital_words": Instruction(
            check=words.number_of_capital_words, arguments=_QUANTIFIED
        ),
        "validate_end": Instruction(check=form.ends_with, arguments={"end_phrase": WRITTEN}),
        "validate_quotation": Instruction(check=form.quoted, fixed=form.quoted_by_two),
        "validate_no_commas": Instruction(check=form.no_commas),
    }
)
"""By the name of the function, which is the id of the instruction."""
