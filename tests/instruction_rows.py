"""One row per format of instruction following, made to look like the dataset's own.

Each is a format, a row, what its spec must say, and a completion that is right and one that is
wrong.
"""

from __future__ import annotations

import json
from typing import Any

PADDING = {"keywords": None, "num_words": None, "relation": None, "N": None, "keyword": None}


def asked(family: str, *ids: str, **more: Any) -> dict[str, Any]:
    return {"domain": "ifeval", "family": family, "instruction_id_list": list(ids), **more}


def multi_if(turns: int) -> dict[str, Any]:
    ids = ["punctuation:no_comma", "startend:end_checker", "length_constraints:number_words"]
    kwargs = ["{}", '{"end_phrase": "Bye."}', '{"relation": "at least", "num_words": 3}']
    row: dict[str, Any] = {"key": "1000:1:en", "turn_index": 1, "language": "English"}
    for turn in (1, 2, 3):
        given = turn <= turns
        row[f"turn_{turn}_prompt"] = json.dumps({"role": "user", "content": "Go on."})
        row[f"turn_{turn}_instruction_id_list"] = json.dumps(ids[:turn]) if given else ""
        row[f"turn_{turn}_kwargs"] = json.dumps(kwargs[:turn]) if given else ""
    return row


ROWS: list[tuple[str, dict[str, Any], dict[str, Any], str, str]] = [
    (
        "ifeval",
        {
            "key": 1000,
            "prompt": "Write about the sea without commas in at least 4 words.",
            "instruction_id_list": ["punctuation:no_comma", "length_constraints:number_words"],
            "kwargs": [{}, {"relation": "at least", "num_words": 4}],
        },
        asked(
            "ifeval",
            "punctuation:no_comma",
            "length_constraints:number_words",
            prompt="Write about the sea without commas in at least 4 words.",
            reward="fraction",
            mode="strict",
        ),
        "The sea is blue.",
        "Blue, vast",
    ),
    (
        "ifeval",
        {
            "key": 1001,
            "prompt": "Write about the sea without commas.",
            "instruction_id_list": ["punctuation:no_comma"],
            "kwargs": [PADDING],
        },
        asked("ifeval", "punctuation:no_comma"),
        "The sea is blue.",
        "Blue, vast",
    ),
    (
        "iftrain",
        {
            "id": 8654,
            "responses_create_params": {"input": [{"role": "user", "content": "Two paragraphs."}]},
            "verifier_metadata": {
                "instruction_id_list": ["paragraphs:paragraphs", "detectable_format:title"],
                "prompt": "Two paragraphs with a title.",
                "kwargs": [{}, None],
                "grading_mode": "binary",
            },
            "agent_ref": {"type": "responses_api_agents", "name": "instruction_following_agent"},
        },
        asked(
            "iftrain",
            "paragraphs:paragraphs",
            "detectable_format:title",
            reward="all",
            prompt="Two paragraphs with a title.",
        ),
        "<<Sea>>\nBlue.\n***\nDeep.",
        "<<Sea>>\nBlue.",
    ),
    (
        "iftrain",
        {
            "id": 1,
            "instruction_id_list": ["count:lowercase_counting"],
            "prompt": "Shout.",
            "kwargs": [{"N": 0.0, "relation": None}],
            "grading_mode": "fraction",
        },
        asked("iftrain", "count:lowercase_counting", reward="fraction"),
        "THE SEA",
        "the sea",
    ),
    (
        "ifbench",
        {
            "key": "12",
            "prompt": "Use 2 numbers.",
            "instruction_id_list": ["count:numbers"],
            "kwargs": [{**PADDING, "N": 2.0}],
        },
        asked("ifbench", "count:numbers"),
        "From 1 to 3",
        "From one to 3",
    ),
    (
        "llama_nemotron",
        {
            "input": [{"role": "user", "content": "Write about the sea without commas."}],
            "args": {
                "instruction_id_list": ["punctuation:no_comma", "startend:quotation"],
                "instruction_kwargs": [None, {}],
            },
            "category": "instruction following",
            "license": "odc-by",
            "reasoning": "off",
            "used_in_training": "yes",
        },
        asked("ifeval", "punctuation:no_comma", "startend:quotation", reward="fraction"),
        '"The sea is blue."',
        "Blue, vast",
    ),
    (
        "open_instruct",
        {
            "key": "ai2-adapt-dev/flan_v2_converted_0",
            "messages": [{"role": "user", "content": "End with brief. Use hyphens."}],
            "ground_truth": (
                "[{'instruction_id': ['detectable_format:sentence_hyphens', "
                "'last_word:last_word_answer'], 'kwargs': [None, {'last_word': 'brief'}]}]"
            ),
            "dataset": "ifeval",
            "constraint_type": "multi",
            "constraint": "All sentences must be connected using hyphens.",
        },
        asked(
            "iftrain",
            "detectable_format:sentence_hyphens",
            "last_word:last_word_answer",
            reward="fraction",
        ),
        "It rains.-This is brief.",
        "It rains - so what? Be short",
    ),
    (
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "No commas."}],
            "ground_truth": [
                '[{"instruction_id": ["punctuation:no_comma"], "kwargs": [{"N": null}]}]'
            ],
            "dataset": ["ifeval"],
            "original_dataset": "IF_multi_constraints_upto5",
        },
        asked("iftrain", "punctuation:no_comma"),
        "The sea is blue.",
        "Blue, vast",
    ),
    (
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "Answer with at most 3 words."}],
            "ground_truth": json.dumps(
                {
                    "func_name": "validate_word_constraint",
                    "N": 3,
                    "quantifier": "at most",
                    "keyword_list": None,
                    "letter": None,
                    "original_prompt": None,
                }
            ),
            "dataset": "ifeval",
            "constraint_type": "Number Words",
            "constraint": "Answer with at most 3 words",
        },
        asked("rlvr", "validate_word_constraint", kwargs=[{"N": 3, "quantifier": "at most"}]),
        "<think>Short!</think>The blue sea",
        "The sea is blue.",
    ),
    (
        "verl",
        {
            "data_source": "allenai/IF_multi_constraints_upto5",
            "prompt": [{"role": "user", "content": "Use the letter s."}],
            "ability": "instruction_following",
            "reward_model": {
                "style": "rule",
                "ground_truth": (
                    "[{'instruction_id': ['letters:letter_counting2', 'keywords:word_once'], "
                    "'kwargs': [{'letter': 's', 'let_frequency': 2, 'let_relation': 'at least'}, "
                    "{'keyword': 'flight'}]}]"
                ),
            },
        },
        asked("iftrain", "letters:letter_counting2", "keywords:word_once"),
        "She sees a flight",
        "He can go",
    ),
    (
        "multi_if",
        multi_if(3),
        asked(
            "ifeval",
            "punctuation:no_comma",
            "startend:end_checker",
            "length_constraints:number_words",
        ),
        "I say: Bye.",
        "No, no",
    ),
    (
        "multi_if",
        multi_if(2),
        asked("ifeval", "punctuation:no_comma", "startend:end_checker"),
        "Bye.",
        "No, no",
    ),
    (
        "verifif",
        {
            "id": 1,
            "instructions": [
                {
                    "instruction_id": "keywords:letter_frequency",
                    "letter": "s",
                    "let_relation": "at least",
                    "let_frequency": 2,
                    "uid": 1,
                    "source": "system",
                    "is_misalignment_check": False,
                },
                {"instruction_id": "punctuation:no_comma", "uid": 2, "source": "user"},
            ],
            "llm_judge": [],
            "responses_create_params": {"input": [{"role": "user", "content": "Use an s."}]},
        },
        asked("ifeval", "keywords:letter_frequency", "punctuation:no_comma", reward="all"),
        "She sees",
        "She sees, he too",
    ),
]
