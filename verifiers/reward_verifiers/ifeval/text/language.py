"""Which language a text is in, as langdetect says with seed 0.

langdetect draws groups of letters from the text and multiplies what each says of the languages,
until one is certain; it does so seven times and takes the mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt

from reward_verifiers.ifeval.text.letters import groups
from reward_verifiers.ifeval.text.profiles import profiles
from reward_verifiers.ifeval.text.twister import words_of_seed_0

_Floats = npt.NDArray[np.float64]
_Rows = npt.NDArray[np.int32]
_Trial = Callable[[_Rows, float], tuple[_Floats, int] | None]

_N_TRIALS = 7
_CONVERGED = 0.99999
_LIKELY = 0.1
_BASE = 10_000

# A trial is looked at after update 0, 5, 10, ...; whatever it shows, the one after 1000 is its end.
_STEP = 5
_LAST_UPDATE = 1000

# langdetect rounds at every step, which moves a probability by 1e-12 at most. What comes closer
# than this to a line is worked out again, step by step.
_MARGIN = 1e-9

# Enough for any text, which needs 7,007 draws that may fail with a chance of up to a half.
_N_BLOCKS = 40

# Enough for nearly all of them, and quicker to sift.
_FEW_WORDS = 1024

# How many updates are worked out at once: most trials need fewer. The product of that many
# shares of at least 3e-5 does not underflow.
_CHUNK = 60


class _TooCloseError(Exception):
    """A probability is so close to a line that rounding decides."""


def detect(text: str) -> str | None:
    """Return the language of ``text``, as ``langdetect.detect`` names it with seed 0.

    That is an ISO 639-1 code, ``zh-cn`` or ``zh-tw``, or ``unknown`` if no language is likely.
    None stands for its exception: there is nothing in the text to tell by.

    Source: ``Detector._detect_block`` of langdetect 1.0.9.
    """
    found = np.frombuffer(groups(text), dtype=np.int32)
    if not found.size:
        return None
    try:
        return _named(_quick(found), _MARGIN)
    except _TooCloseError:
        return _named(exact_probabilities(found), 0.0)


def _named(probabilities: _Floats, margin: float) -> str:
    """Return the likeliest language, the first of equal ones."""
    best = int(probabilities.argmax())
    top = float(probabilities[best])
    if margin and (
        abs(top - _LIKELY) < margin or np.count_nonzero(probabilities > top - margin) > 1
    ):
        raise _TooCloseError
    return profiles().languages[best] if top > _LIKELY else "unknown"


@cache
def _stream() -> npt.NDArray[np.uint32]:
    return np.array(words_of_seed_0(_N_BLOCKS), dtype=np.uint32)


class _Draws:
    """What ``random.choice`` draws from a text's groups: a word of the stream decides on each.

    It takes the highest bits of a word, as many as the number of groups has, and throws the word
    away if they make no place among them.
    """

    def __init__(self, found: _Rows, n_words: int) -> None:
        self.n_words = n_words
        self._stream = _stream()[:n_words]
        high = self._stream >> np.uint32(32 - len(found).bit_length())
        self.places = np.flatnonzero(high < len(found))
        """Where in the stream the words stand that decide on a draw."""
        self.rows = found[high[self.places]]
        """The groups drawn there."""

    def after(self, place: int) -> int:
        """Return the number of the first draw at or after ``place``."""
        return int(self.places.searchsorted(place))

    def deviates(self, place: int) -> list[float]:
        """Return the two normal deviates that four words make, the first one last.

        Source: ``random.Random.gauss`` of Python.
        """
        a, b, c, d = self._stream[place : place + 4].tolist()
        angle = 2.0 * math.pi * _fraction(a, b)
        length = math.sqrt(-2.0 * math.log(1.0 - _fraction(c, d)))
        return [math.sin(angle) * length, math.cos(angle) * length]


def _fraction(high: int, low: int) -> float:
    return float(((high >> 5) * 67108864 + (low >> 6)) * (1.0 / 9007199254740992.0))


def _quick(found: _Rows) -> _Floats:
    """Return the mean probabilities, right to within the margin.

    Raises:
        _TooCloseError: rounding may decide when a trial ends.
    """
    few = _mean(_Draws(found, _FEW_WORDS), _quick_trial)
    return _whole_mean(found, _quick_trial) if few is None else few


def exact_probabilities(found: _Rows) -> _Floats:
    """Return the mean probabilities, rounded step by step as langdetect rounds them."""
    return _whole_mean(found, _exact_trial)


def _whole_mean(found: _Rows, trial: _Trial) -> _Floats:
    mean = _mean(_Draws(found, _N_BLOCKS * 624), trial)
    assert mean is not None, "the stream is too short"
    return mean


def _mean(draws: _Draws, trial: _Trial) -> _Floats | None:
    """Return the mean of the trials' probabilities, or None if the stream ends before them."""
    mean = np.zeros(len(profiles().languages))
    place = 0
    deviates: list[float] = []
    for _ in range(_N_TRIALS):
        if not deviates:
            if place + 4 > draws.n_words:
                return None
            deviates = draws.deviates(place)
            place += 4
        first = draws.after(place)
        outcome = trial(draws.rows[first:], (0.5 + deviates.pop() * 0.05) / _BASE)
        if outcome is None:
            return None
        probabilities, n_updates = outcome
        mean += probabilities / _N_TRIALS
        place = int(draws.places[first + n_updates - 1]) + 1
    return mean


def _quick_trial(rows: _Rows, weight: float) -> tuple[_Floats, int] | None:
    """Return a trial's probabilities and how many updates it took, many worked out at once."""
    shares = profiles().shares
    if not len(rows):
        return None
    prior: _Floats = shares[rows[0]] + weight
    for done in range(1, _LAST_UPDATE, _CHUNK):
        drawn = rows[done : done + _CHUNK]
        if len(drawn) < _CHUNK:
            return None
        # By place within a step, then by step: a step's product is one along the first axis.
        factors = shares.take(drawn.reshape(-1, _STEP).T, axis=0)
        factors += weight
        looks = np.empty((_CHUNK // _STEP + 1, len(prior)))
        looks[0] = prior
        np.multiply.reduce(factors, axis=0, out=looks[1:])
        looks = np.multiply.accumulate(looks[: (_LAST_UPDATE - done) // _STEP + 2], axis=0)

        sums = np.add.reduce(looks, axis=1)
        certainty = np.maximum.reduce(looks, axis=1) / sums
        look = int((certainty > _CONVERGED - _MARGIN).argmax())
        if certainty[look] > _CONVERGED - _MARGIN:
            if certainty[look] < _CONVERGED + _MARGIN:
                raise _TooCloseError
            return looks[look] / sums[look], done + look * _STEP
        prior = looks[-1] / sums[-1]
    return prior, _LAST_UPDATE + 1


def _exact_trial(rows: _Rows, weight: float) -> tuple[_Floats, int] | None:
    """Return the same as ``_quick_trial``, with langdetect's operations in langdetect's order."""
    shares = profiles().shares
    n_languages = shares.shape[1]
    probabilities = [1.0 / n_languages] * n_languages
    for update, row in enumerate(rows.tolist()):
        probabilities = [
            probability * (weight + share)
            for probability, share in zip(probabilities, shares[row].tolist(), strict=True)
        ]
        if update % _STEP == 0:
            total = sum(probabilities)
            probabilities = [probability / total for probability in probabilities]
            if max(probabilities) > _CONVERGED or update >= _LAST_UPDATE:
                return np.array(probabilities), update + 1
    return None
