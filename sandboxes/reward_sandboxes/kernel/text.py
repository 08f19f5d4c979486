"""The interpreter's own code in huge pages, so that a process forked from here need not map it.

Pages of a file are not handed down by a fork: a new process finds each when it first needs it, by a
fault, and gives it back at its end. A program of a few milliseconds spends a good part of them so.
Memory of no file is handed down, and of huge pages two or three hold all of the interpreter.
"""

from __future__ import annotations

import ctypes

# asm-generic/mman-common.h, linux/mman.h
_READ, _WRITE, _EXECUTE = 1, 2, 4
_PRIVATE, _OF_NO_FILE = 0x02, 0x20
_HUGE_PAGES, _COLLAPSE = 14, 25
_MAY_MOVE, _FIXED = 1, 2
_HUGE_BYTES = 2 << 20
_FAILED = ctypes.c_void_p(-1).value


def move_to_huge_pages() -> int:
    """Move this interpreter's code to huge pages, as far as they fit; return how many there are.

    Raises:
        OSError: the kernel has none to give, or does not know how (before 6.1).
    """
    library = ctypes.CDLL(None, use_errno=True)
    for name in ("mmap", "mremap"):
        getattr(library, name).restype = ctypes.c_void_p
    first, last = _code()
    first = -(-first // _HUGE_BYTES) * _HUGE_BYTES
    count = max(0, last - first) // _HUGE_BYTES
    if count:
        _move(library, first, count * _HUGE_BYTES)
    return count


def _move(library: ctypes.CDLL, start: int, size: int) -> None:
    place, whole = ctypes.c_void_p, ctypes.c_size_t
    room = library.mmap(
        None, whole(size + _HUGE_BYTES), _READ | _WRITE, _PRIVATE | _OF_NO_FILE, -1, whole(0)
    )
    if room == _FAILED:
        raise _error("mmap")
    copy = -(-room // _HUGE_BYTES) * _HUGE_BYTES
    try:
        library.madvise(place(copy), whole(size), _HUGE_PAGES)
        ctypes.memmove(copy, start, size)
        if library.madvise(place(copy), whole(size), _COLLAPSE):
            raise _error("madvise")
        if library.mprotect(place(copy), whole(size), _READ | _EXECUTE):
            raise _error("mprotect")
        moved = library.mremap(
            place(copy), whole(size), whole(size), _MAY_MOVE | _FIXED, place(start)
        )
        if moved == _FAILED:
            raise _error("mremap")
    finally:
        library.munmap(place(room), whole(size + _HUGE_BYTES))


def _code() -> tuple[int, int]:
    """Return where what cannot be written of the interpreter's file begins and ends."""
    inside = ctypes.cast(ctypes.pythonapi.Py_GetVersion, ctypes.c_void_p).value or 0
    spans: list[tuple[int, int, str]] = []
    with open("/proc/self/maps", encoding="utf-8") as file:
        for line in file:
            words = line.split()
            first, last = (int(word, 16) for word in words[0].split("-"))
            path = words[5] if len(words) > 5 else ""
            if "w" in words[1] or not path.startswith("/"):
                continue
            if spans and spans[-1][1:] == (first, path):
                spans[-1] = (spans[-1][0], last, path)
            else:
                spans.append((first, last, path))
    return next((first, last) for first, last, _ in spans if first <= inside < last)


def _error(what: str) -> OSError:
    code = ctypes.get_errno()
    return OSError(code, what)
