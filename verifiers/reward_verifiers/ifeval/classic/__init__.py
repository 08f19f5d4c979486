"""Google's IFEval: the 25 ids that every other family repeats or varies.

Source: google-research/instruction_following_eval, ``instructions.py`` and
``instructions_registry.py``, as maintained in EleutherAI/lm-evaluation-harness.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reward_verifiers.ifeval.arguments import COUNT, RELATION, WHOLE, Argument
from reward_verifiers.ifeval.classic import (
    case,
    combination,
    content,
    ends,
    format,  # noqa: A004 - named by its noun, as the group of ids is
    json_format,
    keywords,
    language,
    length,
)
from reward_verifiers.ifeval.instruction import Instruction
from reward_verifiers.ifeval.keyword import (
    literal,
    literal_apart,
    official,
    official_apart,
    one,
    several,
)

_FREQUENCY = {"frequency": COUNT, "relation": RELATION}

CLASSIC: Mapping[str, Instruction] = MappingProxyType(
    {
        "keywords:existence": Instruction(
            check=keywords.existence,
            arguments={"keywords": several(official)},
            fixed_arguments={"keywords": several(literal)},
        ),
        "keywords:frequency": Instruction(
            check=keywords.frequency,
            arguments={"keyword": one(official), **_FREQUENCY},
            fixed_arguments={"keyword": one(literal), **_FREQUENCY},
        ),
        "keywords:forbidden_words": Instruction(
            check=keywords.forbidden_words,
            arguments={"forbidden_words": several(official_apart)},
            fixed_arguments={"forbidden_words": several(literal_apart)},
        ),
        "keywords:letter_frequency": Instruction(
            check=keywords.letter_frequency,
            arguments={
                "letter": Argument(keywords.letter),
                "let_frequency": COUNT,
                "let_relation": RELATION,
            },
        ),
        "language:response_language": Instruction(
            check=language.response_language,
            fixed=language.response_language_told,
            arguments={"language": Argument(language.language)},
        ),
        "length_constraints:number_sentences": Instruction(
            check=length.number_sentences,
            arguments={"num_sentences": COUNT, "relation": RELATION},
        ),
        "length_constraints:number_paragraphs": Instruction(
            check=length.number_paragraphs, arguments={"num_paragraphs": COUNT}
        ),
        "length_constraints:number_words": Instruction(
            check=length.number_words, arguments={"num_words": COUNT, "relation": RELATION}
        ),
        "length_constraints:nth_paragraph_first_word": Instruction(
            check=length.nth_paragraph_first_word,
            fixed=length.nth_filled_paragraph_first_word,
            arguments={
                "num_paragraphs": COUNT,
                "nth_paragraph": COUNT,
                "first_word": Argument(length.first_word),
            },
            agree=length.nth_is_one_of_them,
        ),
        "detectable_content:number_placeholders": Instruction(
            check=content.number_placeholders, arguments={"num_placeholders": COUNT}
        ),
        "detectable_content:postscript": Instruction(
            check=content.postscript,
            arguments={"postscript_marker": Argument(content.official_marker)},
            fixed_arguments={"postscript_marker": Argument(content.literal_marker)},
        ),
        "detectable_format:number_bullet_lists": Instruction(
            check=format.number_bullet_lists,
            fixed=format.number_list_items,
            arguments={"num_bullets": COUNT},
        ),
        "detectable_format:constrained_response": Instruction(check=format.constrained_response),
        "detectable_format:number_highlighted_sections": Instruction(
            check=format.number_highlighted_sections,
            fixed=format.number_emphases,
            arguments={"num_highlights": COUNT},
        ),
        "detectable_format:multiple_sections": Instruction(
            check=format.multiple_sections,
            arguments={
                "section_spliter": Argument(format.official_splitter),
                "num_sections": COUNT,
            },
            fixed_arguments={
                "section_spliter": Argument(format.literal_splitter),
                "num_sections": COUNT,
            },
        ),
        "detectable_format:json_format": Instruction(
            check=json_format.json_format, fixed=json_format.strict_json_format
        ),
        "detectable_format:title": Instruction(check=format.title, fixed=format.title_alone),
        "combination:two_responses": Instruction(
            check=combination.two_responses, fixed=combination.two_responses_apart
        ),
        "combination:repeat_prompt": Instruction(
            check=combination.repeat_prompt,
            arguments={"prompt_to_repeat": Argument(combination.request)},
        ),
        "startend:end_checker": Instruction(
            check=ends.end_checker, arguments={"end_phrase": Argument(ends.phrase)}
        ),
        "startend:quotation": Instruction(check=ends.quotation),
        "change_case:capital_word_frequency": Instruction(
            check=case.capital_word_frequency,
            arguments={"capital_frequency": WHOLE, "capital_relation": RELATION},
        ),
        "change_case:english_capital": Instruction(
            check=case.english_capital, fixed=case.english_capital_told
        ),
        "change_case:english_lowercase": Instruction(
            check=case.english_lowercase, fixed=case.english_lowercase_told
        ),
        "punctuation:no_comma": Instruction(check=case.no_comma),
    }
)
"""What each id stands for."""
