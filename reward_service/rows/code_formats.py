"""The formats of programming datasets; part of the table of ``table.py``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reward_service.rows import code_rows
from reward_service.rows.format import Format
from reward_service.rows.signature import Signature, names

# What datasets of programming problems carry beside their tests.
_PROBLEM = names(
    "question, problem, problem_statement, description, title, name, solution, solutions, "
    "starter_code, canonical_solution, code, text, labels, content, rating, picture_num, raw_tags, "
    "skill_types, date, Expected Auxiliary Space, Expected Time Complexity, time_limit, "
    "memory_limit, memory_limit_bytes"
)


_NEMO_GYM = Signature(
    required=names("verifier_metadata"), optional=_PROBLEM | names("pass_rate, hash_id")
)


def _nemo_gym_code(row: Mapping[str, Any]) -> bool:
    metadata = row.get("verifier_metadata")
    return isinstance(metadata, Mapping) and "unit_tests" in metadata


def _is_test_file(row: Mapping[str, Any]) -> bool:
    test = row["test"]
    return isinstance(test, str) and "def test_" in test


CODE_FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "livecodebench": Format(
            recognise=Signature(
                required=names("public_test_cases"),
                optional=names(
                    "private_test_cases, question_title, question_content, platform, contest_id, "
                    "contest_date, starter_code"
                ),
            ),
            convert=code_rows.livecodebench,
            summary="LiveCodeBench: public_test_cases and private_test_cases, packed or not",
        ),
        "taco": Format(
            recognise=Signature(required=names("input_output"), optional=_PROBLEM),
            convert=code_rows.taco,
            summary="TACO, APPS: input_output, with fn_name where a function is called",
        ),
        "code_contests": Format(
            recognise=Signature(
                required=names("public_tests"),
                optional=_PROBLEM
                | names(
                    "private_tests, generated_tests, incorrect_solutions, cf_contest_id, "
                    "cf_index, cf_points, cf_rating, cf_tags, is_description_translated, "
                    "untranslated_description, input_file, output_file"
                ),
            ),
            convert=code_rows.code_contests,
            summary="CodeContests: public_tests, private_tests, generated_tests and the limits",
        ),
        "sandbox_fusion": Format(
            recognise=Signature(
                required=names("test"),
                optional=_PROBLEM,
                holds=lambda row: not isinstance(row["test"], str) or row["test"][:1] == "[",
            ),
            convert=code_rows.sandbox_fusion,
            summary="SandboxFusion: test, a list of input.stdin and output.stdout",
        ),
        "humaneval": Format(
            recognise=Signature(
                required=names("test, entry_point"),
                optional=_PROBLEM
                | names(
                    "base_input, plus_input, contract, atol, docstring, declaration, "
                    "example_test, problem_description, estimated_date, completion, input_output, "
                    "query, response"
                ),
            ),
            convert=code_rows.humaneval,
            summary="HumanEval, HumanEval+, LeetCodeDataset: test with check, and entry_point",
        ),
        "mbpp": Format(
            recognise=Signature(
                required=names("test_list"),
                optional=_PROBLEM
                | names("test, test_setup_code, test_imports, challenge_test_list, source_file"),
            ),
            convert=code_rows.mbpp,
            summary="MBPP, MBPP+: test_list, challenge_test_list and test, with test_setup_code",
        ),
        "verification_info": Format(
            recognise=Signature(
                required=names("verification_info"),
                optional=_PROBLEM
                | names(
                    "gold_standard_solution, in_source_id, task_type, num_tests, test_reward, "
                    "hf_dataset_name"
                ),
            ),
            convert=code_rows.verification_info,
            summary="open-r1, SYNTHETIC-1: verification_info.test_cases and its language",
        ),
        "deepcoder": Format(
            recognise=Signature(required=names("tests"), optional=_PROBLEM | names("target")),
            convert=code_rows.deepcoder,
            summary="DeepCoder, PrimeIntellect: tests, as a list or with inputs and outputs",
        ),
        "test_cases": Format(
            recognise=Signature(
                required=names("test_cases"),
                optional=_PROBLEM | names("inferences, context_messages"),
            ),
            convert=code_rows.case_list,
            summary="AceCoder and others: test_cases, asserts or inputs and outputs",
        ),
        "kodcode": Format(
            recognise=Signature(
                required=names("test"),
                optional=_PROBLEM
                | names(
                    "style, test_code, test_info, gpt_pass_sequence, gpt_pass_trial_num, "
                    "gpt_difficulty, gpt_pass_percentage, trials, chat_format, conversations, "
                    "r1_pass_sequence, r1_pass_trial_num, r1_correctness, r1_solution, "
                    "conversation_id"
                ),
                holds=_is_test_file,
            ),
            convert=code_rows.kodcode,
            summary="KodCode: test, a file for pytest that imports solution",
        ),
        "codeforces": Format(
            recognise=Signature(
                required=names("official_tests"),
                optional=_PROBLEM
                | names(
                    "aliases, contest_id, contest_name, contest_type, contest_start, "
                    "contest_start_year, index, time_limit, memory_limit, input_format, "
                    "output_format, interaction_format, note, examples, editorial, testset_size, "
                    "official_tests_complete, input_mode, generated_checker, generated_tests, "
                    "executable, generation, finish_reason, api_metadata, interleaved_source"
                ),
            ),
            convert=code_rows.codeforces,
            summary="open-r1 Codeforces: official_tests, generated_checker and the limits",
        ),
        "nemo_gym_code": Format(
            recognise=lambda row: _NEMO_GYM(row) and _nemo_gym_code(row),
            convert=code_rows.nemo_gym_code,
            summary="NeMo Gym code_gen: verifier_metadata.unit_tests",
        ),
    }
)
