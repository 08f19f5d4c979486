"""Phrases that commit to an option in other languages: "答案是C", "La respuesta es C"."""

from __future__ import annotations

import re

LATIN_KEYS = ("espuesta", "isposta", "esposta", "ntwort", "ichtig", "evap")
"""What to look for in any text: each is part of one word that a phrase opens with."""

FOREIGN_KEYS = (
    *("答案", "答え", "回答", "正解", "选", "選", "정답", "éponse", "твет", "pción", "pção"),
    *("الإجابة", "उत्तर", "áp án"),
)
"""What else to look for where a text is not all ASCII."""

_NOUN = (
    r"答案|答え|回答|正解|정답|respuesta|réponse|risposta|resposta|ответ|antwort|cevap|الإجابة|उत्तर|đáp\sán"
    r"|(?:(?<=正确)|(?<=正确的)|(?<=最佳))选项(?=\s?[是为:：])|(?:opción|opção)(?=\s+corre)"
)
_ADJECTIVE = r"(?:correct[aeo]|correta|corretta|exacte|final|finale|chính\sxác)"
_COPULA = r"(?:es|est|è|é|ist|sería|serait|wäre|là|:)"
_CJK_LINK = r"\s{0,2}】?\s{0,2}(?:应该?选|選|选|应?(?:该|當)?是|为|為|は、?|은|는|[:：=])\s{0,3}"
_SECOND_NOUN = (
    r"(?:(?:la|el|a|o|die)\s{1,3})?(?:(?:opción|opção|l['’]option|option|opzione|réponse|letra|lettera"
    r"|lettre)\s{1,3}|(?:选项|選項)\s{0,2})?"
)

_NAMED = re.compile(
    rf"""(?:{_NOUN})[*_]{{0,3}}
    (?: {_CJK_LINK}
      | (?:\s{{1,3}}{_ADJECTIVE})?[*_]{{0,3}}\s{{0,3}}{_COPULA}(?!\w)\s{{0,3}}
      | 】\s{{0,3}} | \s{{0,3}}\n\s{{0,3}} | \s(?=[A-Z]['’]?d[ıiu]r) )
    [*_\s]{{0,6}}{_SECOND_NOUN}""",
    re.VERBOSE | re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"(?<![不没別别])(?<!不应)(?<!不能)(?:选|選)(?:择|擇)?(?:选项)?(?![项項])\s{0,2}[:：]?\s{0,2}"
    r"|richtig\s{1,3}ist\s{1,3}(?=[*(\[]{0,3}[A-Z]\b)",
    re.IGNORECASE,
)
_PRAISED = re.compile(
    r"""(?:选项|選項|opción|opção)\s{0,3}[*(\[]{0,3}(?P<letter>[A-Z])[*)\]]{0,3}\s{0,3}
    (?:(?:是|为|為)?(?:正确|正確)|(?:es|é)\s{1,3}(?:la\s{1,3}|a\s{1,3})?corre(?:c?ta)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_ENDING = re.compile(
    r"(?<=[A-Z])(?=[*)\]]{0,3}\s?(?:です|である|となる|입니다|이다|다\.|['’]?d[ıiu]r\b|(?:选|選)?[项項])).*",
    re.DOTALL,
)


def foreign_phrase(text: str, start: int) -> tuple[int, str | None] | None:
    """Return where the payload of the phrase at ``start`` begins, or the letter it praises."""
    praised = _PRAISED.match(text, start)
    if praised is not None:
        return praised.end(), praised["letter"].upper()
    found = _NAMED.match(text, start) or _CHOSEN.match(text, start)
    return None if found is None else (found.end(), None)


def without_ending(payload: str) -> str:
    """Return ``payload`` without the verb that some languages put behind the label: "Cです"."""
    return (
        payload if payload.isascii() and "'" not in payload else _ENDING.sub("", payload, count=1)
    )
