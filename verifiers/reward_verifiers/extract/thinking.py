"""Where the thinking ends and the answer begins."""

from __future__ import annotations

import re

from reward_verifiers.extract.scanning import matches
from reward_verifiers.specs import Thinking

# How the families of models mark their reasoning: (opens, closes), case as written. Kept explicit,
# because a pattern for "any tag" would also cut off text that merely looks like one.
TAG_PAIRS: tuple[tuple[str, str], ...] = (
    ("<think>", "</think>"),  # DeepSeek-R1, Qwen, Nemotron, GLM, MiniMax, Hunyuan, ...
    ("<thinking>", "</thinking>"),  # prompts in XML style
    ("<thought>", "</thought>"),  # EXAONE Deep, prompts in XML style
    ("<reasoning>", "</reasoning>"),  # prompts in XML style, many GRPO tutorials
    ("<|begin_of_thought|>", "<|end_of_thought|>"),  # Sky-T1, OpenThinker
    ("[THINK]", "[/THINK]"),  # Magistral
    ("<seed:think>", "</seed:think>"),  # Seed-OSS
    ("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A Reasoning
    ("◁think▷", "◁/think▷"),  # Kimi-VL thinking
    ("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),  # gpt-oss (harmony)
)

_TAGS = {tag: (pair, tag == pair[1]) for pair in TAG_PAIRS for tag in pair}
"""The pair of each tag, and whether it closes."""


# Nearly all tags begin with "<" and end with ">".
_ANGLED = re.compile("<(?:" + "|".join(re.escape(tag[1:]) for tag in _TAGS if tag[0] == "<") + ")")
_OTHERS = re.compile("|".join(re.escape(tag) for tag in _TAGS if tag[0] != "<"))


def after_thinking(completion: str, thinking: Thinking) -> str | None:
    """Return the part of ``completion`` that is to be judged, or None when there is none.

    ``strip`` returns what follows the last closing tag. A tag that is opened and never closed
    after that leaves nothing, for the model was still thinking when it was cut off; nor may an
    answer hide behind a second thought. A completion without tags is judged whole.
    ``require`` is the same, but without a closing tag there is nothing to judge.
    ``keep`` returns everything.
    """
    if thinking is Thinking.KEEP:
        return completion
    end = _end_of_thinking(completion)
    if end is None or (end == 0 and thinking is Thinking.REQUIRE):
        return None
    return completion[end:]


def nothing_after_thinking(thinking: Thinking) -> str:
    """Return the reason for a verdict when ``after_thinking`` returned None."""
    if thinking is Thinking.REQUIRE:
        return "the thinking is not closed, or there is none"
    return "the thinking is not closed"


def _end_of_thinking(text: str) -> int | None:
    """Return the index just after the last closing tag (0: no tags), or None if one stays open."""
    found = list(matches(_ANGLED, "<", text)) if ">" in text else []
    if ("K" in text and "THINK]" in text) or "▷" in text:
        found += _OTHERS.finditer(text)
    end = 0
    still_open = set()
    for tag in found:
        pair, closes = _TAGS[tag[0]]
        if closes:
            end = max(end, tag.end())
            still_open.discard(pair)
        else:
            still_open.add(pair)
    return None if still_open else end
