"""Electron configurations: ``1s^2 2s^2 2p^6``, ``1s²2s²2p⁶``, ``[Ne]3s^1``."""

from __future__ import annotations

import re

MAX_CHARS = 300

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_DRESS = re.compile(r"\\(?:text|mathrm|rm|left|right)(?![A-Za-z])|\\[,;:! ]|[\s~^_{}$]")
_SHELL = re.compile(
    r"([1-8])(?:(s)([12])|(p)([1-6])|(d)(10|[1-9])|(f)(1[0-4]|[1-9]))(?=[1-8][spdf]|\Z)"
)
_CORE = re.compile(r"\[(He|Ne|Ar|Kr|Xe|Rn)\]")

# What each noble gas adds to the one before.
_ADDED = {
    "He": "1s2",
    "Ne": "2s22p6",
    "Ar": "3s23p6",
    "Kr": "3d104s24p6",
    "Xe": "4d105s25p6",
    "Rn": "4f145d106s26p6",
}


def electron_configuration(text: str) -> dict[str, int] | None:
    """Return the electrons of each subshell, cores written out; None: it is no configuration."""
    if len(text) > MAX_CHARS:
        return None
    plain = _DRESS.sub("", text.translate(_RAISED)).rstrip(".")
    core = _CORE.match(plain)
    written = plain if core is None else _written_out(core[1]) + plain[core.end() :]
    shells: dict[str, int] = {}
    at = 0
    while at < len(written):
        match = _SHELL.match(written, at)
        if match is None:
            return None
        letter, count = (part for part in match.groups()[1:] if part is not None)
        if match[1] + letter in shells:
            return None
        shells[match[1] + letter] = int(count)
        at = match.end()
    return shells or None


def _written_out(core: str) -> str:
    gases = list(_ADDED)
    return "".join(_ADDED[gas] for gas in gases[: gases.index(core) + 1])
