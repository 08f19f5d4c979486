"""The texts that a loose verdict may be about."""

from __future__ import annotations

from reward_verifiers.ifeval.text.text import Text


def loose(raw: str) -> tuple[Text, ...]:
    """Return the distinct texts with something in them that loose judging tries, in its order.

    That is the completion itself, without asterisks, without its first line, its last line,
    or both, and these three without asterisks. A check passes if any of them passes.

    Source: ``evaluation_lib.py`` of google-research/instruction_following_eval.
    """
    lines = raw.split("\n")
    shorter = (
        "\n".join(lines[1:]).strip(),
        "\n".join(lines[:-1]).strip(),
        "\n".join(lines[1:-1]).strip(),
    )
    candidates = (raw, raw.replace("*", ""), *shorter, *(text.replace("*", "") for text in shorter))
    # A dict keeps the order and drops what is equal.
    return tuple(Text(text) for text in dict.fromkeys(candidates) if text.strip())
