"""Which file a Java source belongs in, and which class of it to run."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Comments, strings and characters hold no declarations. Each alternative ends at its own end or
# where the source does, so the whole is linear.
_NO_CODE = re.compile(
    r"//[^\n]*"
    r"|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'(?:[^'\\\n]|\\.)*+'?",
    re.DOTALL,
)
_TOKEN = re.compile(
    r"[{}]"
    r"|\b(?:public\s+)?(?:(?:abstract|final|sealed|strictfp|non-sealed)\s+)*+"
    r"(?:class|interface|enum|record)\s+(?P<name>[A-Za-z_$][\w$]*)"
    r"|\bstatic\s+(?:final\s+)?void\s+main\s*\("
)
_PACKAGE = re.compile(r"^\s*package\s+([\w.$]+)\s*;")
_FALLBACK = "Main"


@dataclass(frozen=True, slots=True)
class JavaNames:
    """How a source is called."""

    file: str
    """Its public class, after which the compiler wants the file named; else the class to run."""
    main: str
    """The class to run, with its package: the one with ``main``, or the file's."""


def java_names(source: str) -> JavaNames:
    """Read the names out of ``source``; for one that has none (or is no Java) they are Main.

    Only classes at the top level count. Never raises, and takes linear time.
    """
    code = _NO_CODE.sub(" ", source)
    public = first = main = ""
    within, depth = "", 0
    for token in _TOKEN.finditer(code):
        text = token[0]
        if text == "{":
            depth += 1
        elif text == "}":
            depth -= 1
        elif token["name"] is None:
            main = main or within
        elif depth == 0:
            within = token["name"]
            first = first or within
            if text.startswith("public") and not public:
                public = within
    package = _PACKAGE.match(code)
    prefix = f"{package[1]}." if package else ""
    main = main or public or first or _FALLBACK
    return JavaNames(public or main, prefix + main)
