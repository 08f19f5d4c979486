"""The random numbers that a generator seeded with 0 yields.

langdetect draws with Python's ``random.Random(0)``. Its numbers are constants: worked out here,
they cost nothing per text, and no generator is shared between threads.
"""

from __future__ import annotations

_SIZE, _MIDDLE = 624, 397
_WORD = 0xFFFFFFFF


def words_of_seed_0(n_blocks: int) -> list[int]:
    """Return the first ``624 * n_blocks`` 32-bit words of the Mersenne Twister seeded with 0.

    Source: Matsumoto and Nishimura 1998, MT19937, seeded with ``init_by_array([0])`` as Python
    does it.
    """
    state = _seeded()
    words: list[int] = []
    for _ in range(n_blocks):
        _turn(state)
        words += map(_tempered, state)
    return words


def _seeded() -> list[int]:
    state = [19650218]
    for index in range(1, _SIZE):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + index) & _WORD)

    # The key is the one word 0, so nothing is added from it in the first of the two rounds.
    place = 1
    for _ in range(_SIZE):
        before = state[place - 1]
        state[place] = (state[place] ^ (before ^ before >> 30) * 1664525) & _WORD
        place = _next_place(state, place)
    for _ in range(_SIZE - 1):
        before = state[place - 1]
        state[place] = ((state[place] ^ (before ^ before >> 30) * 1566083941) - place) & _WORD
        place = _next_place(state, place)
    state[0] = 0x80000000
    return state


def _next_place(state: list[int], place: int) -> int:
    if place + 1 < _SIZE:
        return place + 1
    state[0] = state[-1]
    return 1


def _turn(state: list[int]) -> None:
    for index in range(_SIZE):
        mixed = state[index] & 0x80000000 | state[(index + 1) % _SIZE] & 0x7FFFFFFF
        odd = 0x9908B0DF if mixed & 1 else 0
        state[index] = state[(index + _MIDDLE) % _SIZE] ^ mixed >> 1 ^ odd


def _tempered(word: int) -> int:
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C5680
    word ^= word << 15 & 0xEFC60000
    return word ^ word >> 18
