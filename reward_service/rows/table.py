"""The formats, in one table to read.

To add one: a function from ``Row`` to a spec, a row here, a sample in ``tests``, a row in
``docs/rows.md``. Recognition goes by exact fields (``signature.py``), and a test holds that no
sample is of two formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import reward_service.rows.math_rows as math_rows
import reward_service.rows.stem_rows as stem_rows
import reward_service.rows.trainer_rows as trainer_rows
from reward_service.rows.code_formats import CODE_FORMATS
from reward_service.rows.format import Format
from reward_service.rows.ifeval_formats import IFEVAL_FORMATS
from reward_service.rows.reasoning_gym_rows import REASONING_GYM_FORMATS
from reward_service.rows.signature import NOTHING, Signature, names

_LETTER_FIELDS = names("answer, answer_idx, correct_answer")


def _only_when_named(_row: Mapping[str, Any]) -> bool:
    """Recognise nothing: fields this common are another dataset's just as well."""
    return False


def _nemo_gym(row: Mapping[str, Any], *, choices: bool) -> bool:
    """Whether NeMo Gym's fields, in the row or in its metadata, are those of math or of choices."""
    metadata = row.get("verifier_metadata")
    holder = metadata if isinstance(metadata, Mapping) else row
    if "expected_answer" not in holder or ("options" in holder) != choices:
        return False
    # Other agents' rows have an expected_answer too, which no rule can judge.
    agent = row.get("agent_ref")
    name = agent.get("name") if isinstance(agent, Mapping) else None
    return not isinstance(name, str) or ("mcqa" if choices else "math") in name


_NEMO_GYM = Signature(
    required=NOTHING,
    optional=names(
        "expected_answer, question, problem, options, verifier_metadata, template_metadata, "
        "grading_mode, generated_solution, generation_model, problem_type, problem_source, "
        "inference_mode, pass_rate_72b_tir, used_in_kaggle, pass_rate, pass_rate_total, "
        "pass_rate_passed"
    ),
)

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "verl": Format(
            recognise=Signature(required=names("data_source, reward_model"), others_allowed=True),
            convert=trainer_rows.verl,
            summary="verl, DAPO, Skywork-OR1, Eurus-2-RL: reward_model.ground_truth",
        ),
        "open_instruct": Format(
            recognise=Signature(
                required=names("ground_truth, dataset"),
                optional=names("key, constraint, constraint_type, original_dataset"),
            ),
            convert=trainer_rows.open_instruct,
            summary="open-instruct and RLVR: ground_truth, for the verifier that dataset names",
        ),
        "trl": Format(
            recognise=Signature(required=names("prompt, solution")),
            convert=math_rows.prompt_solution,
            summary="TRL: solution, the gold itself or in its last box",
        ),
        "nemo_gym_math": Format(
            recognise=lambda row: _NEMO_GYM(row) and _nemo_gym(row, choices=False),
            convert=math_rows.nemo_gym_math,
            summary="NeMo Gym math, OpenMathReasoning: expected_answer",
        ),
        "nemo_gym_mcqa": Format(
            recognise=lambda row: _NEMO_GYM(row) and _nemo_gym(row, choices=True),
            convert=stem_rows.expected_letter,
            summary="NeMo Gym mcqa: options and the letter in expected_answer",
        ),
        "gsm8k": Format(
            recognise=Signature(
                required=names("question, answer"),
                holds=lambda row: isinstance(row["answer"], str) and "####" in row["answer"],
            ),
            convert=math_rows.gsm8k,
            summary="GSM8K: answer, a solution with the gold after ####",
        ),
        "problem_solution": Format(
            recognise=Signature(
                required=names("problem, solution"),
                absent=names("domain"),
            ),
            convert=math_rows.problem_solution,
            summary="MATH, NuminaMath-CoT, Minerva: solution, the gold in its last box",
        ),
        "problem_answer": Format(
            recognise=Signature(
                required=names("problem, answer"),
                optional=names(
                    "solution, generations, problem_type, question_type, domain, "
                    "problem_is_valid, solution_is_valid, is_reasoning_complete, synthetic, "
                    "correctness_math_verify, correctness_llama, correctness_count, "
                    "finish_reasons, llama8b_solve_rate"
                ),
            ),
            convert=math_rows.problem_answer,
            summary=(
                "MATH-500, DeepScaleR, AIME, AMC, Polaris, OpenR1, NuminaMath-1.5, Big-Math, "
                "Omni-MATH: answer"
            ),
        ),
        "aime": Format(
            recognise=Signature(required=names("Problem, Answer"), optional=names("Solution")),
            convert=math_rows.aime,
            summary="AIME in capitals: Answer",
        ),
        "aime_1983_2024": Format(
            recognise=Signature(
                required=names("Question, Answer, Year, Problem Number"), optional=names("Part")
            ),
            convert=math_rows.aime,
            summary="AIME of all years: Answer",
        ),
        "deepmath": Format(
            recognise=Signature(
                required=names("question, final_answer"),
                optional=names("r1_solution_1, r1_solution_2, r1_solution_3"),
                holds=lambda row: not isinstance(row["final_answer"], list | tuple),
            ),
            convert=math_rows.deepmath,
            summary="DeepMath-103K: final_answer",
        ),
        "olympiad_bench": Format(
            recognise=Signature(
                required=names("question, final_answer"),
                optional=names(
                    "solution, is_multiple_answer, unit, answer_type, error, question_type, "
                    "image_1, image_2, image_3, image_4, image_5, image_6, image_7, image_8, "
                    "image_9"
                ),
                holds=lambda row: isinstance(row["final_answer"], list | tuple),
            ),
            convert=math_rows.olympiad_bench,
            summary="OlympiadBench: final_answer with unit, error and is_multiple_answer",
        ),
        "question_answer": Format(
            recognise=_only_when_named,
            convert=math_rows.question_answer,
            summary="math with question and answer; only when named, the fields being so common",
        ),
        "scp_116k": Format(
            recognise=Signature(
                required=names("problem, domain"),
                optional=names(
                    "solution, extracted_solution, matched_solution, predicted_solution, "
                    "o1_solution, qwq_solution, r1_response, r1_solution, r1_reasoning, "
                    "is_o1_solution_same_with_matched_solution, "
                    "is_qwq_solution_same_with_matched_solution"
                ),
                holds=lambda row: "solution" in row or "extracted_solution" in row,
            ),
            convert=stem_rows.scp_116k,
            summary="SCP-116K: extracted_solution, else solution; the kind of answer by rules",
        ),
        "web_instruct": Format(
            recognise=Signature(required=names("question, answer, answer_type")),
            convert=stem_rows.web_instruct,
            summary="WebInstruct-verified: answer and answer_type",
        ),
        "mmlu": Format(
            recognise=Signature(required=names("question, choices, answer")),
            convert=stem_rows.mmlu,
            summary="MMLU: choices and answer, a position from 0",
        ),
        "mmlu_pro": Format(
            recognise=Signature(
                required=names("question, options, answer, answer_index"),
                optional=names("cot_content"),
            ),
            convert=stem_rows.mmlu_pro,
            summary="MMLU-Pro: options and answer, a letter",
        ),
        "super_gpqa": Format(
            recognise=Signature(
                required=names("question, options, answer_letter"),
                optional=names("answer, is_calculation"),
            ),
            convert=stem_rows.super_gpqa,
            summary="SuperGPQA: options and answer_letter",
        ),
        "gpqa": Format(
            recognise=Signature(
                required=names("Question, Correct Answer, Incorrect Answer 1"),
                others_allowed=True,
            ),
            convert=stem_rows.gpqa,
            summary="GPQA: Correct Answer, and options, which you must add",
        ),
        "sciq": Format(
            recognise=Signature(
                required=names("question, correct_answer, distractor1"),
                optional=names("distractor2, distractor3, support, options"),
            ),
            convert=stem_rows.sciq,
            summary="SciQ: correct_answer, and options, which you must add",
        ),
        "arc": Format(
            recognise=Signature(
                required=names("choices, answerKey"),
                optional=names(
                    "question, question_stem, question_concept, fact1, humanScore, clarity, "
                    "turkIdAnonymized, formatted_question, combinedfact, fact2"
                ),
            ),
            convert=stem_rows.arc,
            summary="ARC, OpenBookQA, CommonsenseQA, QASC: choices and answerKey",
        ),
        "lettered_options": Format(
            recognise=Signature(
                required=names("question, options"),
                optional=names(
                    "answer, answer_idx, correct_answer, correct_explanation, meta_info, "
                    "metamap_phrases, model_responses"
                ),
                holds=lambda row: not row.keys().isdisjoint(_LETTER_FIELDS),
            ),
            convert=stem_rows.lettered_options,
            summary="MedQA, curated GPQA: options and the letter or text of the right one",
        ),
        "columns_abcd": Format(
            recognise=Signature(
                required=names("question, A, B, answer"),
                optional=names("C, D, E, F, G, H, I, J, explanation"),
            ),
            convert=stem_rows.columns_abcd,
            summary="C-Eval, CMMLU: the columns A, B, C, D and answer, a letter",
        ),
        "medmcqa": Format(
            recognise=Signature(
                required=names("question, opa, opb, opc, opd, cop"),
                optional=names("exp, choice_type, subject_name, topic_name"),
            ),
            convert=stem_rows.medmcqa,
            summary="MedMCQA: opa to opd and cop, a position from 0",
        ),
        **CODE_FORMATS,
        **IFEVAL_FORMATS,
        **REASONING_GYM_FORMATS,
    }
)

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "acecoder": "test_cases",
        "amc": "problem_answer",
        "apps": "taco",
        "big_math": "problem_answer",
        "dapo": "verl",
        "eurus_2": "verl",
        "deepscaler": "problem_answer",
        "math": "problem_solution",
        "math_500": "problem_answer",
        "medqa": "lettered_options",
        "humaneval_plus": "humaneval",
        "if_multi_constraints": "open_instruct",
        "leetcode": "humaneval",
        "mbpp_plus": "mbpp",
        "minerva": "problem_solution",
        "numina_math": "problem_answer",
        "open_r1": "problem_answer",
        "polaris": "problem_answer",
        "nemo_gym_instruction_following": "iftrain",
        "prime": "verl",
        "primeintellect": "verification_info",
        "nemo_gym_reasoning_gym": "reasoning_gym",
        "rlvr_ifeval": "open_instruct",
        "skywork_or1": "verl",
    }
)
"""Other names that ``format`` takes: a dataset's, for the format of its rows."""
