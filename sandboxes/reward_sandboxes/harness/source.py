"""Source text as code, with its lines at hand."""

from __future__ import annotations

import sys
import warnings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType


def code_of(source: str | bytes, path: str) -> CodeType:
    """Compile ``source``, which stands at ``path``, as an interpreter does that reads it there.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: it does not compile.
    """
    data = source if isinstance(source, bytes) else source.encode("utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(data, path, "exec", dont_inherit=True, optimize=0)
    keep_lines(data, path)
    return code


def keep_lines(source: bytes, path: str) -> None:
    """Have the lines of ``source`` at hand for ``inspect`` and the like, if any of it is loaded.

    What is loaded later reads them where they stand.
    """
    linecache = sys.modules.get("linecache")
    if linecache is not None:
        lines = source.decode("utf-8", "replace").splitlines(keepends=True)
        linecache.cache[path] = (len(source), None, lines, path)
