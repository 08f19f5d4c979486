"""The groups of letters that langdetect sees in a text."""

from __future__ import annotations

import re
import string
from array import array
from functools import lru_cache

from langdetect.utils.ngram import NGram  # type: ignore[import-untyped]  # has no types

from reward_verifiers.ifeval.text.profiles import profiles

# langdetect looks at no more than this many characters, addresses taken out.
_MAX_CHARACTERS = 10_000

_ADDRESS = re.compile(r"https?://[-_.?&~;+=/#0-9A-Za-z]{1,2076}")
_NAME = "-_.0123456789" + string.ascii_letters
_AFTER_AT = re.compile(r"[-_0-9A-Za-z]{1,255}[-_.0-9A-Za-z]{1,255}")

# Marks that langdetect merges with the Vietnamese letter before them.
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")

# Runs of what langdetect does not read as a blank.
_WORD = re.compile("[^\x00-@[-`{-\x7f\xa0\xab\xb0\xbb\u2000-\u206f]+")

_LETTERS_ALONE = bytes(
    code if chr(code) in string.ascii_letters else ord(" ") for code in range(256)
)

# langdetect means to leave Latin Extended Additional out, but compares it by the wrong name.
_OTHER_ALPHABET = re.compile("[\u0300-\U0010ffff]+")
_NOT_A_TO_Z = bytes(code for code in range(128) if not 65 <= code <= 122)
_A_TO_Z = re.compile("[A-z]+")

# Long words are rare and all different: not worth remembering.
_MAX_REMEMBERED = 24


def groups(text: str) -> bytes:
    """Return the rows (32-bit) of the groups of letters in ``text``, in langdetect's order.

    A group is one to three characters that end with each character of a word, the blanks around
    the word included, if some language's profile has it. Words in capitals have none.

    Source: ``Detector.append``, ``cleaning_text`` and ``_extract_ngrams`` of langdetect 1.0.9.
    """
    text = _cleaned(text)
    words = _words(text)
    if not words:
        return b""
    last = b"" if _WORD.match(text[-1]) is None else _groups(words.pop(), closed=False)
    short = max(map(len, words), default=0) <= _MAX_REMEMBERED
    return b"".join(map(_remembered if short else _groups, words)) + last


def _words(text: str) -> list[str]:
    if text.isascii():
        return text.encode().translate(_LETTERS_ALONE).decode().split()
    return _WORD.findall(text)


def _cleaned(text: str) -> str:
    """Return the part of the text that counts: no addresses, no Latin words between others."""
    if "://" in text:
        text = _ADDRESS.sub(" ", text)
    if "@" in text:
        text = _without_mail(text, 2 * _MAX_CHARACTERS)
    if not text.isascii() and _TONES.search(text):
        # Two characters become one at most, so twice as many are enough.
        text = NGram.normalize_vi(text[: 2 * _MAX_CHARACTERS])
    text = text[:_MAX_CHARACTERS]
    return text if text.isascii() else _without_latin(text)


def _without_mail(text: str, n_characters: int) -> str:
    """Return the first ``n_characters`` of ``text`` with a blank for each mail address.

    The obvious pattern tries 64 characters before each "@" from each place anew.
    """
    pieces: list[str] = []
    done = length = 0
    at = text.find("@")
    while at != -1 and length + at - done < n_characters:
        before = text[max(done, at - 64) : at]
        n_name = len(before) - len(before.rstrip(_NAME))
        after = _AFTER_AT.match(text, at + 1) if n_name else None
        if after:
            pieces += [text[done : at - n_name], " "]
            length += at - n_name - done + 1
            done = after.end()
        at = text.find("@", max(done, at + 1))
    return ("".join(pieces) + text[done : done + n_characters])[:n_characters]


def _without_latin(text: str) -> str:
    """Drop the Latin letters if they are less than half as many as those of other alphabets."""
    n_others = sum(map(len, _OTHER_ALPHABET.findall(text)))
    if not n_others:
        return text
    n_latin = len(text.encode("ascii", "ignore").translate(None, _NOT_A_TO_Z))
    return _A_TO_Z.sub("", text) if n_latin * 2 < n_others else text


@lru_cache(maxsize=50_000)
def _remembered(word: str) -> bytes:
    return _groups(word)


def _groups(word: str, *, closed: bool = True) -> bytes:
    """Return the groups that end in ``word``, or in the blank after it if it is ``closed``."""
    rows = profiles().rows
    if not word.isascii():
        word = "".join(map(_normal, word))
    found = array("i")
    before, last, capitals = "", " ", False
    for character in word + " " if closed else word:
        capitals = character.isupper() and (capitals or last.isupper())
        if not capitals:
            pair = last + character
            for group in (character, pair, before + pair) if before else (character, pair):
                row = rows.get(group)
                if row is not None and group != " ":
                    found.append(row)
        before, last = last, character
    return found.tobytes()


@lru_cache(maxsize=20_000)
def _normal(character: str) -> str:
    return str(NGram.normalize(character))
