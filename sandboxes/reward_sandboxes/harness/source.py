"""Source text as code, with its lines at hand."""

from __future__ import annotations

import linecache
import warnings
from types import CodeType


def code_of(source: str | bytes, path: str) -> CodeType:
    """Compile ``source``, which stands at ``path``, as an interpreter does that reads it there.

    Its lines are at hand for tracebacks and ``inspect`` in this process and all it forks.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: it does not compile.
    """
    data = source if isinstance(source, bytes) else source.encode("utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(data, path, "exec", dont_inherit=True, optimize=0)
    lines = data.decode("utf-8", "replace").splitlines(keepends=True)
    linecache.cache[path] = (len(data), None, lines, path)
    return code
