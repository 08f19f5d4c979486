"""One row per format, made to look like the dataset's own, with the spec it stands for."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import instruction_rows
import program_rows
import pytest


class Sample(NamedTuple):
    format: str
    row: dict[str, Any]
    spec: dict[str, Any]
    """What the spec must say; fields not named do not matter."""
    right: str
    """What a model writes that is right."""
    wrong: str


def math(gold: Any, **more: Any) -> dict[str, Any]:
    return {"domain": "math", "gold": gold, **more}


def choice(gold: str, *texts: str) -> dict[str, Any]:
    return {
        "domain": "stem",
        "gold": gold,
        "options": dict(zip("ABCDEFGHIJ", texts, strict=False)),
    }


def free(gold: str, answer_type: str, **more: Any) -> dict[str, Any]:
    return {"domain": "stem", "gold": gold, "answer_type": answer_type, **more}


COLOURS = ("red", "green", "blue", "white")

SAMPLES = [
    Sample(
        "verl",
        {
            "data_source": "openai/gsm8k",
            "prompt": [{"role": "user", "content": "Six boxes of a dozen eggs. How many eggs?"}],
            "ability": "math",
            "reward_model": {"style": "rule", "ground_truth": "72"},
            "extra_info": {"split": "train", "index": 0, "answer": "6 * 12 = 72\n#### 72"},
        },
        math("72"),
        r"\boxed{72}",
        r"\boxed{71}",
    ),
    Sample(
        "verl",
        {
            "data_source": "math_dapo",
            "prompt": [{"role": "user", "content": "Halve one."}],
            "ability": "MATH",
            "reward_model": {"ground_truth": "\\frac{1}{2}", "style": "rule-lighteval/MATH_v2"},
            "extra_info": {"index": "9a9b6eb4"},
        },
        math(r"\frac{1}{2}"),
        r"\boxed{0.5}",
        r"\boxed{2}",
    ),
    Sample(
        "verl",
        {
            "data_source": "train-math-numinamath1.5_aops_forum",
            "prompt": [{"role": "user", "content": "Solve x + 3 = 8."}],
            "ability": "math",
            "reward_model": {"ground_truth": '["5", "x=5"]', "style": "rule"},
            "extra_info": {"index": 3, "model_difficulty": {"a": 4}},
        },
        math(["5", "x=5"]),
        r"\boxed{5}",
        r"\boxed{8}",
    ),
    Sample(
        "verl",
        {
            "data_source": "SCP-116K",
            "prompt": [{"role": "user", "content": "How heavy is a litre of water?"}],
            "ability": "stem",
            "reward_model": {"ground_truth": "1 kg", "style": "rule"},
        },
        free("1 kg", "quantity"),
        r"\boxed{1000\text{ g}}",
        r"\boxed{1\text{ g}}",
    ),
    Sample(
        "verl",
        {
            "data_source": "hiyouga/geometry3k",
            "prompt": [{"role": "user", "content": "<image>How long is the diagonal?"}],
            "images": [],
            "reward_model": {"ground_truth": "2 \\sqrt { 221 }", "style": "rule"},
        },
        math("2 \\sqrt { 221 }"),
        r"\boxed{2\sqrt{221}}",
        r"\boxed{\sqrt{221}}",
    ),
    Sample(
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "What is 9 times 8?"}],
            "ground_truth": "72",
            "dataset": "gsm8k",
        },
        math("72"),
        r"\boxed{72}",
        r"\boxed{98}",
    ),
    Sample(
        "open_instruct",
        {
            "messages": [{"role": "user", "content": "What is 3 times 8?"}],
            "ground_truth": ["24"],
            "dataset": ["math"],
            "source": "rlvr",
        },
        math("24"),
        r"\boxed{24}",
        r"\boxed{38}",
    ),
    Sample(
        "trl",
        {
            "prompt": [{"role": "user", "content": "Evaluate the limit."}],
            "solution": "The terms cancel, so the limit is $\\boxed{0}$.",
        },
        math("0"),
        r"\boxed{0}",
        r"\boxed{1}",
    ),
    Sample(
        "trl",
        {"prompt": "What is a third?", "solution": "\\frac{1}{3}"},
        math(r"\frac{1}{3}"),
        r"\boxed{1/3}",
        r"\boxed{0.3}",
    ),
    Sample(
        "nemo_gym_math",
        {
            "responses_create_params": {"input": [{"role": "user", "content": "2 + 2?"}]},
            "question": "2 + 2?",
            "expected_answer": "4",
            "agent_ref": {"name": "math_with_judge_simple_agent"},
        },
        math("4"),
        r"\boxed{4}",
        r"\boxed{22}",
    ),
    Sample(
        "nemo_gym_math",
        {
            "responses_create_params": {"input": "2 + 3?"},
            "verifier_metadata": {"question": "2 + 3?", "expected_answer": 5},
        },
        math("5"),
        r"\boxed{5}",
        r"\boxed{23}",
    ),
    Sample(
        "nemo_gym_mcqa",
        {
            "responses_create_params": {"input": [{"role": "user", "content": "Colour of snow?"}]},
            "options": [{"A": "red"}, {"B": "green"}, {"C": "blue"}, {"D": "white"}],
            "expected_answer": "D",
            "grading_mode": "strict_single_letter_boxed",
            "uuid": "a-b",
        },
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{A}",
    ),
    Sample(
        "gsm8k",
        {
            "question": "Natalia sold 48 clips in April and half as many in May. How many in all?",
            "answer": "In May: 48/2 = <<48/2=24>>24 clips.\nIn all: 48+24 = 72.\n#### 72",
        },
        math("72"),
        r"\boxed{72}",
        r"\boxed{24}",
    ),
    Sample(
        "problem_solution",
        {
            "problem": "What is $1-\\frac14$?",
            "level": "Level 1",
            "type": "Prealgebra",
            "solution": "One is $\\frac44$, so it is $\\boxed{\\frac{3}{4}}$.",
        },
        math(r"\frac{3}{4}"),
        r"\boxed{\frac34}",
        r"\boxed{\frac14}",
    ),
    Sample(
        "problem_solution",
        {
            "source": "cn_k12",
            "problem": "Add two and five.",
            "solution": "It is $\\boxed{7}$.",
            "prompt": "Add two and five. Box the answer.",
            "messages": [{"role": "user", "content": "Add two and five."}],
        },
        math("7"),
        r"\boxed{7}",
        r"\boxed{10}",
    ),
    Sample(
        "problem_answer",
        {
            "problem": "Convert $(0,3)$ to polar coordinates.",
            "solution": "We have $\\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}$.",
            "answer": "\\left( 3, \\frac{\\pi}{2} \\right)",
            "subject": "Precalculus",
            "level": 2,
            "unique_id": "test/precalculus/807.json",
        },
        math(r"\left( 3, \frac{\pi}{2} \right)"),
        r"\boxed{(3, \pi/2)}",
        r"\boxed{(3, \pi)}",
    ),
    Sample(
        "problem_answer",
        {
            "problem": "Count.",
            "answer": 27.0,
            "id": 0,
            "url": "https://example.org/12A",
        },
        math("27"),
        r"\boxed{27}",
        r"\boxed{270}",
    ),
    Sample(
        "problem_answer",
        {
            "problem": "Count.",
            "solution": "",
            "answer": "25",
            "problem_type": "Number Theory",
            "question_type": "math-word-problem",
            "source": "olympiads",
            "uuid": "1-2",
            "is_reasoning_complete": [True, True],
            "generations": ["...", "..."],
            "correctness_math_verify": [True, False],
            "correctness_llama": None,
            "finish_reasons": ["stop", "stop"],
            "correctness_count": 1,
            "messages": [],
        },
        math("25"),
        r"\boxed{25}",
        r"\boxed{52}",
    ),
    Sample(
        "problem_answer",
        {
            "problem": "Count.",
            "answer": "3",
            "source": "big_math",
            "domain": ["Mathematics -> Algebra"],
            "llama8b_solve_rate": 0.5,
        },
        math("3"),
        r"\boxed{3}",
        r"\boxed{4}",
    ),
    Sample(
        "aime",
        {"ID": "2024-II-4", "Problem": "Find m + n.", "Solution": "...", "Answer": 33},
        math("33"),
        r"\boxed{33}",
        r"\boxed{34}",
    ),
    Sample(
        "aime_1983_2024",
        {
            "ID": "1994-3",
            "Year": 1994,
            "Problem Number": 3,
            "Question": "Find f(94).",
            "Answer": "561",
            "Part": None,
        },
        math("561"),
        r"\boxed{561}",
        r"\boxed{562}",
    ),
    Sample(
        "deepmath",
        {
            "question": "Evaluate.",
            "final_answer": "2",
            "difficulty": 4.5,
            "topic": "Mathematics -> Calculus",
            "r1_solution_1": "...",
            "r1_solution_2": "...",
            "r1_solution_3": "...",
        },
        math("2"),
        r"\boxed{2}",
        r"\boxed{3}",
    ),
    Sample(
        "olympiad_bench",
        {
            "id": 1606,
            "question": "Find all n.",
            "solution": ["..."],
            "final_answer": ["$3,5$"],
            "context": None,
            "image_1": None,
            "modality": "Text-only",
            "difficulty": "Competition",
            "is_multiple_answer": True,
            "unit": None,
            "answer_type": "Numerical",
            "error": None,
            "question_type": "Open-ended",
            "subfield": "Algebra",
            "subject": "Math",
            "language": "English",
        },
        math("3,5"),
        r"\boxed{5, 3}",
        r"\boxed{3}",
    ),
    Sample(
        "olympiad_bench",
        {
            "id": 7,
            "question": "How fast is it?",
            "solution": ["..."],
            "final_answer": ["2.5"],
            "is_multiple_answer": False,
            "unit": "m/s",
            "answer_type": "Numerical",
            "error": "0.1",
            "question_type": "Open-ended",
            "subfield": "Mechanics",
            "subject": "Physics",
            "language": "English",
        },
        free("2.5 m/s", "quantity", tolerance=0.04),
        r"\boxed{2.45}",
        r"\boxed{2.8}",
    ),
    Sample(
        "scp_116k",
        {
            "domain": "physics",
            "problem": "How long does it fall?",
            "solution": "By $h = gt^2/2$ it takes $t = \\sqrt{2h/g}$.\nSo it is 2.0 s.",
            "extracted_solution": "2.0 s",
        },
        free("2.0 s", "quantity"),
        r"\boxed{2.0\text{ s}}",
        r"\boxed{3.0\text{ s}}",
    ),
    Sample(
        "scp_116k",
        {"domain": "chemistry", "problem": "Which salt?", "solution": "\\boxed{NaCl}"},
        free("NaCl", "formula"),
        r"\boxed{NaCl}",
        r"\boxed{KCl}",
    ),
    Sample(
        "web_instruct",
        {
            "id": "1",
            "question": "Which law?",
            "answer": "Faraday's law",
            "answer_type": "String",
            "category": "Physics",
            "difficulty": "University",
        },
        free("Faraday's law", "text"),
        r"\boxed{Faraday's law}",
        r"\boxed{Ohm's law}",
    ),
    Sample(
        "mmlu",
        {"question": "Snow is", "subject": "meteorology", "choices": [*COLOURS], "answer": 3},
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{A}",
    ),
    Sample(
        "mmlu_pro",
        {
            "question_id": 70,
            "question": "Snow is",
            "options": ["red", "green", "blue", "black", "grey", "brown", "pink", "tan", "white"],
            "answer": "I",
            "answer_index": 8,
            "cot_content": "",
            "category": "physics",
            "src": "ori_mmlu",
        },
        choice("I", "red", "green", "blue", "black", "grey", "brown", "pink", "tan", "white"),
        r"\boxed{I}",
        r"\boxed{A}",
    ),
    Sample(
        "super_gpqa",
        {
            "uuid": "5",
            "question": "Snow is",
            "options": [*COLOURS],
            "answer": "white",
            "answer_letter": "D",
            "discipline": "Science",
            "field": "Physics",
            "subfield": "Optics",
            "difficulty": "hard",
            "is_calculation": False,
        },
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{B}",
    ),
    Sample(
        "gpqa",
        {
            "Question": "Snow is",
            "Correct Answer": "white\n",
            "Incorrect Answer 1": "red",
            "Incorrect Answer 2": "green",
            "Incorrect Answer 3": "blue",
            "Explanation": "Look at it.",
            "Record ID": "rec0",
            "options": ["green", "white", "red", "blue"],
        },
        choice("B", "green", "white", "red", "blue"),
        r"\boxed{B}",
        r"\boxed{A}",
    ),
    Sample(
        "sciq",
        {
            "question": "Snow is",
            "distractor1": "red",
            "distractor2": "green",
            "distractor3": "blue",
            "correct_answer": "white",
            "support": "Snow reflects all colours.",
            "options": {"A": "white", "B": "green", "C": "red", "D": "blue"},
        },
        choice("A", "white", "green", "red", "blue"),
        r"\boxed{A}",
        r"\boxed{B}",
    ),
    Sample(
        "arc",
        {
            "id": "Mercury_7",
            "question": "Snow is",
            "choices": {"text": [*COLOURS], "label": ["1", "2", "3", "4"]},
            "answerKey": "4",
        },
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{A}",
    ),
    Sample(
        "lettered_options",
        {
            "question": "Snow is",
            "answer": "white",
            "options": {"A": "red", "B": "green", "C": "blue", "D": "white"},
            "meta_info": "step1",
            "answer_idx": "D",
            "metamap_phrases": ["snow"],
        },
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{C}",
    ),
    Sample(
        "lettered_options",
        {"question": "Snow is", "options": [*COLOURS], "correct_answer": "white"},
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{C}",
    ),
    Sample(
        "columns_abcd",
        {
            "id": 0,
            "question": "Snow is",
            "A": "red",
            "B": "green",
            "C": "blue",
            "D": "white",
            "answer": "D",
            "explanation": "",
        },
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{C}",
    ),
    Sample(
        "medmcqa",
        {
            "id": "e",
            "question": "Snow is",
            "opa": "red",
            "opb": "green",
            "opc": "blue",
            "opd": "white",
            "cop": 3,
            "choice_type": "single",
            "exp": None,
            "subject_name": "Optics",
            "topic_name": None,
        },
        choice("D", *COLOURS),
        r"\boxed{D}",
        r"\boxed{C}",
    ),
    *(Sample(*each) for each in program_rows.ROWS),
    *(Sample(*each) for each in instruction_rows.ROWS),
    Sample(
        "reasoning_gym",
        {
            "question": "4 + 3 =",
            "answer": "7",
            "metadata": {
                "source_dataset": "chain_sum",
                "source_index": 0,
                "num_terms": 2,
                "difficulty": {"num_terms": [2, 6]},
            },
        },
        {"domain": "reasoning_gym", "dataset": "chain_sum"},
        "<answer>7</answer>",
        "<answer>8</answer>",
    ),
    Sample(
        "reasoning_gym",
        {
            "question": "Color it.",
            "answer": None,
            "metadata": json.dumps(
                {
                    "source_dataset": "graph_color",
                    "puzzle": {"vertices": [0, 1], "edges": [[0, 1]], "color_options": [1, 2]},
                    "possible_answer": {"0": 1, "1": 2},
                }
            ),
            "responses_create_params": {"input": [{"role": "user", "content": "Color it."}]},
            "agent_ref": {"type": "responses_api_agents", "name": "reasoning_gym_simple_agent"},
        },
        {"domain": "reasoning_gym", "dataset": "graph_color"},
        '<answer>{"0": 2, "1": 1}</answer>',
        '<answer>{"0": 2, "1": 2}</answer>',
    ),
]


@pytest.fixture(params=SAMPLES, ids=[f"{s.format}{i}" for i, s in enumerate(SAMPLES)])
def sample(request: pytest.FixtureRequest) -> Sample:
    """Return one sample after the other."""
    return request.param


@pytest.fixture
def row_of() -> Any:
    """Return a function that makes the first sample row of a format, with changes."""

    def make(name: str, **changes: Any) -> dict[str, Any]:
        row = next(sample.row for sample in SAMPLES if sample.format == name)
        return {**row, **changes}

    return make


@pytest.fixture
def sampled_formats() -> set[str]:
    return {sample.format for sample in SAMPLES}
