"""Which files of a data set are a split: those that its card names, or else as files are called.

The rules are those that the Hub's own viewer goes by.

Source: https://huggingface.co/docs/hub/datasets-data-files-configuration and the pages below it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reward_trainer.data.readers import KINDS, kind_of

_TRAIN = "train"
# A name of a split counts where it stands apart: in "test2.jsonl", and not in "latest.jsonl".
_APART = r"(?:^|[-._ 0-9/]){}(?:[-._ 0-9/]|$)"
_CALLED = {
    split: re.compile(_APART.format(f"(?:{names})"), re.IGNORECASE)
    for split, names in {
        "train": "train|training",
        "validation": "validation|valid|dev|val",
        "test": "test|testing|eval|evaluation",
    }.items()
}
_SHARD = re.compile(r"(?:^|/)data/([^/]+?)-\d{5}-of-\d{5}[^/]*$")
_NO_ROWS = ("dataset_infos.json",)


class SplitError(ValueError):
    """There is no such configuration or split, or none of its files can be read."""


def files_of(
    names: Sequence[str], card: Mapping[str, Any], *, config: str = "", split: str = ""
) -> list[str]:
    """Return the files that hold a split.

    Args:
        names: of all files of the data set.
        card: what its card declares.
        config: which configuration; empty: the default one.
        split: which split; empty: the only one, or ``train``.

    Raises:
        SplitError: there is none; says which there are.
    """
    declared = _config(card, config)
    splits = _declared(names, declared) or _called(names, str(declared.get("data_dir") or ""))
    if not splits:
        listed = ", ".join(sorted(names)[:8]) or "no files"
        raise SplitError(f"it has no file of rows ({', '.join(KINDS)}), but {listed}")
    wanted = split or (next(iter(splits)) if len(splits) == 1 else _TRAIN)
    if wanted not in splits:
        raise SplitError(f"it has no split {wanted!r}, but {', '.join(splits)}")
    readable = sorted(name for name in splits[wanted] if kind_of(name))
    if not readable:
        listed = ", ".join(sorted(splits[wanted])[:4]) or "none that is there"
        raise SplitError(
            f"the files of the split {wanted!r} are {listed}; expected {', '.join(KINDS)}"
        )
    return readable


def _config(card: Mapping[str, Any], wanted: str) -> Mapping[str, Any]:
    """Return what the card says of a configuration; of none, where it declares none."""
    found = card.get("configs")
    listed = found if isinstance(found, list) else []
    configs = {
        str(one.get("config_name", "default")): one for one in listed if isinstance(one, Mapping)
    }
    if wanted:
        if wanted not in configs:
            there = f"but {', '.join(configs)}" if configs else "and none other"
            raise SplitError(f"it has no configuration {wanted!r}, {there}")
        return configs[wanted]
    if len(configs) <= 1:
        return next(iter(configs.values()), {})
    chosen = [name for name, one in configs.items() if one.get("default") is True]
    if chosen or "default" in configs:
        return configs[(chosen or ["default"])[0]]
    raise SplitError(f"name one of its configurations: {', '.join(configs)}")


def _declared(names: Iterable[str], config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the files of each split as a configuration declares them; empty: it does not."""
    said = config.get("data_files")
    if not said:
        return {}
    folder = str(config.get("data_dir") or "").strip("/")
    found: dict[str, list[str]] = {}
    for split, path in _paths(said):
        pattern = _pattern(folder, path)
        kept = found.setdefault(split, [])
        kept += [name for name in names if pattern.fullmatch(name) and name not in kept]
    return found


def _paths(said: Any, split: str = _TRAIN) -> Iterator[tuple[str, str]]:
    """Yield (split, path) of all forms that ``data_files`` has."""
    if isinstance(said, str):
        yield split, said
    elif isinstance(said, list):
        for one in said:
            yield from _paths(one, split)
    elif isinstance(said, Mapping) and {"split", "path"} <= said.keys():
        yield from _paths(said["path"], str(said["split"]))
    elif isinstance(said, Mapping):
        for name, one in said.items():
            yield from _paths(one, str(name))


def _pattern(folder: str, path: str) -> re.Pattern[str]:
    """Return a pattern of paths: ``*`` is within a folder, ``**`` goes through folders."""
    whole = "/".join(part for part in (folder, path.removeprefix("./").strip("/")) if part)
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^]]+\])", whole)
    means = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "".join(
            means.get(part) or (part.replace("[!", "[^") if part[:1] == "[" else re.escape(part))
            for part in parts
        )
    )


def _called(names: Iterable[str], folder: str) -> dict[str, list[str]]:
    """Return the files of each split as they are called; all are ``train`` where none says."""
    below = folder.strip("/") + "/" if folder.strip("/") else ""
    rows = [name for name in names if name.startswith(below) and _may_hold_rows(name)]
    if not rows:
        return {}
    common = Counter(map(kind_of, rows)).most_common(1)[0][0]
    inner = {name: name.removeprefix(below) for name in rows if kind_of(name) == common}
    shards: dict[str, list[str]] = {}
    for name, path in inner.items():
        if shard := _SHARD.search(path):
            shards.setdefault(shard[1], []).append(name)
    return (
        shards
        or _by_keyword({name: path.rpartition("/")[2] for name, path in inner.items()})
        or _by_keyword({name: path.rpartition("/")[0] for name, path in inner.items()})
        or {_TRAIN: list(inner)}
    )


def _by_keyword(said: Mapping[str, str]) -> dict[str, list[str]]:
    found = {
        split: [name for name, text in said.items() if called.search(text)]
        for split, called in _CALLED.items()
    }
    return {split: names for split, names in found.items() if names}


def _may_hold_rows(name: str) -> bool:
    parts = name.split("/")
    hidden = any(part.startswith((".", "__")) for part in parts)
    return not hidden and parts[-1] not in _NO_ROWS and kind_of(name) is not None
