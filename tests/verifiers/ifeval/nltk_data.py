"""NLTK's data for the tests, made of what the package ships: nothing is downloaded."""

from __future__ import annotations

import gzip
import json
import shutil
from importlib.resources import files
from pathlib import Path

import nltk

_SHIPPED = files("reward_verifiers.ifeval.text").joinpath("data")


def install_nltk_data(folder: Path) -> None:
    """Fill ``folder`` with the English models and lists, and let NLTK look there first.

    The tagger's weights are those that a first word can meet: only the first tag of
    ``nltk.pos_tag`` means anything.
    """
    shipped = Path(str(_SHIPPED))
    shutil.copytree(shipped / "punkt_english", folder / "tokenizers/punkt_tab/english")
    stop_words = folder / "corpora/stopwords/english"
    stop_words.parent.mkdir(parents=True)
    shutil.copy(shipped / "stop_words_english.txt", stop_words)
    _install_tagger(shipped / "tagger_english", folder / "taggers/averaged_perceptron_tagger_eng")
    # NLTK refuses what others may write to, and checkouts are that where the umask is 002.
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    nltk.data.path.insert(0, str(folder))


def _install_tagger(shipped: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    known = dict(_rows((shipped / "tagdict.tab").read_text("utf-8")))
    weights = {
        feature: _weights(row)
        for feature, row in _rows(
            gzip.decompress((shipped / "weights.tab.gz").read_bytes()).decode()
        )
    }
    classes = (shipped / "classes.txt").read_text("utf-8").split()
    for name, content in (("tagdict", known), ("weights", weights), ("classes", classes)):
        path = folder / f"averaged_perceptron_tagger_eng.{name}.json"
        path.write_text(json.dumps(content), "utf-8")


def _rows(content: str) -> list[tuple[str, str]]:
    return [tuple(line.split("\t")) for line in content.removesuffix("\n").split("\n")]


def _weights(row: str) -> dict[str, float]:
    fields = row.split(" ")
    return {tag: int(weight) / 1000 for tag, weight in zip(fields[::2], fields[1::2], strict=True)}
